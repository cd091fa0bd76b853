"""Volt inside somebody else's Dagster: one YAML file among definitions of their own, and a week made from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster.components.core.component_tree import ComponentTreeException
from dagster.components.testing import create_defs_folder_sandbox

from volt_assets.components import VoltReports
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.pipeline import QUIET, WEEK

BIN = Path(sys.executable).parent
TYPE = "volt_assets.components.VoltReports"
THEIRS = """import dagster as dg


@dg.asset(io_manager_key="json")
def something_of_theirs() -> int:
    return 1
"""
THEIR_RESOURCES = """import dagster as dg


@dg.definitions
def resources() -> dg.Definitions:
    return dg.Definitions(resources={"json": dg.mem_io_manager}, executor=dg.multiprocess_executor)
"""


def attributes(sandbox: RunningSandbox, data: Path) -> dict[str, Any]:
    there = sandbox.environ()
    return {
        "toggl": {"workspace_id": int(there["TOGGL_WORKSPACE_ID"]), "base_url": there["TOGGL_BASE_URL"]},
        "fibery": {"workspace_name": there["FIBERY_WORKSPACE_NAME"], "base_url": there["FIBERY_BASE_URL"]},
        "data_dir": str(data),
        "timezone": "Europe/Belgrade",
        "teams": {"platform": ["mila.petrovic@example.com"]},
        "schedules": {
            "weekly_cron": "0 7 * * mon",
            "more": {"team_week": {"cron": "0 8 * * mon", "period": "last-week", "team": "platform"}},
        },
        "settings": {"pace": 0},
    }


def built(given: dict[str, Any]) -> dg.Definitions:
    with create_defs_folder_sandbox() as folder:
        place = folder.scaffold_component(VoltReports, defs_yaml_contents={"type": TYPE, "attributes": given})
        with folder.load_component_and_build_defs(defs_path=place) as (_, defs):
            return defs


@pytest.fixture
def tokens_alone(sandbox: RunningSandbox, tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that holds the secrets and nothing else."""
    del clean_environment
    for name, value in sandbox.environ().items():
        if name.endswith("_TOKEN"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("tokens_alone")
def test_a_week_is_made_from_what_the_file_says(sandbox: RunningSandbox, tmp_path: Path) -> None:
    defs = built(attributes(sandbox, tmp_path / "reports of ours"))
    key = f"{WEEK}_platform"
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(RANGES_NAME, [key])
        assert defs.resolve_job_def(JOB_NAME).execute_in_process(instance=instance, partition_key=key, run_config=QUIET).success
    page = (tmp_path / "reports of ours" / "work_reports" / key / "reports" / "team_summary.md").read_text()
    assert "zone Europe/Belgrade" in page
    assert "Mila Petrović" in page
    assert not (tmp_path / "data").exists()
    for name, cron in (("weekly_report", "0 7 * * mon"), ("team_week", "0 8 * * mon")):
        schedule = defs.resolve_schedule_def(name)
        assert (schedule.cron_schedule, schedule.execution_timezone) == (cron, "Europe/Belgrade")


@pytest.mark.usefixtures("tokens_alone")
@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"timezone": "Europe/Belgrad"}, "'Europe/Belgrad' is not a time zone"),
        ({"teams": {"platform": []}}, "the team has no members"),
        ({"settings": {"toggl.page_sise": 5}}, "unknown key 'toggl.page_sise'"),
        ({"schedules": {"weekly_cron": "0 25 * * mon"}}, "schedules.weekly_cron"),
    ],
)
def test_a_mistake_in_the_file_is_named(sandbox: RunningSandbox, tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ComponentTreeException) as raised:
        built({**attributes(sandbox, tmp_path / "data"), **change})
    said = raised.value.__cause__
    assert isinstance(said, dg.DagsterInvalidDefinitionError)
    assert complaint in str(said)
    assert "--set" not in str(said)


@pytest.mark.project
@pytest.mark.usefixtures("tokens_alone")
def test_in_a_freshly_scaffolded_project_beside_definitions_of_their_own(sandbox: RunningSandbox, tmp_path: Path) -> None:
    def tried(*command: str) -> str:
        environ = {**os.environ, "DAGSTER_HOME": str(tmp_path), "PYTHONPATH": "src", "PATH": f"{BIN}:{os.environ['PATH']}"}
        there = tmp_path / "theirs" if (tmp_path / "theirs").exists() else tmp_path
        # The commands are those of this test.
        done = subprocess.run(command, cwd=there, env=environ, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    tried("create-dagster", "project", "theirs", "--no-uv-sync")
    assert TYPE in tried("dg", "list", "components")
    tried("dg", "scaffold", "defs", TYPE, "volt")
    folder = tmp_path / "theirs" / "src" / "theirs" / "defs"
    content = {"type": TYPE, "attributes": attributes(sandbox, tmp_path / "data")}
    (folder / "volt" / "defs.yaml").write_text(yaml.safe_dump(content))
    (folder / "theirs.py").write_text(THEIRS)
    (folder / "their_resources.py").write_text(THEIR_RESOURCES)
    tried("dg", "check", "yaml")
    tried("dg", "check", "defs")
    found = json.loads(tried("dg", "list", "defs", "--json"))
    assert {f"work_reports/{name}" for name in RANGE_ASSETS} | {"something_of_theirs"} <= {one["asset_key"] for one in found["assets"]}
    add = f"import dagster as dg; dg.DagsterInstance.get().add_dynamic_partitions('{RANGES_NAME}', ['{WEEK}'])"
    tried(str(BIN / "python"), "-c", add)
    tried("dg", "launch", "--job", JOB_NAME, "--partition", WEEK)
    assert (tmp_path / "data" / "work_reports" / WEEK / "reports" / "report.html").is_file()
