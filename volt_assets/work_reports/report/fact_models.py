"""The facts a report shows, as plain frozen values: every figure computed, every text still untrusted.

Belongs here: the shapes. The rules that fill them stand in person_facts.py, team_facts.py, toggl_facts.py and the
modules these use. Links are addresses only; markdown.py builds the link.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.attendance import Attendance
from volt_assets.work_reports.report.data_models import CoverageRow, LateEdits, QualityRow, Scene
from volt_assets.work_reports.report.figures import Hours, percentage
from volt_assets.work_reports.report.phases import Phase
from volt_assets.work_reports.report.trend import Trend

AlignmentClass = Literal[
    "properly tracked",
    "just begun",
    "Fibery not updated",
    "wrong person",
    "wrong type",
    "no state to judge by",
    "no dates to judge by",
    "not found",
    "fetch failed",
    "type not configured",
    "missing in Toggl",
    "tracked by others",
    "open",
]
Form = Literal["full", "short", "notice", "short notice"]


class ItemName(Frozen):
    """How an item is named in a report: number and name, and where to open it."""

    type: str
    public_id: str
    name: str
    url: str | None = None
    icon: str = ""

    @property
    def number(self) -> str:
        """`#7658`."""
        return f"#{self.public_id}"

    @property
    def title(self) -> str:
        """`#7658 Provision the cloud account`."""
        return f"{self.number} {self.name}".strip()

    @property
    def kind(self) -> str:
        """The type without its space, e.g. `Sub-task`: numbers are unique per type only."""
        return self.type.rpartition("/")[2]

    @property
    def key(self) -> tuple[str, str]:
        """Identity: type and public id."""
        return (self.type, self.public_id)


class Said(Frozen):
    """One comment: who, on which day, what (plain text)."""

    author: str | None
    day: str
    text: str
    on: date | None = None
    """The day itself."""


class ItemDays(Frozen):
    """The days of an item, None where Fibery has none."""

    started: date | None = None
    finished: date | None = None
    planned_start: date | None = None
    planned_end: date | None = None


class FeatureBlock(Frozen):
    """A feature and how far it is."""

    feature: ItemName
    done: int
    total: int
    percent: int
    planned_end: str | None
    """As shown, e.g. `15 Oct`; None when Fibery has none."""
    ends_on: date | None = None
    """The planned end itself."""
    is_done: bool
    """The feature itself is finished, whatever its children are."""
    ends_soon: bool
    """It is not finished, children are left, and its planned end is at most a week after the period's end."""
    overdue_days: int
    """Days between its planned end and the period's end, when it is not finished and children are left."""
    team_hours: Hours
    """Of everybody in the report's data, this period, on its parts: the feature's children and what is below them."""
    done_items: tuple[ItemName, ...]
    left_items: tuple[ItemName, ...]
    not_started: int
    hides_hours: bool = False
    """The hours are of too few others: in a report of one person they would tell of a single colleague."""


class ItemFacts(Frozen):
    """One item of one person."""

    name: ItemName
    form: Form
    hours: Hours
    status: Literal["enriched", "not found", "failed", "type not configured"]
    reason: str | None
    database: str
    label: str
    state: str
    """State as Fibery names it, `no state` where the type has none."""
    project: str | None
    finished: bool
    """In the period."""
    finished_on: str | None
    days_late: int | None
    """Finished so many days after the planned end (negative: before it); None when either is unknown."""
    overdue_days: int
    planned_end: str | None
    timeline: tuple[str, ...]
    flags: tuple[str, ...]
    chain: tuple[ItemName, ...]
    """The items above it, nearest first."""
    part_of: FeatureBlock | None
    progress: FeatureBlock | None
    linked: tuple[ItemName, ...]
    fields: tuple[tuple[str, str], ...]
    description: str
    comments: tuple[Said, ...]
    """Of the period, oldest first; when there is none in it, the last one before."""
    names: tuple[str, ...]
    """What the person wrote in the time entries."""
    guessed: bool
    assigned: bool | None
    """Whether the person is an assignee; None when Fibery names none or the person is unknown there."""
    phase: Phase = "unknown"
    """Where it stood at the end of the period."""
    days: ItemDays = ItemDays()
    entries: tuple[int, ...] = ()
    """The person's Toggl entries on it."""


class AlignmentRow(Frozen):
    """One item of one person, judged."""

    kind: AlignmentClass
    item: ItemName
    person: str
    hours: Hours | None
    """None for items on which the person has no time."""
    state: str
    expected: str
    action: str
    detail: str = ""
    """What was found, e.g. `2.3 h logged after it was finished on 9 Oct.`; without time `planned start 13 Oct`."""
    late_hours: Hours | None = None
    """Of `hours`, those logged after the item was finished: then `detail` names these."""


class AlignmentSummary(Frozen):
    """One class: how many items (each once), whose, and the hours."""

    kind: AlignmentClass
    icon: str
    items: int
    hours: Hours | None
    people: tuple[str, ...]


class AttentionPoint(Frozen):
    """One point that asks for something: what is so, and what to do."""

    icon: str
    item: ItemName | None
    what: str
    action: str
    person: str | None = None


class Grid(Frozen):
    """Hours by day (week, month): the columns' headings and two rows that add up."""

    columns: tuple[str, ...]
    items: tuple[Hours, ...]
    other: tuple[Hours, ...]


class ActivityFacts(Frozen):
    """Time on something that names no item."""

    text: str
    hours: Hours
    entries: int
    people: tuple[str, ...] = ()
    remark: str = ""
    """What could make an item of it: a bare number, tags without a number."""
    entry_ids: tuple[int, ...] = ()


class WorkPattern(Frozen):
    """How the time lay in the period."""

    days_with_time: int
    busiest_day: str | None
    """As shown."""
    busiest_on: date | None
    """The day itself."""
    busiest_hours: Hours | None
    meetings: Hours
    meeting_percent: int
    switches: int
    switches_per_day: str


class Totals(Frozen):
    """The figures every report begins with."""

    total: Hours
    on_items: Hours
    other: Hours
    on_items_percent: int
    change: str | None
    """Against the period before, e.g. `+2.1`; None when that one is not stored."""

    @property
    def other_percent(self) -> int:
        """The share of other work."""
        return percentage(self.other.seconds, self.total.seconds)


class PersonFacts(Totals):
    """Everything an individual report shows."""

    scene: Scene
    user_id: int
    name: str
    slug: str
    email: str | None
    zone: str | None
    grid: Grid
    items: tuple[ItemFacts, ...]
    """Every item with time, most hours first."""
    activities: tuple[ActivityFacts, ...]
    attention: tuple[AttentionPoint, ...]
    alignment: tuple[AlignmentRow, ...]
    """Items with time first, then those without."""
    alignment_classes: tuple[AlignmentSummary, ...]
    to_act_on: tuple[AlignmentRow, ...]
    """Rows with time that ask for an action."""
    coverage: tuple[CoverageRow, ...]
    quality: tuple[QualityRow, ...]
    late_edits: LateEdits | None
    pattern: WorkPattern
    judged_by_dates: bool
    unknown_in_fibery: bool
    trend: Trend
    attendance: Attendance
    """By the calendar of volt.yaml."""
    has_email: bool
    """Toggl shows an e-mail; without one nobody can be looked for in Fibery."""

    @property
    def finished(self) -> tuple[ItemFacts, ...]:
        """Items finished in the period."""
        return tuple(item for item in self.items if item.finished)

    @property
    def overdue(self) -> tuple[ItemFacts, ...]:
        """Items overdue at the end of the period."""
        return tuple(item for item in self.items if item.overdue_days > 0)

    @property
    def without_time(self) -> tuple[AlignmentRow, ...]:
        """Assigned items on which the person has no time: in progress, with time of nobody or of others only, or not started."""
        return tuple(row for row in self.alignment if row.hours is None)
