"""Old runs go with what only they left behind; whatever somebody may still need stays."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from volt_assets.cli.instance import open_instance
from volt_assets.cli.processes import own_tags
from volt_assets.cli.pruning import Keep, find_old_runs, parse_keep, remove
from volt_assets.cli.pruning_listing import human_size
from volt_assets.errors import UsageError
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import WEEK, files_of, folder_of, run_job

SUCCESS, FAILURE = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE
OTHER = "2025-10-13_2025-10-19"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def instance(environment: Path, dagster_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance the command line opens by itself, without runs."""
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    del environment
    with open_instance() as opened:
        for run in opened.get_runs():
            opened.delete_run(run.run_id)
        yield opened


def add_run(instance: dg.DagsterInstance, data: Path, status: dg.DagsterRunStatus = SUCCESS, *, key: str = WEEK, **tags: str) -> str:
    """A run with everything that one leaves behind."""
    tags = {"dagster/partition": key, "volt/data_dir": str(data), **tags}
    run_id = str(create_run_for_test(instance, job_name="work_reports", status=status, tags=tags).run_id)
    for place in (f"work_reports/{key}/runs/{run_id}.json", f".volt/progress/{run_id}.jsonl", f".volt/progress/{run_id}.log"):
        write(data / place)
    write(data / f".volt/llm_calls/{run_id}.jsonl")
    write(data / f".volt/alerts/failed-{run_id}.json")
    write(data / f"work_reports/{key}/run_metadata.json", json.dumps({"key": key, "run_id": run_id}))
    return run_id


def write(path: Path, text: str = "0123456789") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_old_runs_go_with_their_files_and_nothing_else_does(instance: dg.DagsterInstance, environment: Path) -> None:
    old = add_run(instance, environment)
    other = add_run(instance, environment, key=OTHER)
    latest = [add_run(instance, environment, FAILURE) for _ in range(2)][-1]
    for name in ("reports/team_summary.md", "revisions/team_summary/1.json", "raw_toggl_data.json"):
        write(folder_of(environment) / name)
    write(environment / "work_reports" / "toggl_days" / "2025-10-07.json")
    before = files_of(environment)

    found = find_old_runs(Keep(runs=1), now=now())
    assert files_of(environment) == before
    assert (len(found.runs), found.old_but_current, found.files) == (2, 1, 10)
    assert all(sum(file.size for file in run.files) == 50 for run in found.runs)
    remove(found)

    assert {run.run_id for run in instance.get_runs()} == {latest, other}
    gone = set(before) - set(files_of(environment))
    assert len(gone) == 10
    assert {name for name in gone if old in name} == {
        f"work_reports/{WEEK}/runs/{old}.json",
        f".volt/progress/{old}.jsonl",
        f".volt/progress/{old}.log",
        f".volt/llm_calls/{old}.jsonl",
        f".volt/alerts/failed-{old}.json",
    }
    assert not find_old_runs(Keep(runs=1), now=now()).runs


def test_runs_of_the_last_days_and_runs_under_way_stay(instance: dg.DagsterInstance, environment: Path) -> None:
    for _ in range(2):
        add_run(instance, environment)
    add_run(instance, environment, dg.DagsterRunStatus.STARTED, **own_tags(os.uname().nodename))
    add_run(instance, environment)
    assert not find_old_runs(Keep(days=2), now=now()).runs
    assert len(find_old_runs(Keep(days=2), now=now() + timedelta(days=3)).runs) == 2


def test_what_is_current_for_dagster_is_still_so_afterwards(instance: dg.DagsterInstance, stored_week: Path) -> None:
    """The run that made the current documents stays though it is old; days that an old run brought are not missing without it."""
    (stored_week / "work_reports" / "toggl_days" / "2025-10-07.json").unlink()
    asset, day = ["raw_toggl_data"], dg.AssetKey(["work_reports", "toggl_days"])
    first, second = (run_job(assets=asset, instance=instance, tags={"volt/data_dir": str(stored_week)}).run_id for _ in range(2))
    latest = add_run(instance, stored_week, FAILURE)
    assert instance.get_materialized_partitions(day) == {"2025-10-07"}

    found = find_old_runs(Keep(runs=1), now=now())
    assert [run.run_id for run in found.runs] == [first]
    assert found.runs[0].events_size > 0
    remove(found)

    assert {run.run_id for run in instance.get_runs()} == {second, latest}
    assert instance.get_materialized_partitions(day) == {"2025-10-07"}
    assert instance.get_materialized_partitions(dg.AssetKey(["work_reports", "raw_toggl_data"])) == {WEEK}
    event = instance.get_latest_materialization_event(day)
    assert event is not None
    assert event.asset_materialization is not None
    assert "dagster/data_version" in (event.asset_materialization.tags or {})


def test_files_of_runs_that_nobody_knows_go_when_they_are_old(instance: dg.DagsterInstance, environment: Path) -> None:
    add_run(instance, environment)
    lost = environment / ".volt" / "progress" / f"{'0' * 8}-0000-0000-0000-{'0' * 12}.jsonl"
    write(lost)
    write(environment / ".volt" / "progress" / "notes.txt")
    assert not find_old_runs(Keep(days=1), now=now()).orphans
    found = find_old_runs(Keep(days=1), now=now() + timedelta(days=2))
    assert [file.path for file in found.orphans] == [lost]
    remove(found)
    assert not lost.exists()


@pytest.mark.parametrize(("text", "keep"), [("50", Keep(runs=50)), ("90d", Keep(days=90))])
def test_what_stays_is_said_in_runs_or_days(text: str, keep: Keep) -> None:
    assert parse_keep(text) == keep


@pytest.mark.parametrize("text", ["", "0", "-1", "0d", "1h", "d", "1.5", "9" * 9])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is neither a number of runs nor of days"):
        parse_keep(text)


def test_the_command_lists_first_and_removes_only_when_told(instance: dg.DagsterInstance, environment: Path, command: Command) -> None:
    runs = [add_run(instance, environment) for _ in range(3)]
    listed = command("prune", "--keep", "1")
    assert (listed.code, "to be removed: 2 runs, 10 files" in listed.err, len(instance.get_runs())) == (0, True, 3)
    assert all(run_id in listed.out for run_id in runs[:2])
    done = command("prune", "--keep", "1", "--yes", "--json").json
    assert (done["removed"], [run["run_id"] for run in done["runs"]]) == (True, runs[1::-1])
    assert [run.run_id for run in instance.get_runs()] == runs[2:]
    assert command("prune", "--keep", "1").err == "nothing is to be removed\n"


def test_sizes_are_readable() -> None:
    assert [human_size(size) for size in (0, 1023, 1536, 3 * 1024**2, 5 * 1024**3)] == ["0 B", "1023 B", "1.5 KiB", "3.0 MiB", "5.0 GiB"]
