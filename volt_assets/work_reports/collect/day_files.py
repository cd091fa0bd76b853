"""Where the file of a day lies, plain or compressed, and its bytes: what is read of it, and how it is replaced.

Belongs here: paths, the state that tells a file from a later one, whole reads and writes. Does not: what the bytes mean
(day_format.py), whether they are believed (day_store.py).
"""

from __future__ import annotations

import os
from datetime import date
from typing import NamedTuple

from upath import UPath

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, is_local, write_atomically
from volt_assets.work_reports.collect.day_format import packed, unpacked


class FileState(NamedTuple):
    """What tells a file from a later one without reading it."""

    modified_ns: int | None
    """None where the storage does not say."""
    size_bytes: int


class DayFiles:
    """The day files of one folder."""

    def __init__(self, folder: AnyPath, *, compressed_above_bytes: int) -> None:
        """The folder is made with the first file."""
        self._folder = folder
        self._compressed_above_bytes = compressed_above_bytes

    def find(self, day: date) -> tuple[AnyPath, FileState | None]:
        """The file of the day and its state, None when there is none. Raises StoredDataError when it cannot be looked at."""
        plain, compressed = self._paths(day)
        states = _state(plain), _state(compressed)
        if states[1] is None:
            return plain, states[0]
        # Both are there only when a process died between writing one form and removing the other: the later one counts.
        is_plain = states[0] is not None and (states[0].modified_ns or 0) > (states[1].modified_ns or 0)
        return (plain, states[0]) if is_plain else (compressed, states[1])

    def write(self, day: date, content: bytes) -> bytes:
        """Replace the file of the day; returns the bytes as they lie there. Raises OSError with the name of the file."""
        plain, compressed = self._paths(day)
        is_large = len(content) > self._compressed_above_bytes
        target, other = (compressed, plain) if is_large else (plain, compressed)
        written = packed(content) if is_large else content
        write_atomically(target, written)
        other.unlink(missing_ok=True)
        return written

    def _paths(self, day: date) -> tuple[AnyPath, AnyPath]:
        return self._folder / f"{day.isoformat()}.json", self._folder / f"{day.isoformat()}.json.gz"


def content_of(path: AnyPath) -> bytes | None:
    """The bytes of a file, None when there is none. Raises StoredDataError, naming it, when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error


def plain_of(path: AnyPath, content: bytes) -> bytes:
    """The JSON in the bytes of a file. Raises StoredDataError, naming it, when they are not whole."""
    return unpacked(content, str(path)) if path.suffix == ".gz" else content


def _state(path: AnyPath) -> FileState | None:
    """None when there is no file."""
    try:
        found = path.stat() if isinstance(path, UPath) else os.stat(path)  # noqa: PTH116 -- twice as fast, and there are many days
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error
    return FileState(found.st_mtime_ns if is_local(path) else None, found.st_size)
