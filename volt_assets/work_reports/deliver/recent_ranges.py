"""Which ranges of a data folder are news: those with a folder whose last day is not long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from volt_assets.errors import UsageError
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.range_key import parse_key


def recent_keys(data: DataFolder, *, now: datetime, zone: ZoneInfo, latest_days: int) -> list[str]:
    """Their keys, in order. `now` is aware."""
    folder, today = data.root / DOMAIN, now.astimezone(zone).date()
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found = []
    for name in names:
        try:
            key = parse_key(name, today=today)
        except UsageError:
            continue  # the days, the scopes, the letters
        if today - key.end <= timedelta(days=latest_days):
            found.append(name)
    return found
