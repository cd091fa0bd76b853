"""Progress without a terminal: one plain line per change, for logs and pipes.

Belongs here: the wording of a line and which changes are worth one. The figures are progress.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from volt_assets.cli.durations import human_duration
from volt_assets.cli.progress import ProgressLine, ProgressState, parse_line
from volt_assets.cli.terminal_text import one_line

_SHORTEST_PAUSE = timedelta(seconds=1)


class ProgressLines:
    """Turns the lines of the progress file into lines for a person; `step_progress` at most once a second."""

    def __init__(self) -> None:
        """Nothing has been said yet."""
        self._last_count_at: datetime | None = None

    def describe(self, line: Mapping[str, Any], state: ProgressState, now: datetime) -> str | None:
        """What to say of `line`, already applied to `state`; None when it is not worth a line."""
        said = self._said(line, state, now)
        return one_line(said) if said else None

    def _said(self, line: Mapping[str, Any], state: ProgressState, now: datetime) -> str | None:
        parsed = parse_line(line)
        if parsed is None:
            return None
        if parsed.event == "run_started":
            return _run_started(state)
        if parsed.event == "run_finished":
            return _run_finished(state, now)
        if parsed.step is None:
            return None
        if parsed.event == "step_progress" and not self._is_time(now):
            return None
        said = _about_step(parsed, parsed.step)
        return f"{_where(state)} {said} ({state.percentage}%)" if said else None

    def _is_time(self, now: datetime) -> bool:
        # A clock that was set back must not silence the display.
        if self._last_count_at is not None and timedelta(0) <= now - self._last_count_at < _SHORTEST_PAUSE:
            return False
        self._last_count_at = now
        return True


def _about_step(line: ProgressLine, step: str) -> str | None:
    if line.event == "step_started":
        return f"{step} …"
    if line.event == "step_progress" and line.message:
        return f"{step}: {line.message}"
    if line.event == "step_progress" and line.done is not None and line.total is not None:
        return " ".join(part for part in (step, line.type, f"{line.done}/{line.total}") if part)
    if line.event == "step_finished":
        return f"{step} done"
    if line.event == "step_failed":
        ended = f"{step} {'canceled' if line.status == 'canceled' else 'failed'}"
        return f"{ended}: {line.message}" if line.message else ended
    return None


def _where(state: ProgressState) -> str:
    number = f" {state.step_number}/{state.steps_total}" if state.steps_total else ""
    return f"[{state.stage or 'run'}{number}]"


def _run_started(state: ProgressState) -> str:
    subject = f" of {state.key}" if state.key else ""
    steps = f", {state.steps_total} steps" if state.steps_total else ""
    return f"run {state.run_id or ''}".rstrip() + f"{subject} started{steps}"


def _run_finished(state: ProgressState, now: datetime) -> str:
    said = f"run {state.run_id or ''}".rstrip() + f" {state.status} after {human_duration(state.elapsed_seconds(now))}"
    return f"{said}: {state.message}" if state.message and state.status != "completed" else said
