"""What the reports stage makes: prose, individual reports, `enriched_data.json`."""

from __future__ import annotations

from datetime import date, datetime

from volt_assets.work_reports.models.document import Document, Frozen
from volt_assets.work_reports.models.facts import Prose, ReportDocument
from volt_assets.work_reports.models.time_sums import EarlierPeriod
from volt_assets.work_reports.models.tracked_time import (
    Activity,
    EntryFinding,
    LateEdit,
    Person,
    Reconciliation,
    RunningEntry,
    Statistics,
    TeamStatistics,
    TrackedItem,
)
from volt_assets.work_reports.models.work_items import AssignedItem, EnrichedItem, SchemaWarning


class PersonReport(Frozen):
    """One individual report: the figures it rests on and its Markdown."""

    user_id: int
    name: str
    slug: str
    email: str | None
    prose: Prose
    markdown: str
    document: ReportDocument | None = None
    """What `reports/individual/<slug>.json` holds."""


class IndividualReports(Document):
    """`individual_reports.json`, and beside it `reports/individual/<slug>.md` and `.json` for each of its reports."""

    reports: tuple[PersonReport, ...]

    def texts(self) -> dict[str, str]:
        """The Markdown by slug."""
        return {report.slug: report.markdown for report in self.reports}

    def documents(self) -> dict[str, ReportDocument]:
        """The facts and sentences by slug."""
        return {report.slug: report.document for report in self.reports if report.document is not None}

    def without_texts(self) -> IndividualReports:
        """The same without the Markdown and the facts, which lie in files of their own."""
        bare = {"markdown": "", "document": None}
        return self.model_copy(update={"reports": tuple(report.model_copy(update=bare) for report in self.reports)})


class PersonItem(Frozen):
    """A person's time on an item together with what Fibery knows of it."""

    tracked: TrackedItem
    item: EnrichedItem


class EnrichedPerson(Frozen):
    """A person in `enriched_data.json`: time, items and the prose of the individual report."""

    user_id: int
    name: str
    slug: str
    email: str | None
    zone: str | None
    statistics: Statistics
    previous_statistics: Statistics | None = None
    seconds_by_day: dict[str, int]
    items: tuple[PersonItem, ...]
    activities: tuple[Activity, ...]
    running: tuple[RunningEntry, ...]
    findings: tuple[EntryFinding, ...]
    assigned: tuple[AssignedItem, ...]
    prose: Prose
    report: str
    """Path of the individual report, relative to the folder of the range."""


class Coverage(Frozen):
    """Where every second went; the four parts add up to the total."""

    total_duration_seconds: int
    enriched_duration_seconds: int
    not_enriched_duration_seconds: int
    """On items that were not found, failed, or whose type is not configured."""
    unmatched_duration_seconds: int
    items: int
    items_by_status: dict[str, int]


class EnrichedData(Document):
    """`enriched_data.json`: all of the above in one file."""

    start_date: date
    end_date: date
    timezone: str
    scope: str | None = None
    in_progress: bool = False
    toggl_workspace_id: int
    fibery_workspace: str
    made_from: str
    """The data versions of `toggl_aggregated` and `enriched_entities`, joined by a dot, as the report files are stamped."""
    sees_only_own_entries: bool
    reconciliation: Reconciliation
    late_edits: tuple[LateEdit, ...] = ()
    """What changed on days that had been downloaded before, oldest first; of everybody in the workspace."""
    fetched_at: datetime | None
    statistics: TeamStatistics
    previous_statistics: TeamStatistics | None = None
    seconds_by_day: dict[str, int]
    seconds_by_project: dict[str, int]
    seconds_by_type: dict[str, int]
    earlier_periods: tuple[EarlierPeriod, ...] = ()
    """Up to eight periods before this one without a gap, the oldest first."""
    coverage: Coverage
    people: tuple[EnrichedPerson, ...]
    people_without_time: tuple[Person, ...]
    assigned_without_time: tuple[AssignedItem, ...] = ()
    """What is assigned to `people_without_time`, who have no report of their own."""
    unmatched_people: tuple[Person, ...]
    warnings: tuple[SchemaWarning, ...]
