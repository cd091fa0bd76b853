from __future__ import annotations

from collections.abc import Callable

import pytest

from volt_assets.errors import ItemTimeoutError, NotFoundError, ServerError
from volt_assets.resilience.item_policy import PLAIN, ItemPolicy

pytestmark = pytest.mark.anyio


class _Door:
    """Opens after so many knocks, and notes how long it was left alone between them."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.waits: list[float] = []

    async def knock(self, name: str) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return f"hello {name}"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_without_bounds_the_process_is_left_as_it_is() -> None:
    door = _Door()
    knock = door.knock
    assert PLAIN.applied_to(knock) is knock


async def test_what_may_pass_is_tried_as_often_as_allowed() -> None:
    door = _Door(ServerError("busy"), ItemTimeoutError("late"))
    policy = ItemPolicy(attempts=3, wait_seconds=2, sleep=door.sleep)
    assert await policy.applied_to(door.knock)("you") == "hello you"
    assert door.waits == [2, 2]


async def test_tries_end_with_the_last_error() -> None:
    door = _Door(ServerError("one"), ServerError("two"), ServerError("three"))
    with pytest.raises(ServerError, match="two"):
        await ItemPolicy(attempts=2, sleep=door.sleep).applied_to(door.knock)("you")


@pytest.mark.parametrize("error", [NotFoundError("gone"), ValueError("not valid")])
async def test_what_would_fail_again_is_not_tried_again(error: Exception) -> None:
    door = _Door(error)
    with pytest.raises(type(error)):
        await ItemPolicy(attempts=5, sleep=door.sleep).applied_to(door.knock)("you")
    assert door.waits == []


async def test_the_caller_may_say_what_passes() -> None:
    door = _Door(LookupError("hidden"))
    policy = ItemPolicy(attempts=2, may_retry=lambda error: isinstance(error, LookupError), sleep=door.sleep)
    assert await policy.applied_to(door.knock)("you") == "hello you"


async def test_a_timeout_of_the_process_itself_stays_what_it_is() -> None:
    door = _Door(TimeoutError("its own"))
    with pytest.raises(TimeoutError, match="its own"):
        await ItemPolicy(timeout_seconds=60).applied_to(door.knock)("you")


@pytest.mark.parametrize(
    "make",
    [lambda: ItemPolicy(attempts=0), lambda: ItemPolicy(wait_seconds=-1), lambda: ItemPolicy(timeout_seconds=0)],
    ids=["attempts", "wait", "timeout"],
)
async def test_bounds_that_nothing_could_meet_are_refused(make: Callable[[], ItemPolicy]) -> None:
    with pytest.raises(ValueError, match="item policy"):
        make()
