"""The operating system's lock on a file: one holder among all threads and processes of a machine, free again when it dies.

Belongs here: taking and giving back. What the lock protects is said where it is used. Storage without file locks (an
object store) and systems without them grant every lock; their users say what that costs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from volt_assets.resilience.atomic_file import AnyPath, is_local

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

HAS_FILE_LOCKS = fcntl is not None


@contextmanager
def file_lock(path: AnyPath) -> Iterator[None]:
    """Hold the lock; wait for it. The file is made when absent and never removed: its identity is the lock."""
    if not HAS_FILE_LOCKS or not is_local(path):
        yield
        return
    with _opened(path) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def file_lock_if_free(path: AnyPath) -> Iterator[bool]:
    """Hold the lock if nobody else does, and say whether."""
    if not HAS_FILE_LOCKS or not is_local(path):
        yield True
        return
    with _opened(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _opened(path: AnyPath) -> BinaryIO:
    local = Path(str(path))
    local.parent.mkdir(parents=True, exist_ok=True)
    return local.open("ab")
