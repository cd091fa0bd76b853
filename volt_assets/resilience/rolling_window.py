"""Many items, a bounded number under way at once.

    rolling_window     all values, in the order of the items; the first failure ends it
    rolling_outcomes   all outcomes, in the order of the items; a failed item is an outcome like any other
    rolling_stream     outcomes while the rest is under way, as they complete or in the order of the items

Belongs here: only the window. The bounds of one item are item_policy.py; pacing, and what to do about a failed item,
belong to whoever calls. Whichever way a window ends, nothing of it is left running.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from volt_assets.errors import TooManyFailuresError
from volt_assets.resilience.crew import Crew
from volt_assets.resilience.item_policy import PLAIN, ItemPolicy

Item = TypeVar("Item")
Result = TypeVar("Result")
OnProgress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Done(Generic[Item, Result]):
    """An item and what came of it."""

    item: Item
    value: Result

    def result(self) -> Result:
        """The value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Failed(Generic[Item]):
    """An item and why nothing came of it."""

    item: Item
    error: Exception

    def result(self) -> None:
        """Raise the error."""
        raise self.error


Outcome: TypeAlias = Done[Item, Result] | Failed[Item]


async def rolling_window(
    items: Iterable[Item],
    process: Callable[[Item], Awaitable[Result]],
    *,
    max_concurrent: int,
    on_progress: OnProgress | None = None,
    policy: ItemPolicy = PLAIN,
) -> list[Result]:
    """Await `process(item)` for every item, at most `max_concurrent` at once; values in the order of the items.

    `on_progress(done, total)` is called after each finished item, with `done` growing by one. The first failure (of
    `process`, of the policy's bounds or of `on_progress`), or a cancellation from outside, cancels everything under way,
    waits until it has ended, and is raised as it is.
    """
    waiting = list(items)
    values: dict[int, Result] = {}

    def take(position: int, value: Result) -> None:
        values[position] = value
        if on_progress is not None:
            on_progress(len(values), len(waiting))

    async with Crew(max_concurrent, waiting, policy.applied_to(process), take) as crew:
        await crew.finished()
    return [values[position] for position in range(len(waiting))]


async def rolling_outcomes(
    items: Iterable[Item],
    process: Callable[[Item], Awaitable[Result]],
    *,
    max_concurrent: int,
    on_progress: OnProgress | None = None,
    policy: ItemPolicy = PLAIN,
    stop_above_share: float = 1.0,
) -> list[Outcome[Item, Result]]:
    """One outcome per item, in the order of the items. `on_progress` counts failed items too.

    Raises TooManyFailuresError as soon as more than `stop_above_share` (0..1) of all items have failed; the default never does.
    """
    waiting = list(items)
    attempt = _caught(policy.applied_to(process))
    failed = 0

    async def counted(item: Item) -> Outcome[Item, Result]:
        nonlocal failed
        outcome = await attempt(item)
        if isinstance(outcome, Failed):
            failed += 1
            if failed > stop_above_share * len(waiting):
                message = f"{failed} of {len(waiting)} failed, more than {stop_above_share:.0%}; the last one: {outcome.error}"
                raise TooManyFailuresError(message) from outcome.error
        return outcome

    return await rolling_window(waiting, counted, max_concurrent=max_concurrent, on_progress=on_progress)


@asynccontextmanager
async def rolling_stream(
    items: Iterable[Item],
    process: Callable[[Item], Awaitable[Result]],
    *,
    max_concurrent: int,
    in_order: bool = False,
    fail_fast: bool = True,
    policy: ItemPolicy = PLAIN,
) -> AsyncIterator[AsyncIterator[Outcome[Item, Result]]]:
    """Outcomes while the rest is under way; leaving the block ends what still is.

    `async with rolling_stream(…) as outcomes:`, inside it `async for outcome in outcomes:`. Outcomes come as they complete,
    or `in_order` of the items. With `fail_fast` the first failure is raised by the iteration, else it is an outcome. At most
    `2 * max_concurrent` items are under way or waiting to be taken, so a slow reader slows the window instead of filling the
    memory; those that wait for their turn `in_order` come on top.
    """
    waiting = list(items)
    completed: asyncio.Queue[tuple[int, Outcome[Item, Result]] | BaseException] = asyncio.Queue()
    room = asyncio.Semaphore(2 * max(max_concurrent, 0))
    bounded = policy.applied_to(process)
    attempt = _kept(bounded) if fail_fast else _caught(bounded)

    async def admitted(item: Item) -> Outcome[Item, Result]:
        await room.acquire()
        return await attempt(item)

    async def next_completed() -> tuple[int, Outcome[Item, Result]]:
        found = await completed.get()
        if isinstance(found, BaseException):
            raise found
        room.release()
        return found

    def take(position: int, outcome: Outcome[Item, Result]) -> None:
        completed.put_nowait((position, outcome))

    async with Crew(max_concurrent, waiting, admitted, take, on_failure=completed.put_nowait):
        yield (_in_order if in_order else _as_completed)(next_completed, len(waiting))


async def _as_completed(
    next_completed: Callable[[], Awaitable[tuple[int, Outcome[Item, Result]]]], total: int
) -> AsyncIterator[Outcome[Item, Result]]:
    for _ in range(total):
        yield (await next_completed())[1]


async def _in_order(
    next_completed: Callable[[], Awaitable[tuple[int, Outcome[Item, Result]]]], total: int
) -> AsyncIterator[Outcome[Item, Result]]:
    early: dict[int, Outcome[Item, Result]] = {}
    for position in range(total):
        while position not in early:
            completed, outcome = await next_completed()
            early[completed] = outcome
        yield early.pop(position)


def _kept(process: Callable[[Item], Awaitable[Result]]) -> Callable[[Item], Awaitable[Outcome[Item, Result]]]:
    async def kept(item: Item) -> Outcome[Item, Result]:
        return Done(item, await process(item))

    return kept


def _caught(process: Callable[[Item], Awaitable[Result]]) -> Callable[[Item], Awaitable[Outcome[Item, Result]]]:
    async def caught(item: Item) -> Outcome[Item, Result]:
        try:
            return Done(item, await process(item))
        except Exception as error:  # noqa: BLE001 -- whatever the process raises is the outcome; cancellations pass
            return Failed(item, error)

    return caught
