"""The team summary is read in 90 seconds: what is long is cut, and what was cut is counted."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from volt_assets.work_reports.models import Activity, EnrichedItem, ItemDates, Person, Progress, TrackedItem
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import (
    activity,
    aggregated,
    days,
    enriched,
    item,
    person,
    ref,
    tracked,
    week,
)

DONE = {"state": "Done", "dates": ItemDates(completed="2025-10-08"), "completed_in_period": True}


def task(number: int, **more: Any) -> EnrichedItem:
    return item("Scrum/Task", str(number), f"Task {number}", **more)


def time_on(found: EnrichedItem, *hours: float, project: str | None = "Harbor") -> TrackedItem:
    return tracked(found.type, found.public_id, days(*hours), found.name, project=project)


def team_of(found: list[EnrichedItem], tracked_items: list[TrackedItem], *activities: Activity, **more: Any) -> str:
    john = person(11, "John Doe", "john_doe", tracked_items, activities)
    return report_set(aggregated([john], **more), enriched(found)).team


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_five_largest_accomplishments_are_named_and_the_rest_is_counted() -> None:
    found = [task(number, **DONE) for number in range(1, 9)]
    text = section(team_of(found, [time_on(one, float(number)) for number, one in enumerate(found, 1)]), "Key accomplishments")
    assert re.findall(r"✅ \[#(\d+) ", text) == ["8", "7", "6", "5", "4"]
    assert "3 more items (6.0 h) were finished: the individual reports name them." in text


def test_rows_that_need_action_are_cut_with_the_count_of_the_rest() -> None:
    found = [task(number, state="To Do") for number in range(1, 13)]
    items = [time_on(one, 5.0 + number / 10) for number, one in enumerate(found, 1)]
    text = section(team_of(found, items), "Work alignment")
    assert re.findall(r"^\| \[#(\d+) ", text, re.MULTILINE) == ["12", "11", "10", "9", "8"]
    assert "7 more rows (37.8 h) stand under Work alignment in the individual reports." in text


def test_a_feature_stands_in_the_row_of_the_project_with_most_of_its_time() -> None:
    feature = ref("Scrum/Feature", "100", "Cloud account", "In progress", planned_end="2025-11-20")
    progress = Progress(done=1, total=3, children=(ref("Scrum/Task", "1", "Task 1", "Done"), ref("Scrum/Bug", "1", "Bug 1", "To Do")))
    parts = [task(number, parents=(feature,), parent_progress=progress) for number in (1, 2, 3)]
    items = [time_on(parts[0], 1.0, project="Internal"), time_on(parts[1], 3.0), time_on(parts[2], 2.0, project="Moneyball")]
    text = section(team_of(parts, items), "Areas of focus")
    rows = [line for line in text.splitlines() if "(1 of 3)" in line]
    assert [row.split(" | ")[0] for row in rows] == ["| Harbor"]
    # Numbers are unique per type only, so what is left names its type.
    assert "| 6.0 |" in text.split("| feature |", 1)[1]
    assert "hours on its parts" in text
    assert "⏳ Bug #1" in text


def test_many_projects_and_features_end_in_one_row() -> None:
    found = [
        task(
            number,
            parents=(ref("Scrum/Feature", str(100 + number), f"Feature {number}"),),
            parent_progress=Progress(done=0, total=1, children=(ref("Scrum/Task", str(number), f"Task {number}", "To Do"),)),
        )
        for number in range(1, 10)
    ]
    text = section(
        team_of(found, [time_on(one, float(number), project=f"P{number}") for number, one in enumerate(found, 1)]), "Areas of focus"
    )
    assert "| 3 further projects | 6.0 | 13 % |" in text
    assert len(re.findall(r"^\| \[#10", text, re.MULTILINE)) == 5
    assert "4 more features had 10.0 h on their parts." in text


def test_a_finished_feature_is_not_waited_for() -> None:
    done, open_ = ref("Scrum/Feature", "100", "Finished", "Done"), ref("Scrum/Feature", "200", "Open", "In progress")
    children = (ref("Scrum/Task", "1", "Task 1", "Done"), ref("Scrum/Task", "2", "Task 2", "To Do"))
    progress = Progress(done=1, total=2, children=children)
    found = [task(1, parents=(done,), parent_progress=progress, **DONE), task(2, parents=(open_,), parent_progress=progress)]
    text = section(team_of(found, [time_on(one, 2.0) for one in found]), "Key accomplishments")
    assert "One item is left in #200 Open." in text
    assert "#100" not in text


def test_patterns_of_no_time_or_without_a_name_are_not_patterns() -> None:
    shared = task(1)
    people = [
        person(number, f"P{number}", f"p{number}", [time_on(shared, 0.01)], [activity("", days(1.0)), activity("Sync", days(1.0))])
        for number in (1, 2)
    ]
    text = section(report_set(aggregated(people), enriched([shared])).team, "Cross-team patterns")
    assert "Task 1" not in text
    assert "no description" not in text
    assert "“Sync”: 2.0 h of 2 people together" in text


@pytest.mark.parametrize(("start", "wording"), [(6, "the week before is not stored"), (7, "the 6 days before are not stored")])
def test_the_missing_period_before_is_named_once(start: int, wording: str) -> None:
    data, items = week()
    dated = {"start_date": date(2025, 10, start)}
    data = data.model_copy(update={"previous_statistics": None, **dated})
    text = report_set(data, items.model_copy(update=dated)).team
    assert f"Not known: {wording}." in text


def test_namesakes_are_told_apart_wherever_they_stand() -> None:
    found = task(1)
    namesakes = [person(7, "Alex Kim", "alex_kim_7", [time_on(found, 3.0)], email="alex.kim@example.com")]
    absent = (Person(user_id=8, name="Alex Kim", email="alex@other.example"), Person(user_id=9, name="Alex Kim"))
    reports = report_set(aggregated(namesakes, people_without_time=absent), enriched([found], unmatched_people=(absent[0],)))
    for text in (reports.team, reports.toggl):
        assert "No time tracked: Alex Kim (alex) and Alex Kim (9)." in text
        assert "Alex Kim (alex.kim)" in text
    assert "by e-mail: Alex Kim (alex);" in reports.team
    assert reports.of("alex_kim_7").startswith("# Alex Kim (alex.kim) ·")


def test_an_ad_hoc_list_of_people_is_named_by_its_people() -> None:
    people = [person(number, f"Person {number}", f"person_{number}", [], [activity("Mail", days(1.0))]) for number in (1, 2)]
    absent = (Person(user_id=3, name="Person 3"), Person(user_id=4, name="Person 4"))
    reports = report_set(aggregated(people, people_without_time=absent, scope="users-1a2b3c4d"), enriched(()))
    assert reports.team.startswith("# Person 1, Person 2, Person 3 and 1 more · 6\u201312 October 2025")
    assert reports.toggl.startswith("# Time in Toggl · Person 1, Person 2, Person 3 and 1 more · 6\u201312 October 2025")
    for text in reports.texts:
        assert "· only Person 1, Person 2, Person 3 and 1 more ·" in text
    team = report_set(aggregated(people, scope="platform"), enriched(())).team
    assert team.startswith("# Team platform · ")
    assert "· only team platform ·" in team


def test_the_largest_share_is_not_given_to_a_project_when_more_time_has_none() -> None:
    found = [task(1), task(2), task(3)]
    items = [time_on(found[0], 1.0, project="Atlas"), time_on(found[1], 2.0), time_on(found[2], 7.0, project=None)]
    text = team_of(found, items)
    assert "Of the projects Harbor took most of the work on items (2.0 h, 20 % of all time), followed by Atlas (1.0 h);" in text
    assert "items of no project took 7.0 h." in text
    assert "2 projects had time: Harbor 20 % and Atlas 10 %. Items of no project took 70 %, other activities 0 %." in text
    named = team_of(found[:2], items[:2])
    assert "Harbor took the largest share of the work on items (2.0 h, 67 % of all time), followed by Atlas (1.0 h)." in named
