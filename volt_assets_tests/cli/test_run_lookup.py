"""Runs are found by id or key, listed latest first, and judged: a dead one is failed, whatever Dagster still believes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from volt_assets.cli.instance import host_name, open_instance
from volt_assets.cli.processes import HOST_TAG, PID_TAG, STARTED_TAG, own_tags
from volt_assets.cli.run_lookup import StoredRecord, find_run, list_found_runs, stored_record
from volt_assets.errors import UsageError
from volt_assets_tests.pipeline import WEEK, document, folder_of, record_of

RUNNING = dg.DagsterRunStatus.STARTED
OTHER = "2025-10-13_2025-10-19"


@pytest.fixture
def instance(environment: Path, dagster_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance the command line opens by itself, without runs."""
    del environment
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    with open_instance() as opened:
        for run in opened.get_runs():
            opened.delete_run(run.run_id)
        yield opened


def add_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, *, key: str = WEEK, **tags: str) -> str:
    tags = {"dagster/partition": key, **{name.replace("__", "/"): value for name, value in tags.items()}}
    return str(create_run_for_test(instance, job_name="work_reports", status=status, tags=tags).run_id)


def test_by_id_and_by_key_the_latest(instance: dg.DagsterInstance) -> None:
    first = add_run(instance, dg.DagsterRunStatus.SUCCESS)
    second = add_run(instance, dg.DagsterRunStatus.FAILURE)
    other = add_run(instance, dg.DagsterRunStatus.SUCCESS, key=OTHER)
    assert find_run(first).run_id == first
    assert find_run(WEEK).run_id == second
    assert (find_run(OTHER).run_id, find_run(OTHER).key) == (other, OTHER)


@pytest.mark.parametrize("text", ["", "x", "../x", f"{WEEK}/..", "0" * 36, f"{WEEK}_", f"{WEEK}_UPPER", WEEK.replace("-", "%")])
def test_what_names_no_run_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is neither a run id nor a range key"):
        find_run(text)


@pytest.mark.parametrize(
    ("status", "tags", "shown"),
    [
        (dg.DagsterRunStatus.SUCCESS, {}, "completed"),
        (dg.DagsterRunStatus.SUCCESS, {"volt__outcome": "incomplete"}, "incomplete"),
        (dg.DagsterRunStatus.FAILURE, {}, "failed"),
        (dg.DagsterRunStatus.FAILURE, {"volt__outcome": "waiting"}, "waiting"),
        (dg.DagsterRunStatus.CANCELED, {}, "canceled"),
        (dg.DagsterRunStatus.CANCELING, {}, "canceled"),
        (dg.DagsterRunStatus.NOT_STARTED, {}, "in_progress"),
        (RUNNING, {}, "in_progress"),
    ],
)
def test_every_state_has_a_word(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, tags: dict[str, str], shown: str) -> None:
    run_id = add_run(instance, status, **tags)
    assert find_run(run_id).status == shown
    assert [run.run_id for run in list_found_runs(limit=5, status=shown)] == [run_id]


def test_the_latest_come_first_and_no_more_than_asked_for(instance: dg.DagsterInstance) -> None:
    run_ids = [add_run(instance, dg.DagsterRunStatus.SUCCESS) for _ in range(4)]
    create_run_for_test(instance, job_name="something_else", status=dg.DagsterRunStatus.SUCCESS)
    assert [run.run_id for run in list_found_runs(limit=3, status=None)] == run_ids[:0:-1]
    assert len(list_found_runs(limit=10, status=None)) == 4


def test_a_run_whose_process_is_gone_is_failed_for_everybody_from_then_on(instance: dg.DagsterInstance) -> None:
    gone = {HOST_TAG: host_name(), PID_TAG: str(os.getpid()), STARTED_TAG: "1"}
    run_id = add_run(instance, RUNNING, **gone)
    assert find_run(run_id).status == "failed"
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.status is dg.DagsterRunStatus.FAILURE


def test_a_living_run_and_one_of_another_machine_are_left_alone(instance: dg.DagsterInstance) -> None:
    living = add_run(instance, RUNNING, **own_tags(host_name()))
    elsewhere = add_run(instance, RUNNING, **{**own_tags("another-machine"), PID_TAG: "999999999"})
    assert {run.run_id: run.status for run in list_found_runs(limit=5, status=None)} == {living: "in_progress", elsewhere: "in_progress"}


def test_a_run_that_was_executed_again_in_the_ui_is_not_judged_by_what_it_inherited(instance: dg.DagsterInstance) -> None:
    """Dagster copies the tags of the run before: its process is gone, its outcome was another, and nobody typed a command."""
    inherited = {
        HOST_TAG: host_name(),
        PID_TAG: str(os.getpid()),
        STARTED_TAG: "1",
        "volt/launcher": "volt-agent",
        "volt/outcome": "waiting",
        "dagster/parent_run_id": "r0",
    }
    found = find_run(add_run(instance, RUNNING, **inherited))
    assert (found.status, found.launcher) == ("in_progress", "dagster")


def test_the_record_of_a_dead_run_says_so_as_well(instance: dg.DagsterInstance, stored_week: Path) -> None:
    gone = {HOST_TAG: host_name(), PID_TAG: str(os.getpid()), STARTED_TAG: "1", "volt/data_dir": str(stored_week)}
    run_id = add_run(instance, RUNNING, **gone)
    path = folder_of(stored_week) / "run_metadata.json"
    path.write_text(json.dumps({**document(stored_week, "run_metadata"), "run_id": run_id, "status": "in_progress"}))
    assert find_run(WEEK).status == "failed"
    record = document(stored_week, "run_metadata")
    assert (record["status"], record["report_set"]["state"]) == ("failed", "outdated")


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED])
def test_a_run_that_is_just_ending_writes_its_own_record(
    instance: dg.DagsterInstance, stored_week: Path, status: dg.DagsterRunStatus
) -> None:
    run_id = add_run(instance, status, **{**own_tags(host_name()), "volt/data_dir": str(stored_week)})
    path = folder_of(stored_week) / "run_metadata.json"
    path.write_text(json.dumps({**document(stored_week, "run_metadata"), "run_id": run_id, "status": "in_progress"}))
    before = path.read_bytes()
    assert find_run(run_id).status == "canceled"
    assert path.read_bytes() == before


def test_who_started_a_run(instance: dg.DagsterInstance) -> None:
    for tags, launcher in (
        ({"volt__launcher": "volt-agent"}, "volt-agent"),
        ({"dagster__schedule_name": "weekly_report"}, "schedule weekly_report"),
        ({"dagster__backfill": "abc"}, "backfill abc"),
        ({}, "dagster"),
    ):
        assert find_run(add_run(instance, dg.DagsterRunStatus.SUCCESS, **tags)).launcher == launcher


def test_the_story_of_a_run_that_dagster_started_is_where_the_environment_says(instance: dg.DagsterInstance, stored_week: Path) -> None:
    stored = stored_record(find_run(add_run(instance, dg.DagsterRunStatus.SUCCESS)))
    assert stored.metadata is None
    assert stored.later_run_id == record_of(stored_week).run_id


def test_a_key_that_somebody_made_up_in_the_ui_disturbs_nobody(instance: dg.DagsterInstance) -> None:
    gone = {HOST_TAG: host_name(), PID_TAG: str(os.getpid()), STARTED_TAG: "1", "volt/data_dir": "/somewhere"}
    run_id = add_run(instance, RUNNING, key="../../etc", **gone)
    [found] = list_found_runs(limit=5, status=None)
    assert (found.run_id, found.status) == (run_id, "failed")
    assert stored_record(found).metadata is None


def test_every_run_of_a_range_keeps_its_own_story(instance: dg.DagsterInstance, stored_week: Path) -> None:
    first = document(stored_week, "run_metadata")
    tags = {"dagster/partition": WEEK, "volt/data_dir": str(stored_week)}
    create_run_for_test(instance, run_id=first["run_id"], job_name="work_reports", status=dg.DagsterRunStatus.SUCCESS, tags=tags)
    later = create_run_for_test(instance, job_name="work_reports", status=dg.DagsterRunStatus.SUCCESS, tags=tags).run_id
    text = json.dumps({**first, "run_id": later})
    (folder_of(stored_week) / "run_metadata.json").write_text(text)
    stored = stored_record(find_run(first["run_id"]))
    assert (stored.metadata, stored.later_run_id) == (first, later)
    assert stored_record(find_run(WEEK)) == StoredRecord(json.loads(text))


def test_a_run_that_was_killed_is_settled_though_a_later_one_has_taken_its_place(instance: dg.DagsterInstance, stored_week: Path) -> None:
    gone = {HOST_TAG: host_name(), PID_TAG: str(os.getpid()), STARTED_TAG: "1", "volt/data_dir": str(stored_week)}
    run_id = add_run(instance, RUNNING, **gone)
    own = folder_of(stored_week) / "runs" / f"{run_id}.json"
    own.write_text(json.dumps({**document(stored_week, "run_metadata"), "run_id": run_id, "status": "in_progress"}))
    latest = (folder_of(stored_week) / "run_metadata.json").read_bytes()
    assert find_run(run_id).status == "failed"
    settled = json.loads(own.read_bytes())
    assert (settled["status"], settled["error"]["type"], settled["report_set"]["state"]) == ("failed", "RunCutShort", "complete")
    assert (folder_of(stored_week) / "run_metadata.json").read_bytes() == latest
