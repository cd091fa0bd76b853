"""Limits on how long work may take, not counting what was spent waiting for a quota.

Belongs here: the clock of a limit, and stopping a step when it is over. How long a limit is belongs to the settings.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

from volt_assets.errors import TimeLimitError


class TimeLimit:
    """So many seconds from now on; `extend` gives back what was spent waiting."""

    def __init__(self, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` gives seconds of a clock that is never set back."""
        self.seconds = seconds
        self._monotonic = monotonic
        self._ends_at = monotonic() + seconds
        self._scope: asyncio.Timeout | None = None

    @property
    def seconds_left(self) -> float:
        """Negative once the limit is over."""
        return self._ends_at - self._monotonic()

    def extend(self, seconds: float) -> None:
        """Move the end: waiting for a quota does not count."""
        self._ends_at += seconds
        if self._scope is not None and (when := self._scope.when()) is not None:
            self._scope.reschedule(when + seconds)

    @asynccontextmanager
    async def around(self, what: str) -> AsyncIterator[TimeLimit]:
        """Cancel the body when the limit is over. Raises TimeLimitError naming `what`."""
        try:
            async with asyncio.timeout(self.seconds_left) as scope:
                self._scope = scope
                yield self
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise _over(what, self.seconds) from error
        finally:
            self._scope = None


RUN_LIMITS: dict[str, TimeLimit] = {}
"""The limits of whole runs in this process, by run id; whoever executes a run puts its limit here."""


@contextmanager
def local_limit(seconds: float, what: str) -> Iterator[None]:
    """The same for code that does not await: an alarm of the operating system interrupts the main thread.

    Elsewhere (another thread, a system without alarms) there is nothing to interrupt with, and the limit of the run holds.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _over(what, seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _over(what: str, seconds: float) -> TimeLimitError:
    return TimeLimitError(
        f"{what} took longer than its limit of {seconds:g} s", hint="raise the limit under timeouts: in volt.yaml, or ask for less"
    )
