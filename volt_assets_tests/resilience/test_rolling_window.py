from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.resilience.rolling_window import rolling_window

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
