"""Runs at the edges: days that are not over, keys that make no sense, parts that are missing, every way to start one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from upath import UPath

from volt_assets.definitions import build_defs
from volt_assets.io_managers import IO_MANAGERS, JsonIOManager, MarkdownFolderIOManager, local_data
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import Settings
from volt_assets.work_reports import definitions as work_reports
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.doctor_note import note_passed
from volt_assets.work_reports.enrich.assets import StepResult
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import (
    QUIET,
    WEEK,
    ClockedVolt,
    Ran,
    document,
    figures_of,
    files_of,
    folder_of,
    record_of,
    report_files,
    run_job,
)
from volt_assets_tests.work_reports.test_schedules import tick

THURSDAY = "2025-10-09T12:00:00+00:00"


def run_with(key: str = WEEK, **resources: Any) -> Ran:
    """The job over another disk than the usual one."""
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [key])
    watchers = [work_reports.watcher(ClockedVolt())]
    usual = {kind: local_data(kind, watchers) for kind in IO_MANAGERS}
    for manager in resources.values():
        manager.watchers = watchers
    defs = dg.Definitions.merge(
        work_reports.build_defs(Settings(), ClockedVolt()),
        dg.Definitions(resources={"volt": ClockedVolt(), **usual, **resources}, executor=dg.in_process_executor),
    )
    job = defs.resolve_job_def(JOB_NAME)
    return Ran(job.execute_in_process(instance=instance, partition_key=key, run_config=QUIET, raise_on_error=False), instance)


def second_lines(data: Path, key: str) -> list[str]:
    """What every report says about itself under its title."""
    return [path.read_text().splitlines()[1] for path in (folder_of(data, key) / "reports").rglob("*.md")]


def test_a_range_that_reaches_today_is_in_progress_and_its_open_days_are_downloaded_again(
    environment: Path, sandbox: RunningSandbox
) -> None:
    key = "2025-10-06_2025-10-09"
    assert run_job(key, volt=ClockedVolt(at=THURSDAY)).is_success
    days = environment / "work_reports" / "toggl_days"
    closed = {path.stem: json.loads(path.read_bytes())["is_closed"] for path in days.iterdir()}
    # At noon UTC it is just midnight in the last zone on earth: Wednesday is over there, Thursday is not.
    assert closed == {"2025-10-06": True, "2025-10-07": True, "2025-10-08": True, "2025-10-09": False}
    for name in ("raw_toggl_data", "toggl_aggregated", "enriched_data"):
        assert document(environment, name, key)["in_progress"] is True
    assert all("· in progress ·" in head for head in second_lines(environment, key))
    before = {path.name: path.read_bytes() for path in days.iterdir()}
    asked = sandbox.requests.total("toggl")
    assert run_job(key, volt=ClockedVolt()).is_success
    assert sandbox.requests.total("toggl") > asked
    after = {path.name: path.read_bytes() for path in days.iterdir()}
    assert [name for name in sorted(before) if before[name] != after[name]] == ["2025-10-09.json"]
    assert document(environment, "raw_toggl_data", key)["in_progress"] is False
    assert not any("in progress" in head for head in second_lines(environment, key))


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("hello", "'hello' is not a range key"),
        ("../../2025-10-06_2025-10-12", "is not a range key"),
        ("2025-10-06_2025-10-12_../x", "is not a range key"),
        ("2025-13-01_2025-13-02", "2025-13-01 does not exist in the calendar"),
        ("2025-10-12_2025-10-06", "ends before it starts"),
        ("2023-01-01_2025-10-12", "at most 366 are possible"),
        ("2026-10-05_2026-10-11", "lies wholly in the future"),
        ("2025-10-06_2025-10-12_nobody", "nobody knows the scope 'nobody'"),
    ],
)
def test_a_key_that_makes_no_sense_ends_the_step_clearly_and_leaves_nothing(environment: Path, key: str, complaint: str) -> None:
    ran = run_job(key)
    assert not ran.is_success
    assert complaint in ran.failures
    assert "Hint: " in ran.failures
    assert not (environment / "work_reports").exists()
    assert [path.name for path in environment.parent.iterdir()] in ([], [environment.name])


@pytest.mark.parametrize("assets", [[name] for name in RANGE_ASSETS[1:]])
def test_a_key_that_leads_elsewhere_is_not_even_read(environment: Path, assets: list[str]) -> None:
    ran = run_job("../../outside", assets=assets)
    assert not ran.is_success
    assert "is not the name of a folder" in ran.failures or "is not a range key" in ran.failures
    assert not environment.exists()


class LosesTypes(JsonIOManager):
    """A type with a step of its own and one of those that share a step do not come back."""

    def load_from_path(self, context: dg.InputContext, path: UPath) -> Any:
        value = super().load_from_path(context, path)
        if not isinstance(value, StepResult):
            return value
        return value.model_copy(update={"items": tuple(item for item in value.items if item.type not in ("Scrum/Bug", "Scrum/Sprint"))})


def test_a_type_that_is_missing_from_the_results_fails_the_run(environment: Path) -> None:
    ran = run_with(volt_json=LosesTypes(UPath(environment)))
    assert not ran.is_success
    assert "the enriched types differ from the planned ones: Scrum/Bug, Scrum/Sprint" in ran.failures
    record = record_of(environment)
    assert record.error is not None
    assert (record.status, record.error.type, record.stages_failed) == ("failed", "IncompleteDataError", ("enrich",))
    assert not (folder_of(environment) / "enriched_entities.json").exists()


class BreaksThePlan(JsonIOManager):
    """What is to be looked up is damaged on the disk as soon as it is written."""

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        super().dump_to_path(context, obj, path)
        if path.name == "entities_to_enrich.json":
            path.write_bytes(b"{")


def test_an_input_that_breaks_under_a_run_is_named_in_its_record(stored_week: Path) -> None:
    before = files_of(folder_of(stored_week) / "reports" / "individual")
    ran = run_with(volt_json=BreaksThePlan(UPath(stored_week)))
    assert not ran.is_success
    record = record_of(stored_week)
    assert record.error is not None
    assert (record.status, record.error.type, record.report_set.state) == ("failed", "StoredDataError", "outdated")
    assert f"{folder_of(stored_week)}/entities_to_enrich.json: cannot be trusted" in record.error.message
    assert files_of(folder_of(stored_week) / "reports" / "individual") == before


class BreaksWhatWasEnriched(JsonIOManager):
    """The same with what came of it: the first to read it is a check."""

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        super().dump_to_path(context, obj, path)
        if path.name == "enriched_entities.json":
            path.write_bytes(b"{")


def test_a_check_that_cannot_read_its_file_names_it_in_the_record(environment: Path) -> None:
    ran = run_with(volt_json=BreaksWhatWasEnriched(UPath(environment)))
    assert not ran.is_success
    record = record_of(environment)
    assert record.error is not None
    assert (record.status, record.error.type) == ("failed", "StoredDataError")
    assert f"{folder_of(environment)}/enriched_entities.json: cannot be trusted" in record.error.message


class LosesAReport(MarkdownFolderIOManager):
    """One person's file does not reach the disk."""

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        super().dump_to_path(context, obj, path)
        (path.parent / "reports" / "individual" / "tane_rangi.md").unlink()


def test_a_check_that_ends_the_run_says_so_in_the_record(environment: Path) -> None:
    ran = run_with(volt_markdown_folder=LosesAReport(UPath(environment)))
    assert not ran.is_success
    assert not ran.checks["every_person_has_a_report"]
    assert not (folder_of(environment) / "enriched_data.json").exists()
    record = record_of(environment)
    assert record.error is not None
    assert record.status == "failed"
    assert "the check every_person_has_a_report failed: people 10, reports 9" in record.error.message


def test_a_week_without_entries_is_reported_as_such(environment: Path) -> None:
    key = "2025-09-01_2025-09-07"
    ran = run_job(key)
    assert ran.is_success, ran.failures
    assert all(ran.checks.values())
    assert record_of(environment, key).status == "completed"
    assert set(files_of(folder_of(environment, key) / "reports")) == report_files()
    assert document(environment, "enriched_entities", key)["items"] == []


def test_one_range_of_a_few_people_is_about_them_only(environment: Path) -> None:
    key = f"{WEEK}_users-0123abcd"
    scopes = environment / "work_reports" / "scopes"
    scopes.mkdir(parents=True)
    people = ["mila.petrovic@example.com", "ben.carter@example.com"]
    (scopes / "users-0123abcd.json").write_text(json.dumps({"scope": "users-0123abcd", "emails": people}))
    ran = run_job(key)
    assert ran.is_success, ran.failures
    aggregated = document(environment, "toggl_aggregated", key)
    assert [person["name"] for person in aggregated["people"]] == ["Mila Petrović"]
    assert [person["name"] for person in aggregated["people_without_time"]] == ["Ben Carter"]
    assert record_of(environment, key).parameters.users_filter == tuple(sorted(people))
    # The days are everybody's all the same: the next range needs them.
    day = json.loads((environment / "work_reports" / "toggl_days" / "2025-10-07.json").read_bytes())
    assert len({entry["user_id"] for entry in day["entries"]}) > 5


def test_a_tick_of_the_schedule_leads_to_the_same_figures(environment: Path, week: Week, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    note_passed(DataFolder(str(environment)), datetime(2025, 10, 13, tzinfo=UTC))
    with dg.DagsterInstance.local_temp(str(tmp_path / "instance")) as instance:
        request = tick("weekly_report", datetime(2025, 10, 13, 6, tzinfo=UTC), instance)
        assert isinstance(request, dg.RunRequest)
        ran = run_job(str(request.partition_key), instance=instance, tags={"dagster/schedule_name": "weekly_report"})
        assert ran.is_success, ran.failures
    assert figures_of(folder_of(environment)) == figures_of(folder_of(week.data))
    assert record_of(environment).parameters.launcher == "schedule weekly_report"


def test_materialize_makes_the_same_figures(environment: Path, week: Week) -> None:
    defs = build_defs(volt=ClockedVolt())
    made = [asset for asset in defs.assets or () if isinstance(asset, dg.AssetsDefinition)]
    assets = [asset for asset in made if {key.path[-1] for key in asset.keys} <= set(RANGE_ASSETS)]
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(RANGES_NAME, [WEEK])
    result = dg.materialize(assets, partition_key=WEEK, instance=instance, resources=defs.resources, run_config=QUIET)
    assert result.success
    assert figures_of(folder_of(environment)) == figures_of(folder_of(week.data))
