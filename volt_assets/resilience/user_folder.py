"""The folder of this machine where all Volt processes of one user meet, whatever their working directory and data folder.

What lies there may be deleted at any time. It is nobody else's: a temporary folder is open to all, so a stranger could have
made it first.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def user_folder() -> Path:
    """The folder, made when absent. Raises OSError when it cannot be made, or is not this user's alone."""
    folder = Path(tempfile.gettempdir()) / f"volt-agent-{_user_id()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{folder} is a link or a file")
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077):
        raise PermissionError(f"{folder} belongs to somebody else or is open to others")
    return folder


def _user_id() -> str:
    # On Windows the temporary folder is each user's own.
    return str(os.getuid()) if hasattr(os, "getuid") else "own"
