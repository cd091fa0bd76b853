"""Where a run tells how far it is: one JSON object per line, appended, so that any process may follow it.

Belongs here: the format of a line and its writer. Reading the lines and showing them is the command line's
(cli/progress.py). A line says `at` and `event`; every other field is optional:

    {"at": "2025-10-13T06:00:00+00:00", "event": "step_progress", "step": "enriched_entities", "type": "Scrum/Task", "done": 3, "total": 20}
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO, TypedDict, Unpack

ProgressEvent = Literal["run_started", "step_started", "step_progress", "step_finished", "step_failed", "run_finished"]
# A screen shows four frames a second; more lines than that help nobody.
_INTERVAL_SECONDS = 0.25


class ProgressFields(TypedDict, total=False):
    """What a line may say besides `at` and `event`."""

    run_id: str
    key: str
    steps: Sequence[str]
    """The plan, in order; with `run_started`."""
    stage: str
    """collect, enrich or report."""
    step: str
    """Name of the asset."""
    type: str
    """A group inside the step: a type of work items, "people", "days"."""
    done: int
    total: int
    status: str
    """With `run_finished`: completed, incomplete, failed, waiting or canceled."""
    message: str
    hint: str


class ProgressLog:
    """Appends lines to a progress file. Threads may share one; processes may share the file.

    A step with several types says all of them once with `done=0` before it begins on the first: what is not announced
    cannot count as remaining, and the percentage would run ahead.
    """

    def __init__(self, path: Path | None, now: Callable[[], datetime]) -> None:
        """`path` None writes nothing; the file and its folder are made with the first line. `now` gives aware times."""
        self._path = path
        self._now = now
        self._file: TextIO | None = None
        self._lock = threading.Lock()
        self._last_written: dict[tuple[str | None, str | None], datetime] = {}

    def write(self, event: ProgressEvent, **fields: Unpack[ProgressFields]) -> None:
        """Append one line. Of `step_progress` a few per second, step and type get through, and always `done == total`."""
        if self._path is None:
            return
        with self._lock:
            at = self._now()
            if event == "step_progress" and self._is_too_soon(at, fields):
                return
            if self._file is None:
                self._file = _opened(self._path)
            self._file.write(json.dumps({"at": at.isoformat(), "event": event, **fields}) + "\n")

    def close(self) -> None:
        """Close the file; a later `write` opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _is_too_soon(self, at: datetime, fields: ProgressFields) -> bool:
        group = (fields.get("step"), fields.get("type"))
        last = self._last_written.get(group)
        is_complete = "done" in fields and fields["done"] == fields.get("total")
        # A clock that was set back gives a negative distance: that is no reason to stay silent until it catches up.
        if last is not None and not is_complete and 0 <= (at - last).total_seconds() < _INTERVAL_SECONDS:
            return True
        self._last_written[group] = at
        return False


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+b")
    with file:
        file.seek(0, 2)
        if file.tell() > 0:
            file.seek(-1, 2)
            # A writer that was killed may have left half a line: ours must not be glued to it.
            if file.read(1) != b"\n":
                file.write(b"\n")
    return path.open("a", encoding="utf-8", buffering=1)
