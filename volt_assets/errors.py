"""Every error Volt raises on purpose, grouped by what the caller does about it.

VoltError
├── ConfigurationError          fix a file, a variable or an option, then try again (exit code 2)
│   ├── SettingsError           a YAML file under config/
│   ├── EnvironmentVariableError  a missing, malformed or rejected environment variable
│   └── UsageError              a command-line argument, a partition key, a run id
├── RetryableError              trying the same request again may help; clients retry it, then give up
│   ├── RateLimitError          429: too fast
│   ├── ServerError             5xx, or an answer that says "timeout"
│   ├── ConnectionFailedError   no connection, reset, timed out, or an answer cut short
│   └── ItemTimeoutError        one item of many was not done in its time
├── QuotaExhaustedError         stop, resumable: knows when the quota resets (exit code 3)
├── CircuitOpenError            not even tried: the service fails too often; knows when to try again
└── PermanentError              the same request would fail again: stop (exit code 1)
    ├── AuthenticationError     401/403: names the variable to fix
    ├── PlanFeatureError        402 for a feature that the plan lacks
    ├── NotFoundError           404/410
    ├── RequestRejectedError    400 and other refusals of this very request
    ├── UnexpectedAnswerError   an answer that is not what the API documents
    │   └── AnswerTooLargeError   more than an answer may be: ask for less at once
    ├── TimeLimitError          a step or a run took longer than its limit
    ├── StoredDataError         a stored file that is corrupt, foreign, or of another workspace
    │   └── NewerFileError      a stored file of a newer Volt: never replaced
    ├── IncompleteDataError     a plan and its results differ, or a total cannot be reached
    └── TooManyFailuresError    so many items of one kind failed that going on makes no sense

What does not belong here: Dagster's own exceptions, and anything that is an answer rather than an error
(an item that Fibery does not have is an answer).
"""

from __future__ import annotations

from datetime import datetime


class VoltError(Exception):
    """One line that says what happened and where; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the message on one line, whatever text from outside it quotes."""
        super().__init__(" ".join(message.split()))
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling between processes with the hint and every extra attribute."""
        return (_rebuild, (type(self), str(self), dict(self.__dict__)))


def _rebuild(kind: type[VoltError], message: str, state: dict[str, object]) -> VoltError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class ConfigurationError(VoltError):
    """Something the user wrote is wrong; nothing has been done yet."""


class SettingsError(ConfigurationError):
    """A configuration file is wrong: the message names file, line and key."""


class EnvironmentVariableError(ConfigurationError):
    """An environment variable is missing, malformed or was rejected: the message names it."""


class UsageError(ConfigurationError):
    """An argument is wrong: a date, a partition key, a person, a run id."""


class RetryableError(VoltError):
    """The same request may succeed later."""


class RateLimitError(RetryableError):
    """HTTP 429. `retry_after_seconds` is what the server asked for, if it did."""

    def __init__(self, message: str, *, hint: str | None = None, retry_after_seconds: float | None = None) -> None:
        """Remember how long the server asked to wait."""
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class ServerError(RetryableError):
    """HTTP 5xx, or an error in the body that stands for one."""


class ConnectionFailedError(RetryableError):
    """No complete answer came: refused, reset, timed out, truncated."""


class ItemTimeoutError(RetryableError):
    """One item of many took longer than it may."""


class QuotaExhaustedError(VoltError):
    """The hourly quota is used up until `resets_at` (aware, UTC)."""

    def __init__(self, message: str, *, resets_at: datetime, hint: str | None = None) -> None:
        """Remember when the quota resets."""
        super().__init__(message, hint=hint)
        self.resets_at = resets_at


class CircuitOpenError(VoltError):
    """Too many requests to a service failed lately, so this one was not sent.

    No RetryableError: trying again at once would only find the circuit still open.
    """

    def __init__(self, message: str, *, retry_in_seconds: float, hint: str | None = None) -> None:
        """Remember when the circuit lets the next request through."""
        super().__init__(message, hint=hint)
        self.retry_in_seconds = retry_in_seconds


class PermanentError(VoltError):
    """The same request would fail again."""


class AuthenticationError(PermanentError):
    """A token was rejected; `variable` is the environment variable that holds it."""

    def __init__(self, message: str, *, variable: str, hint: str | None = None) -> None:
        """Name the variable to fix."""
        super().__init__(message, hint=hint)
        self.variable = variable


class PlanFeatureError(PermanentError):
    """The service's plan does not include what was asked for."""


class NotFoundError(PermanentError):
    """HTTP 404 or 410 for something that had to be there."""


class RequestRejectedError(PermanentError):
    """The service refused this very request. `name` is the service's own name of the error, if it has one."""

    def __init__(self, message: str, *, name: str | None = None, hint: str | None = None) -> None:
        """Remember the service's name for the error."""
        super().__init__(message, hint=hint)
        self.name = name


class UnexpectedAnswerError(PermanentError):
    """The answer is not what the API documents (HTML, another shape, another unit)."""


class AnswerTooLargeError(UnexpectedAnswerError):
    """The answer is larger than any that is read; asking for less at once may help."""


class TimeLimitError(PermanentError):
    """Work took longer than the settings allow."""


class StoredDataError(PermanentError):
    """A stored file cannot be trusted."""


class NewerFileError(StoredDataError):
    """A stored file was made by a newer Volt: nothing here may replace it."""


class IncompleteDataError(PermanentError):
    """What came does not cover what was planned."""


class TooManyFailuresError(PermanentError):
    """More items failed than a run may lose and still go on."""
