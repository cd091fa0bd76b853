"""kill -9 at any moment, then the same command: the same result, nothing half-written on the way, nothing finished fetched twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.run_plan import RunPlan
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.work_reports.report.templates import FURTHER
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.forked_runs import Machine, Run, asked, assert_whole, content_of, machine, soon
from volt_assets_tests.pipeline import WEEK, document, files_of, folder_of, record_of

pytestmark = pytest.mark.crash
PAGE_SIZE = 10
HALF_WRITTEN = ("work_reports/toggl_days/.2025-10-07.json.1.aaaaaaaa.tmp", f"work_reports/{WEEK}/reports/.team_summary.md.1.aaaaaaaa.tmp")
DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
LOOKED_UP = (".volt/people.json", ".volt/fibery_schema.json")
# The requests at which a run is killed: nobody answers them in time.
UNANSWERED = {
    "a page of entries": "toggl:slow=3:4:*/time_entries",
    "the total": "toggl:slow=3:1:*/totals",
    "the second look at work items": "fibery:slow=3:2:/api/commands",
    "a question to the model": "openai:slow=3:3:*/completions",
}
# What a run tells of itself, also when it is refused.
TOLD = re.compile(r"/(progress|logs)/")


@dataclass(frozen=True)
class Undisturbed:
    """What a run leaves that nobody killed."""

    data: Path
    content: dict[str, bytes]
    asked: Counter[str]


@pytest.fixture(scope="module")
def company() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=2, weeks=1), pace=0, max_page_size=PAGE_SIZE)) as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture(scope="module")
def undisturbed(place: Machine, company: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    before = asked(company)
    run = begun(place, company, data)
    assert run.wait() == 0, run.told()
    return Undisturbed(data, content_of(data), asked(company) - before)


def begun(place: Machine, company: RunningSandbox, data: Path, key: str = WEEK) -> Run:
    return place.execute(RunPlan(key=key, data_location=str(data)), company)


def kill_when(run: Run, condition: Callable[[], bool], what: str) -> None:
    soon(condition, what)
    run.kill()
    assert_whole(run.data)


def stored_days(data: Path) -> dict[str, int]:
    """Entries of every stored day."""
    days = [json.loads(path.read_bytes()) for path in (data / "work_reports" / "toggl_days").glob("[0-9]*.json")]
    return {day["day"]: len(day["entries"]) for day in days}


def finished_parts(data: Path) -> tuple[dict[str, int], bool, int]:
    """What need not be fetched again: entries by day, whether all items are whole, how many answers of the model."""
    answers = list((data / ".volt" / "results" / "answers").glob("*/[0-9a-f]*"))
    finished = {step.asset for step in record_of(data).steps if step.status == "completed"}
    return stored_days(data), "enriched_entities" in finished, len(answers)


def assert_resumes(place: Machine, company: RunningSandbox, data: Path, undisturbed: Undisturbed) -> None:
    """The same command again: it ends as if nothing had happened and asks for nothing that is there."""
    days, has_items, answers = finished_parts(data)
    for name in HALF_WRITTEN:
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text('{"schema_version": 1, "da')
    before = asked(company)
    run = begun(place, company, data)
    assert run.wait() == 0, run.told()
    spent, whole = asked(company) - before, undisturbed.asked
    assert content_of(data) == undisturbed.content
    record = record_of(data)
    assert (record.run_id, record.status, record.report_set.state) == (run.run_id, "completed", "complete")
    entries_left = sum(count for day, count in stored_days(data).items() if day not in days)
    pages = max(1, -(-entries_left // PAGE_SIZE)) if len(days) < 7 else 0
    assert spent["entries"] == pages
    assert spent["totals"] <= 1
    # An answer that had to be mended took two requests and is kept as one.
    left = finished_parts(undisturbed.data)[2] - answers
    mended = whole["answers"] - finished_parts(undisturbed.data)[2]
    assert left <= spent["answers"] <= left + mended
    if has_items:
        assert (spent["commands"], spent["documents"]) == (1, 0)
    else:
        assert spent["commands"] <= whole["commands"]
        assert spent["documents"] <= whole["documents"]
    assert not (data / ".volt" / "scratch").exists() or not any((data / ".volt" / "scratch").iterdir())


# Of the reports that one step of Dagster makes, the last one stands for all: there is no boundary between them.
@pytest.mark.parametrize("step", [name for name in RANGE_ASSETS if name not in FURTHER[:-1]])
def test_killed_when_a_step_has_finished(
    place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path, step: str
) -> None:
    run = begun(place, company, tmp_path)
    kill_when(run, lambda: run.has_told("step_finished", step), f"{step} finished")
    assert record_of(tmp_path).status in ("in_progress", "completed")
    assert_resumes(place, company, tmp_path, undisturbed)


@pytest.mark.parametrize("request_", UNANSWERED)
def test_killed_while_waiting_for(place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path, request_: str) -> None:
    with company.faults.during(UNANSWERED[request_]) as (fault,):
        struck = company.faults.struck(fault)
        run = begun(place, company, tmp_path)
        kill_when(run, lambda: company.faults.struck(fault) > struck, request_)
    assert_resumes(place, company, tmp_path, undisturbed)


def test_killed_again_and_again_whenever_a_step_begins(
    place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    for step in RANGE_ASSETS[::4]:
        run = begun(place, company, tmp_path)
        kill_when(run, partial(run.has_told, "step_started", step), f"{step} began")
    assert_resumes(place, company, tmp_path, undisturbed)


def test_killed_between_two_types(place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """What the steps of one stage handed to each other goes with the run."""
    run = begun(place, company, tmp_path)
    kill_when(run, lambda: any(line.get("step") == "enriched_entities" and line.get("done") for line in run.events()), "a type was done")
    assert any((tmp_path / ".volt" / "scratch").iterdir())
    assert_resumes(place, company, tmp_path, undisturbed)


def test_a_killed_run_leaves_the_reports_before_it_as_they_were(
    place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(undisturbed.data, data)
    run = begun(place, company, data)
    kill_when(run, lambda: run.has_told("step_started", "toggl_aggregated"), "the second step began")
    assert files_of(folder_of(data) / "reports") == files_of(folder_of(undisturbed.data) / "reports")
    record = record_of(data)
    assert (record.run_id, record.status, record.report_set.state) == (run.run_id, "in_progress", "outdated")


@contextmanager
def paused(run: Run) -> Iterator[None]:
    """Hold the process as long as the block lasts."""
    os.kill(run.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(run.pid, signal.SIGCONT)


def test_a_second_run_of_a_key_is_refused_and_the_first_one_ends_undisturbed(
    place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    first = begun(place, company, data)
    soon(lambda: first.has_told("step_started", "toggl_aggregated"), "the first run is at work")
    with paused(first):
        before = files_of(data)
        command = place.command("run", *DATES, "--output-dir", str(data), company=company)
        started_by_dagster = begun(place, company, data)
        assert started_by_dagster.wait() == ExitCode.FAILED
        after = {name: content for name, content in files_of(data).items() if not TOLD.search(name)}
    named = f"run {first.run_id} of the same range is under way (process {first.pid} on {socket.gethostname()})"
    assert command.code == ExitCode.USAGE, command.err
    assert named in command.err
    assert "hint: wait for it, or end it with volt-agent cancel-run" in command.err
    # What both may look up again is the same as before.
    assert {name: content for name, content in after.items() if name not in LOOKED_UP} == {
        name: content for name, content in before.items() if name not in LOOKED_UP and not TOLD.search(name)
    }
    assert first.wait() == ExitCode.OK
    assert content_of(data) == undisturbed.content
    assert (record_of(data).run_id, record_of(data).status) == (first.run_id, "completed")


def test_two_keys_with_days_in_common_at_once(place: Machine, company: RunningSandbox, undisturbed: Undisturbed, tmp_path: Path) -> None:
    keys = ("2025-10-06_2025-10-09", "2025-10-08_2025-10-12")
    runs = [begun(place, company, tmp_path, key) for key in keys]
    assert [run.wait() for run in runs] == [ExitCode.OK, ExitCode.OK], [run.told() for run in runs]
    assert_whole(tmp_path)
    all_entries = document(undisturbed.data, "raw_toggl_data")["entries"]
    for key in keys:
        first, last = key.split("_")
        expected = {entry["id"]: entry for entry in all_entries if first <= entry["start"][:10] <= last}
        raw = document(tmp_path, "raw_toggl_data", key)
        assert {entry["id"]: entry for entry in raw["entries"]} == expected
        assert raw["reconciliation"]["our_seconds"] == raw["reconciliation"]["toggl_seconds"]
        assert raw["reconciliation"]["unproven_days"] == []
        assert (record_of(tmp_path, key).status, record_of(tmp_path, key).report_set.state) == ("completed", "complete")


def test_a_run_that_takes_too_long_is_stopped_and_says_so(place: Machine, company: RunningSandbox, tmp_path: Path) -> None:
    with company.faults.during("toggl:slow=600:1..:*/time_entries"):
        for seconds in (1, 4, 16):
            data = tmp_path / f"within_{seconds}"
            limit = f"timeouts.run_seconds={seconds}"
            ended = place.command("run", *DATES, "--output-dir", str(data), "--set", limit, company=company)
            assert ended.code == ExitCode.FAILED, ended.err
            if "the run ended before its first step" not in ended.err:  # a busy machine needs more time to begin
                break
            assert f"the run took longer than its limit of {seconds} s" in ended.err
    assert f"the run took longer than its limit of {seconds} s and was stopped" in ended.err
    assert "hint: raise timeouts.run_seconds in volt.yaml, or ask for a shorter range" in ended.err
    assert "Traceback" not in ended.err
    record = record_of(data)
    assert record.error is not None
    assert (record.status, record.error.type, record.error.step) == ("failed", "RunCutShort", "raw_toggl_data")
    assert [step.status for step in record.steps] == ["failed"]
    listed = place.command("list-runs", "--json", "--limit", "1", company=company, VOLT_DATA_DIR=str(data))
    assert json.loads(listed.err)[0]["status"] == "failed"


@pytest.mark.parametrize("moment", ["the checks", "the first step"])
def test_sigterm_ends_a_command_as_ctrl_c_does(place: Machine, company: RunningSandbox, tmp_path: Path, moment: str) -> None:
    """A service manager or a container's host sends it; what was asked by then is counted."""
    data, before = tmp_path / "data", company.requests.total("toggl")
    path = "/api/v9/*" if moment == "the checks" else "*/time_entries"
    with company.faults.during(f"toggl:slow=600:1..:{path}") as (fault,):
        struck = company.faults.struck(fault)
        run = place.begin("run", *DATES, "--output-dir", str(data), company=company)
        soon(lambda: company.faults.struck(fault) > struck, moment)
        os.kill(run.pid, signal.SIGTERM)
        assert run.wait() == ExitCode.CANCELED
    said = run.output.read_text()
    assert "Traceback" not in said
    if moment == "the checks":
        assert said == "canceled before the run began; nothing was written\n"
        assert not data.exists()
        return
    record = record_of(data)
    assert (record.status, [step.status for step in record.steps]) == ("canceled", ["canceled"])
    assert record.usage.toggl_requests == company.requests.total("toggl") - before
    listed = place.command("list-runs", "--json", "--limit", "1", company=company, VOLT_DATA_DIR=str(data))
    assert json.loads(listed.err)[0]["status"] == "canceled"
