from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.settings import TypeSettings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import LINKS, NOW, PERIOD, SHIPPED, enriching, plan_of, settings_with
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

pytestmark = pytest.mark.anyio


async def enriched(fibery: LittleFibery, name: str, number: str, written: tuple[str, ...] = ()) -> EnrichedItem:
    plan = plan_of({name: [number]}, names=written)
    async with enriching(fibery) as run:
        return (await run.enrich(plan, await run.fetch(plan)))[name, number]


async def test_a_task_carries_everything_a_report_says_about_it() -> None:
    item = await enriched(workspace(), "Scrum/Task", "7", ("[FE] Fix login",))
    assert (item.status, item.reason, item.enricher, item.configured, item.database) == (
        "enriched",
        None,
        "enrich_scrum_task",
        True,
        "Scrum",
    )
    assert (item.name, item.url) == ("Fix login", "https://acme.fibery.io/Scrum/Task/Fix-login-7")
    assert item.state is not None
    assert (item.state.name, item.state.is_final, item.state.type) == ("In Progress", False, "Started")
    assert (item.dates.planned_end, item.is_overdue, item.overdue_days) == ("2025-10-09", True, 3)
    assert (item.description, item.missing_context, item.fields) == ("Why **and** how", False, {"Story Points": 3})
    assert [(one.name, one.email) for one in item.assignees] == [("Jane Smith", "Jane@Example.com")]
    assert [(one.type, one.public_id, one.planned_end) for one in item.parents] == [
        ("Scrum/Feature", "50", "2025-10-20"),
        ("Scrum/Epic", "3", None),
    ]
    assert item.progress is None
    assert item.parent_progress is not None
    assert (item.parent_progress.done, item.parent_progress.total) == (1, 3)
    assert (item.name_similarity, item.name_mismatch) == (1.0, False)


async def test_the_chain_of_a_sub_task_has_three_levels_and_the_progress_of_its_feature() -> None:
    item = await enriched(workspace(), "Scrum/Sub-task", "1")
    assert [(one.type, one.name) for one in item.parents] == [
        ("Scrum/Task", "Fix login"),
        ("Scrum/Feature", "Sign-in"),
        ("Scrum/Epic", "Go-live"),
    ]
    assert item.parent_progress is not None
    assert item.parent_progress.total == 3
    assert (item.name_similarity, item.missing_context) == (None, False)


async def test_two_items_of_one_number_keep_what_is_theirs(tmp_path: Path) -> None:
    """Their texts, comments beyond a hundred, states and parents travel in the same requests and lie in the same caches."""
    fibery = workspace()
    twins = {name: fibery.rows[name][0] for name in ("Scrum/Task", "Scrum/Bug")}
    assert {row["fibery/public-id"] for row in twins.values()} == {"7"}
    for name, row in twins.items():
        row["comments/comments"] = [fibery.comment(f"{name} {number}", None, "2025-10-07T10:00:00.000Z") for number in range(130)]
    for comment in twins["Scrum/Bug"]["comments/comments"]:
        comment["Scrum/Bug"] = twins["Scrum/Bug"]
    plan, caches = plan_of({name: ["7"] for name in twins}), FetchCaches.in_folders(tmp_path, tmp_path / "results", lambda: NOW)
    async with enriching(fibery) as run:
        for _ in range(2):
            items = await run.enrich(plan, await run.fetch(plan, caches), caches)
            for name, row in twins.items():
                item = items[name, "7"]
                assert (item.id, item.name) == (row["fibery/id"], row.get("Scrum/Name") or row.get("Scrum/name"))
                assert {comment.text.rpartition(" ")[0] for comment in item.comments} == {name}
                assert len(item.comments) == 130
            assert (items["Scrum/Task", "7"].description, items["Scrum/Bug", "7"].description) == ("Why **and** how", "")


async def test_null_collections_and_missing_texts_are_nothing() -> None:
    item = await enriched(workspace(), "Scrum/Task", "8")
    assert (item.assignees, item.comments, item.description, item.missing_context) == ((), (), "", True)


async def test_a_wrong_number_is_flagged_by_its_name() -> None:
    item = await enriched(workspace(), "Scrum/Bug", "7", ("Quarterly budget",))
    assert item.name_mismatch


async def test_the_three_reasons_for_an_item_without_facts_differ() -> None:
    settings = settings_with(
        {"Scrum/Task": TypeSettings(activity="enrich_scrum_task"), "Scrum/Gone": TypeSettings(activity="default_enrich_entity")}
    )
    plan = plan_of({"Scrum/Task": ["7999"], "Scrum/Gone": ["1"], "Marketing/Campaign": ["1"]}, settings, names=("As written",))
    async with enriching(workspace(), settings) as run:
        items = await run.enrich(plan, await run.fetch(plan))
    assert [(item.status, item.reason) for item in items.values()] == [
        ("not found", "Fibery shows no Scrum/Task with number 7999: deleted, a wrong number, or hidden from this token"),
        ("not found", "Fibery has no type Scrum/Gone: the label in Toggl may need another alias"),
        ("type not configured", "the configuration has no entry for Marketing/Campaign and none for other types"),
    ]
    assert {item.name for item in items.values()} == {"As written"}


async def test_comments_come_in_order_of_time_with_their_threads_and_texts() -> None:
    fibery = workspace()
    jane = fibery.rows["fibery/user"][0]
    later = fibery.comment("later", jane, "2025-10-08T10:00:00.000Z")
    first = fibery.comment("first", None, "2025-10-07T10:00:00.000Z")
    later["comments/parent"] = first
    fibery.rows["Scrum/Task"][0]["comments/comments"] = [later, first]
    item = await enriched(fibery, "Scrum/Task", "7")
    assert [(one.text, one.author, one.parent_id) for one in item.comments] == [
        ("first", None, None),
        ("later", "Jane Smith", first["fibery/id"]),
    ]


@pytest.mark.parametrize(
    ("name", "count", "requests"),
    [("Scrum/Task", 100, 1), ("Scrum/Task", 130, 1), ("Scrum/Task", 200, 2), ("Scrum/Task", 230, 2), ("Scrum/Bug", 230, 1)],
)
async def test_comments_beyond_one_hundred_are_paged_with_their_texts(name: str, count: int, requests: int) -> None:
    """Bug comments lead back to their bug, task comments do not: then the sub-query is asked for what is not known yet."""
    fibery = workspace()
    row = fibery.rows[name][0]
    comments = [fibery.comment(f"no {number}", None, f"2025-10-07T10:00:{number % 60:02}.000Z") for number in range(count)]
    for comment in comments:
        comment["Scrum/Bug"] = row if name == "Scrum/Bug" else None
    row["comments/comments"] = comments
    plan = plan_of({name: ["7"]})
    async with enriching(fibery) as run:
        work = await run.fetch(plan)
        before = len(fibery.commands)
        item = (await run.enrich(plan, work))[name, "7"]
        assert len(fibery.commands) - before == requests
    assert item.reason is None
    assert sorted(one.text for one in item.comments) == sorted(f"no {number}" for number in range(count))


async def test_a_server_that_will_not_continue_a_sub_query_is_named_on_the_item() -> None:
    fibery = workspace()
    fibery.sees_inner_where = False
    fibery.rows["Scrum/Task"][0]["comments/comments"] = [
        fibery.comment(f"no {number}", None, "2025-10-07T10:00:00.000Z") for number in range(130)
    ]
    item = await enriched(fibery, "Scrum/Task", "7")
    assert (item.status, len(item.comments)) == ("enriched", 100)
    assert item.reason == "Fibery gave only the first 100 of comments/comments"


async def test_completed_in_the_period_and_a_sprint_that_is_planned_as_a_range_and_never_late() -> None:
    fibery = workspace()
    done = next(row for row in fibery.rows["workflow/state_Scrum/Task"] if row["enum/name"] == "Done")
    fibery.rows["Scrum/Task"][0].update({"workflow/state": done, "Scrum/Completion Date": "2025-10-12T23:59:00.000Z"})
    fibery.add("Scrum/Sprint", "41", name="Sprint 41", **{"Scrum/Planned dates": {"start": "2025-10-01", "end": "2025-10-10"}})
    task = await enriched(fibery, "Scrum/Task", "7")
    sprint = await enriched(fibery, "Scrum/Sprint", "41")
    assert (task.completed_in_period, task.is_overdue) == (True, False)
    assert (sprint.dates.planned_start, sprint.dates.planned_end, sprint.overdue_days) == ("2025-10-01", "2025-10-10", 0)
    assert (sprint.state, sprint.configured, sprint.missing_context) == (None, False, False)


async def test_progress_is_told_per_item() -> None:
    plan = plan_of({"Scrum/Task": ["7", "8"]})
    seen: list[tuple[int, int]] = []
    async with enriching(workspace()) as run:
        work = await run.fetch(plan)
        await enrich_type(
            plan.types[0],
            work,
            client=run.client,
            period=PERIOD,
            settings=SHIPPED,
            link_base_url=LINKS,
            on_progress=lambda done, total: seen.append((done, total)),
        )
    assert seen == [(1, 2), (2, 2)]
