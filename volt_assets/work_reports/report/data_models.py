"""The shapes of what a report says about its data: where the time is accounted for, what is odd, edited late or still running.

The rules that fill them stand in scene.py, accounting.py and late_edits.py. Every text is still untrusted.
"""

from __future__ import annotations

from datetime import datetime

from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.figures import Hours
from volt_assets.work_reports.report.periods import Period


class CoverageRow(Frozen):
    """One part of the tracked time; the rows add up to the total."""

    label: str
    hours: Hours
    percent: int
    items: int | None


class QualityRow(Frozen):
    """One kind of data-quality finding; `kind` is its name in the plural, `one` in the singular."""

    kind: str
    one: str
    count: int
    hours: Hours | None
    where: str


class LateEdits(Frozen):
    """Entries that were added, changed or deleted after their days had been downloaded; the figures include that."""

    added: int
    changed: int
    deleted: int
    moved: int
    """Entries that count as added on one day and as deleted on another."""
    hours: str | None
    """By how much the days changed together, e.g. `+1.5`; None for one person: edits are stored by day."""
    days: tuple[str, ...]
    noticed_at: str
    people: tuple[tuple[str, int], ...] = ()
    """Whose entries were added or changed, and how many."""


class RunningFacts(Frozen):
    """An entry that still runs: not counted."""

    person: str
    text: str
    since: str


class Scene(Frozen):
    """What all three kinds of reports say about their data."""

    period: Period
    timezone: str
    scope: str | None
    """A team of volt.yaml, or an ad-hoc list of people; None for everybody."""
    people: tuple[str, ...]
    """Whom an ad-hoc list names; empty otherwise."""
    in_progress: bool
    data_as_of: str
    reconciliation: str
    notices: tuple[str, ...]
    toggl_workspace_id: int
    entries_url: str
    entries: int
    running: tuple[RunningFacts, ...]
    fibery_workspace: str = ""
    fetched_at: datetime | None = None
