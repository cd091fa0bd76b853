"""When the last request to a service was started by any process of this machine.

One small file per API and token below the user's folder, named by a hash: the token itself appears nowhere. It holds the
reading of the monotonic clock, which all processes of one boot share, at the last start. A process that is killed leaves
nothing to tidy up; a file that is damaged, or from before the last boot, costs one interval and is written anew.

Belongs here: the file. Waiting is rate_limit.py's.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable
from pathlib import Path

from volt_assets.resilience.file_lock import HAS_FILE_LOCKS, file_lock_if_free
from volt_assets.resilience.user_folder import user_folder

_WIDTH = 32
_log = logging.getLogger("volt.resilience")


def shared_name(api: str, base_url: str, token: str) -> str:
    """The name under which all processes that use this token at this address find each other; tells nothing of the token."""
    digest = hashlib.sha256(f"{base_url}\n{token}".encode()).hexdigest()
    return f"{api}-{digest[:16]}"


class SharedPace:
    """The file of `name`. A machine without file locks, or without a folder to meet in, shares nothing."""

    def __init__(self, name: str, folder: Callable[[], Path] = user_folder) -> None:
        """Nothing is touched before the first claim."""
        self._name = name
        self._folder = folder
        self.is_usable = HAS_FILE_LOCKS

    def claim(self, monotonic: Callable[[], float], interval_seconds: float) -> float | None:
        """Take a start now, or say how many seconds, at most `interval_seconds`, it is too early.

        0 is a start; None means that another process is just looking, ask again soon; or that nothing `is_usable` any more.
        """
        if not self.is_usable:
            return None
        try:
            path = self._folder() / f"{self._name}.pace"
            with file_lock_if_free(path) as is_free:
                # The clock is read inside the lock: an earlier reading would make another's start look like the future.
                return _claim(path, monotonic(), interval_seconds) if is_free else None
        except OSError as error:
            self.is_usable = False
            _log.warning("requests are paced by each process alone: %s", error)
            return None


def _claim(path: Path, now_seconds: float, interval_seconds: float) -> float:
    with path.open("r+b", buffering=0) as file:
        last_start = _parsed(file.read(2 * _WIDTH), now_seconds)
        # Each process keeps its own distance to the last start, so the wait is never longer than that.
        delay = 0.0 if last_start is None else max(0.0, last_start + interval_seconds - now_seconds)
        # One write of fixed width: a killed process leaves the old number or the new one.
        file.seek(0)
        file.write(repr(last_start if last_start is not None and delay > 0 else now_seconds).encode().ljust(_WIDTH))
        file.truncate()
    return delay


def _parsed(content: bytes, now_seconds: float) -> float | None:
    """The last start; None in a new file. What cannot be true counts as a start just now: too late is better than too fast."""
    if not content:
        return None
    try:
        last_start = float(content)
    except ValueError:
        return now_seconds
    return last_start if math.isfinite(last_start) and last_start <= now_seconds else now_seconds
