"""Keeps requests to one service below its limits: so many a second, so many in flight.

Belongs here: the pace only. What a request is, and what to do when a service still says "too fast", belongs to the clients.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType


class RateLimiter:
    """`async with limiter:` around each request; waits for a free place and for its turn.

    Starts are at least `pace / rate_per_second` seconds apart and never come in bursts; `pace` 0 means no waiting, the
    bound on requests in flight stays. Clock (seconds, monotonic) and sleep can be replaced.
    """

    def __init__(
        self,
        rate_per_second: float,
        max_in_flight: int,
        pace: float = 1.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raise ValueError for limits that would let nothing through."""
        if rate_per_second <= 0 or max_in_flight < 1 or pace < 0:
            raise ValueError("a rate limiter needs rate_per_second > 0, max_in_flight >= 1 and pace >= 0")
        self._interval_seconds = pace / rate_per_second
        self._places = asyncio.Semaphore(max_in_flight)
        self._turn = asyncio.Lock()
        self._next_start_seconds = float("-inf")
        self._monotonic = monotonic
        self._sleep = sleep

    async def __aenter__(self) -> None:
        """Wait for a place and a turn, in order of arrival."""
        await self._places.acquire()
        try:
            async with self._turn:
                while (delay := self._next_start_seconds - self._monotonic()) > 0:
                    await self._sleep(delay)
                self._next_start_seconds = self._monotonic() + self._interval_seconds
        except BaseException:
            # Cancelled while waiting: the place goes back, or the limiter would run dry.
            self._places.release()
            raise

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give the place back."""
        self._places.release()
