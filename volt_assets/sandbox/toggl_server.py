"""Toggl Track on loopback: Reports v3 (search, totals, summary) and the v9 dimensions, with its limits, headers and errors."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID
from volt_assets.sandbox.fault_answers import proxy_page, quota_words
from volt_assets.sandbox.limits import Clock, HourlyQuota, RateLimit
from volt_assets.sandbox.toggl_catalogue import TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.toggl_dimensions import DIMENSIONS, dimension_answer
from volt_assets.sandbox.toggl_filters import BadRequestError, EntryFinder, Selection, read_selection
from volt_assets.sandbox.toggl_rows import RowWriter, grouped
from volt_assets.sandbox.world import World

DEFAULT_PAGE_SIZE = 50
ME_QUOTA = 30
_GROUPINGS = ("projects", "clients", "users", "time_entries")
_REMEMBERED_SEARCHES = 8
Handler = Callable[[Request, Any], Awaitable[Response]]


@dataclass(frozen=True)
class TogglLimits:
    """Pages, pace and plan. `quota_per_hour` None: 600 while `pace` is above 0, unlimited otherwise."""

    max_page_size: int = DEFAULT_PAGE_SIZE
    pace: float = 1.0
    quota_per_hour: int | None = None
    latency_seconds: float = 0.0
    role: Literal["admin", "user"] = "admin"
    quota_window_seconds: float | None = None


@dataclass
class TogglServer:
    """The application and what it remembers between requests."""

    world: World
    limits: TogglLimits
    clock: Clock
    token: str = TOGGL_TOKEN
    _found: OrderedDict[str, list[tuple[int, ...]]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        """Set up the limits and the index of days."""
        given, pace = self.limits.quota_per_hour, self.limits.pace
        enforced = given is not None or pace > 0
        self.rate = RateLimit(1.0, 2, pace, self.clock)
        window = self.limits.quota_window_seconds
        self.quota = HourlyQuota(600 if given is None else given, pace, self.clock, is_enforced=enforced, window_seconds=window)
        self.me_quota = HourlyQuota(ME_QUOTA, pace, self.clock, is_enforced=enforced, window_seconds=window)
        self.rows_by_day = self.world.entries.rows_by_day()
        self.writer = RowWriter(self.world.entries, self.world.people)
        self.take_role(self.limits.role)

    def take_role(self, role: Literal["admin", "user"]) -> None:
        """Answer from now on as to a token whose owner has this role."""
        self.role = role
        self.finder = EntryFinder(self.world.entries, self.world.people, self.rows_by_day, None if role == "admin" else 0)

    def forget(self) -> None:
        """Forget the searches whose pages are being read: the world was edited."""
        self._found.clear()

    def app(self) -> Starlette:
        """The ASGI application."""
        reports = "/reports/api/v3/workspace/{workspace_id:int}"
        routes = [
            Route(f"{reports}/search/time_entries", self._endpoint(self._search), methods=["POST"]),
            Route(f"{reports}/search/time_entries/totals", self._endpoint(self._totals), methods=["POST"]),
            Route(f"{reports}/summary/time_entries", self._endpoint(self._summary), methods=["POST"]),
            *(Route(path, self._endpoint(self._dimension, name=name)) for name, path in DIMENSIONS.items()),
        ]
        return Starlette(routes=routes, exception_handlers={404: _unknown_path})

    def _endpoint(self, handler: Handler, name: str | None = None) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if self.limits.latency_seconds:
                await asyncio.sleep(self.limits.latency_seconds)
            if (stranger := self._stranger(request)) is not None:
                return stranger
            refused = self._refusal(request, name)
            answer = refused if refused is not None else await self._answer(handler, request, name)
            quota = self._quota_of(name)
            answer.headers["X-Toggl-Quota-Remaining"] = str(quota.remaining)
            answer.headers["X-Toggl-Quota-Resets-In"] = str(quota.resets_in_seconds)
            answer.headers["X-Service-Level"] = "GREEN"
            return answer

        return endpoint

    def _quota_of(self, name: str | None) -> HourlyQuota:
        return self.me_quota if name is not None and name.startswith("me") else self.quota

    def _stranger(self, request: Request) -> Response | None:
        """What answers before anybody's quota is known: the proxy that counts requests a second, and wrong credentials."""
        authorization = request.headers.get("authorization", "")
        if not self.rate.allows(authorization):
            return HTMLResponse(proxy_page(429, "Too Many Requests"), 429)
        if not authorization.lower().startswith("basic "):
            return Response(status_code=401, headers={"X-Authorization-Missing": "true"})
        if not self._is_known(authorization):
            return _error("Incorrect username and/or password", 403)
        return None

    def _refusal(self, request: Request, name: str | None) -> Response | None:
        """Quota and access, which those pay for who are known."""
        quota = self._quota_of(name)
        if not quota.allows():
            return _error(quota_words(quota.resets_in_seconds), 402)
        workspace = request.path_params.get("workspace_id", WORKSPACE_ID)
        return None if workspace == WORKSPACE_ID else _error("Workspace not found/accessible.", 403 if name is None else 404)

    def _is_known(self, authorization: str) -> bool:
        try:
            credentials = base64.b64decode(authorization[6:], validate=True).decode()
        except ValueError:
            return False
        return credentials == f"{self.token}:api_token"

    async def _answer(self, handler: Handler, request: Request, name: str | None) -> Response:
        if request.method != "POST":
            return await handler(request, name)
        try:
            return await handler(request, await request.json())
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _error("Invalid JSON input.", 400)
        except BadRequestError as error:
            return _error(str(error), 400)

    async def _dimension(self, request: Request, name: Any) -> Response:
        quotas = {"organization": self.quota, "me": self.me_quota}
        return dimension_answer(str(name), self.world, self.role, quotas, request, self.token)

    async def _search(self, _request: Request, body: Any) -> Response:
        selection = read_selection(body, self.world.last_day)
        page_size = min(selection.number("page_size") or DEFAULT_PAGE_SIZE, self.limits.max_page_size)
        headers = {"X-Page-Size": str(page_size), **_range_headers(selection)}
        first = selection.number("first_row_number") or 1
        if selection.number("first_id") is not None and selection.number("first_row_number") is not None:
            return JSONResponse([], headers=headers)  # the live API's silence, reproduced
        groups = self._groups(selection)
        page = groups[max(0, first - 1) : max(0, first - 1) + page_size]
        rows = [self.writer.search_row(group, number, selection) for number, group in enumerate(page, start=max(1, first))]
        following = max(1, first) + page_size
        if following <= len(groups):
            next_row = groups[following - 1][0]
            headers["X-Next-Row-Number"] = str(following)
            headers["X-Next-ID"] = str(FIRST_ENTRY_ID + next_row)
            headers["X-Next-Timestamp"] = str(self.world.entries.columns["start"][next_row])
        return JSONResponse(rows, headers=headers)

    def _groups(self, selection: Selection) -> list[tuple[int, ...]]:
        """The whole result of a search, remembered while its pages are read."""
        paging = ("page_size", "first_row_number", "first_id", "first_timestamp")
        key = json.dumps({name: value for name, value in selection.body.items() if name not in paging}, sort_keys=True)
        if key not in self._found:
            rows = self.finder.find(selection)
            self._found[key] = grouped(self.world.entries, rows) if selection.flag("grouped") else [(row,) for row in rows]
            if len(self._found) > _REMEMBERED_SEARCHES:
                self._found.popitem(last=False)
        return self._found[key]

    async def _totals(self, _request: Request, body: Any) -> Response:
        selection = read_selection(body, self.world.last_day)
        return JSONResponse(self.writer.totals(self.finder.find(selection), selection), headers=_range_headers(selection))

    async def _summary(self, _request: Request, body: Any) -> Response:
        selection = read_selection(body, self.world.last_day)
        grouping = selection.body.get("grouping") or "projects"
        sub_grouping = selection.body.get("sub_grouping") or "time_entries"
        if grouping not in _GROUPINGS[:3] or sub_grouping not in _GROUPINGS:
            raise BadRequestError("Invalid grouping")
        headers = {"X-Grouping": grouping, "X-Sub-Grouping": sub_grouping, **_range_headers(selection)}
        return JSONResponse(self.writer.summary(self.finder.find(selection), selection, grouping, sub_grouping), headers=headers)


def _range_headers(selection: Selection) -> dict[str, str]:
    if selection.first_day == date.min:
        return {}
    return {"X-Range-Start": selection.first_day.isoformat(), "X-Range-End": selection.last_day.isoformat()}


def _error(text: str, status: int) -> Response:
    """Errors are JSON-encoded strings."""
    return JSONResponse(text, status)


async def _unknown_path(_request: Request, _error_of_routing: Exception) -> Response:
    return _error("Not found", 404)
