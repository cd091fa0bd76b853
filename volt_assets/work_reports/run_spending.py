"""What the runs of this process have spent and no record holds yet.

A step that is interrupted inside a coroutine is left where it was and cannot note its own end. So its counts are kept here, where
whoever settles the run finds them.
Belongs here: counting, also while a client is at work. Does not: the record of a run (run_record.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from volt_assets.work_reports.models.run_metadata import Usage

CHECKS_SPENT: dict[str, Usage] = {}
"""What the checks before a run have spent, by run id; whoever executes a run puts it here."""
_STEPS: dict[str, Spending] = {}


class Counting(Protocol):
    """A client that counts."""

    @property
    def requests_made(self) -> int:
        """Every attempt counts."""


class Spending:
    """The counts of one step, or of the checks before a run."""

    def __init__(self) -> None:
        """Nothing is spent yet."""
        self._counted = Usage()
        self._at_work: list[Callable[[], Usage]] = []

    @property
    def so_far(self) -> Usage:
        """Everything up to this moment; clients at work included."""
        total = self._counted
        for count in self._at_work:
            total = total.plus(count())
        return total

    def add(self, usage: Usage) -> None:
        """Count what is spent already."""
        self._counted = self._counted.plus(usage)

    @contextmanager
    def counting(self, count: Callable[[], Usage]) -> Iterator[None]:
        """Count what a client spends during the body, also when the body fails; `count` gives the client's own count so far."""
        self._at_work.append(count)
        try:
            yield
        finally:
            # After `take` there is nothing left to count: it stands in a record.
            if count in self._at_work:
                self._at_work.remove(count)
                self.add(count())

    def take(self) -> Usage:
        """Everything so far, for a record; from then on nothing is spent, whatever clients left behind still count."""
        taken = self.so_far
        self._counted, self._at_work = Usage(), []
        return taken


def step_at_work(run_id: str) -> Spending:
    """The counts of the step that begins now; a run has one step at work at a time."""
    _STEPS[run_id] = Spending()
    return _STEPS[run_id]


def unrecorded(run_id: str) -> Usage:
    """Take what the step at work of this run has spent and did not record; nothing when it recorded everything."""
    return _STEPS[run_id].take() if run_id in _STEPS else Usage()
