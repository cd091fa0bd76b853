"""Which process a run lives in, and whether it still lives. A pid alone is not enough: numbers are reused."""

from __future__ import annotations

import os
from pathlib import Path

HOST_TAG = "volt/host"
PID_TAG = "volt/pid"
STARTED_TAG = "volt/pid_started"


def process_start(pid: int) -> str:
    """A mark of when the process began, in clock ticks since boot; '' where the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The second field is the program's name in brackets and may hold spaces; start time is the 20th after it.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in ("Z", "X") else fields[19]


def own_tags(host: str) -> dict[str, str]:
    """The tags by which others recognise the process of a run."""
    pid = os.getpid()
    return {HOST_TAG: host, PID_TAG: str(pid), STARTED_TAG: process_start(pid)}


def is_alive(pid: int, started: str) -> bool:
    """Whether the very process that began at `started` runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process has the number: the start mark decides
    now_started = process_start(pid)
    return now_started == started if Path("/proc/self/stat").exists() else True
