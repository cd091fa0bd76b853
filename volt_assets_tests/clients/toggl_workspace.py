"""A Toggl client in front of a script, and the rows and pages that the script gives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from pydantic import SecretStr

from volt_assets.clients.toggl import TogglClient
from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.environment import TogglAccess
from volt_assets.settings import TogglSettings
from volt_assets_tests.clients.loopback_server import LoopbackServer, Script, Told, serve
from volt_assets_tests.clients.samples import NO_PROXY, RETRIES, TOKEN, now

MONDAY, SUNDAY = date(2025, 10, 6), date(2025, 10, 12)
SEARCH = "/reports/api/v3/workspace/42/search/time_entries"


@asynccontextmanager
async def asking_toggl(script: Script, page_size: int = 1000) -> AsyncIterator[tuple[TogglClient, LoopbackServer]]:
    async with serve(script) as server:
        access = TogglAccess(SecretStr(TOKEN), 42, server.url)
        settings = TogglSettings(page_size=page_size, timeout_seconds=5)
        async with TogglClient(access, settings=settings, retries=RETRIES, pace=0, now=now, environ=NO_PROXY) as client:
            yield client, server


async def entries_asked_of(client: TogglClient, start: date = MONDAY, end: date = SUNDAY) -> list[TimeEntryRow]:
    return [entry async for page in client.search_pages(start, end) for entry in page]


def toggl_row(entry_id: int, seconds: int = 60, **more: Any) -> dict[str, Any]:
    entry = {"id": entry_id, "seconds": seconds, "start": "2025-10-06T09:00:00+02:00", "stop": "2025-10-06T09:01:00+02:00"}
    return {"user_id": 7, "username": "Ana", "description": "", "time_entries": [entry], **more}


def toggl_page(rows: list[Any], following: int | str | None = None, size: int = 2) -> Told:
    headers = {"X-Page-Size": str(size), "X-Next-ID": "9", "X-Next-Timestamp": "9"} if following else {"X-Page-Size": str(size)}
    return Told(rows, headers={**headers, "X-Next-Row-Number": str(following)} if following else headers)
