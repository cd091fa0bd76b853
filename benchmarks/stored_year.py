"""What is made of a stored year: the weeks as plain functions, and the whole year as one range of Dagster's assets.

Called in processes of their own by year.py. Nothing is asked of anybody: the days are stored, and so is who the people are.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import time
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from stored_days import DOWNLOADED_AT, FIRST_DAY, WORKSPACE_ID, YEAR_DAYS

from volt_assets.definitions import build_defs
from volt_assets.io_managers import json_head
from volt_assets.resilience.atomic_file import write_parts_atomically
from volt_assets.resources import VoltResource
from volt_assets.settings import load_settings
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME
from volt_assets.work_reports.collect.aggregate import aggregate_days
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.raw_data import raw_toggl_document
from volt_assets.work_reports.collect.workspace import read_workspace
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.range_key import RangeKey

ASSETS = ("raw_toggl_data", "toggl_aggregated", "toggl_summary")
_LAST_DAY = FIRST_DAY + timedelta(days=YEAR_DAYS - 1)
_SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_KIB_PER_MIB = 1024


class StoredVolt(VoltResource):
    """Volt an hour after the download."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return DOWNLOADED_AT + timedelta(hours=1)


def weekly_aggregates(location: str) -> dict[str, Any]:
    """Aggregate every week of the year and write its `toggl_aggregated.json`; returns what they sum to."""
    data, settings = DataFolder(location), load_settings({})
    store, workspace = DayStore.of(data), read_workspace(data.cache("people.json"))
    if workspace is None:
        raise RuntimeError("the year has no look-up of its workspace")
    entries = seconds = weeks = 0
    for monday in (FIRST_DAY + timedelta(days=first) for first in range(0, YEAR_DAYS, 7)):
        key = RangeKey(monday, min(monday + timedelta(days=6), _LAST_DAY), None)
        origin = Origin(str(key), "benchmark", "1")
        raw = raw_toggl_document(
            key,
            store=store,
            people=workspace.people,
            scope_emails=None,
            timezone="UTC",
            sees_only_own=False,
            workspace_id=WORKSPACE_ID,
            origin=origin,
        )
        document = aggregate_days(raw.head, store, settings.enrichment, settings.reports, origin)
        write_parts_atomically(data.of_range(str(key)) / "toggl_aggregated.json", document.parts())
        weeks += 1
        entries += document.statistics.total_entries
        seconds += document.statistics.total_duration_seconds
    return {"weeks": weeks, "entries": entries, "seconds": seconds}


def one_range(location: str) -> dict[str, Any]:
    """Make the year's collecting assets and its summary, checks included, one after the other.

    Returns what each cost and left behind, and what the year sums to. Raises RuntimeError for a check that does not pass.
    """
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    os.environ.update(_environ(location))
    job, key = build_defs(volt=StoredVolt()).resolve_job_def(JOB_NAME), f"{FIRST_DAY}_{_LAST_DAY}"
    steps = []
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(RANGES_NAME, [key])
        for name in ASSETS:
            started, cpu_started = time.perf_counter(), time.process_time()
            result = job.execute_in_process(
                instance=instance, partition_key=key, asset_selection=[dg.AssetKey([DOMAIN, name])], run_config=_SILENT
            )
            cost = {"wall_seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu_started}
            peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB
            checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
            if not all(checks.values()):
                raise RuntimeError(f"{name}: {checks}")
            steps.append({"name": name, **cost, "peak_mib": peak_mib, "file_mib": _size_mib(location, key, name), "checks": len(checks)})
    head = json.loads(json_head(DataFolder(location).of_range(key) / "toggl_aggregated.json", "people"))
    sums = {"entries": head["statistics"]["total_entries"], "seconds": head["statistics"]["total_duration_seconds"]}
    return {"steps": steps, **sums}


def _environ(location: str) -> dict[str, str]:
    # Nobody listens there: whoever asked would fail.
    toggl = {"TOGGL_API_TOKEN": "none", "TOGGL_WORKSPACE_ID": str(WORKSPACE_ID), "TOGGL_BASE_URL": "http://127.0.0.1:9"}
    fibery = {"FIBERY_API_TOKEN": "none", "FIBERY_WORKSPACE_NAME": "none", "FIBERY_BASE_URL": "http://127.0.0.1:9"}
    return {**toggl, **fibery, "VOLT_DATA_DIR": location}


def _size_mib(location: str, key: str, name: str) -> float:
    folder = Path(str(DataFolder(location).of_range(key)))
    return sum(path.stat().st_size for path in folder.rglob(f"{name}.*")) / _KIB_PER_MIB**2
