"""Take the runs of ranges out of Dagster's instance, with all that it keeps of them: events, previews of reports, what they printed.

Belongs here: Dagster's history. Does not: the data folder (work_reports/subjects).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from volt_assets.cli.instance import open_instance
from volt_assets.cli.pruning import event_files
from volt_assets.work_reports.run_state import PARTITION_TAG

if TYPE_CHECKING:
    import dagster as dg


def forget_runs(keys: Iterable[str]) -> int:
    """Remove every run of these ranges; returns how many went."""
    import dagster as dg

    removed = 0
    with open_instance() as instance:
        for key in keys:
            for run in instance.get_runs(filters=dg.RunsFilter(tags={PARTITION_TAG: key})):
                instance.compute_log_manager.delete_logs(prefix=[run.run_id])
                instance.delete_run(run.run_id)
                for path in event_files(instance, run.run_id):
                    path.unlink(missing_ok=True)
                removed += 1
        forget_lost_materializations(instance)
        _compact(instance)
    return removed


def forget_lost_materializations(instance: dg.DagsterInstance) -> None:
    """Dagster keeps the latest materialization of an asset, preview and all, when its run is deleted: put the latest that is left there."""
    import dagster as dg

    for asset in instance.get_asset_records():
        last = asset.asset_entry.last_materialization_record
        if last is None or not last.run_id or instance.has_run(last.run_id):
            continue
        left = instance.fetch_materializations(dg.AssetRecordsFilter(asset.asset_entry.asset_key), limit=1).records
        if left:
            instance.event_log_storage.store_asset_event(left[0].event_log_entry, left[0].storage_id)  # type: ignore[attr-defined]
        else:
            instance.wipe_assets([asset.asset_entry.asset_key])


def _compact(instance: dg.DagsterInstance) -> None:
    """SQLite leaves the bytes of deleted rows in its file until it is written anew."""
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
