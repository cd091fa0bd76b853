"""Keeps requests to one service below its limits: so many a second, so many in flight.

Belongs here: the pace only. Where the processes of a machine tell each other of their starts is shared_pace.py. What a
request is, and what to do when a service still says "too fast", belongs to the clients.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType

from volt_assets.resilience.shared_pace import SharedPace

# Another process holds the file for microseconds. One that was stopped in that moment is not waited for.
_LOOK_AGAIN_SECONDS = 0.005
_LONGEST_LOOK_SECONDS = 1.0


class RateLimiter:
    """`async with limiter:` around each request; waits for a free place and for its turn.

    Starts are at least `pace / rate_per_second` seconds apart and never come in bursts; with `shared`, also from the starts of
    every other process that shares it. `pace` 0 means no waiting and no file; the bound on requests in flight, which is this
    limiter's own, stays. Clock (seconds, monotonic, the same for all processes) and sleep can be replaced.
    """

    def __init__(
        self,
        rate_per_second: float,
        max_in_flight: int,
        pace: float = 1.0,
        *,
        shared: SharedPace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raise ValueError for limits that would let nothing through."""
        if rate_per_second <= 0 or max_in_flight < 1 or pace < 0:
            raise ValueError("a rate limiter needs rate_per_second > 0, max_in_flight >= 1 and pace >= 0")
        self._interval_seconds = pace / rate_per_second
        self._places = asyncio.Semaphore(max_in_flight)
        self._turn = asyncio.Lock()
        self._shared = shared if pace > 0 else None
        self._last_start_seconds = float("-inf")
        self._monotonic = monotonic
        self._sleep = sleep

    async def __aenter__(self) -> None:
        """Wait for a place and a turn, in order of arrival."""
        await self._places.acquire()
        try:
            async with self._turn:
                await self._wait_for_turn()
        except BaseException:
            # Canceled while waiting: the place goes back, or the limiter would run dry.
            self._places.release()
            raise

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give the place back."""
        self._places.release()

    async def _wait_for_turn(self) -> None:
        looked_seconds = 0.0
        while looked_seconds < _LONGEST_LOOK_SECONDS:
            delay = self._claim()
            if delay == 0:
                return
            if delay is None:
                looked_seconds += _LOOK_AGAIN_SECONDS
            await self._sleep(_LOOK_AGAIN_SECONDS if delay is None else delay)

    def _claim(self) -> float | None:
        """0 for a start now, else the seconds until it may be tried again; None while another process is just looking."""
        now = self._monotonic()
        if self._shared is not None:
            delay = self._shared.claim(self._monotonic, self._interval_seconds)
        if self._shared is None or not self._shared.is_usable:
            # A clock that was set back costs one interval, not the time until it catches up.
            self._last_start_seconds = min(self._last_start_seconds, now)
            delay = max(0.0, self._last_start_seconds + self._interval_seconds - now)
        if delay == 0:
            self._last_start_seconds = now
        return delay
