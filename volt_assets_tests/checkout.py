"""The checkout the tests belong to, and an environment for programs that are started in it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("TOGGL_", "FIBERY_", "OPENAI_", "VOLT_", "DAGSTER_", "XDG_", "PYTEST_")


def plain_environ(home: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing, with a home directory of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1", "PYTHONWARNINGS": "ignore"}
