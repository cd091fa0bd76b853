from collections.abc import Callable
from typing import Any

import pytest

from volt_assets.sandbox.people import FIRST_USER_ID
from volt_assets.sandbox.toggl_filters import EntryFinder, read_selection
from volt_assets.sandbox.toggl_rows import RowWriter
from volt_assets.sandbox.world import World

WEEK = {"start_date": "2025-10-06", "end_date": "2025-10-12", "enrich_response": True, "rounding": 0, "rounding_minutes": 0}
Check = Callable[[dict[str, Any]], bool]


def found(world: World, **body: Any) -> list[dict[str, Any]]:
    selection = read_selection({**WEEK, **body}, world.last_day)
    finder = EntryFinder(world.entries, world.people, world.entries.rows_by_day())
    writer = RowWriter(world.entries, world.people)
    return [writer.search_row((row,), number, selection) for number, row in enumerate(finder.find(selection), start=1)]


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ({"user_ids": [FIRST_USER_ID, FIRST_USER_ID + 7]}, lambda row: row["user_id"] in (FIRST_USER_ID, FIRST_USER_ID + 7)),
        ({"group_ids": [900_002]}, lambda row: row["username"] in ("Grace Howell", "田中 陽子", "Sofia Almeida")),
        ({"project_ids": [201_990_001]}, lambda row: row["project_name"] == "Harbor"),
        ({"project_ids": [None]}, lambda row: row["project_id"] is None),
        ({"project_ids": [None, 201_990_002]}, lambda row: row["project_id"] in (None, 201_990_002)),
        ({"client_ids": [63_000_002]}, lambda row: row["client_name"] == "Moneyball Sports & Co"),
        ({"client_ids": [None]}, lambda row: row["client_name"] is None),
        ({"tag_ids": [15_986_620]}, lambda row: "review" in row["tag_names"]),
        ({"tag_ids": [None]}, lambda row: row["tag_ids"] == []),
        ({"task_ids": [98_000_001]}, lambda row: row["task_name"] == "Support hours"),
        ({"description": "STAND-UP"}, lambda row: row["description"] == "Team stand-up"),
        ({"billable": True}, lambda row: row["billable"]),
        ({"billable": False}, lambda row: not row["billable"]),
        ({"min_duration_seconds": 7200}, lambda row: row["time_entries"][0]["seconds"] >= 7200),
        ({"max_duration_seconds": 900}, lambda row: row["time_entries"][0]["seconds"] <= 900),
    ],
)
def test_a_filter_gives_exactly_the_rows_that_pass(world: World, body: dict[str, Any], check: Check) -> None:
    everything, chosen = found(world), found(world, **body)
    assert chosen
    assert [row["time_entries"] for row in chosen] == [row["time_entries"] for row in everything if check(row)]


def test_empty_lists_filter_nothing(world: World) -> None:
    assert len(found(world, user_ids=[], project_ids=[], time_entry_ids=[])) == len(found(world))


def test_entries_by_id_need_no_dates(world: World) -> None:
    selection = read_selection({"time_entry_ids": [3_405_900_000, 3_405_900_005, 1]}, world.last_day)
    finder = EntryFinder(world.entries, world.people, world.entries.rows_by_day())
    assert list(finder.find(selection)) == [0, 5]


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("date", lambda row: row["time_entries"][0]["id"]),
        ("user", lambda row: row["username"]),
        ("duration", lambda row: row["time_entries"][0]["seconds"]),
        ("description", lambda row: row["description"]),
        ("last_update", lambda row: row["time_entries"][0]["at"]),
    ],
)
def test_every_order_runs_both_ways(world: World, order: str, key: Callable[[dict[str, Any]], Any]) -> None:
    up, down = (found(world, order_by=order, order_dir=direction) for direction in ("ASC", "DESC"))
    assert [key(row) for row in up] == sorted(key(row) for row in up)
    assert [row["time_entries"] for row in down] == [row["time_entries"] for row in reversed(up)]
