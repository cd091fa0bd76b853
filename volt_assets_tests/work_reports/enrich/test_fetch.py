from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import IncompleteDataError, ServerError
from volt_assets.settings import TypeSettings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.document_cache import DocumentCache
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets_tests.clients.loopback_server import Asked, Told, serve
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import JANE, NOW, Enriching, client_of, enriching, plan_of, settings_with

pytestmark = pytest.mark.anyio


def workspace() -> LittleFibery:
    """A feature with two tasks and a bug; the first task has a sub-task."""
    fibery = LittleFibery()
    done, doing = fibery.state("Done", final=True, kind="Finished"), fibery.state("In Progress", final=None)
    jane = fibery.person("Jane Smith", "Jane@Example.com")
    epic = fibery.add("Scrum/Epic", "3", Name="Go-live", **{"workflow/state": doing})
    feature = fibery.add(
        "Scrum/Feature", "50", name="Sign-in", Epic=epic, **{"workflow/state": doing, "Scrum/Dev Planned End Date": "2025-10-20"}
    )
    first = fibery.add(
        "Scrum/Task",
        "7",
        Name="Fix login",
        Feature=feature,
        Description=fibery.text("t7", "Why **and** how"),
        Planned_End="2025-10-09",
        **{"workflow/state": doing, "assignments/assignees": [jane], "Scrum/Story Points 🎯": "3.0"},
    )  # fmt: skip -- one row, one statement
    second = fibery.add("Scrum/Task", "8", Name="Tokens", Feature=feature, **{"workflow/state": done, "assignments/assignees": None})
    bug = fibery.add("Scrum/Bug", "7", name="Alerts fire twice", Feature=feature, **{"workflow/state": doing})
    feature.update({"Scrum/Tasks": [first, second], "Scrum/Bugs": [bug]})
    fibery.add("Scrum/Sub-task", "1", name="Refresh tokens", Task=first, **{"workflow/state": done})
    return fibery


async def test_items_parents_and_progress_take_two_rounds_and_documents_one() -> None:
    fibery = workspace()
    async with enriching(fibery) as run:
        work = await run.fetch(plan_of({"Scrum/Task": ["7", "8"], "Scrum/Sub-task": ["1"], "Scrum/Bug": ["7"]}))
        assert run.client.requests_made == 1 + 2 + 1
    feature = fibery.rows["Scrum/Feature"][0]["fibery/id"]
    assert {name: set(one.rows) for name, one in work.types.items()} == {
        "Scrum/Task": {"7", "8"},
        "Scrum/Sub-task": {"1"},
        "Scrum/Bug": {"7"},
    }
    assert (work.parents_progress[feature].done, work.parents_progress[feature].total) == (1, 3)
    assert work.fetched_at == NOW


async def test_ids_are_asked_once_per_type_as_strings_and_through_params() -> None:
    fibery = workspace()
    async with enriching(fibery) as run:
        await run.fetch(plan_of({"Scrum/Task": ["7", "7", "8"]}))
    (args,) = [one["args"] for one in fibery.commands[0]]
    assert args["params"] == {"$ids": ["7", "8"]}
    assert args["query"]["q/where"] == ["q/in", ["fibery/public-id"], "$ids"]


async def test_a_long_list_of_ids_is_split_into_queries_of_one_request() -> None:
    fibery = LittleFibery()
    for number in range(1, 26):
        fibery.add("Scrum/Bug", str(number), name=f"Bug {number}")
    settings = settings_with(ids_per_query=10)
    async with enriching(fibery, settings) as run:
        work = await run.fetch(plan_of({"Scrum/Bug": [str(number) for number in range(1, 26)]}, settings))
    assert [len(commands) for commands in fibery.commands] == [3]
    assert len(work.types["Scrum/Bug"].rows) == 25


async def test_five_hundred_items_of_eight_types_with_nine_hundred_documents_take_at_most_twelve_requests(tmp_path: Path) -> None:
    fibery = LittleFibery()
    feature_fields = fibery.types["Scrum/Task"]
    names = [f"Scrum/Task {number}" for number in range(8)]
    fibery.types.update({name: dict(feature_fields) for name in names})
    for name in names:
        for number in range(1, 64):
            comments = [fibery.comment(f"{name} {number}", None, "2025-10-07T08:00:00.000Z")] if number % 5 else None
            fibery.add(
                name,
                str(number),
                Name=f"Item {number}",
                Description=fibery.text(f"{name}{number}", "text"),
                **{"comments/comments": comments},
            )
    settings = settings_with({name: TypeSettings(activity="enrich_scrum_task") for name in names})
    async with enriching(fibery, settings) as run:
        plan = plan_of({name: [str(number) for number in range(1, 64)] for name in names}, settings, people=[JANE])
        caches = FetchCaches.in_folders(tmp_path, tmp_path / "results", lambda: NOW)
        work = await run.fetch(plan, caches)
        items = await run.enrich(plan, work, caches)
        # The schema, the items, and ten times a hundred texts: no item has children.
        assert run.client.requests_made == 1 + 1 + 10
        first = run.client.requests_made
        assert await run.enrich(plan, await run.fetch(plan, caches), caches) == items
        assert run.client.requests_made - first == 1 + 1
    assert (len(items), len(work.documents)) == (504, 504 + 408)
    assert all(item.description == "text" for item in items.values())


@pytest.mark.parametrize("still_listed", [False, True])
async def test_a_field_that_vanished_costs_one_more_request_for_its_type_only(*, still_listed: bool) -> None:
    fibery = workspace()
    async with enriching(fibery) as run:
        answer = await run.client.schema()
        run.schema = WorkspaceSchema.from_types(answer.types or (), answer.etag)
        (fibery.listed_but_dropped if still_listed else fibery.dropped).add("Scrum/Story Points 🎯")
        plan = plan_of({"Scrum/Task": ["7"], "Scrum/Bug": ["7"]})
        work = await run.fetch(plan)
        items = await run.enrich(plan, work)
    assert [[one["args"]["query"]["q/from"] for one in commands] for commands in fibery.commands[:2]] == [
        ["Scrum/Task", "Scrum/Bug"],
        ["Scrum/Task"],
    ]
    assert items["Scrum/Task", "7"].status == "enriched"
    assert "Story Points" not in items["Scrum/Task", "7"].fields
    messages = [warning.message for warning in work.warnings if warning.type == "Scrum/Task"]
    assert any("asked for again after reading the schema anew without Scrum/Story Points" in message for message in messages)


async def test_a_type_that_is_refused_twice_stops_the_run_unless_told_otherwise() -> None:
    fibery = workspace()
    fibery.refused.add("Scrum/Bug")
    async with enriching(fibery) as run:
        plan = plan_of({"Scrum/Task": ["7"], "Scrum/Bug": ["7"]})
        with pytest.raises(IncompleteDataError, match="Scrum/Bug: Fibery refused the query for this type, and again after"):
            await run.enrich(plan, await run.fetch(plan))


async def test_a_type_deleted_since_the_schema_was_read_is_one_that_fibery_does_not_have() -> None:
    fibery = workspace()
    async with enriching(fibery) as run:
        answer = await run.client.schema()
        run.schema = WorkspaceSchema.from_types(answer.types or (), answer.etag)
        del fibery.types["Scrum/Sub-task"]
        plan = plan_of({"Scrum/Task": ["7"], "Scrum/Sub-task": ["1"]})
        items = await run.enrich(plan, await run.fetch(plan))
        assert fibery.schema_requests == [200, 200]
    assert [item.status for item in items.values()] == ["enriched", "not found"]


async def test_a_server_error_ends_the_fetch() -> None:
    def broken(asked: Asked) -> Told:
        return Told("down", 503) if asked.path == "/api/commands" else workspace().script(asked)

    settings = settings_with()
    async with serve(broken) as server, client_of(server.url, settings) as client:
        with pytest.raises(ServerError):
            await Enriching(client, settings).fetch(plan_of({"Scrum/Task": ["7"]}))


async def test_users_that_may_not_be_listed_leave_people_unmatched_with_a_warning() -> None:
    fibery = workspace()
    fibery.refused.add("fibery/user")
    async with enriching(fibery) as run:
        work = await run.fetch(plan_of({"Scrum/Task": ["7"]}, people=[JANE]))
    assert [person.name for person in work.unmatched_people] == ["Jane Smith"]
    assert any(warning.message.startswith("Fibery refused the query for the users") for warning in work.warnings)


async def test_progress_counts_more_children_than_one_sub_query_gives() -> None:
    fibery = workspace()
    feature = fibery.rows["Scrum/Feature"][0]
    done = next(row for row in fibery.rows["workflow/state_Scrum/Task"] if row["enum/name"] == "Done")
    more = [fibery.add("Scrum/Task", str(number), Name="x", Feature=feature, **{"workflow/state": done}) for number in range(100, 240)]
    feature["Scrum/Tasks"] = [*feature["Scrum/Tasks"], *more]
    async with enriching(fibery) as run:
        plan = plan_of({"Scrum/Feature": ["50"]})
        items = await run.enrich(plan, await run.fetch(plan))
        assert run.client.requests_made == 1 + 2 + 1
    progress = items["Scrum/Feature", "50"].progress
    assert progress is not None
    assert (progress.done, progress.total, len(progress.children)) == (141, 143, 143)


async def test_progress_that_cannot_be_read_to_its_end_is_not_told() -> None:
    fibery = workspace()
    del fibery.types["Scrum/Bug"]["Scrum/Feature"]
    fibery.sees_inner_where = False
    feature = fibery.rows["Scrum/Feature"][0]
    feature["Scrum/Bugs"] = [fibery.add("Scrum/Bug", str(number), name="x") for number in range(100, 240)]
    async with enriching(fibery) as run:
        plan = plan_of({"Scrum/Feature": ["50"]})
        work = await run.fetch(plan)
    assert work.parents_progress == {}
    assert "Fibery did not give some children of Scrum/Feature; the report does without them" in [one.message for one in work.warnings]


async def test_texts_that_have_not_changed_are_not_fetched_again(tmp_path: Path) -> None:
    fibery = workspace()
    caches = FetchCaches(documents=DocumentCache(tmp_path, lambda: NOW))
    plan = plan_of({"Scrum/Task": ["7"]})
    async with enriching(fibery) as run:
        first = await run.fetch(plan, caches)
        second = await run.fetch(plan, caches)
        fibery.rows["Collaboration~Documents/Document"][0]["Collaboration~Documents/modification-date"] = "2025-10-09T00:00:00.000Z"
        await run.fetch(plan, caches)
    assert first.documents == second.documents != {}
    assert len(fibery.document_requests) == 2


async def test_nothing_planned_and_nobody_to_ask_for_makes_no_request() -> None:
    fibery = workspace()
    async with enriching(fibery) as run:
        work = await run.fetch(plan_of({}))
        assert (work.fetched_at, fibery.commands) == (None, [])


async def test_what_the_schema_lacks_is_a_warning_and_no_failure() -> None:
    settings = settings_with(
        {
            "Scrum/Bug": TypeSettings(activity="enrich_scrum_bug", fields=("severity", "Root Cause", "State")),
            "Ops/Incident": TypeSettings(activity="default_enrich_entity"),
        }
    )
    async with enriching(workspace(), settings) as run:
        work = await run.fetch(plan_of({"Scrum/Bug": ["7"]}, settings))
    assert [(one.type, one.field, one.message) for one in work.warnings] == [
        ("Scrum/Bug", "Root Cause", "Scrum/Bug has no field called 'Root Cause'"),
        ("Ops/Incident", None, "the workspace has no type Ops/Incident"),
    ]
