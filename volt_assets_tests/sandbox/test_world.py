import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from volt_assets.errors import UsageError
from volt_assets.sandbox.entry_table import RUNNING, RUNNING_NEGATIVE
from volt_assets.sandbox.entry_texts import AWKWARD, LABELS
from volt_assets.sandbox.fibery_store import DELETED_PUBLIC_ID
from volt_assets.sandbox.people import LEAVER, SILENT
from volt_assets.sandbox.schema import USER
from volt_assets.sandbox.toggl_catalogue import PROJECT_POSITION
from volt_assets.sandbox.world import World, WorldOptions, build_world

DEFAULT_FINGERPRINT = "70e6337e5fef21df9b118ab3b10aeea69204fa964f848682bc34286c40fa48c1"


def test_default_world_has_these_very_bytes(world: World) -> None:
    assert world.fingerprint() == DEFAULT_FINGERPRINT


def test_another_process_with_another_hash_seed_builds_the_same() -> None:
    script = "from volt_assets.sandbox.world import *; print(build_world(WorldOptions(weeks=1)).fingerprint())"
    output = subprocess.run([sys.executable, "-c", script], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True)  # noqa: S603 -- our own interpreter
    assert output.stdout.strip() == build_world(WorldOptions(weeks=1)).fingerprint()


def test_another_seed_is_another_world() -> None:
    assert build_world(WorldOptions(seed=2)).fingerprint() != DEFAULT_FINGERPRINT


def test_a_week_of_eleven_people_has_about_385_entries() -> None:
    assert 350 <= len(build_world(WorldOptions(weeks=1)).entries) <= 420


def test_five_hundred_people_for_a_week() -> None:
    world = build_world(WorldOptions(people=500, weeks=1))
    assert len(world.people) == 500
    assert 17_000 <= len(world.entries) <= 20_000


@pytest.mark.parametrize("people", [1, 2, 3])
def test_a_small_company_works_too(people: int) -> None:
    assert len(build_world(WorldOptions(people=people, weeks=1)).entries) > 25 * people


@pytest.mark.parametrize("case", AWKWARD)
def test_every_awkward_description_is_tracked(world: World, case: str) -> None:
    used = {world.entries.descriptions[text] for text in world.entries.columns["text"]}
    assert AWKWARD[case] in used


def test_working_days_last_six_and_a_half_to_eight_and_a_half_hours(world: World) -> None:
    columns = world.entries.columns
    friday = date(2025, 10, 17).toordinal()
    for position, person in enumerate(world.people):
        seconds = sum(
            columns["seconds"][row]
            for row in range(len(world.entries))
            if (columns["person"][row], columns["day"][row]) == (position, friday)
        )
        expected = person.tracks_time and person.is_active
        assert (6.49 * 3600 <= seconds <= 8.5 * 3600) == expected


def test_entries_odd_in_time(world: World) -> None:
    columns = world.entries.columns
    endings = list(columns["ending"])
    assert endings.count(RUNNING) == endings.count(RUNNING_NEGATIVE) == 1
    assert {columns["day"][endings.index(kind)] for kind in (RUNNING, RUNNING_NEGATIVE)} == {world.last_day.toordinal()}
    assert columns["seconds"][endings.index(RUNNING_NEGATIVE)] < 0
    stopped = [seconds for seconds, ending in zip(columns["seconds"], endings, strict=True) if not ending]
    assert 0 in stopped
    assert max(stopped) > 12 * 3600


def test_three_weeks_reach_the_night_the_clocks_go_back() -> None:
    assert "On-call: clocks go back" not in build_world(WorldOptions(weeks=2)).entries.descriptions
    assert "On-call: clocks go back" in build_world(WorldOptions(weeks=3)).entries.descriptions


def test_the_odd_people(world: World) -> None:
    people = world.people
    trackers = set(world.entries.columns["person"])
    assert trackers == set(range(11)) - {SILENT}
    assert not people[LEAVER].is_active
    leaver_days = {
        day for day, person in zip(world.entries.columns["day"], world.entries.columns["person"], strict=True) if person == LEAVER
    }
    assert max(leaver_days) <= date(2025, 10, 12).toordinal()
    assert people[6].name == people[7].name
    assert people[6].user_id != people[7].user_id
    assert [person.name for person in people if person.toggl_email is None] == ["Sofia Almeida"]
    assert [person.name for person in people if person.fibery_email is None] == ["Ольга Кравец"]
    assert [
        person.name for person in people if None not in (mails := (person.toggl_email, person.fibery_email)) and mails[0] != mails[1]
    ] == ["Tāne Rangi"]
    assert {row["user/email"] for row in world.fibery.rows[USER].values()} >= {"tane.rangi@example.com", "nora.lindqvist@example.com"}


def test_items_are_done_exactly_when_they_have_a_completion_date(world: World) -> None:
    states = world.fibery.rows["workflow/state_Scrum/Task"]
    for row in world.fibery.rows["Scrum/Task"].values():
        state = states[row["workflow/state"]]
        assert state["workflow/Final"] == ("Scrum/Completion Date" in row)
        assert (state["workflow/Type"] == "Not started") == ("Scrum/Started Date" not in row)


def test_nothing_is_finished_after_the_end_of_the_world(world: World) -> None:
    for type_name, field in (
        ("Scrum/Task", "Scrum/Completion Date"),
        ("Scrum/Bug", "Scrum/Completion Date"),
        ("Scrum/Feature", "Scrum/Dev Actual End Date"),
    ):
        finished = [row[field][:10] for row in world.fibery.rows[type_name].values() if field in row]
        assert finished
        assert max(finished) <= world.last_day.isoformat()


def test_items_a_report_has_something_to_say_about(world: World) -> None:
    fibery = world.fibery
    assert all(fibery.find(type_name, "12") for type_name in ("Scrum/Task", "Scrum/Bug", "Scrum/Feature"))
    assert all(fibery.find(type_name, "31") for type_name in ("Design/Work Version", "Design/Old Work Version"))
    assert all(fibery.find(type_name, "2") for type_name in ("Scrum/Build", "Scrum/Release"))
    assert not any(fibery.find(type_name, str(DELETED_PUBLIC_ID)) for type_name in fibery.types)
    many = fibery.find("Scrum/Task", "14")
    assert many is not None
    assert len(many["comments/comments"]) > 100
    late = [
        row for row in fibery.rows["Scrum/Task"].values() if row.get("Scrum/Completion Date", "")[:10] > row.get("Scrum/Planned End", "9")
    ]
    assert late


def test_children_and_items_are_spread_over_features_and_people(world: World) -> None:
    rows = world.fibery.rows
    children = Counter(
        row["Scrum/Feature"]
        for name in ("Task", "Bug", "Hotfix", "Test coverage")
        for row in rows[f"Scrum/{name}"].values()
        if row.get("Scrum/Feature")
    )
    assert len(children) >= 10
    assert max(children.values()) <= 9
    people = Counter(
        one
        for items in rows.values()
        for row in items.values()
        for own in ("assignments/assignees", "assignments/Assignees")
        for one in row.get(own) or ()
    )
    assert len(people) == 10, "all of the company whom Fibery knows"
    assert max(people.values()) <= people.total() / 5


def test_the_project_of_a_formula_text_is_that_of_its_item(world: World) -> None:
    labels = {label: name for name, label in LABELS.items()}
    projects = {row["fibery/id"]: row["Project management/name"] for row in world.fibery.rows["Project management/Project"].values()}
    compared = 0
    for text in world.entries.descriptions:
        match = re.fullmatch(r".*#(\d+) ((?:\[[^\[\]]*\] ?)+?) \[(.*)\]", text)
        type_name = labels.get(match[2]) if match else None
        row = world.fibery.find(type_name, match[1]) if match and type_name else None
        project = row and next((row.get(own) for own in world.fibery.types[str(type_name)].fields if own.endswith("/Project")), None)
        if match and project and match[3] in PROJECT_POSITION and match[1] != "13":  # the wrong number on purpose
            compared += 1
            assert projects[project] == match[3], text
    assert compared > 40


def test_an_item_that_is_not_started_takes_more_than_five_hours(world: World) -> None:
    item = world.fibery.find("Scrum/Task", "9634")
    assert item is not None
    assert world.fibery.rows["workflow/state_Scrum/Task"][item["workflow/state"]]["workflow/Type"] == "Not started"
    columns, text = world.entries.columns, world.entries.descriptions.index("Deploy the CRM #9634 [Scrum] [Task] [Harbor]")
    assert sum(seconds for seconds, own in zip(columns["seconds"], columns["text"], strict=True) if own == text) > 5 * 3600


def test_a_chain_of_three_parents_exists(world: World) -> None:
    sub_task = world.fibery.find("Scrum/Sub-task", "9234")
    assert sub_task is not None
    task = world.fibery.rows["Scrum/Task"][sub_task["Scrum/Task"]]
    feature = world.fibery.rows["Scrum/Feature"][task["Scrum/Feature"]]
    assert world.fibery.rows["Scrum/Epic"][feature["Scrum/Epic"]]["Scrum/Name"] == "Harbor go-live"
    children = [world.fibery.rows["Scrum/Task"][child] for child in feature["Scrum/Tasks"]]
    assert len({child["workflow/state"] for child in children}) > 1


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: WorldOptions(people=0), "people"),
        (lambda: WorldOptions(weeks=0), "weeks"),
        (lambda: WorldOptions(first_monday=date(2025, 10, 7)), "Monday"),
    ],
)
def test_impossible_sizes_are_refused(make: Callable[[], WorldOptions], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        make()


@pytest.mark.parametrize("label", sorted(set(LABELS.values()) - {LABELS["Scrum/Chore"]}))
def test_every_label_of_a_formula_is_on_a_timer(world: World, label: str) -> None:
    assert any(label in text for text in world.entries.descriptions)
