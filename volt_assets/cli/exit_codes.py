"""What a command's exit code says, and which error leads to which.

Belongs here: the codes and the mapping over the tree of errors.py. Printing the error is console.py's.
"""

from __future__ import annotations

from enum import IntEnum

from volt_assets.errors import ConfigurationError, QuotaExhaustedError, VoltError


class ExitCode(IntEnum):
    """The exit codes of every `volt-agent` command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    """Something the user wrote is wrong: an option, a file, a variable. Nothing was written."""
    WAITING = 3
    """Stopped until the quota resets; the same command then goes on."""
    INCOMPLETE = 4
    """Finished, and the reports say what is missing or not proven."""
    CANCELED = 130
    """Ctrl-C or cancel-run."""


def original_error(error: BaseException) -> BaseException:
    """The first Volt error or Ctrl-C inside `error`, along causes and groups; `error` itself when there is none.

    Dagster and task groups wrap what a step raised; the user is told about the cause.
    """
    found = _find(error, seen=set())
    return error if found is None else found


def exit_code_for(error: BaseException) -> ExitCode:
    """The exit code an error ends a command with.

    A wrong token or an unreachable host counts as failed; the checks before a run raise those as ConfigurationError.
    """
    original = original_error(error)
    if isinstance(original, KeyboardInterrupt):
        return ExitCode.CANCELED
    if isinstance(original, ConfigurationError):
        return ExitCode.USAGE
    if isinstance(original, QuotaExhaustedError):
        return ExitCode.WAITING
    return ExitCode.FAILED


def _find(error: BaseException | None, *, seen: set[int]) -> BaseException | None:
    if error is None or id(error) in seen:
        return None
    if isinstance(error, VoltError | KeyboardInterrupt):
        return error
    seen.add(id(error))
    inner = [*error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    for candidate in [*inner, error.__cause__]:
        found = _find(candidate, seen=seen)
        if found is not None:
            return found
    return None
