"""Trying again what may succeed later: the only layer of Volt that retries.

Belongs here: how often and how patiently. What may succeed later is said by the error's class (RetryableError), and made
by http_errors.py. The libraries below never retry on their own.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from volt_assets.clients.http_errors import is_untrusted_certificate
from volt_assets.errors import RateLimitError, RetryableError
from volt_assets.settings import RetrySettings

Result = TypeVar("Result")
# A service that asks for more patience than this is reported instead of waited for.
LONGEST_RETRY_AFTER_SECONDS = 300.0
_log = logging.getLogger("volt.clients")


def _log_retry(details: RetryDetails) -> None:
    _log.info("try %d failed, the next one in %.1f s: %s", details.retry_num, details.wait_for, details.caused_by)


# Left alone, stamina reports retries through structlog when that is installed: on stdout, where only data belongs.
set_on_retry_hooks([_log_retry])


class Retrying:
    """Calls again after a RetryableError, with growing, jittered waits times `pace`; counts the retries."""

    def __init__(self, settings: RetrySettings, pace: float) -> None:
        """`pace` 0 does not wait at all."""
        self._settings = settings
        self._pace = pace
        self.retries = 0

    async def call(self, attempt: Callable[[], Awaitable[Result]], only: type[RetryableError] = RetryableError) -> Result:
        """The result of `attempt`, or its last error once the tries are used up. Errors other than `only` are raised at once."""
        settings, pace = self._settings, self._pace

        def wait_for(error: Exception) -> bool | float:
            if not isinstance(error, only) or is_untrusted_certificate(error):
                return False
            asked_seconds = error.retry_after_seconds if isinstance(error, RateLimitError) else None
            if asked_seconds is None:
                return True
            return asked_seconds <= LONGEST_RETRY_AFTER_SECONDS and asked_seconds * pace

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
