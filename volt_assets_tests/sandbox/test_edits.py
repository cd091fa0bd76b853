"""Late edits as clients see them over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.people import FIRST_USER_ID
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions

MONDAY, TUESDAY = date(2025, 10, 6), date(2025, 10, 7)
ITEM = ("Scrum/Task", "14")
REPORTS = "/reports/api/v3/workspace/123456/search/time_entries"
Found = list[tuple[dict[str, Any], dict[str, Any]]]
"""Rows with their one entry."""


@pytest.fixture
def served() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=3, weeks=1), pace=0)) as running:
        yield running


def post(sandbox: RunningSandbox, path: str, **body: Any) -> httpx.Response:
    days = {"start_date": "2025-10-06", "end_date": "2025-10-19", "rounding": 0, "rounding_minutes": 0}
    return httpx.post(f"{sandbox.toggl_url}{path}", json={**days, **body}, auth=("sandbox-toggl-token", "api_token"))


def page(sandbox: RunningSandbox, **body: Any) -> Found:
    return [(row, row["time_entries"][0]) for row in post(sandbox, REPORTS, enrich_response=True, **body).json()]


def entries(sandbox: RunningSandbox, **body: Any) -> Found:
    """Every row, page by page."""
    found: Found = []
    while rows := page(sandbox, first_row_number=len(found) + 1, **body):
        found += rows
    return found


def total(sandbox: RunningSandbox) -> int:
    return int(post(sandbox, f"{REPORTS}/totals").json()["seconds"])


def by_id(found: Found) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    return {entry["id"]: (row, entry) for row, entry in found}


def query(sandbox: RunningSandbox, select: dict[str, Any]) -> list[dict[str, Any]]:
    type_name, public_id = ITEM
    arguments = {
        "query": {"q/from": type_name, "q/select": select, "q/where": ["=", ["fibery/public-id"], "$id"], "q/limit": 10},
        "params": {"$id": public_id},
    }
    body = {"command": "fibery.entity/query", "args": arguments}
    answer = httpx.post(f"{sandbox.fibery_url}/api/commands", json=body, headers={"Authorization": "Token sandbox-fibery-token"})
    rows: list[dict[str, Any]] = answer.json()["result"]
    return rows


def test_a_changed_entry_shows_its_new_values_and_the_time_of_the_change(served: RunningSandbox) -> None:
    before = entries(served)
    row, entry = before[10]
    sum_before = total(served)
    served.edit.entry(entry["id"], seconds=entry["seconds"] + 60, description="Written down later")
    changed_row, changed = by_id(entries(served))[entry["id"]]
    assert (changed["seconds"], changed_row["description"]) == (entry["seconds"] + 60, "Written down later")
    assert changed["at"] > max(other["at"] for _, other in before)
    assert total(served) == sum_before + 60
    latest = page(served, order_by="last_update", order_dir="DESC", page_size=1)
    assert [one["id"] for _, one in latest] == [entry["id"]]
    assert row["user_id"] == changed_row["user_id"]


def test_entries_are_added_deleted_and_moved_and_keep_their_order(served: RunningSandbox) -> None:
    before = entries(served)
    moved, deleted = (before[number][1] for number in (0, 5))
    added = served.edit.add_entry(FIRST_USER_ID, TUESDAY, seconds=600, description="Forgotten", at=time(6))
    served.edit.delete_entry(deleted["id"])
    served.edit.entry(moved["id"], day=date(2025, 10, 15))
    after = entries(served)
    found = by_id(after)
    assert len(found) == len(after) == len(before)
    assert deleted["id"] not in found
    assert found[added][1]["start"].startswith("2025-10-07T06:00:00")
    was, now = moved["start"], found[moved["id"]][1]["start"]
    assert (now[:10], now[10:]) == ("2025-10-15", was[10:])
    starts = [entry["start"] for row, entry in after if row["user_id"] == FIRST_USER_ID]
    assert starts == sorted(starts)
    on_tuesday = by_id(entries(served, start_date="2025-10-07", end_date="2025-10-07"))
    assert added in on_tuesday
    with pytest.raises(LookupError, match="no entry"):
        served.edit.delete_entry(deleted["id"])


def test_deleting_a_tag_leaves_the_time_of_change_alone(served: RunningSandbox) -> None:
    before = by_id(entries(served))
    tag = next(row["tag_ids"][0] for row, _ in before.values() if row["tag_ids"])
    served.edit.delete_tag(tag)
    after = by_id(entries(served))
    assert not any(tag in row["tag_ids"] for row, _ in after.values())
    assert {key: entry["at"] for key, (_, entry) in after.items()} == {key: entry["at"] for key, (_, entry) in before.items()}


@pytest.mark.parametrize(("kind", "shift"), [("page-shift-insert", 1), ("page-shift-delete", -1)])
def test_a_page_shift_moves_the_rows_behind_the_page(served: RunningSandbox, kind: str, shift: int) -> None:
    undisturbed = [entry["id"] for _, entry in entries(served)]
    with served.faults.during(f"toggl:{kind}:1"):
        found = [entry["id"] for _, entry in page(served)]
        found += [entry["id"] for _, entry in page(served, first_row_number=51)]
    assert found[:50] == undisturbed[:50]
    assert found[50] == undisturbed[50 - shift]
    assert len(entries(served)) == len(undisturbed) + shift


def test_the_last_page_is_never_shifted(served: RunningSandbox) -> None:
    before = len(entries(served))
    with served.faults.during("toggl:page-shift-delete:1"):
        page(served, start_date="2025-10-06", end_date="2025-10-06")
    assert len(entries(served)) == before


def test_another_role_sees_other_entries(served: RunningSandbox) -> None:
    served.edit.role("user")
    assert {row["user_id"] for row, _ in entries(served)} == {FIRST_USER_ID}
    workspace = httpx.get(f"{served.toggl_url}/api/v9/workspaces/123456", auth=("sandbox-toggl-token", "api_token"))
    assert workspace.json()["role"] == "user"
    served.edit.role("admin")
    assert len({row["user_id"] for row, _ in entries(served)}) == 3


def test_a_changed_item_carries_a_later_date(served: RunningSandbox) -> None:
    select = {"state": ["workflow/state", "enum/name"], "name": ["Scrum/Name"], "changed": ["fibery/modification-date"]}
    before = query(served, select)[0]
    served.edit.item(*ITEM, state="Done", name="Shipped")
    after = query(served, select)[0]
    assert (after["state"], after["name"]) == ("Done", "Shipped")
    assert after["changed"] > before["changed"]
    served.edit.item(*ITEM)
    assert query(served, select)[0]["changed"] > after["changed"]
    with pytest.raises(LookupError, match="no state"):
        served.edit.item(*ITEM, state="Sleeping")


def test_texts_comments_and_assignees_have_times_of_their_own(served: RunningSandbox) -> None:
    select = {
        "changed": ["fibery/modification-date"],
        "secret": ["Scrum/Description", "Collaboration~Documents/secret"],
        "text_changed": ["Scrum/Description", "Collaboration~Documents/modification-date"],
        "comments": ["q/count", ["comments/comments", "fibery/id"]],
        "assignees": {"q/from": "assignments/assignees", "q/select": ["user/email"], "q/limit": 100},
    }
    before = query(served, select)[0]
    served.edit.item(*ITEM, description="Said again")
    served.edit.comment(*ITEM, "One more thing", "grace.howell@example.com")
    after = query(served, select)[0]
    assert (after["changed"], after["comments"]) == (before["changed"], before["comments"] + 1)
    assert after["text_changed"] > before["text_changed"]
    document = httpx.get(
        f"{served.fibery_url}/api/documents/{after['secret']}", headers={"Authorization": "Token sandbox-fibery-token"}
    ).json()
    assert document["content"] == "Said again"
    served.edit.item(*ITEM, assignees=["grace.howell@example.com"])
    assert query(served, select)[0]["assignees"] == [{"user/email": "grace.howell@example.com"}]


def test_a_deleted_item_is_gone_and_nothing_refers_to_it(served: RunningSandbox) -> None:
    feature = next(iter(served.world.fibery.rows["Scrum/Feature"].values()))
    public_id = str(feature["fibery/public-id"])
    children = list(feature["Scrum/Tasks"])
    served.edit.delete_item("Scrum/Feature", public_id)
    served.edit.delete_item(*ITEM)
    assert query(served, {"id": ["fibery/id"]}) == []
    rest = [served.world.fibery.rows["Scrum/Task"][child] for child in children if child in served.world.fibery.rows["Scrum/Task"]]
    assert rest
    assert all(row["Scrum/Feature"] is None for row in rest)
    with pytest.raises(LookupError, match="there is no Scrum/Feature"):
        served.edit.delete_item("Scrum/Feature", public_id)
