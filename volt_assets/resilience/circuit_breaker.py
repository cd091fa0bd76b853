"""Stops asking a service that fails more often than it answers, and finds out carefully when it is well again.

    closed     requests pass and are counted; more than half of at least `minimum_calls` within `window_seconds` failed: open
    open       nothing passes for `cool_down_seconds`
    half_open  one request passes as a probe, whoever comes first; an answer closes the circuit, a failure opens it anew

Belongs here: counting and deciding. Whoever is not let through gets CircuitOpenError at once instead of waiting: a crowd that
waits would fall upon the service in the moment it recovers. Retries belong to the clients.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from volt_assets.errors import CircuitOpenError
from volt_assets.resilience.item_policy import is_retryable

Result = TypeVar("Result")
FAILED_SHARE = 0.5


class CircuitState(StrEnum):
    """Whether requests pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class CircuitReading:
    """What a breaker shows: its state, calls and failures within the window, and seconds until it lets a probe through."""

    state: CircuitState
    calls: int
    failures: int
    retry_in_seconds: float


class CircuitBreaker:
    """`await breaker.call(attempt)` around each request of one service, from one event loop.

    `is_failure` decides which errors speak against the service: by default those that may pass (RetryableError). "Not found"
    or a refused request is an answer. A canceled call says nothing. `monotonic` gives seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        window_seconds: float = 60.0,
        minimum_calls: int = 10,
        cool_down_seconds: float = 30.0,
        is_failure: Callable[[Exception], bool] = is_retryable,
        monotonic: Callable[[], float] = time.monotonic,
        on_turn: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`name` is the service in messages; `on_turn` is told when the circuit opens (True) or closes.

        Raise ValueError for a window that could never open or close.
        """
        if window_seconds <= 0 or minimum_calls < 1 or cool_down_seconds < 0:
            raise ValueError("a circuit breaker needs window_seconds > 0, minimum_calls >= 1 and cool_down_seconds >= 0")
        self._name = name
        self._window_seconds = window_seconds
        self._minimum_calls = minimum_calls
        self._cool_down_seconds = cool_down_seconds
        self._is_failure = is_failure
        self._monotonic = monotonic
        self._on_turn = on_turn
        self._calls: deque[tuple[float, bool, object]] = deque()
        self._failures = 0
        self._opened_at_seconds: float | None = None
        self._is_probing = False
        self._last_failure = ""
        # Counts openings and closings: an answer to a request of an earlier phase says nothing about this one.
        self._phase = 0

    def reading(self) -> CircuitReading:
        """The state now."""
        now = self._monotonic()
        self._forget_before(now - self._window_seconds)
        if self._opened_at_seconds is None:
            return CircuitReading(CircuitState.CLOSED, len(self._calls), self._failures, 0.0)
        retry_in = max(0.0, self._opened_at_seconds + self._cool_down_seconds - now)
        state = CircuitState.OPEN if retry_in > 0 else CircuitState.HALF_OPEN
        return CircuitReading(state, len(self._calls), self._failures, retry_in)

    async def call(self, attempt: Callable[[], Awaitable[Result]], subject: object = None) -> Result:
        """The result or the error of `attempt`. Raises CircuitOpenError, without calling it, while the circuit lets nobody through.

        Failures of one `subject` count once within the window: a thing that is bad, asked for again and again or in ever
        smaller parts, fails however well the service is.
        """
        self._admit()
        phase = self._phase
        try:
            result = await attempt()
        except Exception as error:
            failed = self._is_failure(error)
            self._last_failure = str(error) if failed else self._last_failure
            self._note(phase, subject, failed=failed)
            raise
        except BaseException:
            if phase == self._phase:
                self._is_probing = False
            raise
        self._note(phase, subject, failed=False)
        return result

    def _admit(self) -> None:
        now = self.reading()
        if now.state is CircuitState.CLOSED:
            return
        if now.state is CircuitState.OPEN or self._is_probing:
            raise self._refusal(now.retry_in_seconds)
        self._is_probing = True

    def _refusal(self, retry_in_seconds: float) -> CircuitOpenError:
        """It may be the last line of a run: what is wrong, and when it makes sense to go on."""
        if retry_in_seconds > 0:
            state = f" and is not asked again for {math.ceil(retry_in_seconds)} s"
        else:
            state = "; one request is finding out if it is well"
        seconds = math.ceil(retry_in_seconds or self._cool_down_seconds)
        return CircuitOpenError(
            f"{self._name} fails too often{state}; the last failure: {self._last_failure}",
            retry_in_seconds=retry_in_seconds,
            hint=f"run the same command again in {seconds} s; it goes on where it stopped",
        )

    def _note(self, phase: int, subject: object, *, failed: bool) -> None:
        if phase != self._phase:
            return
        now = self._monotonic()
        if self._is_probing:
            self._turn(opened_at_seconds=now if failed else None)
            return
        self._forget_before(now - self._window_seconds)
        if failed and subject is not None and any(known is subject for _, has_failed, known in self._calls if has_failed):
            return
        self._calls.append((now, failed, subject))
        self._failures += failed
        if len(self._calls) >= self._minimum_calls and self._failures > FAILED_SHARE * len(self._calls):
            self._turn(opened_at_seconds=now)

    def _turn(self, *, opened_at_seconds: float | None) -> None:
        self._opened_at_seconds = opened_at_seconds
        self._is_probing = False
        self._phase += 1
        self._on_turn(opened_at_seconds is not None)
        # What opened the circuit stays to be seen until it closes.
        if opened_at_seconds is None:
            self._calls.clear()
            self._failures = 0

    def _forget_before(self, seconds: float) -> None:
        while self._calls and self._calls[0][0] <= seconds:
            self._failures -= self._calls.popleft()[1]
