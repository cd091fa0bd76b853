"""A checkout has one instance: `volt-agent` from any folder and plain Dagster in the checkout see each other's runs and keys."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from volt_assets.sandbox.server import RunningSandbox
from volt_assets_tests.checkout import ROOT
from volt_assets_tests.cli.command_line import Ended, dagster, program_environ, volt_agent
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import WEEK, figures_of, folder_of, record_of

pytestmark = pytest.mark.crash

PARTS = ("config", "dagster.yaml", "workspace.yaml")


@dataclass(frozen=True)
class Checkout:
    """A copy of the checkout, and what happened in it, in order."""

    root: Path
    agent: Ended
    dagster: Ended
    listed: Ended
    shown: Ended


@pytest.fixture(scope="module")
def checkout(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    home = tmp_path_factory.mktemp("home")
    root = home / "checkout"
    shutil.copytree(ROOT / "volt_assets", root / "volt_assets", ignore=shutil.ignore_patterns("__pycache__"))
    for part in PARTS:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, root / part)
    volt_yaml = root / "config" / "volt.yaml"
    volt_yaml.write_text(volt_yaml.read_text().replace("pace: 1.0", "pace: 0"))
    (home / "somewhere").mkdir()
    environ = program_environ(home, sandbox.environ(), {"PYTHONPATH": str(root)})
    del environ["DAGSTER_HOME"]
    agent = volt_agent("run", "--start-date", "2025-10-06", "--end-date", "2025-10-12", "--json", cwd=home / "somewhere", environ=environ)
    plain = dagster(
        *("asset", "materialize", "-m", "volt_assets.definitions", "--partition", WEEK),
        *("--select", "key:work_reports/raw_toggl_data+ and not key:work_reports/toggl_days"),
        cwd=root,
        environ=environ,
    )
    data = {"VOLT_DATA_DIR": str(root / "data")}
    listed = volt_agent("list-runs", "--json", cwd=home, environ=environ)
    shown = volt_agent("show-run", "--run-id", WEEK, "--json", cwd=home, environ={**environ, **data})
    return Checkout(root, agent, plain, listed, shown)


def test_plain_dagster_finds_the_key_that_the_agent_registered(checkout: Checkout) -> None:
    assert checkout.agent.code == 0, checkout.agent.err
    assert checkout.dagster.code == 0, checkout.dagster.err
    assert record_of(checkout.root / "data").parameters.launcher == "dagster"


def test_both_runs_are_listed_from_any_folder(checkout: Checkout) -> None:
    assert checkout.listed.code == 0, checkout.listed.err
    assert [(run["launcher"], run["key"], run["status"]) for run in checkout.listed.json] == [
        ("dagster", WEEK, "completed"),
        ("volt-agent", WEEK, "completed"),
    ]
    assert checkout.listed.json[1]["run_id"] == checkout.agent.json["run_id"]


def test_the_instance_lies_in_the_checkout_and_nowhere_else(checkout: Checkout) -> None:
    assert (checkout.root / ".dagster" / "storage").is_dir()
    home = checkout.root.parent
    assert not (home / ".local").exists()
    assert [path.name for path in (home / "somewhere").iterdir()] == ["data"]


def test_plain_dagster_makes_the_same_figures(checkout: Checkout, week_by_now: Week) -> None:
    assert checkout.dagster.code == 0, checkout.dagster.err
    assert figures_of(folder_of(checkout.root / "data")) == figures_of(folder_of(week_by_now.data))
    assert figures_of(folder_of(checkout.root.parent / "somewhere" / "data")) == figures_of(folder_of(week_by_now.data))


def test_the_story_of_a_run_that_dagster_started_can_be_told(checkout: Checkout) -> None:
    assert checkout.shown.code == 0, checkout.shown.err
    story = checkout.shown.json
    assert (story["launcher"], story["status"]) == ("dagster", "completed")
    assert story["planned"]
