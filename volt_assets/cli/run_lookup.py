"""Runs of the shared instance as plain values: found by id or key, listed, and the dead ones recognised.

Belongs here: everything that asks the instance about runs. Does not: printing (run_listing.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from volt_assets.cli.instance import host_name, open_instance
from volt_assets.cli.processes import HOST_TAG, PID_TAG, STARTED_TAG, is_alive
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.run_parameters import is_executed_again, launcher_of
from volt_assets.work_reports.run_record import RunRecord

if TYPE_CHECKING:
    import dagster as dg

STATUSES = ("completed", "incomplete", "failed", "in_progress", "waiting", "canceled")
OUTCOME_TAG = "volt/outcome"
_RUN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
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


def latest_metadata(run: FoundRun) -> dict[str, Any] | None:
    """The content of `run_metadata.json` of the run's range, as JSON; it may tell of a later run."""
    # A run that Dagster started does not say where its data is: then it is where this environment says.
    folder = _folder_of(run.data_dir or data_dir(os.environ), run.key)
    record = RunRecord(folder, now=lambda: datetime.now(UTC)).read() if folder is not None else None
    return record.model_dump(mode="json") if record is not None else None


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
    if not run.is_finished and _process_is_gone(run.tags):
        instance.report_run_failed(run, "The process of the run ended without a word.")
        status = "failed"
    else:
        status = run.tags.get(OUTCOME_TAG, "") if run.is_finished else ""
        if status not in ("waiting", "incomplete"):
            status = _STATUS.get(run.status.value, "in_progress")
        if run.status.value in ("CANCELED", "CANCELING"):
            status = "canceled"
    _settle_record(run, status)
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


_STATUS = {"SUCCESS": "completed", "FAILURE": "failed", "CANCELED": "canceled", "CANCELING": "canceled"}


def _process_is_gone(tags: Mapping[str, str]) -> bool:
    return _process_lives(tags) is False


def _process_lives(tags: Mapping[str, str]) -> bool | None:
    """Whether the process of the run lives; None when nobody here can tell."""
    if is_executed_again(tags) or tags.get(HOST_TAG) != host_name() or not tags.get(PID_TAG, "").isdecimal():
        return None
    return is_alive(int(tags[PID_TAG]), tags.get(STARTED_TAG, ""))


def _settle_record(run: dg.DagsterRun, status: str) -> None:
    """Let the record of the range say how an unfinished-looking run ended, since its interrupted step could not.

    A process that still lives is about to do so itself, and knows more.
    """
    if _process_lives(run.tags):
        return
    location = run.tags.get("volt/data_dir")
    folder = _folder_of(location, run.tags["dagster/partition"]) if location else None
    if folder is not None and status in ("failed", "canceled"):
        record = RunRecord(folder, now=lambda: datetime.now(UTC))
        (record.run_died if status == "failed" else record.run_was_canceled)(run.run_id)


def _folder_of(location: str, key: str) -> AnyPath | None:
    """The folder of a run's range; None for a key that somebody made up in the UI."""
    try:
        return DataFolder(location).of_range(key)
    except UsageError:
        return None


def _time(timestamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None
