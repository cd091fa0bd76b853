"""The assets of the first stage: what Dagster sees of it. The work is done by the modules beside this one."""

from collections.abc import AsyncIterator
from typing import Any

import dagster as dg

from volt_assets import __version__
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import DAYS, DAYS_EDGE, RANGES
from volt_assets.work_reports.collect.aggregate import aggregate_range
from volt_assets.work_reports.collect.aggregated_json import AggregatedDocument
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadProgress
from volt_assets.work_reports.collect.range_data import range_data, stored_days
from volt_assets.work_reports.collect.raw_data import RawTogglDocument
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models import RawTogglHead
from volt_assets.work_reports.steps import as_dagster_failure, step
from volt_assets.work_reports.subjects.hiding_toggl import HidingToggl
from volt_assets.work_reports.subjects.suppression import read_suppression

OWNERS = ["team:operations"]
SECONDS_PER_HOUR = 3600
# The decorator takes it, but is declared to take resolved types only.
NOTHING: Any = dg.Nothing


@dg.asset(
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    owners=OWNERS,
    kinds={"toggl", "json"},
    code_version=__version__,
    # Each day is materialized by itself, with its own version: one output would give all days of a run the same one.
    output_required=False,
    dagster_type=NOTHING,
)
async def toggl_days(context: dg.AssetExecutionContext, volt: VoltResource) -> AsyncIterator[dg.AssetMaterialization]:
    """Every time entry of everybody that starts on a day, as Toggl wrote it. A day that is over is downloaded once."""
    with as_dagster_failure():
        settings, data = volt.settings(), DataFolder(volt.data_location())
        data.claim(volt.toggl_access(), volt.fibery_access())
        days = [day.date() for day in sorted(window.start for window in map(DAYS.time_window_for_partition_key, context.partition_keys))]
        async with volt.toggl(settings) as client:
            source = HidingToggl(client, read_suppression(data.suppressed))
            stored = await stored_days(
                days, client=source, data=data, settings=settings, clock=volt.now, code_version=__version__, on_slice=lambda _: None
            )
            context.log.info(
                "%d days, %d of them downloaded, %d requests", len(days), len(stored.download.downloaded_days), client.requests_made
            )
    for warning in stored.download.warnings:
        context.log.warning(warning)
    for day in stored.days:
        yield day_materialization(day)


@dg.asset(
    partitions_def=RANGES,
    deps=[DAYS_EDGE],
    io_manager_key="volt_json",
    owners=OWNERS,
    kinds={"toggl", "json"},
    code_version=__version__,
)
async def raw_toggl_data(context: dg.AssetExecutionContext, volt: VoltResource) -> dg.Output[RawTogglDocument]:
    """The entries of the range's days and people, compared with Toggl's own total to the second."""
    with step(context, volt, "raw_toggl_data") as run:

        def slice_stored(slice_: DownloadProgress) -> None:
            run.tell("days", slice_.days_done, slice_.days_total)
            for day in slice_.stored:
                context.log_event(day_materialization(day))

        async with volt.toggl(run.settings, on_quota_wait=run.quota_is_used_up) as client, run.spending(client, "toggl_requests"):
            async with run.within(run.settings.timeouts.fetch_toggl_seconds):
                source = HidingToggl(client, read_suppression(run.data.suppressed))
                raw, download = await range_data(
                    run.key, client=source, data=run.data, settings=run.settings, clock=volt.now, origin=run.origin, on_slice=slice_stored
                )
            quota = client.seen_quota
        for warning in download.warnings:
            run.warn(warning)
        if raw.head.in_progress:
            run.not_the_last_word("days were not over yet")
        if not raw.head.reconciliation.is_reconciled:
            run.not_the_last_word("Toggl's total was not proven for every day")
        run.figures(
            entries=raw.entries,
            downloaded_days=len(download.downloaded_days),
            late_edits=len(download.edits),
            is_reconciled=raw.head.reconciliation.is_reconciled,
            page_size=client.effective_page_size,
            quota_left=quota.remaining if quota else None,
        )
        return run.output(raw)


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_json",
    owners=OWNERS,
    kinds={"polars", "json"},
    code_version=__version__,
)
def toggl_aggregated(context: dg.AssetExecutionContext, volt: VoltResource, raw_toggl_data: RawTogglHead) -> dg.Output[AggregatedDocument]:
    """Who spent which seconds on what: items, activities, days and projects per person, and the team's sums."""
    with step(context, volt, "toggl_aggregated") as run, run.local():
        listed = run.data.of_range(str(run.key)) / "raw_toggl_data.json"
        store = DayStore.of(run.data, on_repair=run.warn)
        result = aggregate_range(raw_toggl_data, listed, store, run.settings, run.origin, on_stale=context.log.warning)
        team = result.statistics
        run.figures(
            hours=round(team.total_duration_seconds / SECONDS_PER_HOUR, 2),
            hours_on_items=round(team.matched_duration_seconds / SECONDS_PER_HOUR, 2),
            people=team.people_with_time,
            items=team.unique_items,
            running_entries=team.running_entries,
        )
        return run.output(result)


def day_materialization(day: StoredDay) -> dg.AssetMaterialization:
    """What Dagster is told of a stored day."""
    return dg.AssetMaterialization(
        asset_key=[DOMAIN, "toggl_days"],
        partition=day.day.isoformat(),
        metadata={"entries": day.entries, "is_closed": day.is_closed},
        tags={"dagster/data_version": day.version, "dagster/code_version": __version__},
    )
