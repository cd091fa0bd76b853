"""`execution_log.jsonl`: one line for every asset that a run made, skipped or did not finish, however the run was started.

    {"at": "2025-10-13T06:00:00+00:00", "run_id": "…", "key": "2025-10-06_2025-10-12", "stage": "report", "asset": "billing",
     "outcome": "success", "duration_seconds": 0.121, "reason": null}

Belongs here: the format, appending, reading. Does not: who writes what when (steps.py, record_watcher.py, cli/execute.py). A line holds
names of ours and kinds of errors, and never their messages: those may quote e-mails and names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path

from volt_assets.resilience.atomic_file import AnyPath, is_local
from volt_assets.resilience.file_lock import file_lock
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder

FILE_NAME, OLDER_NAME = "execution_log.jsonl", "execution_log.1.jsonl"
_LOCK_NAME = "execution_log.lock"
MOST_BYTES = 5 * 1024 * 1024
"""Then the file becomes the older one: two of them are kept, about 60,000 lines."""
Outcome = Literal["success", "skip", "failure", "timeout", "cancellation"]


@dataclass(frozen=True)
class Execution:
    """One line."""

    at: datetime
    """When it ended."""
    run_id: str
    key: str
    stage: str | None
    """None for a run that ended before its first step."""
    asset: str
    outcome: Outcome
    duration_seconds: float | None = None
    reason: str | None = None
    """Why it was skipped, or the kind of error."""


class ExecutionLog:
    """The log in a folder of this machine. Threads and processes may append at once."""

    def __init__(self, folder: Path, lock: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """Nothing is made before the first line; `lock` is held while one is written."""
        self.path = folder / FILE_NAME
        self._older = folder / OLDER_NAME
        self._lock = lock
        self._most_bytes = most_bytes

    @classmethod
    def of(cls, data: DataFolder) -> ExecutionLog:
        """That of a data folder. No object store can append: then it lies among this machine's caches."""
        return cls.beside(data.root / DOMAIN / "any")

    @classmethod
    def beside(cls, range_folder: AnyPath) -> ExecutionLog:
        """The same, by the folder of a range."""
        domain = range_folder.parent
        if is_local(domain):
            folder = Path(str(domain))
            return cls(folder, folder.parent / ".volt" / _LOCK_NAME)
        folder = user_cache_path("volt-agent") / hashlib.sha256(str(domain).encode()).hexdigest()[:16]
        return cls(folder, folder / _LOCK_NAME)

    def write(self, *executions: Execution) -> None:
        """Append one line for each, all of them at once."""
        if not executions:
            return
        lines = [json.dumps({**asdict(one), "at": one.at.isoformat()}, ensure_ascii=False) + "\n" for one in executions]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with file_lock(self._lock):
            self._make_room()
            # One write at the end of the file: nobody reads half a line, nobody's line lands inside another one.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, "".join(lines).encode())
            finally:
                os.close(descriptor)

    def read(self) -> Iterator[dict[str, Any]]:
        """The lines there are, the oldest first; what is no line of the log is passed over."""
        for path in (self._older, self.path):
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
            except FileNotFoundError:
                continue
            for line in text.splitlines():
                if (found := _object(line)) is not None:
                    yield found

    def last_durations(self) -> dict[str, float]:
        """How long each asset took when it was last made, in seconds."""
        return {
            line["asset"]: float(line["duration_seconds"])
            for line in self.read()
            if line.get("outcome") == "success" and isinstance(line.get("asset"), str) and isinstance(line.get("duration_seconds"), float)
        }

    def _make_room(self) -> None:
        if self.path.exists() and self.path.stat().st_size > self._most_bytes:
            os.replace(self.path, self._older)  # noqa: PTH105 -- atomic on every system


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
