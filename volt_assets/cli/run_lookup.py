"""Runs of the shared instance as plain values: found by id or key, listed, and the dead ones recognised.

Belongs here: everything that asks the instance about runs. Does not: printing (run_listing.py).
"""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from volt_assets.cli.instance import open_instance
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError
from volt_assets.work_reports.run_parameters import is_executed_again, launcher_of
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_state import STATUSES, range_folder, settled_status

if TYPE_CHECKING:
    import dagster as dg

_RUN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
__all__ = ["STATUSES", "FoundRun", "StoredRecord", "check_results", "find_run", "list_found_runs", "stored_record"]
_KEY = re.compile(r"\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}(_[a-z][a-z0-9_-]{0,39})?", re.ASCII)
_PAGE = 100


@dataclass(frozen=True)
class FoundRun:
    """One run."""

    run_id: str
    key: str
    status: str
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    launcher: str
    data_dir: str

    def as_dict(self) -> dict[str, Any]:
        """For a table or JSON."""
        return asdict(self)


def find_run(text: str) -> FoundRun:
    """The run with this id, or the latest of this range key. Raises UsageError naming what was looked for."""
    if not _RUN_ID.fullmatch(text) and not _KEY.fullmatch(text):
        raise UsageError(f"--run-id {text[:80]}: is neither a run id nor a range key", hint="volt-agent list-runs shows both")
    with open_instance() as instance:
        found = _runs(instance, run_id=text, limit=1) if _RUN_ID.fullmatch(text) else _runs(instance, key=text, limit=1)
    if not found:
        raise UsageError(f"--run-id {text}: there is no such run", hint="volt-agent list-runs shows those there are")
    return found[0]


def list_found_runs(*, limit: int, status: str | None) -> list[FoundRun]:
    """The latest runs first."""
    with open_instance() as instance:
        return _runs(instance, limit=limit, status=status)


@dataclass(frozen=True)
class StoredRecord:
    """The record of a run, as JSON, and the later run of its range, if there is one."""

    metadata: dict[str, Any] | None
    later_run_id: str | None = None


def stored_record(run: FoundRun) -> StoredRecord:
    """What the data folder tells of this very run."""
    # A run that Dagster started does not say where its data is: then it is where this environment says.
    folder = range_folder(run.data_dir or data_dir(os.environ), run.key)
    if folder is None:
        return StoredRecord(None)
    record = RunRecord(folder, now=lambda: datetime.now(UTC))
    latest = record.read()
    if latest is not None and latest.run_id == run.run_id:
        return StoredRecord(latest.model_dump(mode="json"))
    own, later = record.archive.read(run.run_id), latest.run_id if latest is not None else None
    return StoredRecord(own.model_dump(mode="json") if own is not None else None, later)


def check_results(run: FoundRun) -> list[dict[str, Any]]:
    """What the checks of the run found, in their order: name, what it says, passed, severity, figures."""
    import dagster as dg

    with open_instance() as instance:
        records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    return [check_result(record.event_log_entry.dagster_event) for record in records]


def check_result(event: Any) -> dict[str, Any]:
    """One evaluation as plain values."""
    found = event.event_specific_data
    figures = {name: getattr(value, "value", None) for name, value in found.metadata.items()}
    plain = {name: value for name, value in figures.items() if isinstance(value, str | int | float)}
    return {
        "name": found.check_name,
        "asset": found.asset_key.path[-1],
        "passed": found.passed,
        "severity": found.severity.value,
        "figures": plain,
    }


def _runs(
    instance: dg.DagsterInstance, *, limit: int, run_id: str | None = None, key: str | None = None, status: str | None = None
) -> list[FoundRun]:
    import dagster as dg

    found: list[FoundRun] = []
    cursor: str | None = None
    while len(found) < limit:
        chosen = dg.RunsFilter(run_ids=[run_id] if run_id else None, tags={"dagster/partition": key} if key else None)
        records = instance.get_run_records(chosen, limit=_PAGE, cursor=cursor)
        for record in records:
            if "dagster/partition" not in record.dagster_run.tags:
                continue
            run = _found(instance, record)
            if status is None or run.status == status:
                found.append(run)
        if len(records) < _PAGE:
            break
        cursor = records[-1].dagster_run.run_id
    return found[:limit]


def _found(instance: dg.DagsterInstance, record: dg.RunRecord) -> FoundRun:
    run = record.dagster_run
    status = settled_status(instance, run)
    started, ended = _time(record.start_time), _time(record.end_time)
    seconds = round((ended or datetime.now(UTC)).timestamp() - started.timestamp(), 1) if started else None
    return FoundRun(
        run_id=run.run_id,
        key=run.tags["dagster/partition"],
        status=status,
        started_at=started,
        finished_at=ended,
        duration_seconds=seconds,
        launcher=launcher_of(run.tags),
        data_dir="" if is_executed_again(run.tags) else run.tags.get("volt/data_dir", ""),
    )


def _time(timestamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None
