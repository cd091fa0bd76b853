"""In a terminal a run lives in a process of its own: it can be left alone with `q` and is ended by Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets_tests.cli.command_line import program_environ, progress_lines, volt_agent, wait_until
from volt_assets_tests.cli.terminal import Terminal
from volt_assets_tests.pipeline import WEEK, record_of

pytestmark = pytest.mark.crash

PROGRAM = "import sys; from volt_assets.cli.main import main; sys.argv = ['volt-agent', *sys.argv[1:]]; main()"
RUN = ("run", "--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0")


@pytest.fixture(scope="module")
def slow() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(pace=0, latency_seconds=0.5)) as running:
        yield running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def environ_of(home: Path, data: Path, slow: RunningSandbox) -> dict[str, str]:
    return program_environ(home, slow.environ(), {"VOLT_DATA_DIR": str(data)})


def wait_for_download(data: Path) -> None:
    wait_until(lambda: any(line["event"] == "step_started" for line in progress_lines(data)), "the first step began")


def test_q_stops_watching_and_the_run_goes_on(slow: RunningSandbox, home: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    environ = environ_of(home, data, slow)
    with Terminal(PROGRAM, *RUN, columns=120, environ=environ) as terminal:
        wait_for_download(data)
        terminal.wait_for("q stop watching")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        terminal.wait_for("the run goes on: volt-agent show-run --run-id")
    assert record_of(data).status == "in_progress"
    canceling = volt_agent("cancel-run", "--run-id", WEEK, cwd=tmp_path, environ=environ)
    assert canceling.code == 0, canceling.err
    assert record_of(data).status == "canceled"


def test_ctrl_c_in_the_terminal_ends_the_run(slow: RunningSandbox, home: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Terminal(PROGRAM, *RUN, columns=120, environ=environ_of(home, data, slow)) as terminal:
        wait_for_download(data)
        terminal.wait_for("Ctrl-C cancel")
        terminal.press("\x03")
        assert terminal.wait_for_exit() == 130
    assert record_of(data).status == "canceled"
    assert "Traceback" not in terminal.shown
