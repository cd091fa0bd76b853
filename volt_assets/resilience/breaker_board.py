"""Where the processes of this machine show which circuits are open: whoever watches over them is another process.

One small file per open circuit in the user's folder; it goes when the circuit closes, and counts no more when its process is gone.
Belongs here: the files. Does not: when a circuit opens (circuit_breaker.py).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.resilience.processes import is_alive, process_start
from volt_assets.resilience.user_folder import user_folder

State = Literal["open", "half_open"]


@dataclass(frozen=True)
class _Shown:
    service: str
    pid: int
    started: str
    opened_at: float
    cool_down_seconds: float


class BreakerBoard:
    """Shows the circuit of one service of this process. A folder that cannot be used shows nothing."""

    def __init__(self, service: str, cool_down_seconds: float, *, folder: Callable[[], Path] = user_folder) -> None:
        """Nothing is touched before the circuit opens."""
        self._service = service
        self._cool_down_seconds = cool_down_seconds
        self._folder = folder
        self._is_shown = False

    def turned(self, is_open: bool) -> None:  # noqa: FBT001 -- a breaker calls it
        """The circuit has opened (again), or closed."""
        if not is_open and not self._is_shown:
            return
        with suppress(OSError):
            path = self._folder() / f"{re.sub('[^a-z]+', '-', self._service.lower())}-{os.getpid()}.breaker"
            if is_open:
                now = datetime.now(UTC).timestamp()
                shown = _Shown(self._service, os.getpid(), process_start(os.getpid()), now, self._cool_down_seconds)
                write_atomically(path, json.dumps(asdict(shown)).encode(), durable=False)
            else:
                path.unlink(missing_ok=True)
            self._is_shown = is_open


def open_circuits(now: datetime, *, folder: Callable[[], Path] = user_folder) -> dict[str, State]:
    """The services that some living process of this user does not ask, or only probes; the worst state of each."""
    found: dict[str, State] = {}
    try:
        paths = sorted(folder().glob("*.breaker"))
    except OSError:
        return found
    for path in paths:
        shown = _read(path)
        if shown is None or not is_alive(shown.pid, shown.started):
            path.unlink(missing_ok=True)
            continue
        if now.timestamp() < shown.opened_at + shown.cool_down_seconds:
            found[shown.service] = "open"
        else:
            found.setdefault(shown.service, "half_open")
    return found


def _read(path: Path) -> _Shown | None:
    try:
        return _Shown(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
