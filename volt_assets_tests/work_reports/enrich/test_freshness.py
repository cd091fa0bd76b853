"""A second fetch of the same items: what it asks for, and that it never takes an old state for the present one."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.document_cache import DocumentCache
from volt_assets.work_reports.enrich.item_store import ItemStore
from volt_assets_tests.work_reports.enrich.enriched_again import PLAN, Answered, Week, company
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery, Row
from volt_assets_tests.work_reports.enrich.plans import NOW, enriching

pytestmark = pytest.mark.anyio
LATER = "2025-10-13T08:00:00.000Z"


@pytest.fixture
def week(tmp_path: Path) -> Week:
    return Week(company(), FetchCaches(documents=DocumentCache(tmp_path / "results", lambda: NOW), items=ItemStore(tmp_path / "items")))


async def both_ways(week: Week) -> str:
    """The result with the caches; it has to be the one that a fetch without any gives."""
    result = await week.enrich()
    fresh = Week(week.fibery, FetchCaches())
    assert result == await fresh.enrich()
    return result


async def test_an_unchanged_range_costs_one_request_and_gives_the_same_bytes(week: Week) -> None:
    first = await week.enrich()
    assert week.requests == 3
    assert await week.enrich() == first
    assert (week.requests, week.documents) == (1, 0)
    assert week.asked_whole(0) == {"Scrum/Task": ["7999"]}
    await both_ways(week)


async def test_a_changed_item_is_fetched_again_alone(week: Week) -> None:
    await week.enrich()
    row = week.fibery.rows["Scrum/Task"][1]
    row.update({"Scrum/Name": "Tokens and keys", "fibery/modification-date": LATER})
    await both_ways(week)
    assert week.items["Scrum/Task", "8"].name == "Tokens and keys"
    assert (week.requests, week.asked_whole(1)) == (2, {"Scrum/Task": ["8"]})


async def test_the_own_values_of_a_computed_field_are_seen_without_a_change_of_the_item(week: Week) -> None:
    schema = week.fibery.wire_schema()
    task = next(one for one in schema["fibery/types"] if one["fibery/name"] == "Scrum/Task")
    points = next(one for one in task["fibery/fields"] if one["fibery/name"] == "Scrum/Story Points 🎯")
    points["fibery/meta"] = {"formula/formula?": True}
    week.fibery.wire_schema = lambda: schema  # type: ignore[method-assign]  # another answer of the same server
    await week.enrich()
    week.fibery.rows["Scrum/Task"][0]["Scrum/Story Points 🎯"] = "5.0"
    await both_ways(week)
    assert week.items["Scrum/Task", "7"].fields["Story Points"] == 5
    assert week.asked_whole(1) == {"Scrum/Task": ["7"]}


def _state(fibery: LittleFibery, name: str) -> Row:
    return next(row for row in fibery.rows["workflow/state_Scrum/Task"] if row["enum/name"] == name)


async def test_a_renamed_state_a_parent_an_assignee_and_a_text_show_without_the_items_own_date(week: Week) -> None:
    await week.enrich()
    fibery = week.fibery
    _state(fibery, "In Progress")["enum/name"] = "Doing"
    fibery.rows["Scrum/Feature"][0]["Scrum/name"] = "Signing in"
    fibery.rows["fibery/user"][0]["user/name"] = "Jane Jones"
    document = fibery.rows["Collaboration~Documents/Document"][0]
    document["Collaboration~Documents/modification-date"] = LATER
    fibery.documents[document["Collaboration~Documents/secret"]] = "Because"
    await both_ways(week)
    task = week.items["Scrum/Task", "7"]
    assert (task.state and task.state.name, task.description, task.assignees[0].name) == ("Doing", "Because", "Jane Jones")
    assert task.parents[0].name == "Signing in"
    assert (week.requests, week.documents) == (3, 1)


async def test_a_new_and_a_deleted_comment_show(week: Week) -> None:
    await week.enrich()
    comments = week.fibery.rows["Scrum/Task"][0]["comments/comments"]
    comments.append(week.fibery.comment("second", None, LATER))
    await both_ways(week)
    assert [one.text for one in week.items["Scrum/Task", "7"].comments] == ["first", "second"]
    assert (week.requests, week.asked_whole(1), week.documents) == (3, {"Scrum/Task": ["7"]}, 1)
    del comments[0]
    await both_ways(week)
    assert ([one.text for one in week.items["Scrum/Task", "7"].comments], week.requests) == (["second"], 2)


async def test_an_edited_comment_shows_by_its_own_date_or_after_a_day(week: Week, tmp_path: Path) -> None:
    await week.enrich()
    comment = week.fibery.rows["Scrum/Task"][0]["comments/comments"][0]
    week.fibery.documents[comment["comment/document-secret"]] = "first, edited"
    await week.enrich()
    assert week.items["Scrum/Task", "7"].comments[0].text == "first"
    comment["fibery/modification-date"] = LATER
    await both_ways(week)
    assert week.items["Scrum/Task", "7"].comments[0].text == "first, edited"
    week.fibery.documents[comment["comment/document-secret"]] = "first, edited in silence"
    tomorrow: datetime = NOW + timedelta(days=1)
    week.caches = FetchCaches(documents=DocumentCache(tmp_path / "results", lambda: tomorrow), items=week.caches.items)
    await both_ways(week)
    assert (week.requests, week.documents) == (2, 1)


async def test_a_finished_child_of_a_feature_shows_on_everything_below_the_feature(week: Week) -> None:
    fibery = week.fibery
    sibling = fibery.add("Scrum/Task", "9", Name="Sessions", Feature=fibery.rows["Scrum/Feature"][0])
    fibery.rows["Scrum/Feature"][0]["Scrum/Tasks"].append(sibling)
    await week.enrich()
    sibling["workflow/state"] = _state(fibery, "Done")
    await both_ways(week)
    assert week.requests == 1
    feature, task = week.items["Scrum/Feature", "50"].progress, week.items["Scrum/Task", "7"].parent_progress
    assert [(one.done, one.total) for one in (feature, task) if one is not None] == [(2, 4), (2, 4)]


async def test_a_deleted_item_is_asked_for_once_more_and_then_not_found(week: Week) -> None:
    await week.enrich()
    del week.fibery.rows["Scrum/Task"][1]
    await both_ways(week)
    assert (week.items["Scrum/Task", "8"].status, week.requests, week.asked_whole(1)) == ("not found", 2, {"Scrum/Task": ["8"]})
    await week.enrich()
    assert (week.requests, week.asked_whole(0)) == (1, {"Scrum/Task": ["8", "7999"]})


async def test_another_schema_fetches_the_types_it_concerns_anew(week: Week) -> None:
    await week.enrich()
    del week.fibery.types["Scrum/Task"]["Scrum/Sprint"]
    await both_ways(week)
    assert week.asked_whole(0) == {"Scrum/Task": ["7", "8", "7999"]}
    assert week.requests == 1


async def test_a_field_that_vanished_since_the_schema_was_read_is_no_reason_to_believe_the_store(week: Week) -> None:
    async with enriching(week.fibery) as run:
        before = await run.fetch(PLAN, week.caches)
        week.fibery.listed_but_dropped.add("comments/comments")
        after = await run.fetch(PLAN, week.caches)
    assert (len(before.types["Scrum/Task"].rows["7"]["comments"]), after.types["Scrum/Task"].rows["7"].get("comments")) == (1, None)
    assert any("asked for again after reading the schema anew without comments/comments" in one.message for one in after.warnings)


def _without_last_row(_: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "result": answer["result"][:-1]}


def _without_dates(_: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "result": [{key: value for key, value in row.items() if key != "modified"} for row in answer["result"]]}


def _without_comments(_: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "result": [{**row, **({"comments": None} if "comments" in row else {})} for row in answer["result"]]}


def _refused(_: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {"success": False, "result": {"name": "entity.error/internal", "message": f"no answer of {len(answer)} parts"}}


@pytest.mark.parametrize("spoil", [_without_last_row, _without_dates, _without_comments, _refused])
async def test_an_answer_that_leaves_a_doubt_means_fetching_again(week: Week, spoil: Answered) -> None:
    first = await week.enrich()
    week.fibery.spoil = spoil
    again = await week.enrich()
    assert week.fibery.spoilt
    assert [one.status for one in week.items.values()] == ["enriched", "enriched", "not found", "enriched", "enriched", "enriched"]
    assert again.partition('"fetched_at"')[0] == first.partition('"fetched_at"')[0]
    assert 2 <= week.requests <= 4


async def test_a_lost_store_costs_requests_and_nothing_else(week: Week, tmp_path: Path) -> None:
    first = await week.enrich()
    stored = sorted((tmp_path / "items").iterdir())
    # A crash between two writes leaves some types with their rows of today and others without.
    for path in stored[::2]:
        path.unlink()
    assert await week.enrich() == first
    for path in stored:
        path.write_bytes(b"{")
    assert await week.enrich() == first
    assert week.requests == 2


async def test_a_crash_between_two_writes_leaves_older_rows_that_are_found_out(week: Week, tmp_path: Path) -> None:
    await week.enrich()
    before = {path: path.read_bytes() for path in (tmp_path / "items").iterdir()}
    for name in ("Scrum/Task", "Scrum/Bug"):
        week.fibery.rows[name][0].update({"workflow/state": _state(week.fibery, "Done"), "fibery/modification-date": LATER})
    await week.enrich()
    lost = [path for path, content in before.items() if path.read_bytes() != content and b'"type":"Scrum/Task"' in content]
    assert len(lost) == 1
    lost[0].write_bytes(before[lost[0]])
    await both_ways(week)
    states = [item.state and item.state.name for item in (week.items["Scrum/Task", "7"], week.items["Scrum/Bug", "7"])]
    assert (states, week.asked_whole(1)) == (["Done", "Done"], {"Scrum/Task": ["7"]})


@pytest.mark.parametrize("name", ["Scrum/Task", "Scrum/Bug"])
async def test_more_than_one_hundred_comments_are_checked_by_the_same_request(week: Week, name: str) -> None:
    """Comments of a bug lead back to it, those of a task do not."""
    fibery = week.fibery
    row = fibery.rows[name][0]
    row["comments/comments"] = [fibery.comment(f"no {number}", None, f"2025-10-07T10:00:{number % 60:02}.000Z") for number in range(230)]
    for comment in row["comments/comments"]:
        comment["Scrum/Bug"] = row if name == "Scrum/Bug" else None
    first = await week.enrich()
    assert await week.enrich() == first
    assert (week.requests, week.documents) == (1, 0)
    fibery.documents[row["comments/comments"][17]["comment/document-secret"]] = "edited"
    row["comments/comments"][17]["fibery/modification-date"] = LATER
    row["comments/comments"].pop(150)["Scrum/Bug"] = None
    await both_ways(week)
    texts = {comment.text for comment in week.items[name, "7"].comments}
    assert (len(texts), "edited" in texts) == (229, True)
    assert week.asked_whole(1) == {name: ["7"]}


async def test_more_than_one_hundred_children_are_asked_for_by_the_same_request(week: Week) -> None:
    fibery, feature = week.fibery, week.fibery.rows["Scrum/Feature"][0]
    more = [fibery.add("Scrum/Task", str(number), Name="x", Feature=feature) for number in range(100, 240)]
    feature["Scrum/Tasks"] = [*feature["Scrum/Tasks"], *more]
    await week.enrich()
    assert week.requests == 4
    more[120]["workflow/state"] = _state(fibery, "Done")
    await both_ways(week)
    progress = week.items["Scrum/Feature", "50"].progress
    assert progress is not None
    assert (progress.done, progress.total, week.requests) == (2, 143, 1)


async def test_an_item_without_a_date_of_modification_is_compared_as_a_whole(week: Week) -> None:
    original = week.fibery.wire_schema()
    schema = copy.deepcopy(original)
    for one in schema["fibery/types"]:
        one["fibery/fields"] = [own for own in one["fibery/fields"] if own["fibery/name"] != "fibery/modification-date"]
    week.fibery.wire_schema = lambda: schema  # type: ignore[method-assign]  # another answer of the same server
    await week.enrich()
    week.fibery.rows["Scrum/Task"][1]["Scrum/Name"] = "Keys"
    await both_ways(week)
    assert week.items["Scrum/Task", "8"].name == "Keys"
