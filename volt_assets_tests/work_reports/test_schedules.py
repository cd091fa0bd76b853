"""When which ranges are asked for by themselves, and that two ticks never ask for one twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from volt_assets.definitions import build_defs
from volt_assets.schedule_settings import FurtherSchedule, ScheduleSettings
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import RANGES_NAME, work_reports_job
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.doctor_note import note_passed
from volt_assets.work_reports.schedules import SCHEDULE_TAG

TEAMS = Settings(
    timezone="UTC",
    teams={"platform": ("mila.petrovic@example.com",)},
    schedules=ScheduleSettings(
        more={
            "platform_week": FurtherSchedule(cron="0 8 * * 1", period="last-week", team="platform", timezone="Asia/Tokyo"),
            "daily": FurtherSchedule(cron="0 1 * * *", period="yesterday"),
        }
    ),
)


def tick(name: str, at: datetime, instance: dg.DagsterInstance, settings: Settings | None = None) -> dg.RunRequest | dg.SkipReason:
    """What the schedule asks for at a moment."""
    schedule = build_defs(settings or Settings()).resolve_schedule_def(name)
    with dg.build_schedule_context(instance=instance, scheduled_execution_time=at) as context:
        asked = schedule(context)
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with dg.DagsterInstance.local_temp(str(folder)) as opened:
        yield opened


@pytest.fixture
def data(tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    del clean_environment
    monkeypatch.setenv("VOLT_DATA_DIR", str(tmp_path / "data"))
    return DataFolder(str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("name", "at", "zone", "key"),
    [
        ("weekly_report", datetime(2025, 10, 13, 6, tzinfo=UTC), "UTC", "2025-10-06_2025-10-12"),
        ("weekly_report", datetime(2025, 10, 19, 22, tzinfo=UTC), "UTC", "2025-10-06_2025-10-12"),
        ("weekly_report", datetime(2025, 10, 19, 22, tzinfo=UTC), "Europe/Belgrade", "2025-10-13_2025-10-19"),
        ("monthly_report", datetime(2025, 11, 1, 7, tzinfo=UTC), "UTC", "2025-10-01_2025-10-31"),
        ("monthly_report", datetime(2025, 11, 1, 3, tzinfo=UTC), "America/New_York", "2025-09-01_2025-09-30"),
        # Half past eleven on Sunday in London is Monday in Tokyo, where the team is.
        ("platform_week", datetime(2025, 10, 12, 23, 0, tzinfo=UTC), "UTC", "2025-10-06_2025-10-12_platform"),
        ("daily", datetime(2025, 10, 13, 1, tzinfo=UTC), "UTC", "2025-10-12_2025-10-12"),
    ],
)
def test_a_tick_asks_for_the_period_before_it_in_its_zone(
    instance: dg.DagsterInstance, data: DataFolder, name: str, at: datetime, zone: str, key: str
) -> None:
    note_passed(data, at)
    request = tick(name, at, instance, TEAMS.model_copy(update={"timezone": zone}))
    assert isinstance(request, dg.RunRequest)
    assert (request.partition_key, request.run_key, request.tags[SCHEDULE_TAG]) == (key, key, name)
    assert key in instance.get_dynamic_partitions(RANGES_NAME)


def test_nothing_is_asked_for_before_the_doctor_has_passed(instance: dg.DagsterInstance, data: DataFolder) -> None:
    skipped = tick("weekly_report", datetime(2025, 9, 1, 6, tzinfo=UTC), instance)
    assert isinstance(skipped, dg.SkipReason)
    assert "volt-agent doctor" in (skipped.skip_message or "")
    assert "2025-08-25_2025-08-31" not in instance.get_dynamic_partitions(RANGES_NAME)
    assert data.root.exists() is False


def test_two_ticks_of_a_schedule_make_one_run_unless_it_ended_badly(instance: dg.DagsterInstance, data: DataFolder) -> None:
    at = datetime(2025, 9, 15, 6, tzinfo=UTC)
    note_passed(data, at)
    request = tick("weekly_report", at, instance)
    assert isinstance(request, dg.RunRequest)
    job = build_defs().resolve_job_def(work_reports_job.name)
    tags = {**request.tags, "dagster/partition": "2025-09-08_2025-09-14"}
    run = instance.create_run_for_job(job, tags=tags)
    again = tick("weekly_report", at, instance)
    assert isinstance(again, dg.SkipReason)
    assert run.run_id in (again.skip_message or "")
    instance.report_run_failed(run)
    assert isinstance(tick("weekly_report", at, instance), dg.RunRequest)


def test_schedules_are_off_until_somebody_switches_them_on_and_run_in_their_zone() -> None:
    settings = TEAMS.model_copy(update={"timezone": "Europe/Belgrade"})
    made = {one.name: one for one in build_defs(settings).schedules or () if isinstance(one, dg.ScheduleDefinition)}
    assert {name: (one.cron_schedule, one.execution_timezone) for name, one in made.items()} == {
        "weekly_report": ("0 6 * * 1", "Europe/Belgrade"),
        "monthly_report": ("0 7 1 * *", "Europe/Belgrade"),
        "platform_week": ("0 8 * * 1", "Asia/Tokyo"),
        "daily": ("0 1 * * *", "Europe/Belgrade"),
    }
    for schedule in made.values():
        assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
        assert schedule.job_name == work_reports_job.name
        assert schedule.description
