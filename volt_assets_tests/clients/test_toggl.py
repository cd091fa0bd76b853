from __future__ import annotations

import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from volt_assets.clients.http import SeenQuota
from volt_assets.clients.toggl import TogglClient
from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.environment import TogglAccess
from volt_assets.errors import AuthenticationError, QuotaExhaustedError, RequestRejectedError, UnexpectedAnswerError
from volt_assets.settings import TogglSettings
from volt_assets_tests.clients.loopback_server import Asked, LoopbackServer, Script, Told, in_turn, serve
from volt_assets_tests.clients.samples import NO_PROXY, NOW, RETRIES, TOKEN, now, pace_files, recorded

pytestmark = pytest.mark.anyio
MONDAY, SUNDAY = date(2025, 10, 6), date(2025, 10, 12)
SEARCH = "/reports/api/v3/workspace/42/search/time_entries"


@asynccontextmanager
async def _toggl(script: Script, page_size: int = 1000) -> AsyncIterator[tuple[TogglClient, LoopbackServer]]:
    async with serve(script) as server:
        access = TogglAccess(SecretStr(TOKEN), 42, server.url)
        settings = TogglSettings(page_size=page_size, timeout_seconds=5)
        async with TogglClient(access, settings=settings, retries=RETRIES, pace=0, now=now, environ=NO_PROXY) as client:
            yield client, server


async def _entries(client: TogglClient, start: date = MONDAY, end: date = SUNDAY) -> list[TimeEntryRow]:
    return [entry async for page in client.search_pages(start, end) for entry in page]


def _row(entry_id: int, seconds: int = 60, **more: Any) -> dict[str, Any]:
    entry = {"id": entry_id, "seconds": seconds, "start": "2025-10-06T09:00:00+02:00", "stop": "2025-10-06T09:01:00+02:00"}
    return {"user_id": 7, "username": "Ana", "description": "", "time_entries": [entry], **more}


def _page(rows: list[Any], following: int | str | None = None, size: int = 2) -> Told:
    headers = {"X-Page-Size": str(size), "X-Next-ID": "9", "X-Next-Timestamp": "9"} if following else {"X-Page-Size": str(size)}
    return Told(rows, headers={**headers, "X-Next-Row-Number": str(following)} if following else headers)


async def test_pages_follow_the_row_number_alone_until_the_header_is_absent() -> None:
    # The last page is exactly full: only the absent header says that it is the last.
    pages = in_turn(_page([_row(1), _row(2)], 3), _page([_row(3), _row(4)]))
    async with _toggl(pages) as (client, server):
        entries = await _entries(client)
    assert [entry.id for entry in entries] == [1, 2, 3, 4]
    first, second = (asked.json for asked in server.asked)
    assert first == {
        "start_date": "2025-10-06",
        "end_date": "2025-10-12",
        "rounding": 0,
        "rounding_minutes": 0,
        "order_by": "date",
        "order_dir": "ASC",
        "grouped": False,
        "enrich_response": True,
        "page_size": 1000,
    }
    assert second == {**first, "first_row_number": 3}
    assert client.effective_page_size == 2


@pytest.mark.parametrize("body", [[1] * 50, [{}] * 50, [{"time_entries": [1] * 50, "tag_ids": ["x"] * 50}]])
async def test_a_long_list_of_something_else_is_refused_at_its_first_element(body: Any) -> None:
    """One error per element would cost gigabytes for a list that fits the bound on answers."""
    async with _toggl(in_turn(Told(body))) as (client, _):
        asked = [_entries(client), client.total_seconds(MONDAY, SUNDAY), client.users(), client.quota()]
        for one in asked:
            with pytest.raises(UnexpectedAnswerError, match="is not what the API documents") as raised:
                await one
            assert " more" not in str(raised.value)


@pytest.mark.parametrize("groups", [[1] * 50, [{"sub_groups": [1] * 50}], [{"sub_groups": [{"ids": ["x"] * 50}]}]])
async def test_a_summary_of_something_else_is_refused_at_its_first_element(groups: Any) -> None:
    async with _toggl(in_turn(Told({"groups": groups}))) as (client, _):
        with pytest.raises(UnexpectedAnswerError, match=r"groups\.0") as raised:
            await client.summary(MONDAY, SUNDAY)
    assert " more" not in str(raised.value)


async def test_the_token_goes_as_basic_credentials_to_the_reports_api() -> None:
    async with _toggl(in_turn(_page([]))) as (client, server):
        assert await _entries(client) == []
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", SEARCH)
    assert b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode() == f"{TOKEN}:api_token"


async def test_the_recorded_page_is_one_of_several() -> None:
    recording = recorded("toggl/toggl_rb__search_time_entries_long_all_pages__1.json")
    headers = {name: value for name, value in recording["_source"]["headers"].items() if name.startswith("x-")}
    async with _toggl(in_turn(Told(recording["response_body"], headers=headers), _page([]))) as (client, server):
        assert len(await _entries(client, date(2023, 12, 1), date(2023, 12, 31))) == 50
    assert [asked.json.get("first_row_number") for asked in server.asked] == [None, 51]


async def test_an_entry_that_shifts_between_pages_comes_twice_in_the_order_of_the_pages() -> None:
    pages = in_turn(_page([_row(1), _row(2, seconds=10)], 3), _page([_row(2, seconds=99), _row(3)]))
    async with _toggl(pages) as (client, _):
        entries = await _entries(client)
    assert [(entry.id, entry.seconds) for entry in entries] == [(1, 60), (2, 10), (2, 99), (3, 60)]


@pytest.mark.parametrize(
    "second", [_page([_row(3)], 3), _page([_row(3)], 2), _page([_row(3)], "soon"), _page([], 9), _page([_row(3)], "-5")]
)
async def test_a_cursor_that_leads_nowhere_ends_the_download(second: Told) -> None:
    async with _toggl(in_turn(_page([_row(1), _row(2)], 3), second)) as (client, server):
        with pytest.raises(UnexpectedAnswerError, match="leads nowhere"):
            await _entries(client)
    assert len(server.asked) == 2


@pytest.mark.parametrize(("days", "slices"), [(1, 1), (366, 1), (367, 2), (732, 2), (733, 3)])
async def test_long_ranges_are_sliced_without_gap_or_overlap(days: int, slices: int) -> None:
    start, end = date(2023, 1, 1), date(2023, 1, 1) + timedelta(days=days - 1)
    async with _toggl(lambda asked: Told({"seconds": 5}) if asked.path.endswith("totals") else _page([])) as (client, server):
        await _entries(client, start, end)
        assert await client.total_seconds(start, end) == 5 * slices
    for asked in (server.asked[:slices], server.asked[slices:]):
        covered = [(date.fromisoformat(one.json["start_date"]), date.fromisoformat(one.json["end_date"])) for one in asked]
        assert covered[0][0] == start
        assert covered[-1][1] == end
        assert all((last - first).days < 366 for first, last in covered)
        assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(covered))


async def test_a_page_size_that_is_refused_is_replaced_by_the_documented_one() -> None:
    def script(asked: Asked) -> Told:
        if asked.json["page_size"] > 50:
            return Told('"page_size: must be less than or equal to 50"', 400)
        return _page([_row(asked.json.get("first_row_number", 1))], None if "first_row_number" in asked.json else 2, 50)

    async with _toggl(script) as (client, server):
        assert len(await _entries(client)) == 2
    assert [asked.json["page_size"] for asked in server.asked] == [1000, 50, 50]


async def test_another_refusal_is_raised_with_its_words() -> None:
    async with _toggl(in_turn(Told('"At least one parameter must be set"', 400))) as (client, server):
        with pytest.raises(RequestRejectedError, match=f"POST {SEARCH} was answered with 400: At least one parameter must be set"):
            await _entries(client)
    assert len(server.asked) == 1


async def test_totals_ask_for_the_same_entries_unrounded() -> None:
    async with _toggl(in_turn(Told({"seconds": 135_000, "resolution": "day", "graph": []}))) as (client, server):
        assert await client.total_seconds(MONDAY, SUNDAY) == 135_000
    assert server.asked[0].path == f"{SEARCH}/totals"
    assert server.asked[0].json == {
        "start_date": "2025-10-06",
        "end_date": "2025-10-12",
        "rounding": 0,
        "rounding_minutes": 0,
    }


async def test_totals_as_a_list_are_summed() -> None:
    async with _toggl(in_turn(Told([{"seconds": 5}, {"seconds": 6}]))) as (client, _):
        assert await client.total_seconds(MONDAY, SUNDAY) == 11


async def test_pages_come_one_by_one() -> None:
    pages = in_turn(_page([_row(1), _row(2)], 3), _page([_row(2), _row(3)]))
    async with _toggl(pages) as (client, server):
        sizes = [([entry.id for entry in page], len(server.asked)) async for page in client.search_pages(MONDAY, SUNDAY)]
    assert sizes == [([1, 2], 1), ([2, 3], 2)]


async def test_the_entries_changed_last_are_one_page_newest_first() -> None:
    async with _toggl(in_turn(_page([_row(3), _row(1)], 3), _page([_row(9)]))) as (client, server):
        entries, has_more = await client.latest_changes(MONDAY, SUNDAY)
        assert ([entry.id for entry in entries], has_more) == ([3, 1], True)
        assert (await client.latest_changes(MONDAY, SUNDAY))[1] is False
    assert (server.asked[0].json["order_by"], server.asked[0].json["order_dir"]) == ("last_update", "DESC")
    assert "first_row_number" not in server.asked[1].json


async def test_a_summary_is_asked_by_people_with_the_ids_of_the_entries() -> None:
    groups = [{"id": 7, "sub_groups": [{"id": None, "title": "Call", "seconds": 90, "ids": [1, 2]}, {"title": None, "seconds": 0}]}]
    async with _toggl(in_turn(Told({"groups": groups}))) as (client, server):
        parts = await client.summary(MONDAY, SUNDAY)
    assert [(part.user_id, part.seconds, part.entry_ids) for part in parts] == [(7, 90, (1, 2)), (7, 0, ())]
    assert server.asked[0].path == "/reports/api/v3/workspace/42/summary/time_entries"
    assert server.asked[0].json == {
        "start_date": "2025-10-06",
        "end_date": "2025-10-12",
        "rounding": 0,
        "rounding_minutes": 0,
        "grouping": "users",
        "sub_grouping": "time_entries",
        "include_time_entry_ids": True,
    }


async def test_an_empty_summary_has_no_parts() -> None:
    recording = recorded("toggl/toggl_rb__search_summary_time_entries_simple_success__1.json")
    answers = in_turn(
        Told(recording["response_body"]), Told(None), Told({"groups": None}), Told({"groups": [{"id": 1, "sub_groups": None}]})
    )
    async with _toggl(answers) as (client, _):
        assert [await client.summary(MONDAY, SUNDAY) for _ in range(4)] == [[]] * 4


@pytest.mark.parametrize("part", [{"title": "Call", "seconds": 90}, {"seconds": 90, "ids": None}, {"seconds": "90 s", "ids": [1]}])
async def test_a_summary_without_ids_is_unexpected(part: dict[str, Any]) -> None:
    async with _toggl(in_turn(Told({"groups": [{"id": 7, "sub_groups": [part]}]}))) as (client, _):
        with pytest.raises(UnexpectedAnswerError):
            await client.summary(MONDAY, SUNDAY)


@pytest.mark.parametrize("body", [{}, {"total": 5}, [{"seconds": None}], None, "5"])
async def test_totals_without_seconds_are_unexpected(body: Any) -> None:
    async with _toggl(in_turn(Told(body, headers={"Content-Type": "application/json"}))) as (client, _):
        with pytest.raises(UnexpectedAnswerError):
            await client.total_seconds(MONDAY, SUNDAY)


async def test_null_instead_of_a_list_is_an_empty_one() -> None:
    async with _toggl(in_turn(Told(None))) as (client, server):
        assert await _entries(client) == []
        assert await client.users() == []
        assert await client.workspace_users(3) == []
        assert await client.quota() == []
    assert [asked.path for asked in server.asked[1:]] == [
        "/api/v9/workspaces/42/users",
        "/api/v9/organizations/3/workspaces/42/workspace_users",
        "/api/v9/me/quota",
    ]


async def test_workspace_and_people() -> None:
    def script(asked: Asked) -> Told:
        name = "get_workspace_users_success" if asked.path.endswith("/users") else "get_workspace_success"
        return Told(recorded(f"toggl/toggl_rb__{name}__1.json")["response_body"])

    async with _toggl(script) as (client, _):
        assert (await client.workspace()).role == "admin"
        assert [user.user_id for user in await client.users()] == [10658406]


async def test_the_quota_pools_and_the_one_last_seen() -> None:
    pools = [
        {"organization_id": None, "remaining": 30, "total": 30, "resets_in_secs": 1},
        {"organization_id": 3, "remaining": 0, "total": 240},
    ]
    headers = {"X-Toggl-Quota-Remaining": "29", "X-Toggl-Quota-Resets-In": "60"}
    async with _toggl(in_turn(Told(pools, headers=headers))) as (client, _):
        assert [(pool.organization_id, pool.remaining) for pool in await client.quota()] == [(None, 30), (3, 0)]
        assert client.seen_quota == SeenQuota(29, 60)


async def test_a_used_up_quota_stops_at_once_and_says_until_when() -> None:
    body = '"You have hit your hourly limit for API calls. The quota will reset in 1824 seconds."'
    async with _toggl(in_turn(Told(body, 402, {"X-Toggl-Quota-Remaining": "0"}))) as (client, server):
        with pytest.raises(QuotaExhaustedError) as raised:
            await _entries(client)
    assert raised.value.resets_at == NOW + timedelta(seconds=1824)
    assert len(server.asked) == 1


@pytest.mark.parametrize("told", [Told("", 401, {"X-Authorization-Missing": "true"}), Told('"Incorrect username and/or password"', 403)])
async def test_a_wrong_token_names_the_variable(told: Told) -> None:
    async with _toggl(in_turn(told)) as (client, _):
        with pytest.raises(AuthenticationError) as raised:
            await client.workspace()
    assert raised.value.variable == "TOGGL_API_TOKEN"
    assert "TOGGL_WORKSPACE_ID" in str(raised.value.hint)


async def test_too_fast_is_tried_again_and_counted() -> None:
    too_fast = Told("<html><center><h1>429 Too Many Requests</h1></center></html>", 429, {"Content-Type": "text/html"})
    async with _toggl(in_turn(too_fast, _page([_row(1)]))) as (client, _):
        assert len(await _entries(client)) == 1
        assert (client.requests_made, client.retries) == (2, 1)


async def test_neither_token_nor_credentials_show() -> None:
    credentials = ""

    def echo(asked: Asked) -> Told:
        nonlocal credentials
        credentials = asked.headers["authorization"].removeprefix("Basic ")
        return Told(f'"{TOKEN} {credentials} {asked.headers["authorization"]}"', 403)

    async with _toggl(echo) as (client, _):
        with pytest.raises(AuthenticationError) as raised:
            await client.workspace()
        said = f"{raised.value} {raised.value!r} {client!r}"
    assert "*** *** Basic ***" in said
    assert TOKEN not in said
    assert credentials not in said


async def test_a_reversed_range_is_refused() -> None:
    async with _toggl(in_turn(_page([]))) as (client, _):
        with pytest.raises(ValueError, match="reversed"):
            await _entries(client, SUNDAY, MONDAY)


async def test_all_clients_of_one_token_keep_one_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with serve(in_turn(_page([]))) as server:
        for token in (TOKEN, TOKEN, "another"):
            access = TogglAccess(SecretStr(token), 42, server.url)
            async with TogglClient(access, settings=TogglSettings(), retries=RETRIES, pace=0.001, now=now, environ=NO_PROXY) as client:
                await _entries(client)
    found = pace_files(tmp_path)
    assert len(found) == 2
    assert all(name.startswith("toggl-") and TOKEN not in name for name in found)
