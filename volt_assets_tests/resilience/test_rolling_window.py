from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.errors import ItemTimeoutError, TooManyFailuresError
from volt_assets.resilience.item_policy import ItemPolicy
from volt_assets.resilience.rolling_window import Done, Failed, Outcome, rolling_outcomes, rolling_stream, rolling_window

pytestmark = pytest.mark.anyio


class _Kitchen:
    """Lets every item wait as many turns of the loop as it says, and counts who is under way."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most_under_way = 0
        self.ended: list[int] = []
        self.two_under_way = asyncio.Event()

    async def cook(self, turns: int) -> int:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        if self.under_way == 2:
            self.two_under_way.set()
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
            if turns == 7:
                raise ValueError("burnt")
            return turns * 10
        finally:
            self.under_way -= 1
            self.ended.append(turns)


@given(st.lists(st.integers(0, 6), max_size=30), st.integers(1, 8))
def test_results_keep_the_order_and_the_bound_is_used_and_kept(items: list[int], bound: int) -> None:
    kitchen = _Kitchen()
    progress: list[tuple[int, int]] = []

    results = asyncio.run(rolling_window(items, kitchen.cook, max_concurrent=bound, on_progress=lambda *seen: progress.append(seen)))

    assert results == [item * 10 for item in items]
    assert kitchen.most_under_way <= bound
    assert progress == [(done, len(items)) for done in range(1, len(items) + 1)]


async def test_the_window_is_filled() -> None:
    kitchen = _Kitchen()
    await rolling_window([3] * 10, kitchen.cook, max_concurrent=4)
    assert kitchen.most_under_way == 4


async def test_the_first_failure_ends_the_rest_and_is_raised_as_it_is() -> None:
    kitchen = _Kitchen()
    with pytest.raises(ValueError, match="burnt"):
        await rolling_window([7, 50, 50, 1, 1, 1], kitchen.cook, max_concurrent=3)
    assert kitchen.under_way == 0
    assert sorted(kitchen.ended) == [7, 50, 50]


async def test_a_cancelled_window_leaves_nothing_running() -> None:
    kitchen = _Kitchen()
    window = asyncio.create_task(rolling_window([10_000] * 5, kitchen.cook, max_concurrent=2))
    await kitchen.two_under_way.wait()
    window.cancel()
    with pytest.raises(asyncio.CancelledError):
        await window
    assert kitchen.under_way == 0
    assert kitchen.ended == [10_000, 10_000]


async def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        await rolling_window([1], _Kitchen().cook, max_concurrent=0)
    assert await rolling_window([], _Kitchen().cook, max_concurrent=1) == []


async def test_a_failing_progress_callback_ends_the_window() -> None:
    kitchen = _Kitchen()

    def tell(done: int, total: int) -> None:
        raise LookupError(f"nobody listens to {done} of {total}")

    with pytest.raises(LookupError, match="1 of 3"):
        await rolling_window([1, 50, 50], kitchen.cook, max_concurrent=2, on_progress=tell)
    assert (kitchen.under_way, sorted(kitchen.ended)) == (0, [1, 50])


async def test_an_item_that_cancels_itself_loses_no_other_item_silently() -> None:
    async def process(item: int) -> int:
        if item == 2:
            raise asyncio.CancelledError
        await asyncio.sleep(0)
        return item

    with pytest.raises(asyncio.CancelledError):
        await rolling_window([1, 2, 3], process, max_concurrent=1)


async def test_a_process_that_swallows_its_cancellation_gets_no_further_item() -> None:
    seen: list[int] = []

    async def stubborn(item: int) -> int:
        seen.append(item)
        if item == 0:
            await asyncio.sleep(0)
            raise ValueError("burnt")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return item
        return item

    with pytest.raises(ValueError, match="burnt"):
        await rolling_window(range(10), stubborn, max_concurrent=2)
    assert seen == [0, 1]


async def test_even_a_window_cancelled_twice_waits_until_all_have_ended() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[int] = []

    async def slow_to_end(item: int) -> None:
        try:
            begun.set()
            await asyncio.sleep(60)
        finally:
            await may_end.wait()
            ended.append(item)

    window = asyncio.create_task(rolling_window([1], slow_to_end, max_concurrent=1))
    await begun.wait()
    for _ in range(2):
        window.cancel()
        await asyncio.sleep(0)
    assert not window.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await window
    assert ended == [1]


async def test_a_failed_item_is_an_outcome_and_the_others_go_on() -> None:
    progress: list[tuple[int, int]] = []
    outcomes = await rolling_outcomes([1, 7, 2], _Kitchen().cook, max_concurrent=2, on_progress=lambda *seen: progress.append(seen))

    assert [outcomes[0], outcomes[2]] == [Done(1, 10), Done(2, 20)]
    failed = outcomes[1]
    assert isinstance(failed, Failed)
    assert failed.item == 7
    with pytest.raises(ValueError, match="burnt"):
        failed.result()
    assert progress == [(1, 3), (2, 3), (3, 3)]


async def test_more_failures_than_allowed_stop_the_rest() -> None:
    kitchen = _Kitchen()
    with pytest.raises(TooManyFailuresError, match="3 of 5 failed, more than 50%; the last one: burnt"):
        await rolling_outcomes([7, 7, 7, 50, 50], kitchen.cook, max_concurrent=1, stop_above_share=0.5)
    assert kitchen.ended == [7, 7, 7]
    outcomes = await rolling_outcomes([7, 7, 1, 1], kitchen.cook, max_concurrent=1, stop_above_share=0.5)
    assert [type(outcome) for outcome in outcomes] == [Failed, Failed, Done, Done]


async def test_a_cancelled_collecting_window_is_no_failed_item() -> None:
    kitchen = _Kitchen()
    window = asyncio.create_task(rolling_outcomes([10_000] * 5, kitchen.cook, max_concurrent=2))
    await kitchen.two_under_way.wait()
    window.cancel()
    with pytest.raises(asyncio.CancelledError):
        await window
    assert kitchen.under_way == 0


async def _streamed(items: list[int], bound: int, *, in_order: bool, fail_fast: bool = True) -> list[Outcome[int, int]]:
    kitchen = _Kitchen()
    try:
        async with rolling_stream(items, kitchen.cook, max_concurrent=bound, in_order=in_order, fail_fast=fail_fast) as outcomes:
            return [outcome async for outcome in outcomes]
    finally:
        assert kitchen.under_way == 0
        assert kitchen.most_under_way <= bound


@given(st.lists(st.integers(0, 8), max_size=30), st.integers(1, 8))
def test_a_stream_gives_every_outcome_once_and_in_order_when_asked(items: list[int], bound: int) -> None:
    ordered = asyncio.run(_streamed(items, bound, in_order=True, fail_fast=False))
    as_completed = asyncio.run(_streamed(items, bound, in_order=False, fail_fast=False))

    assert [outcome.item for outcome in ordered] == items
    assert sorted(outcome.item for outcome in as_completed) == sorted(items)
    assert all(isinstance(outcome, Failed) is (outcome.item == 7) for outcome in (*ordered, *as_completed))


async def test_a_stream_gives_what_is_done_before_what_is_not() -> None:
    outcomes = await _streamed([50, 1, 2], 3, in_order=False)
    assert [outcome.result() for outcome in outcomes] == [10, 20, 500]


async def test_the_first_failure_of_a_stream_is_raised_to_its_reader() -> None:
    with pytest.raises(ValueError, match="burnt"):
        await _streamed([1, 7, 50, 50], 2, in_order=True)


async def test_a_reader_that_leaves_early_leaves_nothing_running() -> None:
    kitchen = _Kitchen()
    async with rolling_stream([1, 10_000, 10_000], kitchen.cook, max_concurrent=2) as outcomes:
        async for outcome in outcomes:
            assert outcome == Done(1, 10)
            break
    assert (kitchen.under_way, kitchen.ended) == (0, [1, 10_000, 10_000])


async def test_a_slow_reader_slows_the_stream() -> None:
    kitchen = _Kitchen()
    async with rolling_stream([0] * 100, kitchen.cook, max_concurrent=3) as outcomes:
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(kitchen.ended) == 6
        assert len([outcome async for outcome in outcomes]) == 100


async def test_an_item_that_takes_too_long_is_ended_and_named() -> None:
    forever = asyncio.Event()

    async def wait(_: int) -> None:
        await forever.wait()

    policy = ItemPolicy(timeout_seconds=0.01, what="a Scrum/Task")
    with pytest.raises(ItemTimeoutError, match=r"^a Scrum/Task was not done within 0\.01 s$"):
        await rolling_window([1], wait, max_concurrent=1, policy=policy)
    outcomes = await rolling_outcomes([1, 2], wait, max_concurrent=2, policy=policy)
    assert [isinstance(outcome, Failed) and type(outcome.error) for outcome in outcomes] == [ItemTimeoutError, ItemTimeoutError]


@pytest.mark.parametrize("bound", [0, -1])
async def test_a_stream_with_a_bound_below_one_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        async with rolling_stream([1], _Kitchen().cook, max_concurrent=bound):
            pass
