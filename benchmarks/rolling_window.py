"""Overhead of the rolling window: 10,000 items of 10 ms, 50 at once, next to bare asyncio workers over a queue.

Goal: at most 3 % over the bare workers (median of paired runs). 10,000 x 10 ms / 50 = 2.0 s would be ideal.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from measuring import median_ratio, print_table

from volt_assets.resilience.rolling_window import rolling_window

ITEMS, ITEM_SECONDS, AT_ONCE, PAIRS = 10_000, 0.01, 50, 7
IDEAL_SECONDS = ITEMS * ITEM_SECONDS / AT_ONCE
GOAL = 1.03


async def process(item: int) -> int:
    """One item: nothing but its 10 ms."""
    await asyncio.sleep(ITEM_SECONDS)
    return item


async def with_rolling_window() -> list[int]:
    """The window Volt uses."""
    return await rolling_window(range(ITEMS), process, max_concurrent=AT_ONCE)


async def with_bare_workers() -> list[int]:
    """A queue and as many tasks; no progress, no order, no care for failures."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    for item in range(ITEMS):
        queue.put_nowait(item)
    results: list[int] = []

    async def work() -> None:
        while not queue.empty():
            results.append(await process(queue.get_nowait()))

    await asyncio.gather(*(asyncio.create_task(work()) for _ in range(AT_ONCE)))
    return results


def seconds_of(run: Callable[[], Awaitable[list[int]]]) -> float:
    """Wall time of one run, its event loop not counted."""

    async def timed() -> float:
        started = time.perf_counter()
        results = await run()
        seconds = time.perf_counter() - started
        if sorted(results) != list(range(ITEMS)):
            raise RuntimeError("an item was lost or done twice")
        return seconds

    return asyncio.run(timed())


def main() -> None:
    """Alternate which of a pair goes first."""
    pairs = []
    for number in range(PAIRS):
        order = [with_rolling_window, with_bare_workers] if number % 2 else [with_bare_workers, with_rolling_window]
        seconds = {run: seconds_of(run) for run in order}
        pairs.append((seconds[with_rolling_window], seconds[with_bare_workers]))
    print(f"{ITEMS} items x {ITEM_SECONDS * 1000:.0f} ms, {AT_ONCE} at once, median of {PAIRS} pairs (ideal {IDEAL_SECONDS:.2f} s)")
    print_table(
        ("", "wall s", "over ideal"),
        [
            (name, f"{(wall := statistics.median(column)):.3f}", f"{wall / IDEAL_SECONDS - 1:+.1%}")
            for name, column in zip(("rolling window", "bare workers"), zip(*pairs, strict=True), strict=True)
        ],
    )
    print(f"rolling window over bare workers: {median_ratio(pairs) - 1:+.2%} (goal: at most {GOAL - 1:+.0%})")


if __name__ == "__main__":
    main()
