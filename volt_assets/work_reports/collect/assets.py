"""The assets of the first stage: what Dagster sees of it. The work is done by the modules beside this one."""

import hashlib

import dagster as dg

from volt_assets import __version__
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import DAYS, DAYS_EDGE, RANGES
from volt_assets.work_reports.collect.aggregate import aggregate
from volt_assets.work_reports.collect.download import DownloadProgress
from volt_assets.work_reports.collect.range_data import range_data, stored_days
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models import DayFile, RawTogglData, TogglAggregated
from volt_assets.work_reports.steps import RECORDED, as_dagster_failure, step

OWNERS = ["team:operations"]
SECONDS_PER_HOUR = 3600


@dg.asset(
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    owners=OWNERS,
    kinds={"toggl", "json"},
    code_version=__version__,
)
async def toggl_days(context: dg.AssetExecutionContext, volt: VoltResource) -> dg.MaterializeResult[None]:
    """Every time entry of everybody that starts on a day, as Toggl wrote it. A day that is over is downloaded once."""
    with as_dagster_failure():
        settings, data = volt.settings(), DataFolder(volt.data_location())
        data.claim(volt.toggl_access(), volt.fibery_access())
        days = [day.date() for day in sorted(window.start for window in map(DAYS.time_window_for_partition_key, context.partition_keys))]
        async with volt.toggl(settings) as client:
            stored = await stored_days(days, client=client, data=data, clock=volt.now, code_version=__version__, on_slice=lambda _: None)
            requests = client.requests_made
    version = hashlib.sha256("".join(map(day_version, stored.day_files)).encode()).hexdigest()[:16]
    figures = {"days": len(days), "downloaded_days": len(stored.download.downloaded_days), "toggl_requests": requests}
    return dg.MaterializeResult(metadata={**figures, "entries": stored.download.entries}, data_version=dg.DataVersion(version))


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    deps=[DAYS_EDGE],
    io_manager_key="json",
    owners=OWNERS,
    kinds={"toggl", "json"},
    code_version=__version__,
)
async def raw_toggl_data(context: dg.AssetExecutionContext, volt: VoltResource) -> dg.Output[RawTogglData]:
    """The entries of the range's days and people, compared with Toggl's own total to the second."""
    with step(context, volt, "raw_toggl_data") as run:
        async with volt.toggl(run.settings) as client:

            def slice_stored(slice_: DownloadProgress) -> None:
                run.tell("days", slice_.days_done, slice_.days_total)
                for day_file in slice_.stored:
                    context.log_event(_day_materialization(day_file))

            raw, download = await range_data(
                run.key, client=client, data=run.data, settings=run.settings, clock=volt.now, origin=run.origin, on_slice=slice_stored
            )
            quota = client.seen_quota
            run.spent(toggl_requests=client.requests_made)
        for warning in download.warnings:
            context.log.warning(warning)
        run.figures(
            entries=len(raw.entries),
            downloaded_days=len(download.downloaded_days),
            is_reconciled=raw.reconciliation.is_reconciled,
            quota_left=quota.remaining if quota else None,
        )
        return run.output(raw)


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="json",
    owners=OWNERS,
    kinds={"polars", "json"},
    code_version=__version__,
)
def toggl_aggregated(context: dg.AssetExecutionContext, volt: VoltResource, raw_toggl_data: RawTogglData) -> dg.Output[TogglAggregated]:
    """Who spent which seconds on what: items, activities, days and projects per person, and the team's sums."""
    with step(context, volt, "toggl_aggregated") as run:
        result = aggregate(raw_toggl_data, run.settings.enrichment, run.settings.reports, run.origin)
        team = result.statistics
        run.figures(
            hours=round(team.total_duration_seconds / SECONDS_PER_HOUR, 2),
            hours_on_items=round(team.matched_duration_seconds / SECONDS_PER_HOUR, 2),
            people=team.people_with_time,
            items=team.unique_items,
            running_entries=team.running_entries,
        )
        return run.output(result)


def day_version(day_file: DayFile) -> str:
    """16 hex digits that change when an entry of the day changes."""
    return hashlib.sha256(day_file.model_dump_json(include={"day", "entries"}).encode()).hexdigest()[:16]


def _day_materialization(day_file: DayFile) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=[DOMAIN, "toggl_days"],
        partition=day_file.day.isoformat(),
        metadata={"entries": len(day_file.entries)},
        tags={"dagster/data_version": day_version(day_file)},
    )
