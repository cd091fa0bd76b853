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

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath, is_local
from volt_assets.resilience.file_lock import HAS_FILE_LOCKS, file_lock
from volt_assets.resilience.processes import is_alive, process_start


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
        self._path = Path(str(path)) if is_local(path) and HAS_FILE_LOCKS else None

    def check(self, name: str) -> None:
        """Raise UsageError as `claim` would; claims nothing."""
        with self._note() as note:
            if note is not None:
                _refuse_other(_read(note), name, note)

    def claim(self, name: str) -> None:
        """Become the owner. Raises UsageError naming an owner of another name that lives in another process.

        Processes of one name (the steps of one run) share it, and so do all names of one process.
        """
        with self._note() as note:
            if note is not None:
                _refuse_other(_read(note), name, note)
                owner = Owner(name, socket.gethostname(), os.getpid(), process_start(os.getpid()))
                note.write_bytes(json.dumps(asdict(owner)).encode())

    def release(self) -> None:
        """Give it back, if it is this process's."""
        with self._note() as note:
            if note is not None and (owner := _read(note)) is not None and _is_ours(owner):
                note.write_bytes(b"")

    @contextmanager
    def _note(self) -> Iterator[Path | None]:
        """The file, for this process alone; None where nothing can be locked."""
        if self._path is None:
            yield None
            return
        with file_lock(self._path):
            yield self._path


def _refuse_other(owner: Owner | None, name: str, note: Path) -> None:
    if owner is None or owner.name == name or _is_ours(owner) or not _may_live(owner):
        return
    hint = "wait for it, or end it with volt-agent cancel-run"
    if owner.host != socket.gethostname():
        # Nobody here can tell whether it still lives.
        hint += f" on {owner.host}; if that machine is gone, delete {note}"
    raise UsageError(f"run {owner.name} of the same range is under way (process {owner.pid} on {owner.host})", hint=hint)


def _read(note: Path) -> Owner | None:
    try:
        return Owner(**json.loads(note.read_bytes()))
    except (ValueError, TypeError):
        return None  # empty, or cut short by a crash: nobody's


def _is_ours(owner: Owner) -> bool:
    return owner.host == socket.gethostname() and owner.pid == os.getpid()


def _may_live(owner: Owner) -> bool:
    """Another machine's process cannot be looked at: it is believed."""
    return owner.host != socket.gethostname() or is_alive(owner.pid, owner.started)
