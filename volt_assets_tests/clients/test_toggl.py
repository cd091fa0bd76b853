from __future__ import annotations

import tempfile
from base64 import b64decode
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from volt_assets.clients.http import SeenQuota
from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import TogglAccess
from volt_assets.errors import AuthenticationError, QuotaExhaustedError, RequestRejectedError, UnexpectedAnswerError
from volt_assets.settings import TogglSettings
from volt_assets_tests.clients.loopback_server import Asked, Told, in_turn, serve
from volt_assets_tests.clients.samples import NO_PROXY, NOW, RETRIES, TOKEN, now, pace_files, recorded
from volt_assets_tests.clients.toggl_workspace import MONDAY, SEARCH, SUNDAY, asking_toggl, entries_asked_of, toggl_page, toggl_row

pytestmark = pytest.mark.anyio


async def test_pages_follow_the_row_number_alone_until_the_header_is_absent() -> None:
    # The last page is exactly full: only the absent header says that it is the last.
    pages = in_turn(toggl_page([toggl_row(1), toggl_row(2)], 3), toggl_page([toggl_row(3), toggl_row(4)]))
    async with asking_toggl(pages) as (client, server):
        entries = await entries_asked_of(client)
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


@pytest.mark.parametrize(
    "body",
    [
        [1] * 50,
        [{}] * 50,
        [{"time_entries": [1] * 50, "tag_ids": ["x"] * 50}],
        {"groups": [1] * 50},
        {"groups": [{"sub_groups": [1] * 50}]},
        {"groups": [{"sub_groups": [{"ids": ["x"] * 50}]}]},
    ],
)
async def test_a_long_list_of_something_else_is_refused_at_its_first_element(body: Any) -> None:
    """One error per element would cost gigabytes for a list that fits the bound on answers."""
    async with asking_toggl(in_turn(Told(body))) as (client, _):
        asked = [
            entries_asked_of(client),
            client.total_seconds(MONDAY, SUNDAY),
            client.summary(MONDAY, SUNDAY),
            client.users(),
            client.quota(),
        ]
        for one in asked:
            with pytest.raises(UnexpectedAnswerError, match="is not what the API documents") as raised:
                await one
            assert " more" not in str(raised.value)


async def test_the_token_goes_as_basic_credentials_to_the_reports_api() -> None:
    async with asking_toggl(in_turn(toggl_page([]))) as (client, server):
        assert await entries_asked_of(client) == []
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", SEARCH)
    assert b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode() == f"{TOKEN}:api_token"


async def test_the_recorded_page_is_one_of_several() -> None:
    recording = recorded("toggl/toggl_rb__search_time_entries_long_all_pages__1.json")
    headers = {name: value for name, value in recording["_source"]["headers"].items() if name.startswith("x-")}
    async with asking_toggl(in_turn(Told(recording["response_body"], headers=headers), toggl_page([]))) as (client, server):
        assert len(await entries_asked_of(client, date(2023, 12, 1), date(2023, 12, 31))) == 50
    assert [asked.json.get("first_row_number") for asked in server.asked] == [None, 51]


async def test_an_entry_that_shifts_between_pages_comes_twice_in_the_order_of_the_pages() -> None:
    pages = in_turn(toggl_page([toggl_row(1), toggl_row(2, seconds=10)], 3), toggl_page([toggl_row(2, seconds=99), toggl_row(3)]))
    async with asking_toggl(pages) as (client, _):
        entries = await entries_asked_of(client)
    assert [(entry.id, entry.seconds) for entry in entries] == [(1, 60), (2, 10), (2, 99), (3, 60)]


@pytest.mark.parametrize(
    "second",
    [
        toggl_page([toggl_row(3)], 3),
        toggl_page([toggl_row(3)], 2),
        toggl_page([toggl_row(3)], "soon"),
        toggl_page([], 9),
        toggl_page([toggl_row(3)], "-5"),
    ],
)
async def test_a_cursor_that_leads_nowhere_ends_the_download(second: Told) -> None:
    async with asking_toggl(in_turn(toggl_page([toggl_row(1), toggl_row(2)], 3), second)) as (client, server):
        with pytest.raises(UnexpectedAnswerError, match="leads nowhere"):
            await entries_asked_of(client)
    assert len(server.asked) == 2


@pytest.mark.parametrize(("days", "slices"), [(1, 1), (366, 1), (367, 2), (732, 2), (733, 3)])
async def test_long_ranges_are_sliced_without_gap_or_overlap(days: int, slices: int) -> None:
    start, end = date(2023, 1, 1), date(2023, 1, 1) + timedelta(days=days - 1)
    async with asking_toggl(lambda asked: Told({"seconds": 5}) if asked.path.endswith("totals") else toggl_page([])) as (client, server):
        await entries_asked_of(client, start, end)
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
        return toggl_page([toggl_row(asked.json.get("first_row_number", 1))], None if "first_row_number" in asked.json else 2, 50)

    async with asking_toggl(script) as (client, server):
        assert len(await entries_asked_of(client)) == 2
    assert [asked.json["page_size"] for asked in server.asked] == [1000, 50, 50]


async def test_another_refusal_is_raised_with_its_words() -> None:
    async with asking_toggl(in_turn(Told('"At least one parameter must be set"', 400))) as (client, server):
        with pytest.raises(RequestRejectedError, match=f"POST {SEARCH} was answered with 400: At least one parameter must be set"):
            await entries_asked_of(client)
    assert len(server.asked) == 1


async def test_totals_ask_for_the_same_entries_unrounded() -> None:
    told = in_turn(Told({"seconds": 135_000, "resolution": "day", "graph": []}), Told([{"seconds": 5}, {"seconds": 6}]))
    async with asking_toggl(told) as (client, server):
        assert await client.total_seconds(MONDAY, SUNDAY) == 135_000
        # Several totals are added up.
        assert await client.total_seconds(MONDAY, SUNDAY) == 11
    assert server.asked[0].path == f"{SEARCH}/totals"
    assert server.asked[0].json == {
        "start_date": "2025-10-06",
        "end_date": "2025-10-12",
        "rounding": 0,
        "rounding_minutes": 0,
    }


async def test_pages_come_one_by_one() -> None:
    pages = in_turn(toggl_page([toggl_row(1), toggl_row(2)], 3), toggl_page([toggl_row(2), toggl_row(3)]))
    async with asking_toggl(pages) as (client, server):
        sizes = [([entry.id for entry in page], len(server.asked)) async for page in client.search_pages(MONDAY, SUNDAY)]
    assert sizes == [([1, 2], 1), ([2, 3], 2)]


@pytest.mark.parametrize("body", [{}, {"total": 5}, [{"seconds": None}], None, "5"])
async def test_totals_without_seconds_are_unexpected(body: Any) -> None:
    async with asking_toggl(in_turn(Told(body, headers={"Content-Type": "application/json"}))) as (client, _):
        with pytest.raises(UnexpectedAnswerError):
            await client.total_seconds(MONDAY, SUNDAY)


async def test_null_instead_of_a_list_is_an_empty_one() -> None:
    async with asking_toggl(in_turn(Told(None))) as (client, server):
        assert await entries_asked_of(client) == []
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

    async with asking_toggl(script) as (client, _):
        assert (await client.workspace()).role == "admin"
        assert [user.user_id for user in await client.users()] == [10658406]


async def test_the_quota_pools_and_the_one_last_seen() -> None:
    pools = [
        {"organization_id": None, "remaining": 30, "total": 30, "resets_in_secs": 1},
        {"organization_id": 3, "remaining": 0, "total": 240},
    ]
    headers = {"X-Toggl-Quota-Remaining": "29", "X-Toggl-Quota-Resets-In": "60"}
    async with asking_toggl(in_turn(Told(pools, headers=headers))) as (client, _):
        assert [(pool.organization_id, pool.remaining) for pool in await client.quota()] == [(None, 30), (3, 0)]
        assert client.seen_quota == SeenQuota(29, 60)


async def test_a_used_up_quota_stops_at_once_and_says_until_when() -> None:
    body = '"You have hit your hourly limit for API calls. The quota will reset in 1824 seconds."'
    async with asking_toggl(in_turn(Told(body, 402, {"X-Toggl-Quota-Remaining": "0"}))) as (client, server):
        with pytest.raises(QuotaExhaustedError) as raised:
            await entries_asked_of(client)
    assert raised.value.resets_at == NOW + timedelta(seconds=1824)
    assert len(server.asked) == 1


@pytest.mark.parametrize("told", [Told("", 401, {"X-Authorization-Missing": "true"}), Told('"Incorrect username and/or password"', 403)])
async def test_a_wrong_token_names_the_variable(told: Told) -> None:
    async with asking_toggl(in_turn(told)) as (client, _):
        with pytest.raises(AuthenticationError) as raised:
            await client.workspace()
    assert raised.value.variable == "TOGGL_API_TOKEN"
    assert "TOGGL_WORKSPACE_ID" in str(raised.value.hint)


async def test_too_fast_is_tried_again_and_counted() -> None:
    too_fast = Told("<html><center><h1>429 Too Many Requests</h1></center></html>", 429, {"Content-Type": "text/html"})
    async with asking_toggl(in_turn(too_fast, toggl_page([toggl_row(1)]))) as (client, _):
        assert len(await entries_asked_of(client)) == 1
        assert (client.requests_made, client.retries) == (2, 1)


async def test_neither_token_nor_credentials_show() -> None:
    credentials = ""

    def echo(asked: Asked) -> Told:
        nonlocal credentials
        credentials = asked.headers["authorization"].removeprefix("Basic ")
        return Told(f'"{TOKEN} {credentials} {asked.headers["authorization"]}"', 403)

    async with asking_toggl(echo) as (client, _):
        with pytest.raises(AuthenticationError) as raised:
            await client.workspace()
        said = f"{raised.value} {raised.value!r} {client!r}"
    assert "*** *** Basic ***" in said
    assert TOKEN not in said
    assert credentials not in said


async def test_a_reversed_range_is_refused() -> None:
    async with asking_toggl(in_turn(toggl_page([]))) as (client, _):
        with pytest.raises(ValueError, match="reversed"):
            await entries_asked_of(client, SUNDAY, MONDAY)


async def test_all_clients_of_one_token_keep_one_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with serve(in_turn(toggl_page([]))) as server:
        for token in (TOKEN, TOKEN, "another"):
            access = TogglAccess(SecretStr(token), 42, server.url)
            async with TogglClient(access, settings=TogglSettings(), retries=RETRIES, pace=0.001, now=now, environ=NO_PROXY) as client:
                await entries_asked_of(client)
    found = pace_files(tmp_path)
    assert len(found) == 2
    assert all(name.startswith("toggl-") and TOKEN not in name for name in found)
