"""The sensors against a real instance and the sandbox: an edit is found and makes a revision, a bad end is run again, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.partitions.context import partition_loading_context  # what the daemon does around a sensor

from volt_assets.definitions import build_defs
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.doctor_note import note_passed
from volt_assets.work_reports.sensors import AGAIN_TAG
from volt_assets_tests.fault_runs import use
from volt_assets_tests.pipeline import QUIET, WEEK, ClockedVolt, Ran, document, files_of, folder_of

NEXT_WEEK = "2025-10-13_2025-10-19"
WORLD = WorldOptions(people=2, weeks=2)


@pytest.fixture
def company() -> Iterator[RunningSandbox]:
    """A company of its own, since it is edited."""
    with running_sandbox(SandboxOptions(world=WORLD, pace=0, max_page_size=100)) as running:
        yield running


@pytest.fixture
def data(company: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use(company, tmp_path / "data", monkeypatch)
    note_passed(DataFolder(str(tmp_path / "data")), datetime(2025, 10, 20, tzinfo=UTC))
    return tmp_path / "data"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "instance").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "instance")) as opened:
        yield opened


def evaluate(
    name: str, instance: dg.DagsterInstance, *, volt: ClockedVolt | None = None, cursor: str | None = None, settings: Settings | None = None
) -> tuple[list[dg.RunRequest], str | None, str]:
    """What a sensor asks for, its cursor, and why it asks for nothing."""
    defs = build_defs(settings or Settings(), volt=volt or ClockedVolt())
    here = dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=defs.get_repository_def())
    with here as context, partition_loading_context(dynamic_partitions_store=instance):
        found = defs.resolve_sensor_def(name).evaluate_tick(context)
    return list(found.run_requests or ()), found.cursor, found.skip_message or ""


def run(request: dg.RunRequest, instance: dg.DagsterInstance, volt: ClockedVolt | None = None) -> Ran:
    """What the daemon would do with a request."""
    job = build_defs(volt=volt or ClockedVolt()).resolve_job_def(request.job_name or JOB_NAME)
    result = job.execute_in_process(
        instance=instance, partition_key=request.partition_key, tags=request.tags, run_config=QUIET, raise_on_error=False
    )
    return Ran(result, instance)


def first_reports(instance: dg.DagsterInstance, *keys: str) -> None:
    instance.add_dynamic_partitions(RANGES_NAME, list(keys))
    for key in keys:
        assert run(dg.RunRequest(partition_key=key, job_name=JOB_NAME), instance).is_success


def test_a_late_edit_is_found_and_the_reports_it_concerns_become_revision_two(
    company: RunningSandbox, data: Path, instance: dg.DagsterInstance
) -> None:
    first_reports(instance, WEEK, NEXT_WEEK)
    entry = document(data, "raw_toggl_data")["entries"][3]
    company.edit.entry(entry["id"], seconds=entry["seconds"] + 3600)
    other = files_of(folder_of(data, NEXT_WEEK))

    requests, cursor, _ = evaluate("late_edits", instance)
    assert [request.job_name for request in requests] == ["late_edits_job"]
    before = company.requests.total("toggl")
    assert run(requests[0], instance).is_success
    spent = company.requests.total("toggl") - before
    # A summary and a page of changes; then the edited day and its total.
    assert spent == 4

    requests, cursor, _ = evaluate("late_edits", instance, cursor=cursor)
    assert [request.partition_key for request in requests] == [WEEK]
    again, _, _ = evaluate("late_edits", instance, cursor=cursor)
    assert [request.run_key for request in again] == [request.run_key for request in requests]
    assert run(requests[0], instance).is_success
    assert "revision 2" in (folder_of(data) / "reports" / "team_summary.md").read_text()
    assert files_of(folder_of(data, NEXT_WEEK)) == other

    requests, _, _ = evaluate("late_edits", instance, cursor=cursor)
    assert requests == []
    assert evaluate("unfinished_ranges", instance) == ([], None, "every range is as it should be")


def test_toggl_is_looked_at_again_only_after_the_configured_hours(data: Path, instance: dg.DagsterInstance) -> None:
    del data
    _, cursor, _ = evaluate("late_edits", instance)
    soon = ClockedVolt(at=(ClockedVolt().now() + timedelta(hours=5, minutes=59)).isoformat())
    later = ClockedVolt(at=(ClockedVolt().now() + timedelta(hours=6)).isoformat())
    assert evaluate("late_edits", instance, cursor=cursor, volt=soon)[0] == []
    assert len(evaluate("late_edits", instance, cursor=cursor, volt=later)[0]) == 1


def test_an_edit_of_somebody_else_makes_no_report_of_a_team_anew(
    company: RunningSandbox, data: Path, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_reports(instance, WEEK)
    first, second = sorted({entry["email"] for entry in document(data, "raw_toggl_data")["entries"]})
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "volt.yaml").write_text(f"teams: {{one: [{first}], two: [{second}]}}\n")
    monkeypatch.setenv("VOLT_CONFIG", str(tmp_path / "config"))
    first_reports(instance, f"{WEEK}_one", f"{WEEK}_two")
    entry = next(entry for entry in document(data, "raw_toggl_data")["entries"] if entry["email"] == first)
    later = ClockedVolt(at="2025-10-20T13:00:00+00:00")
    company.edit.entry(entry["id"], description="Said later")
    requests, cursor, _ = evaluate("late_edits", instance, volt=later)
    assert run(requests[0], instance, later).is_success
    requests, _, _ = evaluate("late_edits", instance, volt=later, cursor=cursor)
    assert sorted(request.partition_key or "" for request in requests) == [WEEK, f"{WEEK}_one"]


def test_a_range_that_failed_is_run_again_in_time_and_a_bounded_number_of_times(
    company: RunningSandbox, data: Path, instance: dg.DagsterInstance
) -> None:
    del data
    instance.add_dynamic_partitions(RANGES_NAME, [WEEK])
    request: dg.RunRequest = dg.RunRequest(partition_key=WEEK)
    now = ClockedVolt().now()
    with company.faults.during("toggl:500:every-1"):
        for tried in range(3):
            at = ClockedVolt(at=now.isoformat())
            assert not run(request, instance, at).is_success
            assert evaluate("unfinished_ranges", instance, volt=at)[0] == []
            now += timedelta(minutes=30 * 2**tried)
            [request], _, _ = evaluate("unfinished_ranges", instance, volt=ClockedVolt(at=now.isoformat()))
            assert request.tags[AGAIN_TAG] == str(tried + 1)
        assert not run(request, instance, ClockedVolt(at=now.isoformat())).is_success
    requests, _, said = evaluate("unfinished_ranges", instance, volt=ClockedVolt(at=(now + timedelta(days=1)).isoformat()))
    assert requests == []
    assert f"{WEEK}: was run again 3 times already" in said


def test_nothing_is_asked_for_before_the_doctor_has_passed(
    instance: dg.DagsterInstance, tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del clean_environment
    monkeypatch.setenv("VOLT_DATA_DIR", str(tmp_path / "other"))
    for name in ("late_edits", "unfinished_ranges"):
        requests, _, said = evaluate(name, instance)
        assert requests == []
        assert "volt-agent doctor" in said


def test_sensors_are_off_until_somebody_switches_them_on() -> None:
    for name in ("late_edits", "unfinished_ranges"):
        sensor = build_defs().resolve_sensor_def(name)
        assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
        assert sensor.description
