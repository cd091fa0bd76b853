"""Replace a file whole or not at all, on local disk or any fsspec store.

Belongs here: the one way Volt writes files that others read. Does not: what is in them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from upath import UPath

from volt_assets.errors import UsageError

AnyPath = Path | UPath


def write_atomically(path: AnyPath, content: bytes, *, durable: bool = True) -> None:
    """Write next to the target, flush to disk, then rename over it; an object store's put is already atomic.

    Readers see the old file or the new one, never a part. Raises OSError with the target's name (a full disk, no rights).
    What need not survive a loss of power, only the death of its writer, may be written `durable=False`: several times faster.
    """
    write_parts_atomically(path, (content,), durable=durable)


def write_parts_atomically(path: AnyPath, parts: Iterable[bytes], *, durable: bool = True) -> None:
    """The same for content that is too large to be held at once; when a part cannot be made, the old file stays."""
    if not is_local(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            handle.writelines(parts)
        return
    target = Path(str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write_beside(target, parts, durable=durable)
    except OSError as error:
        # A write that does not fit names no file, and nobody knows the temporary one.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_beside(target: Path, parts: Iterable[bytes], *, durable: bool) -> None:
    # The dot and the suffix keep an orphan of a killed process apart from every file name Volt reads.
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as handle:
            handle.writelines(parts)
            if durable:
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
    """The folder at an absolute local path or a URL such as s3://bucket/prefix. Raises UsageError for an unknown kind of URL."""
    if "://" not in location:
        return Path(location)
    try:
        folder = UPath(location)
        is_known = bool(folder.protocol and folder.fs)
    except (ValueError, ImportError) as error:
        hint = "install the extra of that storage (volt-agent[s3], volt-agent[gcs]), or name a folder"
        raise UsageError(f"data folder {location[:80]}: {error}", hint=hint) from error
    if not is_known:
        raise UsageError(f"data folder {location[:80]}: names no storage", hint="write it as s3://bucket/folder, or name a folder")
    return folder
