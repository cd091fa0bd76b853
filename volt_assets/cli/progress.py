"""How far a run is, computed from the lines of its progress file (format: resilience/progress_log.py).

Belongs here: reading the file and the pure state. Drawing it is progress_panel.py's, following it watch.py's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# A run whose last step is complete may still fail: the whole is promised only by a successful end.
_NOT_YET_ALL = 0.99
_END_STATUSES = ("completed", "incomplete", "failed", "waiting", "canceled")


@dataclass(frozen=True)
class TypeProgress:
    """A group inside a step: a type of work items, "people", "days"; `name` is "" when the step has no groups."""

    name: str
    done: int
    total: int

    @property
    def remaining(self) -> int:
        """Not done yet."""
        return self.total - self.done


@dataclass(frozen=True)
class ProgressLine:
    """One line, as far as it could be understood."""

    at: datetime
    event: str
    run_id: str | None
    key: str | None
    steps: tuple[str, ...]
    stage: str | None
    step: str | None
    type: str
    done: int | None
    total: int | None
    status: str | None
    message: str | None
    hint: str | None


class ProgressState:
    """A run as its lines tell it. Lines of another run, and lines after the end, change nothing."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.run_id: str | None = None
        self.key: str | None = None
        self.stage: str | None = None
        self.step: str | None = None
        """The asset most recently begun."""
        self.failed_step: str | None = None
        self.status = "in_progress"
        """in_progress until the run has ended; then completed, incomplete, failed, waiting or canceled."""
        self.message: str | None = None
        self.hint: str | None = None
        self._plan: tuple[str, ...] = ()
        self._begun: dict[str, datetime] = {}
        self._finished: set[str] = set()
        self._groups: dict[str, dict[str, TypeProgress]] = {}
        self._started_at: datetime | None = None
        self._seen_at: datetime | None = None
        self._counted_at: datetime | None = None
        self._fraction = 0.0
        self._rose_at: datetime | None = None

    def apply(self, line: Mapping[str, Any]) -> None:
        """Take one line into account; what is no line of this run is passed over."""
        parsed = parse_line(line)
        if parsed is None or self.is_finished or (self.run_id and parsed.run_id and parsed.run_id != self.run_id):
            return
        self._note_common(parsed)
        if parsed.event == "run_started":
            self._started_at = parsed.at
            self._plan = parsed.steps or self._plan
        elif parsed.event == "run_finished":
            self.status = parsed.status if parsed.status in _END_STATUSES else "failed" if self.failed_step else "completed"
        elif parsed.step:
            self._note_step(parsed, parsed.step)
        self._raise_fraction(parsed.at)

    @property
    def is_finished(self) -> bool:
        """The run said that it has ended."""
        return self.status != "in_progress"

    @property
    def steps_total(self) -> int:
        """Steps of the plan; 0 when the plan is not known yet."""
        return len(self._plan)

    @property
    def step_number(self) -> int:
        """Steps of the plan begun so far."""
        return len(self._begun.keys() & set(self._plan))

    @property
    def percentage(self) -> int:
        """0 to 100, cut; never falls, and is 100 only for a run that completed."""
        return int(self._fraction * 100)

    @property
    def fraction(self) -> float:
        """The same from 0 to 1, for a bar."""
        return self._fraction

    @property
    def types(self) -> list[TypeProgress]:
        """The groups of the present step, in the order they were announced."""
        return list(self._groups.get(self.step or "", {}).values())

    @property
    def current_types(self) -> list[TypeProgress]:
        """Groups begun and not complete."""
        return [group for group in self.types if group.remaining and group.done]

    @property
    def completed_types(self) -> list[TypeProgress]:
        """Groups with nothing left to do."""
        return [group for group in self.types if not group.remaining]

    @property
    def remaining_types(self) -> list[TypeProgress]:
        """Groups not begun."""
        return [group for group in self.types if group.remaining and not group.done]

    @property
    def rate_per_second(self) -> float | None:
        """Items of the present step done per second since it began; None before the first."""
        begun = self._begun.get(self.step or "")
        done = sum(group.done for group in self.types)
        if begun is None or self._counted_at is None or not done:
            return None
        seconds = (self._counted_at - begun).total_seconds()
        return done / seconds if seconds > 0 else None

    def elapsed_seconds(self, now: datetime) -> float:
        """Seconds since the run began, up to its end."""
        if self._started_at is None:
            return 0.0
        until = self._seen_at if self.is_finished and self._seen_at else now
        return max(0.0, (until - self._started_at).total_seconds())

    def eta_seconds(self, now: datetime) -> float | None:
        """Seconds to go at the pace so far; None before anything is done, when overdue, and after the end."""
        if self.is_finished or not self._fraction or self._started_at is None or self._rose_at is None:
            return None
        pace_seconds = (self._rose_at - self._started_at).total_seconds() / self._fraction
        # Counts down between two lines instead of growing with the clock.
        left = pace_seconds * (1 - self._fraction) - (now - self._rose_at).total_seconds()
        return left if left > 0 else None

    def _note_common(self, line: ProgressLine) -> None:
        self.run_id = self.run_id or line.run_id
        self.key = self.key or line.key
        self.stage = line.stage or self.stage
        # What a step said while it waited is over as soon as it goes on; why it failed stays.
        is_over = line.event in ("step_started", "step_progress", "step_finished")
        self.message = line.message or (None if is_over else self.message)
        self.hint = line.hint or self.hint
        self._started_at = self._started_at or line.at
        self._seen_at = line.at

    def _note_step(self, line: ProgressLine, step: str) -> None:
        self._begun.setdefault(step, line.at)
        self.step = step
        if line.event == "step_finished":
            self._finished.add(step)
        elif line.event == "step_failed":
            self.failed_step = step
        elif line.event == "step_progress" and line.done is not None and line.total is not None:
            self._groups.setdefault(step, {})[line.type] = TypeProgress(line.type, min(line.done, line.total), line.total)
            self._counted_at = line.at

    def _raise_fraction(self, at: datetime) -> None:
        measured = 1.0 if self.status == "completed" else min(self._measured(), _NOT_YET_ALL)
        if measured > self._fraction:
            self._fraction = measured
            self._rose_at = at

    def _measured(self) -> float:
        """Every step of the plan weighs the same; a step under way counts by its items."""
        return sum(self._inside(step) for step in self._plan) / len(self._plan) if self._plan else 0.0

    def _inside(self, step: str) -> float:
        if step in self._finished:
            return 1.0
        groups = self._groups.get(step, {}).values()
        total = sum(group.total for group in groups)
        return sum(group.done for group in groups) / total if total else 0.0


def parse_line(line: Mapping[str, Any]) -> ProgressLine | None:
    """A line with every field of the wrong kind dropped; None without a time and an event."""
    at, event = _time(line.get("at")), _text(line.get("event"))
    if at is None or event is None:
        return None
    steps = line.get("steps")
    return ProgressLine(
        at=at,
        event=event,
        run_id=_text(line.get("run_id")),
        key=_text(line.get("key")),
        # A name that stands twice is one step.
        steps=tuple(dict.fromkeys(step for step in steps if isinstance(step, str))) if isinstance(steps, list) else (),
        stage=_text(line.get("stage")),
        step=_text(line.get("step")),
        type=_text(line.get("type")) or "",
        done=_count(line.get("done")),
        total=_count(line.get("total")),
        status=_text(line.get("status")),
        message=_text(line.get("message")),
        hint=_text(line.get("hint")),
    )


def tail(path: Path, position: int) -> tuple[list[dict[str, Any]], int]:
    """The lines added since byte `position`, and where to go on. A line is read once its end is there.

    No file yet gives no lines; a file that became shorter is read from its beginning; a torn line is passed over.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) < position:
                position = 0
            file.seek(position)
            block = file.read()
    except FileNotFoundError:
        return [], position
    complete = block[: block.rfind(b"\n") + 1]
    parsed = [_json_object(raw) for raw in complete.split(b"\n")]
    return [line for line in parsed if line is not None], position + len(complete)


def _json_object(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
