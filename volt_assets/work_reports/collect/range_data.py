"""The entries of one range: bring the store up to date, then describe it. What `toggl_days` and `raw_toggl_data` share.

Belongs here: the order of the parts. Does not: any of the parts (workspace.py, download.py, recheck.py, day_store.py, raw_data.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from volt_assets.settings import Settings
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadProgress, DownloadResult, ensure_days
from volt_assets.work_reports.collect.raw_data import RawTogglDocument, raw_toggl_document
from volt_assets.work_reports.collect.recheck import TogglFingerprints, recheck_days
from volt_assets.work_reports.collect.workspace import TogglAccount, load_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.range_key import RangeKey

OnSlice = Callable[[DownloadProgress], None]


class TogglSource(TogglFingerprints, TogglAccount, Protocol):
    """What collecting needs of a Toggl client."""


@dataclass(frozen=True)
class StoredDays:
    """What is in the store after a call, and what the call downloaded."""

    days: tuple[StoredDay, ...]
    download: DownloadResult


async def stored_days(
    days: Sequence[date],
    *,
    client: TogglFingerprints,
    data: DataFolder,
    settings: Settings,
    clock: Callable[[], datetime],
    code_version: str,
    on_slice: OnSlice,
) -> StoredDays:
    """Download the days that the store lacks, re-check the recent ones it had, and describe all of them."""
    repaired: list[str] = []
    store = DayStore.of(data, on_repair=repaired.append)
    result = await ensure_days(days, store=store, client=client, clock=clock, code_version=code_version, on_progress=on_slice)
    requests_before = client.requests_made
    checked = await recheck_days(
        days,
        store=store,
        client=client,
        clock=clock,
        code_version=code_version,
        horizon_days=settings.toggl.recheck_days,
        downloaded=result.downloaded_days,
    )
    heads = tuple(store.heads(days))
    result = replace(
        result,
        requests=result.requests + client.requests_made - requests_before,
        warnings=(*result.warnings, *repaired, *checked.warnings),
        edits=(*result.edits, *checked.edits),
    )
    return StoredDays(heads, result)


async def range_data(
    key: RangeKey,
    *,
    client: TogglSource,
    data: DataFolder,
    settings: Settings,
    clock: Callable[[], datetime],
    origin: Origin,
    on_slice: OnSlice,
) -> tuple[RawTogglDocument, DownloadResult]:
    """`raw_toggl_data` of the key and what had to be downloaded for it."""
    workspace = await load_workspace(client, data.cache("people.json"), now=clock)
    days = await stored_days(
        key.days, client=client, data=data, settings=settings, clock=clock, code_version=origin.code_version, on_slice=on_slice
    )
    found: list[str] = []
    raw = raw_toggl_document(
        key,
        store=DayStore.of(data, on_repair=found.append),
        people=workspace.people,
        scope_emails=data.scope_emails(key, settings),
        timezone=settings.timezone,
        sees_only_own=not workspace.sees_everybody,
        workspace_id=client.workspace_id,
        origin=origin,
    )
    return raw, replace(days.download, warnings=(*days.download.warnings, *found))
