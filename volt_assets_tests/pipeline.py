"""Runs of the whole pipeline inside this process, and what they leave behind in a form that can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from volt_assets.definitions import build_defs
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME
from volt_assets.work_reports.models.run_metadata import RunMetadata

WEEK = "2025-10-06_2025-10-12"
AFTERWARDS = "2025-10-20T12:00:00+00:00"
"""A moment at which the sandbox's first two weeks are over everywhere."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_RUN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2} UTC")
_OF_ONE_RUN = ("run_id", "confirmed_run_id", "data_as_of", "fetched_at", "checked_at", "schema_first_seen", "generated_at", "cost")
# What a run took stands in the view of operations.
_COST = re.compile(r'(?:## Cost of the run\n|<section aria-labelledby="cost">).*?(?=\n---\n|</section>)', re.DOTALL)


class ClockedVolt(VoltResource):
    """The resource of a run at a given moment, which does not wait between requests."""

    at: str = AFTERWARDS
    overrides: dict[str, Any] = Field(default_factory=lambda: {"pace": 0, "retries.attempts": 1})

    def now(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True)
class Ran:
    """A finished run."""

    result: dg.ExecuteInProcessResult
    instance: dg.DagsterInstance = field(repr=False)

    @property
    def run_id(self) -> str:
        return self.result.run_id

    @property
    def is_success(self) -> bool:
        return self.result.success

    @property
    def failures(self) -> str:
        """What the failed steps say, causes included."""
        errors = [event.step_failure_data.error for event in self.result.all_events if event.is_step_failure]
        return "\n".join(error.to_string() for error in errors if error is not None)

    @property
    def materializations(self) -> list[dg.AssetMaterialization]:
        return [event.materialization for event in self.result.get_asset_materialization_events()]

    @property
    def versions(self) -> dict[str, str]:
        """Data version by asset; the days apart, which have one each."""
        made = {one.asset_key.path[-1]: dict(one.tags or {}) for one in self.materializations}
        return {name: tags["dagster/data_version"] for name, tags in made.items() if name != "toggl_days"}

    @property
    def checks(self) -> dict[str, bool]:
        return {check.check_name: check.passed for check in self.result.get_asset_check_evaluations()}


def run_job(
    key: str = WEEK,
    *,
    volt: VoltResource | None = None,
    instance: dg.DagsterInstance | None = None,
    assets: Sequence[str] | None = None,
    **arguments: Any,
) -> Ran:
    """The job of the range, or of some of its assets, with everything real but the clock. A failed run returns as well."""
    instance = instance or dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [key])
    job = build_defs(volt=volt or ClockedVolt()).resolve_job_def(JOB_NAME)
    selection = None if assets is None else [dg.AssetKey(["work_reports", name]) for name in assets]
    result = job.execute_in_process(
        instance=instance, partition_key=key, asset_selection=selection, run_config=QUIET, raise_on_error=False, **arguments
    )
    return Ran(result, instance)


FURTHER_REPORTS = ("work_alignment", "unknown_entities", "config_validation", "data_quality", "billing", "tables")
"""Reports by code alone, each with its document beside it."""


TABLES = ("people", "items", "activities", "hours_by_day", "work_alignment", "billing", "odd_entries", "late_edits", "types", "trend")


def report_files(*slugs: str) -> set[str]:
    """Every file below `reports/` of a run about these people."""
    names = {f"{name}.md" for name in ("toggl_summary", "team_summary", "combined_report", *FURTHER_REPORTS)}
    names |= {f"tables/{name}.csv" for name in TABLES}
    documents = ("toggl_summary", "team_summary", *FURTHER_REPORTS, *(f"individual/{slug}" for slug in slugs))
    people = {f"individual/{slug}{suffix}" for slug in slugs for suffix in (".md", ".html")}
    views = {f"views/{name}{suffix}" for name in ("team", "operations") for suffix in (".md", ".json", ".html")}
    return names | {f"{name}.json" for name in documents} | people | views | {"report.html"}


def folder_of(data: Path, key: str = WEEK) -> Path:
    return data / "work_reports" / key


def record_of(data: Path, key: str = WEEK) -> RunMetadata:
    return RunMetadata.model_validate_json((folder_of(data, key) / "run_metadata.json").read_bytes())


def document(data: Path, name: str, key: str = WEEK) -> Any:
    return json.loads((folder_of(data, key) / f"{name}.json").read_bytes())


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def figures_of(folder: Path) -> dict[str, Any]:
    """Every file but the story of the run, read and without what differs from run to run: its id and times of looking."""
    return {
        name: _figures(name, content) for name, content in files_of(folder).items() if not name.startswith(("run_metadata.json", "runs/"))
    }


def _figures(name: str, content: bytes) -> Any:
    if name.endswith(".json"):
        return _without_times(json.loads(content))
    return _timeless(content.decode())


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_times(inner) for name, inner in value.items() if name not in _OF_ONE_RUN}
    if isinstance(value, list):
        return [_without_times(inner) for inner in value]
    return _timeless(value) if isinstance(value, str) else value


def _timeless(text: str) -> str:
    return _MOMENT.sub("<time>", _RUN_ID.sub("<run>", _COST.sub("<cost>", text)))
