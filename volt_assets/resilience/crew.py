"""The workers of a rolling window: they share the items, end together, and leave nothing running.

Belongs here: starting, stopping and waiting for tasks. What becomes of values and failures is rolling_window.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")


class Crew(Generic[Item, Value]):
    """An async context manager: at most `size` workers from its beginning to its end.

    Each finished item is handed to `take(position, value)`. The first thing raised by an item or by `take` stops all
    workers, goes to `on_failure` and is raised by `finished`.
    """

    def __init__(
        self,
        size: int,
        items: Sequence[Item],
        attempt: Callable[[Item], Awaitable[Value]],
        take: Callable[[int, Value], None],
        *,
        on_failure: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Raise ValueError for a crew of nobody."""
        if size < 1:
            raise ValueError(f"max_concurrent must be at least 1, not {size}")
        self._size = min(size, len(items))
        # One iterator for all: taking from it has no await inside, so no item is taken twice.
        self._upcoming = iter(enumerate(items))
        self._attempt = attempt
        self._take = take
        self._on_failure = on_failure
        self._failure: BaseException | None = None
        self._is_dismissed = False
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._size)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Cancel whoever is at work and wait until all have closed what they opened, however often that is interrupted."""
        self._dismiss()
        interruption: asyncio.CancelledError | None = None
        while under_way := [worker for worker in self._workers if not worker.done()]:
            try:
                await asyncio.wait(under_way)
            except asyncio.CancelledError as cancelled:
                interruption = cancelled
        if interruption is not None:
            raise interruption

    async def finished(self) -> None:
        """Wait until every item is done; raise what stopped the crew."""
        if self._workers:
            await asyncio.wait(self._workers)
        if self._failure is not None:
            raise self._failure

    async def _work(self) -> None:
        try:
            for position, item in self._upcoming:
                # Even a process that swallowed its cancellation finds nothing more to do.
                if self._is_dismissed:
                    return
                self._take(position, await self._attempt(item))
        except BaseException as failure:
            if self._failure is None:
                self._failure = failure
                if self._on_failure is not None:
                    self._on_failure(failure)
            self._dismiss()
            # An ordinary failure is told by `finished`; a cancellation or an exit has to reach the event loop as well.
            if not isinstance(failure, Exception):
                raise

    def _dismiss(self) -> None:
        self._is_dismissed = True
        for worker in self._workers:
            if worker is not asyncio.current_task():
                worker.cancel()
