"""`run_metadata.json`: the whole story of the latest run of a range, and what its report files were made from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from volt_assets.work_reports.models.document import Frozen
from volt_assets.work_reports.stages import Stage

RunStatus = Literal["in_progress", "completed", "incomplete", "failed", "waiting", "canceled"]
ReportSetState = Literal["none", "complete", "unfinished", "outdated", "half remade"]


class RunParameters(Frozen):
    """What the run was asked for."""

    start_date: date
    end_date: date
    scope: str | None = None
    users_filter: tuple[str, ...] | None = None
    start_from: Literal["toggl", "fibery"]
    overrides: dict[str, Any] = Field(default_factory=dict)
    model: str | None = None
    """The language model that writes the prose; None: written without one."""
    output_dir: str
    skipped: dict[str, str] = Field(default_factory=dict)
    """Assets that were asked for and left as they were, and why."""
    launcher: str
    """volt-agent, or how Dagster started it (ui, schedule, backfill, dagster)."""


class Usage(Frozen):
    """What a step or a run spent outside."""

    toggl_requests: int = 0
    fibery_requests: int = 0
    llm_requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    """Of the model, at the configured prices; 0 when none are."""

    def plus(self, other: Usage) -> Usage:
        """The sum, field by field."""
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields})


class RunError(Frozen):
    """Why the run ended without all it was asked for."""

    type: str
    message: str
    hint: str | None = None
    step: str
    resets_at: datetime | None = None
    """When the quota resets, for a run that waits for it."""


class StepRecord(Frozen):
    """One asset of the run."""

    asset: str
    stage: Stage
    status: Literal["in_progress", "completed", "failed", "canceled"]
    started_at: datetime
    finished_at: datetime | None = None
    duration_seconds: float | None = None
    usage: Usage = Usage()


class ReportFile(Frozen):
    """One Markdown file of the set and the stamp it carries."""

    path: str
    run_id: str
    data_version: str


class ReportSet(Frozen):
    """Whether the report files belong together and to the latest data."""

    state: ReportSetState = "none"
    reason: str | None = None
    files: tuple[ReportFile, ...] = ()
    data_files: tuple[str, ...] = ()
    """The tables that lie beside the reports, by their path."""
    foreign_files: tuple[str, ...] = ()
    """Files among the reports that Volt did not write: they stay as they are."""


class RunMetadata(Frozen):
    """The document."""

    schema_version: int = 2
    """2: `parameters.skipped`."""
    key: str
    data_as_of: datetime | None = None
    code_version: str
    run_id: str
    status: RunStatus
    parameters: RunParameters
    planned: tuple[str, ...]
    """Assets the run is to make, in order."""
    created_at: datetime
    finished_at: datetime | None = None
    stages_completed: tuple[Stage, ...] = ()
    stages_failed: tuple[Stage, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    checks: Usage = Usage()
    """Spent by the checks before the first step; a part of `usage`."""
    usage: Usage = Usage()
    statistics: dict[str, int | float | bool | None] = Field(default_factory=dict)
    versions: dict[str, str]
    warnings: tuple[str, ...] = ()
    """What went wrong without ending the run, one line each, the oldest first."""
    error: RunError | None = None
    report_set: ReportSet = ReportSet()
    verdicts: dict[str, bool] = Field(default_factory=dict)
    """Whether each check held without which no report is given out; those of assets that an earlier run made are of that run."""
