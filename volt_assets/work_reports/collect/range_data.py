"""The entries of one range: bring the store up to date, then read it. What `toggl_days` and `raw_toggl_data` share.

Belongs here: the order of the parts. Does not: any of the parts (workspace.py, download.py, day_store.py, raw_data.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from volt_assets.clients.toggl import TogglClient
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadProgress, DownloadResult, ensure_days
from volt_assets.work_reports.collect.raw_data import build_raw_toggl_data
from volt_assets.work_reports.collect.workspace import load_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, Origin, RawTogglData
from volt_assets.work_reports.range_key import RangeKey

OnSlice = Callable[[DownloadProgress], None]


@dataclass(frozen=True)
class StoredDays:
    """What is in the store after a call, and what the call downloaded."""

    day_files: tuple[DayFile, ...]
    download: DownloadResult


async def stored_days(
    days: Sequence[date],
    *,
    client: TogglClient,
    data: DataFolder,
    clock: Callable[[], datetime],
    code_version: str,
    on_slice: OnSlice,
    people_count: int | None = None,
) -> StoredDays:
    """Download the days that the store lacks and read all of them."""
    store = DayStore(data.days)
    result = await ensure_days(
        days, store=store, client=client, clock=clock, code_version=code_version, on_progress=on_slice, people_count=people_count
    )
    return StoredDays(tuple(store.read_all(days)), result)


async def range_data(
    key: RangeKey,
    *,
    client: TogglClient,
    data: DataFolder,
    settings: Settings,
    clock: Callable[[], datetime],
    origin: Origin,
    on_slice: OnSlice,
) -> tuple[RawTogglData, DownloadResult]:
    """`raw_toggl_data` of the key and what had to be downloaded for it."""
    workspace = await load_workspace(client, data.cache("people.json"), now=clock)
    days = await stored_days(
        key.days,
        client=client,
        data=data,
        clock=clock,
        code_version=origin.code_version,
        on_slice=on_slice,
        people_count=len(workspace.people) or None,
    )
    raw = build_raw_toggl_data(
        key,
        day_files=days.day_files,
        previous_day_files=DayStore(data.days).read_if_complete(key.previous.days),
        people=workspace.people,
        scope_emails=data.scope_emails(key, settings),
        timezone=settings.timezone,
        sees_only_own=not workspace.sees_everybody,
        workspace_id=client.workspace_id,
        origin=origin,
    )
    return raw, days.download
