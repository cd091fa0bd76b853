"""One owner at a time for a thing that several processes of a machine may want, e.g. the files of one range.

The owner is written down with its process, so a killed one never blocks: whoever finds its process gone takes over. The
operating system's file lock is held only while the note is read and written. On storage without file locks (an object
store), and on systems without them, nobody is refused.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath, is_local
from volt_assets.resilience.processes import is_alive, process_start

try:
    import fcntl
except ImportError:  # not on Windows: there every claim is granted
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Owner:
    """Who holds the lock."""

    name: str
    """E.g. a run id."""
    host: str
    pid: int
    started: str


class OwnerLock:
    """The lock at `path`."""

    def __init__(self, path: AnyPath) -> None:
        """The file and its folder are made with the first claim."""
        self._path = Path(str(path)) if is_local(path) and fcntl is not None else None

    def check(self, name: str) -> None:
        """Raise UsageError as `claim` would; claims nothing."""
        with self._note() as note:
            if note is not None:
                _refuse_other(_read(note), name)

    def claim(self, name: str) -> None:
        """Become the owner. Raises UsageError naming an owner of another name that lives in another process.

        Processes of one name (the steps of one run) share it, and so do all names of one process.
        """
        with self._note() as note:
            if note is not None:
                _refuse_other(_read(note), name)
                _write(note, Owner(name, socket.gethostname(), os.getpid(), process_start(os.getpid())))

    def release(self) -> None:
        """Give it back, if it is this process's."""
        with self._note() as note:
            if note is not None and (owner := _read(note)) is not None and _is_ours(owner):
                note.truncate(0)

    @contextmanager
    def _note(self) -> Iterator[IO[bytes] | None]:
        if self._path is None:
            yield None
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            yield note


def _refuse_other(owner: Owner | None, name: str) -> None:
    if owner is None or owner.name == name or _is_ours(owner) or not _may_live(owner):
        return
    raise UsageError(
        f"run {owner.name} of the same range is under way (process {owner.pid} on {owner.host})",
        hint="wait for it, or end it with volt-agent cancel-run",
    )


def _read(note: IO[bytes]) -> Owner | None:
    note.seek(0)
    try:
        return Owner(**json.loads(note.read()))
    except (ValueError, TypeError):
        return None  # empty, or cut short by a crash: nobody's


def _write(note: IO[bytes], owner: Owner) -> None:
    note.truncate(0)
    note.write(json.dumps(asdict(owner)).encode())
    note.flush()


def _is_ours(owner: Owner) -> bool:
    return owner.host == socket.gethostname() and owner.pid == os.getpid()


def _may_live(owner: Owner) -> bool:
    """Another machine's process cannot be looked at: it is believed."""
    return owner.host != socket.gethostname() or is_alive(owner.pid, owner.started)
