"""What Dagster's daemon finds to tell: failed, dead, hanging and missed runs, each once, whoever started them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.test_utils import create_run_for_test

from volt_assets.definitions import build_defs
from volt_assets.settings import Settings
from volt_assets.work_reports.run_state import HOST_TAG, PID_TAG, STARTED_TAG
from volt_assets_tests.pipeline import WEEK, ClockedVolt
from volt_assets_tests.work_reports.alerts.receivers import Webhook, serving

WATCHING = "alert_hanging_and_missed_runs"
DAYS = {"cron": "0 7 * * *", "period": "this-week", "team": "platform", "timezone": "Asia/Tokyo"}
SETTINGS = Settings.model_validate({"teams": {"platform": ["a@example.com"]}, "schedules": {"more": {"days": DAYS}}})


@pytest.fixture
def webhook(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    del environment
    server = Webhook()
    monkeypatch.setenv("VOLT_ALERT_WEBHOOK_URL", server.url)
    with serving(server):
        yield server


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """An ephemeral instance does not know which schedules are on."""
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance"))) as opened:
        yield opened


@pytest.fixture
def instance(stored: dg.DagsterInstance) -> dg.DagsterInstance:
    """Without runs, and with every schedule off."""
    for run in stored.get_runs():
        stored.delete_run(run.run_id)
    for state in stored.all_instigator_state():
        stored.delete_instigator_state(state.instigator_origin_id, state.selector_id)
    return stored


def add_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, **tags: str) -> str:
    return str(create_run_for_test(instance, job_name="work_reports", status=status, tags={"dagster/partition": WEEK, **tags}).run_id)


def tick(instance: dg.DagsterInstance, at: datetime, cursor: str | None = None) -> str | None:
    """One look at a moment; the cursor for the next."""
    sensor = build_defs(SETTINGS, volt=ClockedVolt(at=at.isoformat())).resolve_sensor_def(WATCHING)
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        sensor(context)
        return context.cursor


def told(webhook: Webhook) -> list[tuple[str, str | None]]:
    return [(posted["kind"], posted["run_id"]) for posted in webhook.taken]


def test_a_run_that_failed_since_the_last_look_is_told_once_and_an_older_one_not_at_all(
    instance: dg.DagsterInstance, webhook: Webhook
) -> None:
    now = datetime.now(UTC)
    failed = add_run(instance, dg.DagsterRunStatus.FAILURE)
    waiting = add_run(instance, dg.DagsterRunStatus.FAILURE, **{"volt/outcome": "waiting"})
    add_run(instance, dg.DagsterRunStatus.SUCCESS)
    add_run(instance, dg.DagsterRunStatus.CANCELED)
    later = tick(instance, now + timedelta(hours=1))
    tick(instance, now + timedelta(hours=2), later)
    assert told(webhook) == []
    for _ in range(2):
        tick(instance, now, (now - timedelta(minutes=1)).isoformat())
    assert sorted(told(webhook)) == sorted([("failed", failed), ("waiting", waiting)])


def test_a_run_that_goes_on_for_too_long_hangs_and_one_whose_process_is_gone_failed(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    hanging = add_run(instance, dg.DagsterRunStatus.STARTED)
    now = datetime.now(UTC)
    cursor = tick(instance, now)
    assert told(webhook) == []
    gone = {HOST_TAG: socket.gethostname(), PID_TAG: str(os.getpid()), STARTED_TAG: "1"}
    dead = add_run(instance, dg.DagsterRunStatus.STARTED, **gone)
    cursor = tick(instance, now + timedelta(seconds=30), cursor)
    assert told(webhook) == [("failed", dead)]
    for hours in (4, 5):
        cursor = tick(instance, now + timedelta(hours=hours), cursor)
    assert told(webhook) == [("failed", dead), ("hanging", hanging)]


def test_a_range_that_waits_again_after_it_went_through_is_told_again(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    def look(run_id: str) -> str:
        at = datetime.now(UTC)
        tick(instance, at, at.isoformat())
        return run_id

    waits = {"volt/outcome": "waiting"}
    first = look(add_run(instance, dg.DagsterRunStatus.FAILURE, **waits))
    look(add_run(instance, dg.DagsterRunStatus.FAILURE, **waits))
    through = add_run(instance, dg.DagsterRunStatus.NOT_STARTED)
    for kind in (dg.DagsterEventType.RUN_START, dg.DagsterEventType.RUN_SUCCESS):
        instance.report_dagster_event(dg.DagsterEvent(kind.value, job_name="work_reports"), run_id=through)
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])):
        instance.delete_run(run.run_id)
    look(through)
    again = look(add_run(instance, dg.DagsterRunStatus.FAILURE, **waits))
    look(again)
    assert told(webhook) == [("waiting", first), ("waiting", again)]


def test_a_switched_on_schedule_whose_range_has_no_run_was_missed(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    monday = datetime(2025, 10, 13, 9, tzinfo=UTC)
    tick(instance, monday)
    assert told(webhook) == []
    switch_on(instance, "weekly_report", since=monday - timedelta(days=2))
    switch_on(instance, "monthly_report", since=monday - timedelta(days=2))
    tick(instance, monday - timedelta(hours=2, minutes=30))
    assert told(webhook) == []
    for hours in (0, 1):
        tick(instance, monday + timedelta(hours=hours))
    assert [(posted["kind"], posted["key"]) for posted in webhook.taken] == [("missed", WEEK)]
    assert "weekly_report was due 3 h ago, at 2025-10-13 06:00 UTC" in webhook.taken[0]["reason"]


def test_a_schedule_whose_range_has_a_run_is_well(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    switch_on(instance, "weekly_report", since=datetime(2025, 10, 1, tzinfo=UTC))
    add_run(instance, dg.DagsterRunStatus.SUCCESS)  # created today, after the week
    tick(instance, datetime(2025, 10, 13, 9, tzinfo=UTC))
    assert told(webhook) == []


def test_a_report_of_days_that_go_on_is_owed_from_its_tick_on_in_its_own_zone(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    now = datetime.now(UTC)
    switch_on(instance, "days", since=now - timedelta(days=3))
    tick(instance, now)
    [missed] = webhook.taken
    tokyo = now.astimezone(ZoneInfo("Asia/Tokyo")) - timedelta(hours=8)  # an hour's grace, and due at seven
    monday = tokyo.date() - timedelta(days=tokyo.weekday())
    assert missed["key"] == f"{monday}_{tokyo.date()}_platform"
    create_run_for_test(instance, job_name="work_reports", tags={"dagster/partition": missed["key"]}, status=dg.DagsterRunStatus.SUCCESS)
    webhook.taken.clear()
    (Path(os.environ["VOLT_DATA_DIR"]) / ".volt" / "alerts" / f"missed-days-{missed['key']}.json").unlink()
    tick(instance, now)
    assert not webhook.taken


def test_the_failure_sensor_tells_too_and_both_are_off_at_first(instance: dg.DagsterInstance, webhook: Webhook) -> None:
    definitions = build_defs(SETTINGS, volt=ClockedVolt())
    assert {sensor.default_status for sensor in definitions.sensors or ()} == {dg.DefaultSensorStatus.STOPPED}
    sensor = definitions.resolve_sensor_def("alert_failed_runs")
    run = instance.get_run_by_id(add_run(instance, dg.DagsterRunStatus.FAILURE))
    assert run is not None
    event = dg.DagsterEvent(dg.DagsterEventType.RUN_FAILURE.value, job_name="work_reports")
    for _ in range(2):
        context = dg.build_run_status_sensor_context("alert_failed_runs", event, instance, run).for_run_failure()
        sensor(context)
    assert told(webhook) == [("failed", run.run_id)]


def switch_on(instance: dg.DagsterInstance, name: str, *, since: datetime) -> None:
    """As the switch in the UI does."""
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("volt"), "__repository__"), name)
    state = ScheduleInstigatorData("0 6 * * 1", since.timestamp())
    instance.add_instigator_state(InstigatorState(origin, InstigatorType.SCHEDULE, InstigatorStatus.RUNNING, state))
