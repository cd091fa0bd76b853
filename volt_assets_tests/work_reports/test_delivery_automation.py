"""The sensor asks in the morning, the job sends, and neither does so twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
import yaml

from volt_assets.definitions import build_defs
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.delivery_automation import KEY_TAG
from volt_assets.work_reports.doctor_note import note_passed
from volt_assets_tests.clients.loopback_server import LoopbackServer, Told
from volt_assets_tests.pipeline import QUIET, WEEK, ClockedVolt
from volt_assets_tests.work_reports.deliver.delivered_week import book_of
from volt_assets_tests.work_reports.deliver.receivers import receiver

ROBOT = {"audience": "lead", "channel": "webhook", "url_variable": "VOLT_HOOK", "secret_variable": "VOLT_HOOK_SECRET", "send": True}


@pytest.fixture
def hook(stored_week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """A receiver, and a configuration that delivers to it."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "volt.yaml").write_text(yaml.safe_dump({"delivery": {"named": {"robot": ROBOT}}}))
    note_passed(DataFolder(str(stored_week)), datetime(2025, 10, 20, tzinfo=UTC))
    with receiver(lambda _: Told("ok")) as running:
        environ = {"VOLT_CONFIG": str(tmp_path / "config"), "VOLT_HOOK": running.url, "VOLT_HOOK_SECRET": "geheim"}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield running


def evaluate(instance: dg.DagsterInstance, at: str, settings: Settings | None = None) -> tuple[list[dg.RunRequest], str]:
    """What the sensor asks for at a moment, and why it asks for nothing."""
    defs = build_defs(settings or load_settings(os.environ), volt=ClockedVolt(at=at))
    with dg.build_sensor_context(instance=instance, repository_def=defs.get_repository_def()) as context:
        found = defs.resolve_sensor_def("deliveries").evaluate_tick(context)
    return list(found.run_requests or ()), found.skip_message or ""


def run(request: dg.RunRequest, instance: dg.DagsterInstance, at: str) -> dg.ExecuteInProcessResult:
    job = build_defs(volt=ClockedVolt(at=at)).resolve_job_def("deliver_job")
    config = {**QUIET, **dict(request.run_config)}
    return job.execute_in_process(instance=instance, run_config=config, tags=request.tags, raise_on_error=False)


def test_a_week_goes_out_in_the_morning_and_only_once(hook: LoopbackServer, stored_week: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert evaluate(instance, "2025-10-20T07:59:00+00:00") == ([], "nothing is due")
        [request], _ = evaluate(instance, "2025-10-20T08:00:00+00:00")
        assert request.tags[KEY_TAG] == WEEK
        assert evaluate(instance, "2025-10-20T08:05:00+00:00")[0][0].run_key == request.run_key
        for _ in range(2):
            assert run(request, instance, "2025-10-20T08:06:00+00:00").success
        assert evaluate(instance, "2025-10-20T08:10:00+00:00") == ([], "nothing is due")
    assert len(hook.asked) == 1
    assert [one.state for one in book_of(stored_week).delivered] == ["sent"]


def test_old_ranges_are_no_news(hook: LoopbackServer) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert evaluate(instance, "2025-10-27T08:00:00+00:00") == ([], "nothing is due")
    assert hook.asked == []


def test_a_range_that_is_being_made_is_left_alone(hook: LoopbackServer) -> None:
    del hook
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_defs().resolve_job_def("late_edits_job")
        instance.create_run_for_job(job, tags={"dagster/partition": WEEK}, status=dg.DagsterRunStatus.STARTED)
        assert evaluate(instance, "2025-10-20T08:00:00+00:00") == ([], "nothing is due")


def test_a_failed_check_keeps_the_week_back_and_the_sensor_says_so(hook: LoopbackServer, stored_week: Path) -> None:
    path = stored_week / "work_reports" / WEEK / "run_metadata.json"
    path.write_text(path.read_text().replace('"tables_add_up": true', '"tables_add_up": false'))
    with dg.DagsterInstance.ephemeral() as instance:
        requests, said = evaluate(instance, "2025-10-20T08:00:00+00:00")
    assert (requests, said) == ([], f"{WEEK}: robot: a check failed: tables_add_up")
    assert hook.asked == []


def test_nothing_is_asked_for_without_a_delivery_that_is_on(hook: LoopbackServer) -> None:
    del hook
    with dg.DagsterInstance.ephemeral() as instance:
        assert evaluate(instance, "2025-10-20T08:00:00+00:00", Settings())[1] == "no delivery of volt.yaml is switched on (send: true)"


def test_the_sensor_is_off_until_somebody_switches_it_on() -> None:
    assert build_defs().resolve_sensor_def("deliveries").default_status is dg.DefaultSensorStatus.STOPPED
