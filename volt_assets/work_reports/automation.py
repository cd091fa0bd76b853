"""Partitions and the job of this domain. Belongs here: for which keys. Does not: when (schedules.py, sensors.py), what is made."""

from collections.abc import Sequence

import dagster as dg

from volt_assets.work_reports.data_folder import DOMAIN
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
    executor_def=dg.in_process_executor,
    description="Every report of one range key: from Toggl's days to the HTML.",
)
