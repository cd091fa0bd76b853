from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.settings import EnrichmentSettings, ReportSettings, load_settings
from volt_assets.work_reports.collect.aggregate import aggregate
from volt_assets.work_reports.collect.description import parse_description
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import (
    Activity,
    EntryFinding,
    Origin,
    Person,
    RawTogglData,
    Reconciliation,
    RunningEntry,
    Statistics,
    TeamStatistics,
    TimeEntry,
    TogglAggregated,
    TrackedItem,
)
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, entry

SHIPPED = load_settings({}).enrichment
REPORTS = ReportSettings()
ORIGIN = Origin("2025-10-06_2025-10-12", "run-1", "1")
DESCRIPTIONS = [
    "",
    "Team meeting",
    "Team  meeting",
    "Research #5678",
    "Fix login [Scrum] [Task] [Harbor]",
    "Fix login #12 [Scrum] [Task] [Harbor]",
    "Fix sign-in #12 [Scrum] [Task] [Moneyball]",
    "fix login #12 [scrum] [task] [Harbor]",
    "Release #12 [Scrum] [Release]",
    "#7 [To Do] [Home]",
    "Odd #9 [Backend] [Bug] []",
]


def raw_of(entries: Sequence[TimeEntry], *, people: Sequence[Person] = (), **fields: Any) -> RawTogglData:
    content: dict[str, Any] = {
        "key": ORIGIN.key,
        "data_as_of": NOW,
        "code_version": "1",
        "run_id": "run-0",
        "data_version": "0",
        "start_date": MONDAY,
        "end_date": MONDAY + timedelta(days=6),
        "timezone": "UTC",
        "reconciliation": Reconciliation(our_seconds=0, toggl_seconds=0),
        "people": tuple(people),
        "entries": tuple(entries),
        "toggl_workspace_id": 123456,
    }
    return RawTogglData(**content | fields)


def aggregated(
    entries: Sequence[TimeEntry], *, enrichment: EnrichmentSettings = SHIPPED, reports: ReportSettings = REPORTS, **fields: Any
) -> TogglAggregated:
    return aggregate(raw_of(entries, **fields), enrichment, reports, ORIGIN)


@st.composite
def many_entries(draw: st.DrawFn) -> list[TimeEntry]:
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(1, 4),
                st.sampled_from(DESCRIPTIONS),
                st.integers(0, 6),
                st.integers(0, 23),
                st.none() | st.sampled_from([-1, 0, 1, 60, 3600, 50_000]) | st.integers(0, 90_000),
                st.sampled_from([None, "", "Internal", "Harbor"]),
                st.sampled_from(["+02:00", "-07:00", "Z"]),
            ),
            max_size=40,
        )
    )
    return [
        entry(
            number,
            f"{MONDAY + timedelta(days=day)}T{hour:02}:15:00{offset}",
            seconds,
            user_id=user_id,
            user_name=f"Person {user_id % 3}",
            description=description,
            project_name=project,
        )
        for number, (user_id, description, day, hour, seconds, project, offset) in enumerate(drawn, 1)
    ]


@given(many_entries())
def test_seconds_in_are_seconds_out(entries: list[TimeEntry]) -> None:
    total = sum(one.seconds or 0 for one in entries if not one.is_running)
    found = aggregated(entries)
    people = found.people
    parts: list[TrackedItem | Activity] = [item for person in people for item in person.items]
    parts += [activity for person in people for activity in person.activities]
    assert found.statistics.total_duration_seconds == total
    assert found.statistics.matched_duration_seconds + found.statistics.unmatched_duration_seconds == total
    assert sum(part.duration_seconds for part in parts) == total
    assert sum(sum(part.seconds_by_day.values()) for part in parts) == total
    for sums in (found.seconds_by_day, found.seconds_by_project, found.seconds_by_type):
        assert sum(sums.values()) == total
    for person in people:
        own = sum(item.duration_seconds for item in person.items) + sum(activity.duration_seconds for activity in person.activities)
        assert person.statistics.total_duration_seconds == own == sum(person.seconds_by_day.values())
        assert person.statistics.matched_duration_seconds == sum(item.duration_seconds for item in person.items)
        assert person.statistics.total_entries == person.statistics.matched_entries + person.statistics.unmatched_entries
    listed = [number for part in parts for number in part.entries] + [run.entry_id for person in people for run in person.running]
    assert sorted(listed) == [one.id for one in entries]


@given(many_entries())
def test_the_tables_agree_with_a_plain_loop(entries: list[TimeEntry]) -> None:
    resolver = TypeResolver(SHIPPED)
    items: Counter[tuple[int, str, str]] = Counter()
    activities: Counter[tuple[int, str, str | None]] = Counter()
    by_day: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    by_project: Counter[str] = Counter()
    for one in entries:
        if one.is_running:
            continue
        seconds, parsed = one.seconds or 0, parse_description(one.description)
        resolved = resolver.of_description(parsed)
        if resolved is not None and parsed.public_id is not None:
            items[one.user_id, resolved.type, parsed.public_id] += seconds
        else:
            activities[one.user_id, " ".join(one.description.split()), one.project_name or None] += seconds
        by_day[one.day] += seconds
        by_type[resolved.type if resolved else ""] += seconds
        by_project[(resolved.project if resolved else one.project_name) or ""] += seconds
    found = aggregated(entries)
    assert {(p.user_id, i.type, i.public_id): i.duration_seconds for p in found.people for i in p.items} == items
    assert {(p.user_id, a.description, a.project): a.duration_seconds for p in found.people for a in p.activities} == activities
    assert (found.seconds_by_day, found.seconds_by_type, found.seconds_by_project) == (by_day, by_type, by_project)
    assert found.statistics.unique_items == len({key[1:] for key in items})


@settings(max_examples=30)
@given(many_entries(), st.randoms())
def test_the_order_of_the_entries_does_not_matter(entries: list[TimeEntry], random: Any) -> None:
    shuffled = entries.copy()
    random.shuffle(shuffled)
    assert aggregated(shuffled).model_dump_json() == aggregated(entries).model_dump_json()


@given(many_entries())
def test_overlaps_are_those_a_plain_sweep_finds(entries: list[TimeEntry]) -> None:
    expected = set()
    for user_id in {one.user_id for one in entries}:
        latest_end: datetime | None = None
        own = [one for one in entries if one.user_id == user_id and not one.is_running and one.seconds]
        for one in sorted(own, key=lambda each: (datetime.fromisoformat(each.start), each.id)):
            start = datetime.fromisoformat(one.start)
            if latest_end is not None and start < latest_end:
                expected.add(one.id)
            latest_end = max(latest_end or start, start + timedelta(seconds=one.seconds or 0))
    overlaps = [finding for person in aggregated(entries).people for finding in person.findings if finding.kind == "overlapping"]
    assert {finding.entry_id for finding in overlaps} == expected
    by_id = {one.id: one for one in entries}
    for finding in overlaps:
        other = by_id[finding.overlaps_entry_id or 0]
        assert datetime.fromisoformat(other.start) <= datetime.fromisoformat(by_id[finding.entry_id].start)
        ends_at = datetime.fromisoformat(other.start) + timedelta(seconds=other.seconds or 0)
        assert ends_at > datetime.fromisoformat(by_id[finding.entry_id].start)


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


def test_findings() -> None:
    found = aggregated(
        [
            entry(1, "2025-10-06T09:00:00+02:00", 3600, description=" "),
            entry(2, "2025-10-06T09:30:00+02:00", 600, description="Call"),
            entry(3, "2025-10-06T09:50:00+02:00", 3600, description="Call"),
            entry(4, "2025-10-07T00:00:00+02:00", 43_201, description="Call"),
            entry(5, "2025-10-08T00:00:00+02:00", 43_200, description="Call"),
            entry(6, "2025-10-08T01:00:00+02:00", 0, description="Call"),
            entry(7, "2025-10-06T09:00:00+02:00", 60, description="Call", user_id=2),
        ]
    )
    assert found.people[0].findings == (
        EntryFinding(kind="no description", entry_id=1, user_id=1, day="2025-10-06", duration_seconds=3600),
        EntryFinding(kind="overlapping", entry_id=2, user_id=1, day="2025-10-06", duration_seconds=600, overlaps_entry_id=1),
        EntryFinding(kind="overlapping", entry_id=3, user_id=1, day="2025-10-06", duration_seconds=3600, overlaps_entry_id=1),
        EntryFinding(kind="too long", entry_id=4, user_id=1, day="2025-10-07", duration_seconds=43_201),
        EntryFinding(kind="zero length", entry_id=6, user_id=1, day="2025-10-08", duration_seconds=0),
    )
    assert found.people[1].findings == ()


def test_the_limit_of_long_entries_is_configured() -> None:
    found = aggregated([entry(1, seconds=5401, description="Call")], reports=ReportSettings(long_entry_hours=1.5))
    assert [finding.kind for finding in found.people[0].findings] == ["too long"]


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
