"""`volt-agent prune`: take old runs out of Dagster's instance, with what only they left behind.

Kept whatever its age: a run under way, the latest run of a range, and a run whose assets are the current ones of a range, because
Dagster would call them missing. Belongs here: which runs go, and removing them. What they leave in a data folder is run_leftovers.py's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from volt_assets.cli.instance import open_instance
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.run_leftovers import Leftover, leftovers, orphans
from volt_assets.work_reports.run_state import PARTITION_TAG, data_location_of, settled_status, status_of
from volt_assets.work_reports.stages import RANGE_ASSETS

if TYPE_CHECKING:
    import dagster as dg

_KEEP = re.compile(r"([1-9][0-9]{0,5})(d?)")
_PAGE = 200
_IDS_PER_QUERY = 500


@dataclass(frozen=True)
class Keep:
    """How much history stays: so many runs, or the runs of so many days."""

    runs: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class OldRun:
    """A run that goes."""

    run_id: str
    key: str
    status: str
    created_at: datetime
    files: tuple[Leftover, ...]
    events_size: int
    """Of Dagster's own file of its events, in bytes; 0 where the events of all runs share a database."""

    @property
    def size(self) -> int:
        """In bytes."""
        return self.events_size + sum(file.size for file in self.files)


@dataclass(frozen=True)
class Pruning:
    """What would go, and how many runs of the same age stay."""

    runs: tuple[OldRun, ...]
    orphans: tuple[Leftover, ...]
    old_but_current: int
    _days: dict[str, list[Any]] = field(default_factory=dict, repr=False)
    """Materializations of stored days by the run that logged them."""

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(run.size for run in self.runs) + sum(file.size for file in self.orphans)

    @property
    def files(self) -> int:
        """Files in data folders."""
        return sum(len(run.files) for run in self.runs) + len(self.orphans)


def parse_keep(text: str) -> Keep:
    """`20` runs or `30d` days. Raises UsageError for anything else."""
    match = _KEEP.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--keep {text[:40]}: is neither a number of runs nor of days", hint="for example --keep 50, or --keep 90d")
    return Keep(days=int(match[1])) if match[2] else Keep(runs=int(match[1]))


def find_old_runs(keep: Keep, *, now: datetime) -> Pruning:
    """Everything that would go; changes nothing but to settle runs whose process died."""
    default = data_dir(os.environ)
    with open_instance() as instance:
        records = [record for record in _all_runs(instance) if not _is_under_way(instance, record.dagster_run)]
        known = {record.dagster_run.run_id for record in _all_runs(instance)}
        latest, current, days = _latest_by_key(instance), *_current(instance)
        cutoff = _cutoff(records, keep, now)
        old = [record for record in records if cutoff is not None and _created(record) < cutoff]
        going = [record for record in old if record.dagster_run.run_id not in latest | current]
        runs = tuple(_old_run(instance, record, default) for record in going)
    lost = orphans(DataFolder(default), known=known, before=cutoff) if cutoff is not None else []
    return Pruning(runs, tuple(lost), len(old) - len(going), {one.run_id: days.get(one.run_id, []) for one in runs})


def remove(pruning: Pruning) -> None:
    """Remove it. A run goes from the instance last: what is interrupted is found again by the same command."""
    with open_instance() as instance:
        for run in pruning.runs:
            for file in run.files:
                file.path.unlink(missing_ok=True)
            # The days are still stored: that somebody brought them is said without the run.
            for materialization in pruning._days.get(run.run_id, []):  # noqa: SLF001 -- our own
                instance.report_runless_asset_event(materialization)
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
            instance.delete_run(run.run_id)
            for path in event_files(instance, run.run_id):
                path.unlink(missing_ok=True)
    for file in pruning.orphans:
        file.path.unlink(missing_ok=True)


def _all_runs(instance: dg.DagsterInstance) -> Iterator[dg.RunRecord]:
    """The latest first."""
    cursor: str | None = None
    while True:
        page = instance.get_run_records(limit=_PAGE, cursor=cursor)
        yield from page
        if len(page) < _PAGE:
            return
        cursor = page[-1].dagster_run.run_id


def _is_under_way(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    return not run.is_finished and (PARTITION_TAG not in run.tags or settled_status(instance, run) == "in_progress")


def _cutoff(records: list[dg.RunRecord], keep: Keep, now: datetime) -> datetime | None:
    """Ended runs from before this go; None when there are none."""
    if keep.days is not None:
        return now - timedelta(days=keep.days)
    return _created(records[keep.runs - 1]) if keep.runs is not None and len(records) > keep.runs else None


def _created(record: dg.RunRecord) -> datetime:
    moment = record.create_timestamp
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _latest_by_key(instance: dg.DagsterInstance) -> set[str]:
    seen: dict[str, str] = {}
    for record in _all_runs(instance):
        key = record.dagster_run.tags.get(PARTITION_TAG)
        if key is not None:
            seen.setdefault(key, record.dagster_run.run_id)
    return set(seen.values())


def _current(instance: dg.DagsterInstance) -> tuple[set[str], dict[str, list[Any]]]:
    """The runs that made the current assets of the ranges; and by run the current materializations of the days."""
    runs = {event.run_id for name in RANGE_ASSETS for event in _current_events(instance, name)}
    days: dict[str, list[Any]] = {}
    for event in _current_events(instance, "toggl_days"):
        days.setdefault(event.run_id, []).append(event.asset_materialization)
    return runs, days


def _current_events(instance: dg.DagsterInstance, name: str) -> Iterator[dg.EventLogEntry]:
    """The latest materialization of each partition of the asset."""
    import dagster as dg

    key = dg.AssetKey([DOMAIN, name])
    ids = sorted(instance.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION).values())
    for start in range(0, len(ids), _IDS_PER_QUERY):
        chosen = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + _IDS_PER_QUERY])
        for record in instance.fetch_materializations(chosen, limit=_IDS_PER_QUERY).records:
            yield record.event_log_entry


def _old_run(instance: dg.DagsterInstance, record: dg.RunRecord, default: str) -> OldRun:
    run = record.dagster_run
    key = run.tags.get(PARTITION_TAG, "")
    files = leftovers(DataFolder(data_location_of(run.tags, default)), run.run_id, key) if key else []
    return OldRun(run.run_id, key, status_of(run), _created(record), tuple(files), _total(event_files(instance, run.run_id)))


def event_files(instance: dg.DagsterInstance, run_id: str) -> list[Path]:
    """The files of this run alone: SQLite keeps the events of each run in a file of its own, which Dagster empties and leaves."""
    locate = getattr(instance.event_log_storage, "path_for_shard", None)
    if locate is None:
        return []
    found = Path(locate(run_id))
    return [path for path in (found, *(found.with_name(found.name + suffix) for suffix in ("-wal", "-shm"))) if path.exists()]


def _total(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
