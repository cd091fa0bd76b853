"""When which ranges are asked for, and which days and keys exist at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._core.definitions.partitions.context import partition_loading_context  # no public way to say which store

from volt_assets.definitions import build_defs
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import DAYS, DAYS_EDGE, RANGES, RANGES_NAME, work_reports_job
from volt_assets.work_reports.stages import RANGE_ASSETS


def test_the_job_makes_every_asset_of_a_range_and_no_day() -> None:
    job = build_defs(Settings()).resolve_job_def(work_reports_job.name)
    assert {key.path[-1] for key in job.asset_layer.selected_asset_keys} == set(RANGE_ASSETS)


def test_today_is_a_day_that_can_be_chosen() -> None:
    today = datetime.now(UTC).date().isoformat()
    assert DAYS.has_partition_key(today)
    assert DAYS.has_partition_key("2015-01-01")
    assert not DAYS.has_partition_key("2014-12-31")


def test_the_edge_from_days_to_ranges_loads_no_day() -> None:
    mapping = DAYS_EDGE.partition_mapping
    assert isinstance(mapping, dg.SpecificPartitionsPartitionMapping)
    assert list(mapping.partition_keys) == []


def test_a_single_key_is_a_range_of_itself_and_several_are_looked_up(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        keys = ["2025-10-06_2025-10-12", "2025-10-13_2025-10-19", "2025-10-20_2025-10-26"]
        instance.add_dynamic_partitions(RANGES_NAME, keys)
        assert RANGES.get_partition_keys_in_range(dg.PartitionKeyRange(keys[0], keys[0])) == keys[:1]
        both = dg.PartitionKeyRange(keys[0], keys[1])
        with partition_loading_context(dynamic_partitions_store=instance):
            assert RANGES.get_partition_keys_in_range(both) == keys[:2]
