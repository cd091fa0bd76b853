"""The tags by which every process recognises the process of a run."""

from __future__ import annotations

import os

from volt_assets.resilience.processes import is_alive, process_start
from volt_assets.work_reports.run_state import HOST_TAG, PID_TAG, STARTED_TAG

__all__ = ["HOST_TAG", "PID_TAG", "STARTED_TAG", "is_alive", "own_tags", "process_start"]


def own_tags(host: str) -> dict[str, str]:
    """Host, pid and start of this process."""
    pid = os.getpid()
    return {HOST_TAG: host, PID_TAG: str(pid), STARTED_TAG: process_start(pid)}
