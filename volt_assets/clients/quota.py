"""Waiting for an hourly quota to reset, within a patience.

Belongs here: whether and how long to wait. What a used-up quota looks like is http_errors.py's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from volt_assets.errors import QuotaExhaustedError

OnQuotaWait = Callable[[datetime], None]
# The server's clock and ours are not the same: a second late is cheaper than a request too early.
_MARGIN_SECONDS = 1.0
_log = logging.getLogger("volt.clients")


class QuotaPatience:
    """How many seconds in all may be spent waiting. Waiting for a quota is no pacing: `pace` does not shorten it."""

    def __init__(
        self,
        seconds: float,
        *,
        on_wait: OnQuotaWait = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`on_wait` is told until when (aware) each wait lasts."""
        self._seconds_left = seconds
        self._on_wait = on_wait
        self._sleep = sleep

    async def wait_for(self, error: QuotaExhaustedError, now: datetime) -> None:
        """Wait until the quota has reset. Raises the error itself when that is beyond what is left of the patience."""
        seconds = max(0.0, (error.resets_at - now).total_seconds()) + _MARGIN_SECONDS
        if seconds > self._seconds_left:
            raise error
        self._seconds_left -= seconds
        _log.info("the quota is used up; waiting until %s", error.resets_at.isoformat())
        self._on_wait(error.resets_at)
        await self._sleep(seconds)
