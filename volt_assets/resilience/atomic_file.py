"""Replace a file whole or not at all, on local disk or any fsspec store.

Belongs here: the one way Volt writes files that others read. Does not: what is in them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from upath import UPath

AnyPath = Path | UPath


def write_atomically(path: AnyPath, content: bytes) -> None:
    """Write next to the target, flush to disk, then rename over it; an object store's put is already atomic.

    Readers see the old file or the new one, never a part. Raises OSError with the target's name (a full disk, no rights).
    """
    if not is_local(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return
    target = Path(str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    # The dot and the suffix keep an orphan of a killed process apart from every file name Volt reads.
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def is_local(path: AnyPath) -> bool:
    """Whether the path lies on a disk of this machine."""
    return not isinstance(path, UPath) or path.protocol in ("", "file")


def open_folder(location: str) -> AnyPath:
    """The folder at an absolute local path or a URL such as s3://bucket/prefix."""
    return UPath(location) if "://" in location else Path(location)
