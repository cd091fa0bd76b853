"""Every type of the sandbox's company, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.document_cache import DocumentCache
from volt_assets.work_reports.enrich.fetched import FetchedWork
from volt_assets.work_reports.enrich.item_store import ItemStore
from volt_assets.work_reports.enrich.merge import merge_enriched
from volt_assets.work_reports.models import EnrichedEntities, EnrichedItem, EntitiesToEnrich, Person
from volt_assets_tests.work_reports.enrich.plans import ORIGIN, Enriching, client_of, now, plan_of, settings_with

pytestmark = pytest.mark.anyio
TYPES = (
    "Scrum/Task",
    "Scrum/Bug",
    "Scrum/Sub-task",
    "Scrum/Sub-bug",
    "Scrum/Feature",
    "Scrum/Build",
    "Scrum/Hotfix",
    "Scrum/Release",
    "Scrum/Sprint",
    "Scrum/Chore",
    "Scrum/Test coverage",
    "Product/Feature",
    "Product Management/Request",
    "Design/Design Feature",
    "Design/Work Version",
    "Design/Old Work Version",
    "QA/Test report",
    "To-dos/To-do",
    "Ops/Incident",
    "Marketing/Campaign",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(pace=0)) as running:
        yield running


def company(sandbox: RunningSandbox) -> tuple[EntitiesToEnrich, Settings]:
    mapped = {
        one.toggl_email: one.fibery_email
        for one in sandbox.world.people
        if one.toggl_email and one.fibery_email and one.toggl_email != one.fibery_email
    }
    settings = settings_with(people=mapped)
    people = [Person(user_id=one.user_id, name=one.name, email=one.toggl_email) for one in sandbox.world.people]
    numbers = {name: [row["fibery/public-id"] for row in sandbox.world.fibery.rows[name].values()] for name in TYPES}
    return plan_of({**numbers, "Scrum/Task": [*numbers["Scrum/Task"], "7999"]}, settings, people=people), settings


async def enrich_company(sandbox: RunningSandbox) -> tuple[EntitiesToEnrich, EnrichedEntities, FetchedWork, int]:
    plan, settings = company(sandbox)
    async with client_of(sandbox.fibery_url, settings, sandbox.environ()["FIBERY_API_TOKEN"]) as client:
        run = Enriching(client, settings)
        work = await run.fetch(plan)
        shared = client.requests_made
        items = await run.enrich(plan, work)
        merged = merge_enriched(plan, [list(items.values())], work, ORIGIN, fibery_workspace="sandbox")
    return plan, merged, work, shared


async def test_every_item_of_every_type_is_enriched_or_explained(sandbox: RunningSandbox) -> None:
    plan, merged, work, shared = await enrich_company(sandbox)
    assert len(merged.items) == sum(len(one.items) for one in plan.types)
    assert [(item.type, item.public_id, item.status) for item in merged.items if item.status != "enriched"] == [
        ("Scrum/Task", "7999", "not found")
    ]
    assert shared <= 1 + 2 + -(-len(work.documents) // 100)
    assert merged.warnings == ()


async def test_a_second_look_at_an_unchanged_company_takes_one_request(sandbox: RunningSandbox, tmp_path: Path) -> None:
    plan, settings = company(sandbox)
    caches = FetchCaches(documents=DocumentCache(tmp_path / "results", now), items=ItemStore(tmp_path / "items"))
    async with client_of(sandbox.fibery_url, settings, sandbox.environ()["FIBERY_API_TOKEN"]) as client:
        run, spent, merged = Enriching(client, settings), [0], []
        run.schema = await FetchCaches().current_schema(client, now())
        for _ in range(2):
            spent.append(client.requests_made)
            work = await run.fetch(plan, caches)
            items = await run.enrich(plan, work, caches)
            merged.append(merge_enriched(plan, [list(items.values())], work, ORIGIN, fibery_workspace="sandbox").model_dump_json())
        assert client.requests_made - spent[-1] == 1
    assert merged[0] == merged[1]


async def test_late_edits_of_work_items_show(tmp_path: Path) -> None:
    with running_sandbox(SandboxOptions(pace=0)) as sandbox:
        plan, settings = company(sandbox)
        caches = FetchCaches(documents=DocumentCache(tmp_path / "results", now), items=ItemStore(tmp_path / "items"))
        async with client_of(sandbox.fibery_url, settings, sandbox.environ()["FIBERY_API_TOKEN"]) as client:
            run = Enriching(client, settings)
            run.schema = await FetchCaches().current_schema(client, now())
            before = await run.enrich(plan, await run.fetch(plan, caches), caches)
            sandbox.edit.item("Scrum/Task", "18", state="Done", name="Another name")
            sandbox.edit.comment("Scrum/Task", "14", "the 131st")
            bug = _described(before)
            sandbox.edit.item("Scrum/Bug", bug, description="Found")
            sandbox.edit.delete_item("Scrum/Sub-bug", "1112")
            after = await run.enrich(plan, await run.fetch(plan, caches), caches)
            assert after == await run.enrich(plan, await run.fetch(plan))
    assert (after["Scrum/Task", "18"].name, len(after["Scrum/Task", "14"].comments)) == ("Another name", 131)
    assert after["Scrum/Bug", bug].description == "Found"
    assert after["Scrum/Sub-bug", "1112"].status == "not found"


def _described(items: dict[tuple[str, str], EnrichedItem]) -> str:
    return next(number for (name, number), item in items.items() if name == "Scrum/Bug" and item.description)


async def test_facts_of_single_items(sandbox: RunningSandbox) -> None:
    _, merged, _, _ = await enrich_company(sandbox)
    items = {(item.type, item.public_id): item for item in merged.items}
    assert len(items["Scrum/Task", "14"].comments) == 130
    assert all(comment.text for comment in items["Scrum/Task", "14"].comments)
    sub_bug = items["Scrum/Sub-bug", "1112"]
    assert [parent.type for parent in sub_bug.parents] == ["Scrum/Bug", "Scrum/Feature", "Scrum/Epic"]
    assert sub_bug.parent_progress is not None
    assert sub_bug.parent_progress.total == len(sub_bug.parent_progress.children) > 0
    version = items["Design/Work Version", "31"]
    assert version.state is not None
    assert (version.state.is_final, version.parents[0].type, bool(version.assignees)) == (False, "Design/Design Feature", True)
    assert items["Scrum/Task", "18"].is_overdue
    sprint = next(item for item in merged.items if item.type == "Scrum/Sprint")
    assert None not in (sprint.dates.planned_start, sprint.dates.planned_end)


async def test_people_and_what_is_assigned_to_them(sandbox: RunningSandbox) -> None:
    _, merged, _, _ = await enrich_company(sandbox)
    unknown = [one.user_id for one in sandbox.world.people if one.fibery_email is None or one.toggl_email is None]
    assert [person.user_id for person in merged.unmatched_people] == unknown
    silent = sandbox.world.people[10]
    assert any(one.user_id == silent.user_id for one in merged.assigned)
