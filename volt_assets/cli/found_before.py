"""What is found before the first step of a run, as the error the command ends with.

Then an address that does not answer, or answers as something else, is most likely a wrong variable: that is a matter of configuration
(exit code 2), and the variable is named. The same error later in a run is a failure (1): the address was right a minute ago. A service
that says that it is ill or overrun is a failure in both places: it is the right one, and nothing in the user's hands is wrong.
Belongs here: the judgement. Does not: asking (preflight.py), the codes (exit_codes.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from volt_assets.errors import (
    AuthenticationError,
    ConnectionFailedError,
    NotFoundError,
    PlanFeatureError,
    RequestRejectedError,
    StoredDataError,
    UnexpectedAnswerError,
    UsageError,
    VoltError,
)

_OF_THE_ADDRESS = (ConnectionFailedError, UnexpectedAnswerError, RequestRejectedError, NotFoundError)
_OF_THE_ACCOUNT = (AuthenticationError, PlanFeatureError)


def found_before(error: VoltError, address_variable: str | None = None) -> VoltError:
    """The error as a UsageError when something the user chose explains it, else the error itself.

    `address_variable` is the one that the address asked for comes from; the hint names it when the address may be wrong.
    """
    if isinstance(error, _OF_THE_ADDRESS):
        return UsageError(str(error), hint=_naming(error, address_variable))
    if isinstance(error, (*_OF_THE_ACCOUNT, StoredDataError)):
        return UsageError(str(error), hint=error.hint)
    return error


@contextmanager
def before_the_first_step(address_variable: str | None = None) -> Iterator[None]:
    """Raise what the body raises as `found_before` judges it."""
    try:
        yield
    except VoltError as error:
        judged = found_before(error, address_variable)
        if judged is error:
            raise
        raise judged from error


def _naming(error: VoltError, variable: str | None) -> str | None:
    if variable is None or variable in (error.hint or ""):
        return error.hint
    return f"{error.hint}; is {variable} right?" if error.hint else f"is {variable} right?"
