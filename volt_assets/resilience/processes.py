"""Whether a process of this machine still lives. A pid alone is not enough: numbers are reused.

Belongs here: what the operating system says. Which process a run lives in is the callers' knowledge.
"""

from __future__ import annotations

import os
from pathlib import Path


def process_start(pid: int) -> str:
    """A mark of when the process began, in clock ticks since boot; '' where the system does not tell, or it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The second field is the program's name in brackets and may hold spaces; the start time is the 20th after it.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in ("Z", "X") else fields[19]


def is_alive(pid: int, started: str) -> bool:
    """Whether the very process that began at `started` runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process has the number: the start mark decides
    return process_start(pid) == started if Path("/proc/self/stat").exists() else True
