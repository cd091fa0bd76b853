"""`show-run --follow`: look at a run under way until it ends, wherever it was started, and say how it ended.

Belongs here: when a run of another process counts as ended. Its display is watch.py's. Whoever looks changes nothing: neither `q` nor
Ctrl-C reaches the run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from volt_assets.cli.console import Console
from volt_assets.cli.outcome import CODES
from volt_assets.cli.run_lookup import FoundRun, find_run
from volt_assets.cli.watch import watch
from volt_assets.environment import data_dir
from volt_assets.work_reports.data_folder import DataFolder

# Asking the instance is dearer than reading the progress file.
ASK_SECONDS = 1.0
# A run that has told its end still has to be settled in the instance.
SETTLE_SECONDS = 15.0


def follow_run(
    run: FoundRun,
    console: Console,
    *,
    look: Callable[[str], FoundRun] = find_run,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[FoundRun, int] | None:
    """The run as it ended and the exit code of its end; None when the person stopped looking and the run goes on."""
    if run.status != "in_progress":
        return run, CODES[run.status]
    latest = _Asked(run, look, monotonic)
    path = DataFolder(run.data_dir or data_dir(os.environ)).progress_file(run.run_id)
    has_quit: list[bool] = []
    try:
        watch(
            path or Path(os.devnull),
            is_alive=latest.is_under_way,
            console=console,
            now=lambda: datetime.now(UTC),
            sleep=sleep,
            on_quit=lambda: has_quit.append(True),
            ctrl_c_says="Ctrl-C stop watching",
        )
        deadline = monotonic() + SETTLE_SECONDS
        while not has_quit and latest.is_under_way() and monotonic() < deadline:
            sleep(ASK_SECONDS)
    except KeyboardInterrupt:
        has_quit.append(True)
    ended = look(run.run_id)
    if ended.status == "in_progress":
        console.say(f"the run goes on: volt-agent show-run --run-id {run.run_id}")
        return None
    return ended, CODES[ended.status]


class _Asked:
    """What the instance says of the run, asked once a second."""

    def __init__(self, run: FoundRun, look: Callable[[str], FoundRun], monotonic: Callable[[], float]) -> None:
        self._run = run
        self._look = look
        self._monotonic = monotonic
        self._asked_at = monotonic()

    def is_under_way(self) -> bool:
        if self._run.status == "in_progress" and self._monotonic() - self._asked_at >= ASK_SECONDS:
            self._run, self._asked_at = self._look(self._run.run_id), self._monotonic()
        return self._run.status == "in_progress"
