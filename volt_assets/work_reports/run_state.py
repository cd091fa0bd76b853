"""How a run of the instance stands, in our words: Dagster knows success and failure, we tell waiting and incomplete from them.

Belongs here: the tags of a run, the word for its state, and settling a run whose process died without a word. Does not: the record of
a run (run_record.py), listing runs (the command line), telling operators (alerts/).
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.resilience.processes import is_alive
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.run_parameters import is_executed_again
from volt_assets.work_reports.run_record import RunRecord

if TYPE_CHECKING:
    import dagster as dg

STATUSES = ("completed", "incomplete", "failed", "in_progress", "waiting", "canceled")
OUTCOME_TAG = "volt/outcome"
DATA_DIR_TAG = "volt/data_dir"
PARTITION_TAG = "dagster/partition"
HOST_TAG = "volt/host"
PID_TAG = "volt/pid"
STARTED_TAG = "volt/pid_started"
_STATUS = {"SUCCESS": "completed", "FAILURE": "failed", "CANCELED": "canceled", "CANCELING": "canceled"}


def settled_status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """One of STATUSES. A run whose process died is reported as failed first, to Dagster and in its record."""
    if not run.is_finished and process_lives(run.tags) is False:
        instance.report_run_failed(run, "The process of the run ended without a word.")
        status = "failed"
    else:
        status = status_of(run)
    _settle_record(run, status)
    return status


def status_of(run: dg.DagsterRun) -> str:
    """One of STATUSES, by what Dagster knows; changes nothing."""
    if run.status.value in ("CANCELED", "CANCELING"):
        return "canceled"
    outcome = run.tags.get(OUTCOME_TAG, "") if run.is_finished else ""
    return outcome if outcome in ("waiting", "incomplete") else _STATUS.get(run.status.value, "in_progress")


def process_lives(tags: Mapping[str, str]) -> bool | None:
    """Whether the process of the run lives; None when nobody here can tell."""
    if is_executed_again(tags) or tags.get(HOST_TAG) != socket.gethostname() or not tags.get(PID_TAG, "").isdecimal():
        return None
    return is_alive(int(tags[PID_TAG]), tags.get(STARTED_TAG, ""))


def data_location_of(tags: Mapping[str, str], default: str) -> str:
    """The data folder of a run; one that Dagster started does not say: then it is `default`."""
    return default if is_executed_again(tags) else tags.get(DATA_DIR_TAG) or default


def range_folder(location: str, key: str) -> AnyPath | None:
    """The folder of a run's range; None for a key that somebody made up in the UI."""
    try:
        return DataFolder(location).of_range(key)
    except UsageError:
        return None


def _settle_record(run: dg.DagsterRun, status: str) -> None:
    """Let the records of the run say how it ended if they do not, since its interrupted step could not.

    A process that still lives is about to do so itself, and knows more.
    """
    if status not in ("failed", "canceled") or process_lives(run.tags):
        return
    location = run.tags.get(DATA_DIR_TAG)
    folder = range_folder(location, run.tags.get(PARTITION_TAG, "")) if location else None
    if folder is not None:
        record = RunRecord(folder, now=lambda: datetime.now(UTC))
        (record.run_died if status == "failed" else record.run_was_canceled)(run.run_id)
