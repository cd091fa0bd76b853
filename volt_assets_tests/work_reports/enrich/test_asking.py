"""Whose assigned items a fetch asks for, in which types, and what it takes for open in the period."""

from __future__ import annotations

from typing import Any

import pytest

from volt_assets.settings import TypeSettings
from volt_assets.work_reports.enrich.asking import MOST_ASSIGNABLE_TYPES
from volt_assets.work_reports.models import Person
from volt_assets_tests.work_reports.enrich.little_fibery import WORKFLOW, LittleFibery, Row
from volt_assets_tests.work_reports.enrich.plans import JANE, enriching, plan_of, settings_with
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

pytestmark = pytest.mark.anyio


def _assigned(fibery: LittleFibery, person: Row) -> None:
    states = {row["enum/name"]: row for row in fibery.rows["workflow/state_Scrum/Task"]}

    def task(number: str, state: str, **values: Any) -> None:
        fibery.add(
            "Scrum/Task", number, Name=f"Task {number}", **{"workflow/state": states[state], "assignments/assignees": [person]}, **values
        )

    task("21", "In Progress")
    task("22", "Done", Completion_Date="2025-10-07T10:00:00.000Z")
    task("23", "Done", Completion_Date="2025-10-03T10:00:00.000Z")
    task("24", "Done", **{"fibery/modification-date": "2025-09-20T10:00:00.000Z"})
    task("25", "Done")
    task("26", "In Progress", **{"fibery/creation-date": "2025-10-13T10:00:00.000Z"})


async def test_assigned_items_are_those_open_in_the_period_and_join_the_first_request() -> None:
    fibery = workspace()
    _assigned(fibery, fibery.rows["fibery/user"][0])
    settings = settings_with({"Scrum/Task": TypeSettings(activity="enrich_scrum_task")})
    async with enriching(fibery, settings) as run:
        people = [JANE.model_copy(update={"email": "Jane@Example.com"}), Person(user_id=9, name="No Mail")]
        work = await run.fetch(plan_of({"Scrum/Task": ["8"]}, settings, people=people))
    assert [one.item.public_id for one in work.assigned] == ["7", "21", "22"]
    assert {one.user_id for one in work.assigned} == {1}
    assert [person.name for person in work.unmatched_people] == ["No Mail"]
    assert [len(commands) for commands in fibery.commands] == [3]
    assert len(fibery.commands[0][2]["args"]["query"]["q/select"]["assignees"]["q/select"]) == 3


def _with_incidents(fibery: LittleFibery, types: int = 1) -> None:
    """Types that nobody configured, each with one open item of Jane's."""
    jane, doing = fibery.rows["fibery/user"][0], fibery.rows[WORKFLOW][1]
    for number in range(types):
        fibery.types[f"Ops/Incident {number:02}"] = {
            "Ops/Name": "fibery/text",
            "workflow/state": WORKFLOW,
            "assignments/assignees": "fibery/user*",
            "Ops/Due": "fibery/date",
        }
        values = {"workflow/state": doing, "assignments/assignees": [jane]}
        fibery.add(f"Ops/Incident {number:02}", "7", Name="Sign-in is slow", Due="2025-10-09", **values)


async def test_assigned_items_of_types_nobody_configured_come_with_the_first_request_as_long_as_there_is_an_entry_for_them() -> None:
    fibery = workspace()
    _with_incidents(fibery)
    own = {"Scrum/Task": TypeSettings(activity="enrich_scrum_task")}
    people = [JANE.model_copy(update={"email": "Jane@Example.com"})]
    found = []
    for types in ({**own, "default": TypeSettings(activity="default_enrich_entity")}, own):
        async with enriching(fibery, settings_with(types)) as run:
            work = await run.fetch(plan_of({}, run.settings, people=people))
        found.append([(one.item.type, one.item.public_id, one.item.planned_end) for one in work.assigned])
        assert work.warnings == ()
    task = ("Scrum/Task", "7", "2025-10-09")
    assert found == [[("Ops/Incident 00", "7", "2025-10-09"), task], [task]]
    # Users, tasks, bugs and incidents; without an entry for other types only users and tasks.
    assert [len(commands) for commands in fibery.commands] == [4, 2]


async def test_an_assigned_item_with_time_has_the_type_of_the_plan_however_the_schema_spells_it() -> None:
    """Under another name it would be one with time and one without."""
    fibery = workspace()
    _with_incidents(fibery)
    fibery.add("Ops/Incident 00", "8", Name="Next", **{"assignments/assignees": [fibery.rows["fibery/user"][0]]})
    people = [JANE.model_copy(update={"email": "Jane@Example.com"})]
    async with enriching(fibery) as run:
        plan = plan_of({"ops/incident-00": ["7"]}, people=people)
        work = await run.fetch(plan)
        (item,) = (await run.enrich(plan, work)).values()
    found = {one.item.public_id: one.item for one in work.assigned if one.item.type != "Scrum/Task"}
    assert {number: one.type for number, one in found.items()} == {"7": "ops/incident-00", "8": "Ops/Incident 00"}
    assert found["7"].url == item.url == "https://acme.fibery.io/Ops/Incident_00/Sign-in-is-slow-7"


async def test_types_beyond_the_most_that_one_request_asks_for_are_named() -> None:
    fibery = workspace()
    _with_incidents(fibery, MOST_ASSIGNABLE_TYPES)
    async with enriching(fibery) as run:
        work = await run.fetch(plan_of({"Scrum/Sub-task": ["1"]}, people=[JANE.model_copy(update={"email": "Jane@Example.com"})]))
    asked = [args["query"]["q/from"] for one in fibery.commands[0] if "$emails" in (args := one["args"])["params"]]
    assert (len(asked), asked[:2], asked[-1]) == (60, ["Scrum/Task", "Scrum/Bug"], "Ops/Incident 57")
    (warning,) = [one for one in work.warnings if one.type.startswith("Ops/")]
    assert warning.message.startswith("items assigned in Ops/Incident 58, Ops/Incident 59 were not asked for: more than 60 types")


@pytest.mark.parametrize(
    ("person", "people_map"),
    [(JANE, {}), (JANE.model_copy(update={"email": "jane@old.example.org"}), {"jane@old.example.org": "jane@example.com"})],
)
async def test_an_e_mail_spelt_otherwise_or_mapped_joins_the_second_request(person: Person, people_map: dict[str, str]) -> None:
    fibery = workspace()
    settings = settings_with({"Scrum/Task": TypeSettings(activity="enrich_scrum_task")}, people=people_map)
    async with enriching(fibery, settings) as run:
        work = await run.fetch(plan_of({"Scrum/Sub-task": []}, settings, people=[person]))
    assert [one.item.public_id for one in work.assigned] == ["7"]
    assert work.unmatched_people == ()
    assert len(fibery.commands) == 2
