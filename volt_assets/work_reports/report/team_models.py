"""The facts of the two reports about everybody: the team summary and the Toggl summary. Texts are untrusted."""

from __future__ import annotations

from datetime import date

from volt_assets.work_reports.models import Frozen, SchemaWarning
from volt_assets.work_reports.report.attendance import Attendance
from volt_assets.work_reports.report.data_models import CoverageRow, LateEdits, QualityRow, Scene
from volt_assets.work_reports.report.fact_models import (
    ActivityFacts,
    AlignmentRow,
    AlignmentSummary,
    AttentionPoint,
    FeatureBlock,
    Grid,
    ItemName,
    Totals,
)
from volt_assets.work_reports.report.figures import Hours, percentage
from volt_assets.work_reports.report.phases import Phase
from volt_assets.work_reports.report.trend import Trend


class MemberRow(Frozen):
    """One person in a table of people; the rows add up to the totals."""

    user_id: int
    name: str
    slug: str
    total: Hours
    on_items: Hours
    other: Hours
    on_items_percent: int
    items: int
    finished: int = 0
    change: str | None = None
    entries: tuple[int, ...] = ()
    """The person's Toggl entries, running ones left out."""

    @property
    def other_percent(self) -> int:
        """The share of other work."""
        return percentage(self.other.seconds, self.total.seconds)


class PersonWithoutTime(Frozen):
    """Somebody of the report who tracked nothing, and has no report of their own."""

    name: str
    assigned: tuple[AlignmentRow, ...]
    """What is assigned: in progress first, then not started."""


class ShareRow(Frozen):
    """One part of the tracked time: a project, a type, all other activities."""

    label: str
    hours: Hours
    percent: int


class ProjectRow(Frozen):
    """Time on the items of one project, and the features of which it has most of the time."""

    share: ShareRow
    features: tuple[FeatureBlock, ...]
    people: tuple[str, ...]


class PartOfItem(Frozen):
    """One person's part of the time on an item."""

    user_id: int
    name: str
    hours: Hours
    entries: tuple[int, ...]


class TeamItem(Frozen):
    """One item and everybody's time on it."""

    name: ItemName
    hours: Hours
    people: tuple[str, ...]
    project: str | None = None
    label: str = ""
    overdue_days: int = 0
    finished_on: str | None = None
    finished: bool = False
    """In the period."""
    finished_day: date | None = None
    phase: Phase = "unknown"
    parts: tuple[PartOfItem, ...] = ()
    """By person, in the order of `people`: by name."""

    @property
    def entries(self) -> tuple[int, ...]:
        """Everybody's Toggl entries on it."""
        return tuple(entry for part in self.parts for entry in part.entries)


class Rest(Frozen):
    """What a long table does not list one by one."""

    count: int
    hours: Hours


class TeamFacts(Totals):
    """Everything the team summary shows."""

    scene: Scene
    previous_total: Hours | None
    unique_items: int
    members: tuple[MemberRow, ...]
    items: tuple[TeamItem, ...]
    """Each item once, most hours first."""
    finished: tuple[TeamItem, ...]
    overdue: tuple[TeamItem, ...]
    shared: tuple[TeamItem, ...]
    """Items with time of more than one person."""
    projects: tuple[ProjectRow, ...]
    other_share: ShareRow
    activities: tuple[ActivityFacts, ...]
    features: tuple[FeatureBlock, ...]
    types: tuple[ShareRow, ...]
    attention: tuple[AttentionPoint, ...]
    alignment: tuple[AlignmentSummary, ...]
    to_act_on: tuple[AlignmentRow, ...]
    """Rows with time that ask for an action."""
    coverage: tuple[CoverageRow, ...]
    unconfigured: tuple[ShareRow, ...]
    quality: tuple[QualityRow, ...]
    late_edits: LateEdits | None
    meetings: Hours
    meeting_percent: int
    without_time: tuple[PersonWithoutTime, ...]
    unmatched_people: tuple[str, ...]
    """Whom Fibery does not know by the e-mail that Toggl shows."""
    without_email: tuple[str, ...]
    """For whom Toggl shows no e-mail: they cannot be looked for in Fibery, nor stand in the people map."""
    warnings: tuple[SchemaWarning, ...]
    judged_by_dates: bool
    trend: Trend
    attendance: tuple[Attendance, ...]
    """Everybody by the calendar of volt.yaml, by name."""

    @property
    def absent(self) -> tuple[Attendance, ...]:
        """People who were absent by the calendar."""
        return tuple(one for one in self.attendance if one.absent_days)

    @property
    def silent(self) -> tuple[Attendance, ...]:
        """People with working days on which they tracked nothing."""
        return tuple(one for one in self.attendance if one.silent_days)


class TogglFacts(Totals):
    """Everything the Toggl summary shows."""

    scene: Scene
    unique_items: int
    members: tuple[MemberRow, ...]
    items: tuple[TeamItem, ...]
    more_items: Rest | None
    activities: tuple[ActivityFacts, ...]
    more_activities: Rest | None
    grid: Grid
    projects: tuple[ShareRow, ...]
    types: tuple[ShareRow, ...]
    quality: tuple[QualityRow, ...]
    late_edits: LateEdits | None
    people_without_time: tuple[str, ...]
