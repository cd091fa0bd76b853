"""The assembly: what Dagster is shown, and that it loads the way Dagster loads it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from volt_assets.definitions import build_defs, defs
from volt_assets.schedule_settings import ScheduleSettings
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import JOB_NAME
from volt_assets.work_reports.checks import ALL_CHECKS
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.checkout import ROOT, plain_environ
from volt_assets_tests.pipeline import FURTHER_REPORTS

ASSETS = {("work_reports", name) for name in (*RANGE_ASSETS, "toggl_days")}
# From architecture.md: the flow of one range.
PARENTS = {
    "toggl_days": set(),
    "raw_toggl_data": {"toggl_days"},
    "toggl_aggregated": {"raw_toggl_data"},
    "toggl_summary": {"toggl_aggregated"},
    "entities_to_enrich": {"toggl_aggregated"},
    "enriched_entities": {"entities_to_enrich"},
    "individual_reports": {"toggl_aggregated", "enriched_entities"},
    "enriched_data": {"toggl_aggregated", "enriched_entities", "individual_reports"},
    "team_summary": {"enriched_data", "enriched_entities"},
    **{name: {"toggl_aggregated", "enriched_entities"} for name in FURTHER_REPORTS},
    "combined_report": {"toggl_summary", "individual_reports", "team_summary", *FURTHER_REPORTS},
    "report": {"toggl_aggregated", "enriched_entities", "enriched_data", "combined_report"},
}
FILE_MAKERS = {"json", "markdown", "html"}


def test_the_graph_is_the_documented_flow() -> None:
    graph = defs.resolve_asset_graph()
    assert {tuple(key.path) for key in graph.get_all_asset_keys()} == ASSETS
    for name, parents in PARENTS.items():
        node = graph.get(dg.AssetKey(["work_reports", name]))
        assert {key.path[-1] for key in node.parent_keys} == parents, name


@pytest.mark.parametrize("name", sorted(PARENTS))
def test_every_asset_says_what_it_is_whose_it_is_and_which_code_made_it(name: str) -> None:
    node = defs.resolve_asset_graph().get(dg.AssetKey(["work_reports", name]))
    assert node.group_name == "work_reports"
    assert node.description
    assert node.owners
    assert node.kinds & FILE_MAKERS
    assert node.code_version
    partitions = node.partitions_def
    assert isinstance(partitions, dg.DailyPartitionsDefinition if name == "toggl_days" else dg.DynamicPartitionsDefinition)


def test_every_check_is_a_sentence_about_an_asset_that_exists() -> None:
    keys = defs.resolve_asset_graph().asset_check_keys
    assert {key.name for key in keys} == {key.name for check in ALL_CHECKS for key in check.check_keys}
    for check in ALL_CHECKS:
        for spec in check.check_specs:
            assert tuple(spec.asset_key.path) in ASSETS
            assert re.fullmatch(r"[A-Z].*\.", spec.description or ""), spec.name


def test_only_the_days_run_as_one_backfill() -> None:
    graph = defs.resolve_asset_graph()
    single = [key for key in graph.get_all_asset_keys() if graph.get(key).backfill_policy == dg.BackfillPolicy.single_run()]
    assert single == [dg.AssetKey(["work_reports", "toggl_days"])]


def test_a_run_stays_in_one_process() -> None:
    job = defs.resolve_job_def(JOB_NAME)
    assert job.executor_def is dg.in_process_executor
    assert isinstance(job.partitions_def, dg.DynamicPartitionsDefinition)


def test_the_configuration_decides_the_schedules() -> None:
    settings = Settings(timezone="Europe/Belgrade", schedules=ScheduleSettings(weekly_cron="30 4 * * 2"))
    schedule = build_defs(settings).resolve_schedule_def("weekly_report")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 4 * * 2", "Europe/Belgrade")


def test_every_load_makes_the_same_definitions() -> None:
    first, second = (build_defs(Settings()).resolve_asset_graph() for _ in range(2))
    assert first.get_all_asset_keys() == second.get_all_asset_keys()


def test_they_load_through_workspace_yaml_as_dagster_does(tmp_path: Path) -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    assert workspace["load_from"][0]["python_module"]["module_name"] == "volt_assets.definitions"
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate"],
        cwd=ROOT,
        env=plain_environ(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Validation successful" in done.stdout + done.stderr
