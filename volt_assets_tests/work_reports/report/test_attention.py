from __future__ import annotations

from datetime import UTC, datetime

import pytest

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import AssignedItem, EnrichedItem, ItemDates, Person, Progress, RunningEntry, TrackedItem
from volt_assets.work_reports.report.fact_models import AttentionPoint
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.work import circumstances
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, ref, tracked


def time_on(found: EnrichedItem, *hours: float) -> TrackedItem:
    return tracked(found.type, found.public_id, days(*hours), found.name)


def team_points(
    *work: tuple[EnrichedItem, tuple[float, ...]], assigned: tuple[AssignedItem, ...] = (), most: int = 5
) -> tuple[AttentionPoint, ...]:
    running = RunningEntry(entry_id=99, description="Cold storage", started_at=datetime(2025, 10, 12, 17, 40, tzinfo=UTC))
    john = person(11, "John Doe", "john_doe", [time_on(found, *hours) for found, hours in work])
    jane = person(12, "Jane Smith", "jane_smith", running=(running,))
    data = aggregated([jane, john], people_without_time=(Person(user_id=14, name="Ann Absent"),))
    items = enriched([found for found, _ in work], assigned=assigned)
    return team_facts(report_set(data, items).data, items, ReportSettings(needs_attention_most=most)).attention


def task(number: int, state: str = "In progress", **more: object) -> EnrichedItem:
    return item("Scrum/Task", str(number), f"Task {number}", state, description="x", **more)


def overdue(number: int, days_over: int, **more: object) -> EnrichedItem:
    return task(number, dates=ItemDates(planned_end="2025-10-09", **more), is_overdue=True, overdue_days=days_over)


def feature(number: int, planned_end: str, state: str = "In progress", done: int = 1) -> EnrichedItem:
    children = (ref("Scrum/Task", f"{number}1", "Part one", "Done"), ref("Scrum/Task", f"{number}2", "Part two", "In progress"))
    progress = Progress(done=done, total=2, children=children)
    return item("Scrum/Feature", str(number), f"Feature {number}", state, dates=ItemDates(planned_end=planned_end), progress=progress)


def numbers(points: tuple[AttentionPoint, ...]) -> list[str]:
    return [point.item.number if point.item else point.what.split(" ", 1)[0] for point in points]


def test_what_is_overdue_comes_before_what_ends_soon() -> None:
    points = team_points((feature(1, "2025-10-15"), (1.0,)), (overdue(2, 3), (2.0,)), (feature(3, "2025-10-08"), (1.0,)))
    assert numbers(points)[:3] == ["#3", "#2", "#1"]
    assert points[0].what == "1 of 2 done, planned end 8 Oct (4 days over), 1 item left."
    assert points[1].what == "overdue by 3 days at the end of the week."
    assert [point.person for point in points[:2]] == [None, "John Doe"]


@pytest.mark.parametrize(
    ("states", "left"),
    [
        (("In progress", "Done"), "1 item left."),
        (("To Do", "Done"), "1 item left, not started."),
        (("To Do", "To Do"), "2 items left, none of them started."),
        (("To Do", "In progress"), "2 items left, 1 of them not started."),
    ],
)
def test_what_is_left_of_a_feature_reads_well(states: tuple[str, str], left: str) -> None:
    children = tuple(ref("Scrum/Task", str(index), "Part", state) for index, state in enumerate(states, 10))
    progress = Progress(done=states.count("Done"), total=2, children=children)
    found = feature(1, "2025-10-15").model_copy(update={"progress": progress})
    assert team_points((found, (1.0,)))[0].what.endswith(f"planned end 15 Oct, {left}")


def test_progress_fetched_long_after_is_said_to_be_of_that_day() -> None:
    found = feature(1, "2025-10-15")
    mine = person(11, "John Doe", "john_doe", [time_on(found, 1.0)])
    items = enriched([found], fetched_at=datetime(2026, 3, 1, tzinfo=UTC))
    point = team_facts(report_set(aggregated([mine]), items).data, items, ReportSettings()).attention[0]
    assert point.what == "1 of 2 done on 1 Mar 2026, planned end 15 Oct, 1 item left."


def test_points_of_one_kind_are_ordered_by_the_hours_they_name() -> None:
    late = task(1, "Done", dates=ItemDates(completed="2025-10-07"))  # 9 h, of which 1 h after it was finished
    waiting = task(2, "To Do")
    points = team_points((late, (4.0, 4.0, 1.0)), (waiting, (5.5,)))
    assert [point.what.split(" h")[0] for point in points[:2]] == ["5.5", "1.0"]


def test_no_kind_takes_all_places_while_another_waits() -> None:
    todo = [(task(number, "To Do"), (5.5, float(number))) for number in range(1, 6)]
    points = team_points(*todo, (overdue(7, 1), (1.0,)), (overdue(8, 2), (1.0,)))
    assert numbers(points) == ["#5", "#4", "#3", "#8", "#7"]


def test_what_was_finished_since_asks_for_nothing() -> None:
    assert "#2" not in numbers(team_points((overdue(2, 3, completed="2025-10-14"), (2.0,))))
    done = feature(1, "2025-10-15", "Done")
    assert "#1" not in numbers(team_points((done, (1.0,))))


def test_assigned_items_without_time_are_one_point_of_the_team_and_one_each_of_a_person() -> None:
    assigned = tuple(
        AssignedItem(user_id=who, item=ref("Scrum/Task", str(number), "Waits", "In progress"), started="2025-10-01")
        for who, number in ((14, 70), (14, 71), (11, 72))
    )
    points = team_points((task(1), (6.0,)), assigned=assigned)
    assert [point.what for point in points if point.item is None] == [
        "3 assigned items in progress have no time: Ann Absent (2) and John Doe (1).",
        "The entry “Cold storage” has been running since 12 Oct 17:40 and is not counted.",
    ]
    assert points[-1].person == "Jane Smith"
    mine = person(11, "John Doe", "john_doe", [time_on(task(1), 6.0)])
    facts = person_facts(mine, aggregated([mine]), enriched([task(1)], assigned=assigned), ReportSettings())
    assert numbers(facts.attention) == ["#72"]


def test_many_assigned_items_without_time_are_one_point_of_a_person_too() -> None:
    assigned = tuple(
        AssignedItem(user_id=11, item=ref("Scrum/Task", str(number), f"Waits {number}", "In progress"), started="2025-10-01")
        for number in range(70, 75)
    )
    mine = person(11, "John Doe", "john_doe", [time_on(task(1), 6.0)])
    facts = person_facts(mine, aggregated([mine]), enriched([task(1)], assigned=assigned), ReportSettings())
    assert [point.what for point in facts.attention] == [
        "5 assigned items in progress have no time: #70 Waits 70, #71 Waits 71, #72 Waits 72 and 2 more."
    ]


def test_an_item_on_which_a_colleague_has_time_is_not_without_time() -> None:
    assigned = tuple(
        AssignedItem(user_id=11, item=ref("Scrum/Task", str(number), "Waits", "In progress"), started="2025-10-01") for number in (1, 70)
    )
    mine, hers = person(11, "John Doe", "john_doe"), person(12, "Jane Smith", "jane_smith", [time_on(task(1), 1.4)])
    data, items = aggregated([mine, hers]), enriched([task(1)], assigned=assigned)
    around = circumstances([mine, hers], items, ReportSettings())
    facts = person_facts(mine, data, items, ReportSettings(), around)
    assert numbers(facts.attention) == ["#70"]
    assert [(row.kind, row.detail, row.action) for row in facts.without_time] == [
        ("missing in Toggl", "in progress since 1 Oct", "Log the time, or set the state back."),
        ("tracked by others", "in progress since 1 Oct; only others logged time", "–"),  # noqa: RUF001 -- the dash for nothing
    ]
    team = team_facts(report_set(data, items).data, items, ReportSettings())
    assert [row.items for row in team.alignment if row.kind == "missing in Toggl"] == [1]
    assert "1 assigned item in progress has no time: John Doe (1)." in [point.what for point in team.attention]


def test_what_nobody_of_the_team_can_do_is_nobodys_point() -> None:
    failed = item("Scrum/Task", "1", "Rotate the keys", status="failed")
    unknown = item("QA/Test report", "2", "Regression", status="type not configured")
    assert [(point.item and point.item.number, point.person) for point in team_points((failed, (2.0,)), (unknown, (3.0,)))][:2] == [
        ("#1", None),
        ("#2", None),
    ]
