"""What becomes of a work item that fails: the run stops, or the item is reported as failed and kept as a dead letter.

Belongs here: which failures are those of an item, what people are told of them, and when too many have failed. An item
that Fibery does not have has not failed, and what concerns everybody (a token, a quota, the configuration, a fault of our
own) stops the run whatever the type's policy says. Nothing is retried here: the clients do that.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from volt_assets.errors import (
    IncompleteDataError,
    RequestRejectedError,
    RetryableError,
    TooManyFailuresError,
    UnexpectedAnswerError,
)
from volt_assets.work_reports.models import ItemToEnrich

MOST_FAILED_SHARE = 0.5
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (RetryableError, "Fibery did not answer in full when it was asked about this item, however often it was tried"),
    (RequestRejectedError, "Fibery refused to say more about this item"),
    (UnexpectedAnswerError, "what Fibery answered about this item could not be understood"),
    (ValidationError, "what Fibery answered about this item could not be understood"),
)


@dataclass(frozen=True)
class ItemFailure:
    """A planned item that failed, and why. `reason` is for people and never the raw text of an answer."""

    item: ItemToEnrich
    error: Exception
    reason: str


class Failures:
    """The items that failed so far, out of `planned_items` of the whole run; None: any number may fail."""

    def __init__(self, planned_items: int | None) -> None:
        """None has failed yet."""
        self._planned_items = planned_items
        self._found: list[ItemFailure] = []

    @property
    def found(self) -> tuple[ItemFailure, ...]:
        """In the order in which they failed."""
        return tuple(self._found)

    def note(self, item: ItemToEnrich, error: Exception) -> str:
        """Add an item and return the reason for people. Raises TooManyFailuresError as `check_failures` does."""
        failure = ItemFailure(item, error, _reason_for(error))
        self._found.append(failure)
        if self._planned_items is not None:
            check_failures(len(self._found), self._planned_items)
        return failure.reason


def concerns_single_items(error: Exception) -> bool:
    """Whether other items may fare better."""
    return isinstance(error, (IncompleteDataError, *(kind for kind, _ in _REASONS)))


def check_failures(failed: int, planned: int) -> None:
    """Raise TooManyFailuresError when more than half of the planned items of a run have failed."""
    if failed > MOST_FAILED_SHARE * planned:
        message = f"{failed} of {planned} work items failed, more than half of them"
        raise TooManyFailuresError(message, hint="run the range again once Fibery answers")


def _reason_for(error: Exception) -> str:
    # The text of this error is ours; that of others may quote what came from outside.
    if isinstance(error, IncompleteDataError):
        return str(error)
    return next(words for kind, words in _REASONS if isinstance(error, kind))
