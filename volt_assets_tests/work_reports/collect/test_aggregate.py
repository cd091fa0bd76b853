from __future__ import annotations

from datetime import UTC, date, datetime

from volt_assets.work_reports.models import (
    Activity,
    Person,
    Reconciliation,
    RunningEntry,
    Statistics,
    TeamStatistics,
    TrackedItem,
)
from volt_assets.work_reports.range_key import users_scope
from volt_assets_tests.work_reports.collect.aggregated_samples import ORIGIN, SHIPPED, aggregated
from volt_assets_tests.work_reports.collect.tracked_samples import NOW, entry


def test_an_item_takes_label_project_and_names_from_where_most_time_is() -> None:
    found = aggregated(
        [
            entry(1, seconds=100, description="Fix login #12 [Scrum] [Task] [Harbor]"),
            entry(2, "2025-10-07T09:00:00+02:00", 300, description="Sign-in #12 [Scrum] [Task]"),
            entry(3, seconds=100, description="Fix login #12 [scrum] [task] [Moneyball]"),
            entry(4, seconds=50, description="#12 [Scrum] [Task]"),
        ]
    )
    assert found.people[0].items == (
        TrackedItem(
            type="Scrum/Task",
            public_id="12",
            label="[Scrum] [Task]",
            resolution="alias",
            project="Harbor",
            names=("Sign-in", "Fix login"),
            duration_seconds=550,
            seconds_by_day={"2025-10-06": 250, "2025-10-07": 300},
            entries=(1, 2, 3, 4),
        ),
    )
    assert found.seconds_by_project == {"": 350, "Harbor": 100, "Moneyball": 100}


def test_the_same_number_of_another_type_is_another_item() -> None:
    found = aggregated([entry(1, description="A #12 [Scrum] [Task] [P]"), entry(2, description="A #12 [Scrum] [Release] [P]")])
    assert [(item.type, item.public_id) for item in found.people[0].items] == [("Scrum/Build", "12"), ("Scrum/Task", "12")]


def test_items_and_activities_stand_in_the_order_of_time() -> None:
    found = aggregated(
        [
            entry(1, seconds=10, description="B #10 [Scrum] [Task]"),
            entry(2, seconds=10, description="A #9 [Scrum] [Task]"),
            entry(3, seconds=11, description="C #99 [Scrum] [Task]"),
            entry(4, seconds=5, description="Call"),
            entry(5, seconds=5, description="Admin"),
            entry(6, seconds=6, description="Zoom"),
        ]
    )
    assert [item.public_id for item in found.people[0].items] == ["99", "9", "10"]
    assert [activity.description for activity in found.people[0].activities] == ["Zoom", "Admin", "Call"]


def test_activities_are_told_apart_by_text_and_by_toggls_project() -> None:
    found = aggregated(
        [
            entry(1, seconds=10, description="Research  #5678", project_name="Internal"),
            entry(2, seconds=20, description="Research #5678", project_name="Internal"),
            entry(3, seconds=5, description="Research #5678"),
        ]
    )
    assert found.people[0].activities == (
        Activity(
            description="Research #5678",
            reason="bare id",
            public_id="5678",
            project="Internal",
            duration_seconds=30,
            seconds_by_day={"2025-10-06": 30},
            entries=(1, 2),
        ),
        Activity(
            description="Research #5678",
            reason="bare id",
            public_id="5678",
            duration_seconds=5,
            seconds_by_day={"2025-10-06": 5},
            entries=(3,),
        ),
    )
    assert found.seconds_by_project == {"Internal": 30, "": 5}


def test_with_a_default_database_bare_numbers_are_items() -> None:
    enrichment = SHIPPED.model_copy(update={"default_database": "Scrum/Task"})
    found = aggregated([entry(1, description="Research #5678")], enrichment=enrichment)
    assert [(item.type, item.label, item.resolution, item.names) for item in found.people[0].items] == [
        ("Scrum/Task", "", "default database", ("Research",))
    ]
    assert found.people[0].activities == ()


def test_running_entries_are_listed_and_not_counted() -> None:
    found = aggregated(
        [
            entry(1, "2025-10-06T11:00:00+02:00", None, description=" Fix #12 [Scrum] [Task] "),
            entry(2, "2025-10-06T10:00:00+02:00", -1759734000, description="Call"),
            entry(3, seconds=60, user_id=2),
        ]
    )
    first, second = found.people
    assert first.statistics == Statistics()
    assert first.running == (
        RunningEntry(entry_id=2, description="Call", started_at=datetime(2025, 10, 6, 8, tzinfo=UTC)),
        RunningEntry(entry_id=1, description="Fix #12 [Scrum] [Task]", started_at=datetime(2025, 10, 6, 9, tzinfo=UTC)),
    )
    assert (first.items, first.activities, first.findings, first.seconds_by_day) == ((), (), (), {})
    assert second.running == ()
    assert found.statistics == TeamStatistics(
        total_duration_seconds=60,
        unmatched_duration_seconds=60,
        total_entries=1,
        unmatched_entries=1,
        people_with_time=1,
        running_entries=2,
    )


def test_team_figures_count_an_item_once() -> None:
    same = "Fix #12 [Scrum] [Task]"
    found = aggregated([entry(1, description=same), entry(2, user_id=2, description=same), entry(3, user_id=2, description="Call")])
    assert found.statistics == TeamStatistics(
        total_duration_seconds=10800,
        matched_duration_seconds=7200,
        unmatched_duration_seconds=3600,
        total_entries=3,
        matched_entries=2,
        unmatched_entries=1,
        people_with_time=2,
        unique_items=1,
    )


def test_switches_are_changes_between_consecutive_entries_of_a_day() -> None:
    item, renamed, other = "Fix #12 [Scrum] [Task]", "Fix it #12 [Scrum] [Task] [P]", "Call"
    texts = [("06T09", item), ("06T10", renamed), ("06T11", other), ("06T12", item), ("07T09", other), ("07T10", "Call "), ("07T11", item)]
    found = aggregated([entry(number, f"2025-10-{at}:00:00Z", description=text) for number, (at, text) in enumerate(texts, 1)])
    assert found.people[0].switches == 3


def test_the_period_before_follows_the_same_rules() -> None:
    earlier = [
        entry(91, "2025-10-01T09:00:00Z", 50, description="Fix #12 [Scrum] [Task]"),
        entry(92, "2025-10-01T09:00:00Z", None),
        entry(93, "2025-10-01T09:00:00Z", 7, user_id=5),
    ]
    found = aggregated([entry(1), entry(2, user_id=2)], previous_entries=tuple(earlier))
    assert found.people[0].previous_statistics == Statistics(
        total_duration_seconds=50, matched_duration_seconds=50, total_entries=1, matched_entries=1
    )
    assert found.people[1].previous_statistics == Statistics()
    assert found.previous_statistics == TeamStatistics(
        total_duration_seconds=57,
        matched_duration_seconds=50,
        unmatched_duration_seconds=7,
        total_entries=2,
        matched_entries=1,
        unmatched_entries=1,
        people_with_time=2,
        unique_items=1,
        running_entries=1,
    )
    without = aggregated([entry(1)])
    assert (without.previous_statistics, without.people[0].previous_statistics) == (None, None)


def test_people_with_and_without_time() -> None:
    people = [
        Person(user_id=1, name="Bo Sample", email="bo@example.org", zone="Asia/Tokyo"),
        Person(user_id=2, name="ada example"),
        Person(user_id=3, name="Idle Person"),
        Person(user_id=4, name="Left Long Ago", is_active=False),
    ]
    found = aggregated([entry(1), entry(2, user_id=2), entry(3, user_id=9, user_name="Bo Sample", email="bo2@example.org")], people=people)
    assert [(one.user_id, one.name, one.email, one.zone, one.slug) for one in found.people] == [
        (2, "ada example", None, None, "ada_example"),
        (1, "Bo Sample", "bo@example.org", "Asia/Tokyo", "bo_sample_1"),
        (9, "Bo Sample", "bo2@example.org", None, "bo_sample_9"),
    ]
    assert found.people_without_time == (people[2],)
    asked_for = aggregated([entry(1)], people=people, scope=users_scope(["left@example.org"]))
    assert [one.name for one in asked_for.people_without_time] == ["ada example", "Idle Person", "Left Long Ago"]
    assert people[3] not in aggregated([entry(1)], people=people, scope="backend").people_without_time


def test_an_empty_week_is_a_document_too() -> None:
    found = aggregated([], people=[Person(user_id=1, name="Ada Example")], previous_entries=())
    assert found.statistics == TeamStatistics() == found.previous_statistics
    assert (found.people, found.seconds_by_day, found.seconds_by_type) == ((), {}, {})
    assert [one.user_id for one in found.people_without_time] == [1]


def test_the_head_comes_from_the_raw_document_and_the_origin() -> None:
    reconciliation = Reconciliation(our_seconds=1, toggl_seconds=None, unproven_days=(date(2025, 10, 6),))
    found = aggregated([entry(1)], scope="platform", in_progress=True, sees_only_own_entries=True, reconciliation=reconciliation)
    assert (found.key, found.run_id, found.data_as_of) == (ORIGIN.key, "run-1", NOW)
    assert (found.scope, found.in_progress, found.sees_only_own_entries, found.toggl_workspace_id) == ("platform", True, True, 123456)
    assert found.reconciliation == reconciliation
    assert found.data_version != aggregated([entry(1, seconds=1)]).data_version
