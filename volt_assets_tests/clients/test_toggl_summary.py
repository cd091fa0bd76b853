"""What tells cheaply whether entries changed: the summary with their ids, and the page of the latest changes."""

from __future__ import annotations

from typing import Any

import pytest

from volt_assets.errors import UnexpectedAnswerError
from volt_assets_tests.clients.loopback_server import Told, in_turn
from volt_assets_tests.clients.samples import recorded
from volt_assets_tests.clients.toggl_workspace import MONDAY, SUNDAY, asking_toggl, toggl_page, toggl_row

pytestmark = pytest.mark.anyio


async def test_the_entries_changed_last_are_one_page_newest_first() -> None:
    async with asking_toggl(in_turn(toggl_page([toggl_row(3), toggl_row(1)], 3), toggl_page([toggl_row(9)]))) as (client, server):
        entries, has_more = await client.latest_changes(MONDAY, SUNDAY)
        assert ([entry.id for entry in entries], has_more) == ([3, 1], True)
        assert (await client.latest_changes(MONDAY, SUNDAY))[1] is False
    assert (server.asked[0].json["order_by"], server.asked[0].json["order_dir"]) == ("last_update", "DESC")
    assert "first_row_number" not in server.asked[1].json


async def test_a_summary_is_asked_by_people_with_the_ids_of_the_entries() -> None:
    groups = [{"id": 7, "sub_groups": [{"id": None, "title": "Call", "seconds": 90, "ids": [1, 2]}, {"title": None, "seconds": 0}]}]
    async with asking_toggl(in_turn(Told({"groups": groups}))) as (client, server):
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
    async with asking_toggl(answers) as (client, _):
        assert [await client.summary(MONDAY, SUNDAY) for _ in range(4)] == [[]] * 4


@pytest.mark.parametrize("part", [{"title": "Call", "seconds": 90}, {"seconds": 90, "ids": None}, {"seconds": "90 s", "ids": [1]}])
async def test_a_summary_without_ids_is_unexpected(part: dict[str, Any]) -> None:
    async with asking_toggl(in_turn(Told({"groups": [{"id": 7, "sub_groups": [part]}]}))) as (client, _):
        with pytest.raises(UnexpectedAnswerError):
            await client.summary(MONDAY, SUNDAY)
