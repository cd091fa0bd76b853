"""Many items, a bounded number under way at once, results in the order of the items.

Belongs here: only the window. Retries, pacing and what to do about a failed item belong to whoever calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


async def rolling_window(
    items: Iterable[Item],
    process: Callable[[Item], Awaitable[Result]],
    *,
    max_concurrent: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Await `process(item)` for every item, at most `max_concurrent` at once; results in the order of the items.

    `on_progress(done, total)` is called after each finished item, with `done` growing by one. The first failure, or a
    cancellation from outside, cancels everything under way, waits until it has ended, and is raised as it is.
    """
    if max_concurrent < 1:
        raise ValueError(f"max_concurrent must be at least 1, not {max_concurrent}")
    waiting = list(items)
    results: dict[int, Result] = {}
    failures: list[Exception] = []
    # Workers share one iterator; taking from it has no await inside, so no item is taken twice.
    upcoming = iter(enumerate(waiting))

    async def work() -> None:
        for position, item in upcoming:
            try:
                results[position] = await process(item)
                if on_progress is not None:
                    on_progress(len(results), len(waiting))
            except Exception as failure:
                failures.append(failure)
                raise

    await _run_until_first_failure([asyncio.create_task(work()) for _ in range(min(max_concurrent, len(waiting)))])
    if failures:
        raise failures[0]
    return [results[position] for position in range(len(waiting))]


async def _run_until_first_failure(workers: list[asyncio.Task[None]]) -> None:
    if not workers:
        return
    try:
        await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for worker in workers:
            worker.cancel()
        # Nothing may outlive the window: whatever was under way gets to close its connections first.
        await asyncio.gather(*workers, return_exceptions=True)
