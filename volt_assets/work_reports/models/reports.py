"""What the reports stage makes: prose, individual reports, `enriched_data.json`."""

from __future__ import annotations

from datetime import date, datetime

from volt_assets.work_reports.models.document import Document, Frozen
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


class Prose(Frozen):
    """The sentences of one report. `written_by`: a model's name, or None for the deterministic writer."""

    written_by: str | None = None
    sections: dict[str, str]
    """Section name -> Markdown-safe text, as the prompt file of the report lists the sections."""
    fallback_sections: tuple[str, ...] = ()
    """Sections that a model was asked for and that were written without it."""
    failure: str | None = None
    """Why no answer of the model came at all, when one was asked for."""
    input_tokens: int = 0
    output_tokens: int = 0


class PersonReport(Frozen):
    """One individual report: the figures it rests on and its Markdown."""

    user_id: int
    name: str
    slug: str
    email: str | None
    prose: Prose
    markdown: str


class IndividualReports(Document):
    """`individual_reports.json`, and beside it `reports/individual/<slug>.md` for each of its reports."""

    reports: tuple[PersonReport, ...]

    def texts(self) -> dict[str, str]:
        """The Markdown by slug."""
        return {report.slug: report.markdown for report in self.reports}

    def without_texts(self) -> IndividualReports:
        """The same without the Markdown, which lies in files of its own."""
        return self.model_copy(update={"reports": tuple(report.model_copy(update={"markdown": ""}) for report in self.reports)})


class TeamReport(Document):
    """`reports/team_summary.json`: the prose of the team's report, whose Markdown lies beside it."""

    made_from: str
    """The data version of `enriched_data` it rests on, as its Markdown is stamped."""
    prose: Prose
    markdown: str

    def texts(self) -> dict[str, str]:
        """The Markdown by the name of its file."""
        return {"team_summary": self.markdown}

    def without_texts(self) -> TeamReport:
        """The same without the Markdown."""
        return self.model_copy(update={"markdown": ""})


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
    coverage: Coverage
    people: tuple[EnrichedPerson, ...]
    people_without_time: tuple[Person, ...]
    assigned_without_time: tuple[AssignedItem, ...] = ()
    """What is assigned to `people_without_time`, who have no report of their own."""
    unmatched_people: tuple[Person, ...]
    warnings: tuple[SchemaWarning, ...]
