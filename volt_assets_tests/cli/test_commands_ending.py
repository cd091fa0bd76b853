"""Runs that do not end by themselves or not well: interrupted, canceled, killed, out of quota, not proven."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets_tests.cli.command_line import Ended, ended, program_environ, progress_lines, under_way, volt_agent, wait_until
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import WEEK, files_of, folder_of, record_of
from volt_assets_tests.wrong_totals import wrong_totals

pytestmark = pytest.mark.crash

RUN = ("run", "--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0")
# Far less than the twenty seconds after which a run would be given up on.
SECONDS_TO_END = 15.0


@dataclass(frozen=True)
class Machine:
    """One instance for all runs here; every test has a data folder of its own."""

    home: Path
    environ: dict[str, str]

    def ask(self, *arguments: str) -> Ended:
        return volt_agent(*arguments, cwd=self.home, environ=self.environ)

    def run_of(self, run_id: str) -> dict[str, Any]:
        """What list-runs says about a run."""
        [found] = [run for run in self.ask("list-runs", "--json").json if run["run_id"] == run_id]
        return dict(found)


@pytest.fixture(scope="module")
def slow() -> Iterator[RunningSandbox]:
    """A company whose services take their time: a run lasts long enough to be ended."""
    with running_sandbox(SandboxOptions(pace=0, latency_seconds=0.5)) as running:
        yield running


@pytest.fixture(scope="module")
def machine(slow: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    home = tmp_path_factory.mktemp("home")
    return Machine(home, program_environ(home, slow.environ()))


def wait_for_download(data: Path) -> str:
    """The run id, once the first step is asking Toggl."""
    wait_until(lambda: any(line["event"] == "step_started" for line in progress_lines(data)), "the first step began")
    return str(next(line["run_id"] for line in progress_lines(data) if line["event"] == "run_started"))


def assert_ended_soon(process: subprocess.Popen[str]) -> Ended:
    begin = time.monotonic()
    outcome = ended(process)
    assert time.monotonic() - begin < SECONDS_TO_END
    return outcome


def test_ctrl_c_ends_a_run_as_canceled_and_keeps_the_reports(machine: Machine, slow: RunningSandbox, week: Week, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(folder_of(week.data), folder_of(data))
    before = slow.requests.total("toggl")
    with under_way(*RUN, "--output-dir", str(data), cwd=machine.home, environ=machine.environ) as process:
        run_id = wait_for_download(data)
        at_checks = slow.requests.total("toggl")
        wait_until(lambda: slow.requests.total("toggl") > at_checks, "Toggl was asked for entries")
        process.send_signal(signal.SIGINT)
        outcome = assert_ended_soon(process)
    assert (outcome.code, outcome.out) == (130, "")
    assert "canceled" in outcome.err
    assert "Traceback" not in outcome.err
    record = record_of(data)
    assert (record.run_id, record.status, record.report_set.state) == (run_id, "canceled", "outdated")
    assert record.usage.toggl_requests == slow.requests.total("toggl") - before
    assert record.usage.toggl_requests == record.checks.toggl_requests + record.steps[0].usage.toggl_requests
    assert f"requests: {record.usage.toggl_requests} Toggl" in outcome.err
    assert files_of(folder_of(data) / "reports") == files_of(folder_of(week.data) / "reports")
    assert progress_lines(data)[-1]["status"] == "canceled"
    assert machine.run_of(run_id)["status"] == "canceled"


def test_ctrl_c_during_the_checks_leaves_nothing(machine: Machine, slow: RunningSandbox, tmp_path: Path) -> None:
    data, asked = tmp_path / "data", slow.requests.total()
    with under_way(*RUN, "--output-dir", str(data), cwd=machine.home, environ=machine.environ) as process:
        wait_until(lambda: slow.requests.total() > asked, "the checks began")
        process.send_signal(signal.SIGINT)
        outcome = assert_ended_soon(process)
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "canceled before the run began; nothing was written\n")
    assert not data.exists()


def test_ctrl_c_before_the_first_step_is_a_canceled_run_too(machine: Machine, tmp_path: Path) -> None:
    """Dagster does not listen to signals yet at that moment."""
    data = tmp_path / "data"
    with under_way(*RUN, "--output-dir", str(data), cwd=machine.home, environ=machine.environ) as process:
        wait_until(lambda: bool(progress_lines(data)), "the run was announced")
        process.send_signal(signal.SIGINT)
        outcome = assert_ended_soon(process)
    assert (outcome.code, outcome.out) == (130, "")
    assert "Traceback" not in outcome.err
    lines = progress_lines(data)
    assert (lines[-1]["event"], lines[-1]["status"]) == ("run_finished", "canceled")
    assert machine.run_of(lines[0]["run_id"])["status"] == "canceled"


def test_another_terminal_cancels_a_run_by_its_key(machine: Machine, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with under_way(*RUN, "--output-dir", str(data), cwd=machine.home, environ=machine.environ) as process:
        run_id = wait_for_download(data)
        canceling = machine.ask("cancel-run", "--run-id", WEEK)
        outcome = assert_ended_soon(process)
    assert canceling.code == 0, canceling.err
    assert f"run {run_id} is canceled" in canceling.err
    assert (outcome.code, record_of(data).status) == (130, "canceled")
    assert machine.run_of(run_id)["status"] == "canceled"
    once_more = machine.ask("cancel-run", "--run-id", run_id)
    assert (once_more.code, "has ended already: canceled" in once_more.err) == (0, True)


def test_a_killed_run_is_recognised_as_dead_and_the_range_can_be_run_again(
    machine: Machine, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with under_way(*RUN, "--output-dir", str(data), cwd=machine.home, environ=machine.environ) as process:
        run_id = wait_for_download(data)
        process.kill()
        process.wait()
        assert record_of(data).status == "in_progress"
        assert machine.run_of(run_id)["status"] == "failed"
    record = record_of(data)
    assert record.error is not None
    assert (record.status, record.error.message) == ("failed", "the process of the run ended without a word")
    again = volt_agent(*RUN, "--output-dir", str(data), "--json", cwd=machine.home, environ={**machine.environ, **sandbox.environ()})
    assert again.code == 0, again.err
    assert record_of(data).status == "completed"


def test_a_used_up_quota_ends_with_3_and_says_until_when(tmp_path: Path) -> None:
    with running_sandbox(SandboxOptions(pace=0, quota_per_hour=5)) as poor:
        machine = Machine(tmp_path, program_environ(tmp_path, poor.environ(), {"VOLT_DATA_DIR": str(tmp_path / "data")}))
        outcome = machine.ask(*RUN, "--json")
        assert outcome.code == 3, outcome.err
        assert outcome.json["status"] == "waiting"
        assert "the quota resets at " in outcome.err
        assert "hint: " in outcome.err
        record = record_of(tmp_path / "data")
        assert record.error is not None
        assert (record.status, record.error.type) == ("waiting", "QuotaExhaustedError")
        assert record.error.resets_at is not None
        assert machine.run_of(outcome.json["run_id"])["status"] == "waiting"


def test_a_total_that_is_not_proven_ends_with_4_and_says_so(sandbox: RunningSandbox, tmp_path: Path) -> None:
    with wrong_totals(sandbox.toggl_url) as toggl_url:
        variables = {**sandbox.environ(), "TOGGL_BASE_URL": toggl_url, "VOLT_DATA_DIR": str(tmp_path / "data")}
        machine = Machine(tmp_path, program_environ(tmp_path, variables))
        outcome = machine.ask(*RUN, "--json")
    assert outcome.code == 4, outcome.err
    assert (outcome.json["status"], outcome.json["statistics"]["is_reconciled"]) == ("incomplete", False)
    assert "warning: finished, but Toggl's total is not proven" in outcome.err
    assert "reconciled with Toggl" not in (folder_of(tmp_path / "data") / "reports" / "team_summary.md").read_text()
    listed = machine.ask("list-runs", "--json", "--status", "incomplete").json
    assert [run["run_id"] for run in listed] == [outcome.json["run_id"]]
