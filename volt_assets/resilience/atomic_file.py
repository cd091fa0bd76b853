"""Replace a file whole or not at all, on local disk or any fsspec store.

Belongs here: the one way Volt writes files that others read. Does not: what is in them.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from upath import UPath

from volt_assets.errors import UsageError

AnyPath = Path | UPath
_SOMETHING_ELSE_IS_THERE = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST)


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
    try:
        _write_beside(target, parts, durable=durable)
    except FileExistsError:  # names the file that stands where a folder should be
        raise
    except OSError as error:
        # A write that does not fit names no file, and nobody knows the temporary one.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write_beside(target: Path, parts: Iterable[bytes], *, durable: bool) -> None:
    # The dot and the suffix keep an orphan of a killed process apart from every file name Volt reads.
    temporary = os.path.join(target.parent, f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")  # noqa: PTH118 -- hundreds of files a run
    try:
        with _opened(temporary) as handle:
            handle.writelines(parts)
            if durable:
                handle.flush()
                os.fsync(handle.fileno())
        os.replace(temporary, target)  # noqa: PTH105 -- as above
    except BaseException:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(temporary)  # noqa: PTH108 -- as above
        raise


def _opened(temporary: str) -> BinaryIO:
    """A new file; its folder is made when there is none yet."""
    try:
        return open(temporary, "wb")  # noqa: PTH123 -- as above; the caller closes it
    except (FileNotFoundError, NotADirectoryError):
        Path(temporary).parent.mkdir(parents=True, exist_ok=True)
        return open(temporary, "wb")  # noqa: PTH123


def said_of(error: OSError) -> tuple[str, str] | None:
    """File and cause of an error of the system in a line, and the hint; None when it names no cause. Nothing else is quoted."""
    if error.errno is None:
        return None
    place = f"{error.filename}: " if error.filename is not None else ""
    remedy = "move away what lies there" if error.errno in _SOMETHING_ELSE_IS_THERE else "make room or give the rights"
    return f"{place}{os.strerror(error.errno)}", f"{remedy}, then run the same command again"


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
