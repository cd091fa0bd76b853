"""What the tests of the clients share: recorded answers, a clock that stands, an environment without proxies."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from volt_assets.settings import RetrySettings

FIXTURES = Path(__file__).parent.parent / "fixtures"
NOW = datetime(2025, 10, 14, 9, 30, tzinfo=UTC)
RETRIES = RetrySettings(attempts=3)
TOKEN = "tok-1234567890abcdef"
NO_PROXY: dict[str, str] = {}


def now() -> datetime:
    return NOW


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def pace_files(folder: Path) -> list[str]:
    """The names under which clients told each other of their starts, wherever below `folder`."""
    return [path.name for path in folder.rglob("*.pace")]
