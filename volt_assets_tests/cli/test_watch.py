"""Following a run: line by line, and live on a real terminal."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.watch import watch
from volt_assets.resilience.progress_log import ProgressLog
from volt_assets_tests.cli.terminal import Terminal

START = datetime(2025, 10, 13, 6, tzinfo=UTC)
STEPS = ("raw_toggl_data", "team_summary")


class Run:
    """A run that does its next deed whenever the watcher sleeps; time passes by sleeping only."""

    def __init__(self, path: Path, *deeds: Callable[[ProgressLog], None]) -> None:
        self.moment = START
        self.log = ProgressLog(path, self.now)
        self._deeds = list(deeds)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        if self._deeds:
            self._deeds.pop(0)(self.log)

    def is_alive(self) -> bool:
        return bool(self._deeds)


def begin(log: ProgressLog) -> None:
    log.write("run_started", run_id="r1", key="2025-10-06_2025-10-12", steps=STEPS)
    log.write("step_started", step="raw_toggl_data", stage="collect")


def end(log: ProgressLog) -> None:
    log.write("step_finished", step="raw_toggl_data")
    log.write("run_finished", status="completed")


def watched_lines(path: Path, run: Run) -> list[str]:
    stderr = io.StringIO()
    console = Console(stdout=io.StringIO(), stderr=stderr, environ={})
    watch(path, is_alive=run.is_alive, console=console, now=run.now, sleep=run.sleep)
    return stderr.getvalue().splitlines()


def test_without_a_terminal_every_change_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"

    assert watched_lines(path, Run(path, lambda _: None, begin, lambda _: None, end, begin)) == [
        "run r1 of 2025-10-06_2025-10-12 started, 2 steps",
        "[collect 1/2] raw_toggl_data … (0%)",
        "[collect 1/2] raw_toggl_data done (50%)",
        "run r1 completed after <1s",
    ]


def test_what_a_process_wrote_last_is_shown_when_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = Run(path, begin)
    stderr = io.StringIO()

    state = watch(path, is_alive=run.is_alive, console=Console(stderr=stderr, environ={}), now=run.now, sleep=run.sleep)

    assert "raw_toggl_data …" in stderr.getvalue()
    assert (state.is_finished, state.status, state.step) == (False, "in_progress", "raw_toggl_data")


def test_keys_are_not_asked_for_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run = Run(path, begin, end)
    quits: list[str] = []

    watch(
        path,
        is_alive=run.is_alive,
        console=Console(stderr=io.StringIO(), environ={}),
        now=run.now,
        sleep=run.sleep,
        on_quit=lambda: quits.append("q"),
    )

    assert quits == []


PROGRAM = """
import select, sys
from pathlib import Path
from volt_assets.cli.console import Console
from volt_assets.cli.watch import watch
from volt_assets.errors import UsageError

def open_ui():
    if sys.argv[2:] == ["broken"]:
        raise UsageError("no UI is running", hint="volt-agent ui")
    return "http://127.0.0.1:3000/runs/r1"

console = Console()
state = watch(Path(sys.argv[1]), is_alive=lambda: True, console=console, sleep=lambda _: select.select([], [], [], 0.01),
              on_quit=lambda: console.say("left going"), on_open_ui=open_ui)
console.data(f"ended as {state.status}")
"""
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


def written(path: Path) -> ProgressLog:
    """A progress file of a run under way, on the real clock: the watcher's is another process's."""
    log = ProgressLog(path, lambda: datetime.now(UTC))
    begin(log)
    return log


def assert_terminal_is_restored(terminal: Terminal) -> None:
    assert terminal.mode() == terminal.mode_before
    assert terminal.shown.rindex(SHOW_CURSOR) > terminal.shown.rindex(HIDE_CURSOR)


def test_a_terminal_shows_the_run_live_until_it_ends(tmp_path: Path) -> None:
    log = written(tmp_path / "run.jsonl")
    with Terminal(PROGRAM, str(tmp_path / "run.jsonl"), columns=60) as terminal:
        terminal.wait_for("Run r1")
        terminal.wait_for("Ctrl-C cancel")
        log.write("step_progress", step="raw_toggl_data", type="days", done=3, total=7)
        terminal.wait_for("days 3/7")
        terminal.press("d")
        terminal.wait_for("http://127.0.0.1:3000/runs/r1")
        end(log)
        terminal.wait_for("ended as completed")
        assert terminal.wait_for_exit() == 0
        assert_terminal_is_restored(terminal)

    last_frame = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.shown).rpartition("╭─")[2]
    assert "100%  completed" in last_frame
    assert "stop watching" not in last_frame


def test_q_leaves_the_run_going(tmp_path: Path) -> None:
    written(tmp_path / "run.jsonl")
    with Terminal(PROGRAM, str(tmp_path / "run.jsonl")) as terminal:
        terminal.wait_for("stop watching (the run goes on)")
        terminal.press("q")
        terminal.wait_for("ended as in_progress")
        assert terminal.wait_for_exit() == 0
        assert_terminal_is_restored(terminal)

    assert terminal.shown.index("left going") > terminal.shown.rindex(SHOW_CURSOR)


def test_a_ui_that_does_not_open_is_told_and_the_watching_goes_on(tmp_path: Path) -> None:
    written(tmp_path / "run.jsonl")
    with Terminal(PROGRAM, str(tmp_path / "run.jsonl"), "broken") as terminal:
        terminal.wait_for("d open in the UI")
        terminal.press("d")
        terminal.wait_for("no UI is running (volt-agent ui)")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_the_watching_alike_and_restore_the_terminal(tmp_path: Path, number: signal.Signals) -> None:
    written(tmp_path / "run.jsonl")
    with Terminal(PROGRAM, str(tmp_path / "run.jsonl")) as terminal:
        terminal.wait_for("stop watching")
        if number == signal.SIGINT:
            terminal.press("\x03")
        else:
            terminal.process.send_signal(number)
        assert terminal.wait_for_exit() == -signal.SIGINT
        assert_terminal_is_restored(terminal)
