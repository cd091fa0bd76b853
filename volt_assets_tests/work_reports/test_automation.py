"""When which ranges are asked for, and which days and keys exist at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context  # no public way to say which store

from volt_assets.definitions import build_defs
from volt_assets.settings import ScheduleSettings, Settings
from volt_assets.work_reports.automation import DAYS, DAYS_EDGE, RANGES, RANGES_NAME, schedules, work_reports_job
from volt_assets.work_reports.stages import RANGE_ASSETS


def tick(name: str, at: datetime, instance: dg.DagsterInstance, settings: Settings | None = None) -> dg.RunRequest:
    """What the schedule asks for at a moment."""
    schedule = build_defs(settings or Settings()).resolve_schedule_def(name)
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=at) as context:
        request = schedule(context)
    assert isinstance(request, dg.RunRequest)
    return request


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with dg.DagsterInstance.local_temp(str(folder)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "at", "zone", "key"),
    [
        ("weekly_report", datetime(2025, 10, 13, 6, tzinfo=UTC), "UTC", "2025-10-06_2025-10-12"),
        ("weekly_report", datetime(2025, 10, 19, 22, tzinfo=UTC), "UTC", "2025-10-06_2025-10-12"),
        ("weekly_report", datetime(2025, 10, 19, 22, tzinfo=UTC), "Europe/Belgrade", "2025-10-13_2025-10-19"),
        ("monthly_report", datetime(2025, 11, 1, 7, tzinfo=UTC), "UTC", "2025-10-01_2025-10-31"),
        ("monthly_report", datetime(2025, 11, 1, 3, tzinfo=UTC), "America/New_York", "2025-09-01_2025-09-30"),
    ],
)
def test_a_tick_asks_for_the_period_before_it_in_the_configured_zone(
    instance: dg.DagsterInstance, name: str, at: datetime, zone: str, key: str
) -> None:
    request = tick(name, at, instance, Settings(timezone=zone))
    assert (request.partition_key, request.run_key) == (key, key)
    assert key in instance.get_dynamic_partitions(RANGES_NAME)


def test_schedules_are_off_until_somebody_switches_them_on_and_run_in_the_configured_zone() -> None:
    settings = Settings(timezone="Asia/Tokyo", schedules=ScheduleSettings(weekly_cron="0 5 * * 1", monthly_cron="0 5 2 * *"))
    made = {schedule.name: schedule for schedule in schedules(settings)}
    assert {name: schedule.cron_schedule for name, schedule in made.items()} == {
        "weekly_report": "0 5 * * 1",
        "monthly_report": "0 5 2 * *",
    }
    for schedule in made.values():
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
        assert schedule.execution_timezone == "Asia/Tokyo"
        assert schedule.job_name == work_reports_job.name
        assert schedule.description


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
