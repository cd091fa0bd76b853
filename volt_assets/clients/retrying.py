"""Trying again what may succeed later: the only layer of Volt that retries.

Belongs here: how often and how patiently. What may succeed later is said by the error's class (RetryableError), and made
by http_errors.py. The libraries below never retry on their own.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from volt_assets.clients.http_errors import is_untrusted_certificate
from volt_assets.errors import ConnectionFailedError, RateLimitError, RetryableError
from volt_assets.settings import RetrySettings

Result = TypeVar("Result")
OnRetryWait = Callable[[float, Exception], None]
# A service that asks for more patience than this is reported instead of waited for.
LONGEST_RETRY_AFTER_SECONDS = 300.0
_log = logging.getLogger("volt.clients")


@dataclass(frozen=True)
class RetryPatience:
    """Whoever waits for a result, if that is somebody: then less is waited for than the settings allow, and not in silence."""

    unreached_attempts: int | None = None
    """Tries in all when no complete answer comes: an address that is wrong stays wrong."""
    most_seconds: float | None = None
    """Of all waits of one request together."""
    on_wait: OnRetryWait = lambda _seconds, _error: None
    """Told how long each wait takes and which error is its reason."""


# The hooks of stamina are the same for all of its loops; this one's waits are told to whom it belongs.
_ON_WAIT: ContextVar[OnRetryWait | None] = ContextVar("on_wait", default=None)


def _log_retry(details: RetryDetails) -> None:
    _log.info("try %d failed, the next one in %.1f s: %s", details.retry_num, details.wait_for, details.caused_by)
    if (on_wait := _ON_WAIT.get()) is not None:
        on_wait(details.wait_for, details.caused_by)


# Left alone, stamina reports retries through structlog when that is installed: on stdout, where only data belongs.
set_on_retry_hooks([_log_retry])


class Retrying:
    """Calls again after a RetryableError, with growing, jittered waits times `pace`; counts the retries."""

    def __init__(self, settings: RetrySettings, pace: float, patience: RetryPatience | None = None) -> None:
        """`pace` 0 does not wait at all."""
        self._patience = patience or RetryPatience()
        self._settings = settings
        self._pace = pace
        self.retries = 0

    async def call(
        self, attempt: Callable[[], Awaitable[Result]], only: type[RetryableError] = RetryableError, *, tried: int = 0
    ) -> Result:
        """The result of `attempt`, or its last error once the tries are used up. Errors other than `only` are raised at once.

        `tried` tries were made already, in another form; being asked too fast speaks of the moment, so there they do not count.
        """
        pace, patience = self._pace, self._patience
        waits: list[float] = []

        def wait_for(error: Exception) -> bool | float:
            if not isinstance(error, only) or is_untrusted_certificate(error):
                return False
            if isinstance(error, ConnectionFailedError) and len(waits) + 1 == patience.unreached_attempts:
                return False
            if not isinstance(error, RateLimitError) and tried + len(waits) + 1 >= self._settings.attempts:
                return False
            asked_seconds = error.retry_after_seconds if isinstance(error, RateLimitError) else None
            if patience.most_seconds is not None and sum(waits) + (asked_seconds or 0) * pace >= patience.most_seconds:
                return False
            if asked_seconds is None:
                return True
            return asked_seconds <= LONGEST_RETRY_AFTER_SECONDS and asked_seconds * pace

        def note(seconds: float, error: Exception) -> None:
            waits.append(seconds)
            patience.on_wait(seconds, error)

        earlier = _ON_WAIT.set(note)
        try:
            return await self._tries(attempt, wait_for)
        finally:
            _ON_WAIT.reset(earlier)

    async def _tries(self, attempt: Callable[[], Awaitable[Result]], wait_for: Callable[[Exception], bool | float]) -> Result:
        settings, pace = self._settings, self._pace

        async for trial in stamina.retry_context(
            on=wait_for,
            attempts=settings.attempts,
            timeout=None,
            wait_initial=settings.wait_initial_seconds * pace,
            wait_max=settings.wait_max_seconds * pace,
            wait_jitter=settings.wait_initial_seconds * pace,
        ):
            with trial:
                self.retries += trial.num > 1
                return await attempt()
        raise AssertionError("stamina ends with a result or an error")
