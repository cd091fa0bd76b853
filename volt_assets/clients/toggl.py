"""Toggl Track: time entries with proof of their total (Reports API v3), workspace and people (API v9).

Belongs here: which request to send and how its pages end. Shapes are toggl_wire.py; which days to ask for and what an
entry means is work_reports/collect.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from pydantic import SecretStr, TypeAdapter

from volt_assets.clients.answers import Service, parse
from volt_assets.clients.http import ApiClient, JsonAnswer, Request, SeenQuota, ServiceClient
from volt_assets.clients.quota import OnQuotaWait, QuotaPatience
from volt_assets.clients.retrying import RetryPatience
from volt_assets.clients.toggl_wire import (
    QuotaRow,
    Quotas,
    Rows,
    Summary,
    SummaryPart,
    TimeEntryRow,
    TotalsParts,
    Users,
    WireRow,
    Workspace,
    WorkspaceUser,
    entries_of,
    parts_of,
)
from volt_assets.environment import TogglAccess
from volt_assets.errors import RequestRejectedError, UnexpectedAnswerError
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.resilience.shared_pace import SharedPace, shared_name
from volt_assets.settings import RetrySettings, TogglSettings

Parsed = TypeVar("Parsed")
LONGEST_RANGE_DAYS = 366
# What Toggl gives when no page size is asked for, so one it cannot refuse. The largest it takes is not documented.
SAFE_PAGE_SIZE = 50
_NEXT_ROW = "x-next-row-number"
_ROWS = TypeAdapter(Rows)
_TOTALS = TypeAdapter(TotalsParts)
_SUMMARY = TypeAdapter(Summary | None)
_WORKSPACE = TypeAdapter(Workspace)
_USERS = TypeAdapter(Users)
_QUOTAS = TypeAdapter(Quotas)


class TogglClient(ServiceClient):
    """Asks one workspace, one request at a time. An async context manager."""

    def __init__(
        self,
        access: TogglAccess,
        *,
        settings: TogglSettings,
        retries: RetrySettings,
        pace: float,
        now: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
        on_quota_wait: OnQuotaWait = lambda _: None,
        patience: RetryPatience | None = None,
    ) -> None:
        """`pace` scales all waiting; `now` gives aware times; `environ` (default: the process's) names proxy and certificates.

        `on_quota_wait` is told when the quota is used up and until when the client waits for it. `patience` is that of whoever
        waits for the answers.
        """
        self.workspace_id = access.workspace_id
        self.effective_page_size: int | None = None
        """Rows per page as the server last said; None before the first page."""
        self._page_size = settings.page_size
        self._search_path = f"/reports/api/v3/workspace/{access.workspace_id}/search/time_entries"
        token = access.token.get_secret_value()
        credentials = b64encode(f"{token}:api_token".encode()).decode()
        shared_pace = SharedPace(shared_name("toggl", access.base_url, token))
        self._api = ApiClient(
            _service(access.base_url, (credentials, token)),
            authorization=SecretStr(f"Basic {credentials}"),
            timeout_seconds=settings.timeout_seconds,
            limiter=RateLimiter(settings.requests_per_second, 1, pace, shared=shared_pace),
            retries=retries,
            pace=pace,
            now=now,
            environ=environ,
            quota=QuotaPatience(settings.quota_patience_seconds, on_wait=on_quota_wait),
            patience=patience,
        )

    @property
    def seen_quota(self) -> SeenQuota | None:
        """What the last answer said about the hourly quota, if any did."""
        return self._api.quota

    async def search_pages(self, start: date, end: date) -> AsyncIterator[list[TimeEntryRow]]:
        """Pages of the entries that start on the days `start` to `end`, both included, in each owner's own zone; oldest first.

        One request each, of everybody the token may see; running entries are among them. Paging is no snapshot, so an entry
        may come twice (the later copy counts) or, when others are deleted meanwhile, be missed: compare with `total_seconds`.
        """
        for first, last in _slices(start, end):
            row_number: int | None = None
            while True:
                rows, row_number = await self._page(_filters(first, last), row_number)
                yield list(entries_of(rows))
                if row_number is None:
                    break

    async def latest_changes(self, start: date, end: date) -> tuple[list[TimeEntryRow], bool]:
        """The entries of these days that were changed last, newest change first: one page; and whether there are more."""
        newest_first = {"order_by": "last_update", "order_dir": "DESC"}
        rows, row_number = await self._page({**_filters(start, end), **newest_first}, None)
        return list(entries_of(rows)), row_number is not None

    async def summary(self, start: date, end: date) -> list[SummaryPart]:
        """The stopped entries of these days by person and description, with their ids: one request per 366 days.

        Raises UnexpectedAnswerError when the answer leaves out the ids of a part that has time.
        """
        path = f"/reports/api/v3/workspace/{self.workspace_id}/summary/time_entries"
        wanted = {"grouping": "users", "sub_grouping": "time_entries", "include_time_entry_ids": True}
        parts: list[SummaryPart] = []
        for first, last in _slices(start, end):
            answer = await self._api.ask(Request("POST", path, json={**_filters(first, last), **wanted}))
            parts += parts_of(self._parsed(f"POST {path}", _SUMMARY, answer))
        if any(part.seconds and not part.entry_ids for part in parts):
            raise UnexpectedAnswerError(f"Toggl: POST {path}: the answer has time without the ids of its entries")
        return parts

    async def total_seconds(self, start: date, end: date, *, user_ids: Sequence[int] = ()) -> int:
        """Toggl's own total of the same entries, in seconds, of everybody or of these people: one request per 366 days."""
        path, total = f"{self._search_path}/totals", 0
        for first, last in _slices(start, end):
            answer = await self._api.ask(
                Request("POST", path, json={**_filters(first, last), **({"user_ids": list(user_ids)} if user_ids else {})})
            )
            total += sum(part.seconds for part in self._parsed(f"POST {path}", _TOTALS, answer))
        return total

    async def workspace(self) -> Workspace:
        """The workspace and the role of the token's owner in it."""
        return await self._get(f"/api/v9/workspaces/{self.workspace_id}", _WORKSPACE)

    async def users(self) -> list[WorkspaceUser]:
        """The people of the workspace: no zones, one request."""
        return await self._get(f"/api/v9/workspaces/{self.workspace_id}/users", _USERS)

    async def workspace_users(self, organization_id: int) -> list[WorkspaceUser]:
        """The people of the workspace with their zones; the organisation's admins may ask."""
        path = f"/api/v9/organizations/{organization_id}/workspaces/{self.workspace_id}/workspace_users"
        return await self._get(path, _USERS)

    async def quota(self) -> list[QuotaRow]:
        """Requests left per organisation; the request itself counts in the pool of `/me` only."""
        return await self._get("/api/v9/me/quota", _QUOTAS)

    async def _get(self, path: str, reader: TypeAdapter[Parsed]) -> Parsed:
        return self._parsed(f"GET {path}", reader, await self._api.ask(Request("GET", path)))

    def _parsed(self, tried: str, reader: TypeAdapter[Parsed], answer: JsonAnswer) -> Parsed:
        return parse(self._api.service, tried, reader, answer.body)

    async def _page(self, filters: dict[str, Any], row_number: int | None) -> tuple[list[WireRow], int | None]:
        """The rows from `row_number` on and where the next page begins, None after the last."""
        answer = await self._ask_for_page(filters, row_number)
        rows = self._parsed(f"POST {self._search_path}", _ROWS, answer)
        page_size = answer.headers.get("x-page-size", "")
        self.effective_page_size = int(page_size) if page_size.isdecimal() else self.effective_page_size
        stated = answer.headers.get(_NEXT_ROW)
        if stated is None:
            return rows, None
        # A cursor that stands still, or moves on without giving rows, would be asked for ever.
        if not stated.isdecimal() or int(stated) <= (row_number or 0) or not rows:
            raise UnexpectedAnswerError(
                f"Toggl: POST {self._search_path}: X-Next-Row-Number {self._api.service.clean(stated)} after row {row_number or 1} "
                f"and {len(rows)} rows leads nowhere",
                hint="try again later; if it happens again, check TOGGL_BASE_URL",
            )
        return rows, int(stated)

    async def _ask_for_page(self, filters: dict[str, Any], row_number: int | None) -> JsonAnswer:
        body = {
            "order_by": "date",
            "order_dir": "ASC",
            **filters,
            "grouped": False,
            "enrich_response": True,
            "page_size": self._page_size,
        }
        if row_number is not None:
            # The cursor alone: together with first_id the live API is reported to return no rows, silently.
            body["first_row_number"] = row_number
        try:
            return await self._api.ask(Request("POST", self._search_path, json=body))
        except RequestRejectedError as error:
            if self._page_size <= SAFE_PAGE_SIZE or not re.search(r"page.?size", str(error), re.IGNORECASE):
                raise
        self._page_size = SAFE_PAGE_SIZE
        return await self._ask_for_page(filters, row_number)


def _service(base_url: str, secrets: tuple[str, ...]) -> Service:
    return Service(
        name="Toggl",
        base_url=base_url,
        url_variable="TOGGL_BASE_URL",
        token_variable="TOGGL_API_TOKEN",  # noqa: S106 -- the variable's name
        secrets=secrets,
        access_hint="is it the whole token, and may its owner use the workspace in TOGGL_WORKSPACE_ID?",
        not_found_hint="check TOGGL_WORKSPACE_ID and TOGGL_BASE_URL",
    )


def _filters(first: date, last: date) -> dict[str, Any]:
    return {
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        # Left out, these follow the token owner's preferences, which may round every duration.
        "rounding": 0,
        "rounding_minutes": 0,
    }


def _slices(start: date, end: date) -> Iterator[tuple[date, date]]:
    if end < start:
        raise ValueError(f"the range {start} to {end} is reversed")
    first = start
    while first <= end:
        last = min(end, first + timedelta(days=LONGEST_RANGE_DAYS - 1))
        yield first, last
        first = last + timedelta(days=1)
