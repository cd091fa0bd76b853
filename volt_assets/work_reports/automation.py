"""Partitions, jobs and schedules of this domain. Belongs here: when and for which keys. Does not: what is made."""

from collections.abc import Sequence

import dagster as dg

from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.work_reports.range_key import RangeKey, named_range
from volt_assets.work_reports.stages import RANGE_ASSETS


class DateRanges(dg.DynamicPartitionsDefinition):
    """Keys of date ranges. A range of partitions that is a single one is that one.

    Dagster's own answer looks the key up twice, and asks three to four times per input and output: an eighth of a run's time.
    That the key exists was checked when the run was made.
    """

    def get_partition_keys_in_range(self, partition_key_range: dg.PartitionKeyRange) -> Sequence[str]:
        """The keys from start to end, in the order in which they were added."""
        if partition_key_range.start == partition_key_range.end:
            return [partition_key_range.start]
        return super().get_partition_keys_in_range(partition_key_range)


# Days are the calendar days of each entry's owner, so the zone here only decides from when on today can be chosen.
DAYS = dg.DailyPartitionsDefinition("2015-01-01", end_offset=1)
RANGES_NAME = "date_ranges"
RANGES = DateRanges(name=RANGES_NAME)
# An edge for the lineage that loads nothing and makes nothing stale: days and ranges are different partitions.
DAYS_EDGE = dg.AssetDep(dg.AssetKey([DOMAIN, "toggl_days"]), partition_mapping=dg.SpecificPartitionsPartitionMapping([]))
JOB_NAME = "work_reports"

work_reports_job = dg.define_asset_job(
    JOB_NAME,
    dg.AssetSelection.assets(*(dg.AssetKey([DOMAIN, name]) for name in RANGE_ASSETS)),
    description="Every report of one range key: from Toggl's days to the HTML.",
)


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The weekly and the monthly report of everybody, switched off until someone switches them on."""
    zone = settings.zone

    @dg.schedule(
        name="weekly_report",
        job=work_reports_job,
        cron_schedule=settings.schedules.weekly_cron,
        execution_timezone=settings.timezone,
        description="The week (Monday to Sunday) before the tick.",
    )
    def weekly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return _request(context, named_range("last-week", now=context.scheduled_execution_time, zone=zone))

    @dg.schedule(
        name="monthly_report",
        job=work_reports_job,
        cron_schedule=settings.schedules.monthly_cron,
        execution_timezone=settings.timezone,
        description="The calendar month before the tick.",
    )
    def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return _request(context, named_range("last-month", now=context.scheduled_execution_time, zone=zone))

    return [weekly, monthly]


def _request(context: dg.ScheduleEvaluationContext, key: RangeKey) -> dg.RunRequest:
    context.instance.add_dynamic_partitions(RANGES_NAME, [str(key)])
    return dg.RunRequest(run_key=str(key), partition_key=str(key))
