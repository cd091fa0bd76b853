from __future__ import annotations

from datetime import UTC, datetime

import pytest

from volt_assets.errors import IncompleteDataError
from volt_assets.settings import ReportSettings, Settings
from volt_assets.work_reports.models import Progress, RunningEntry
from volt_assets.work_reports.report.activities import is_meeting
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, ref, tracked, week


def facts_of(slug: str) -> PersonFacts:
    data, items = week()
    return person_facts(next(one for one in data.people if one.slug == slug), data, items, ReportSettings())


def test_items_come_with_most_hours_first_in_three_forms() -> None:
    facts = facts_of("john_doe")
    assert [(item.name.number, item.hours.text, item.form) for item in facts.items] == [
        ("#7658", "17.7 h", "full"),
        ("#7521", "8.0 h", "full"),
        ("#7634", "5.4 h", "full"),
        ("#9234", "3.2 h", "full"),
        ("#88", "1.3 h", "short"),
        ("#7999", "0.5 h", "short notice"),
    ]
    assert facts.change == "+3.3"
    assert (len(facts.finished), len(facts.overdue)) == (2, 1)


def test_an_item_tells_its_timeline_against_the_plan() -> None:
    by_number = {item.name.number: item for item in facts_of("john_doe").items}
    assert by_number["#7658"].timeline == ("started 29 Sep (planned 20 Sep)", "finished 9 Oct (planned 23 Sep, 16 days late)")
    assert by_number["#7521"].timeline == ("started 7 Oct", "planned end 9 Oct, 3 days over at the end of the week")
    assert by_number["#7521"].flags == ("overdue since 10 Oct",)
    assert by_number["#7634"].flags == ("no description, no comments",)
    assert by_number["#7658"].fields == (("Story Points", "8"), ("Sprint", "41"), ("Epic", "Harbor go-live"))


def test_a_feature_counts_the_work_of_everybody_on_its_children_and_below() -> None:
    by_number = {item.name.number: item for item in facts_of("john_doe").items}
    harbor = by_number["#7658"].part_of
    assert harbor is not None
    assert (harbor.feature.number, harbor.done, harbor.total, harbor.percent, harbor.planned_end) == ("#1575", 4, 7, 57, "15 Oct")
    assert harbor.team_hours.text == "26.6 h"  # 17.7 and 5.4 of John, 3.5 of Jane
    assert [name.number for name in harbor.left_items] == ["#7812", "#7634", "#7830"]
    sign_in = by_number["#9234"].part_of
    assert sign_in is not None
    assert (sign_in.feature.number, sign_in.team_hours.text) == ("#1601", "3.2 h")  # a sub-task of a child


@pytest.mark.parametrize("minimum", [2, 3])
def test_hours_of_the_team_that_are_ones_own_and_one_colleagues_are_not_told(minimum: int) -> None:
    """26.6 h of the team less 23.1 h of one's own would be what the other one worked."""
    data, items = week()
    is_hidden = minimum > 2
    settings = Settings(reports={"minimum_group_size": minimum})
    john = next(one for one in data.people if one.slug == "john_doe")
    harbor, sign_in = (
        next(item.part_of for item in person_facts(john, data, items, settings.reports).items if item.name.number == number)
        for number in ("#7658", "#9234")
    )
    assert harbor is not None
    assert sign_in is not None
    assert (harbor.hides_hours, sign_in.hides_hours) == (is_hidden, False)
    report = report_set(data, items, settings=settings)
    assert ("26.6 h" in report.of("john_doe")) is not is_hidden
    document = report.documents["individual/john_doe"]
    assert any(fact.text == "26.6 h" for fact in document.facts) is not is_hidden


def test_attention_is_short_and_names_an_item_once() -> None:
    facts = facts_of("john_doe")
    assert len(facts.attention) == 5
    assert len({point.item.key for point in facts.attention if point.item}) == 5
    assert all(point.action for point in facts.attention)
    running = facts_of("max_mustermann").attention[-1]
    assert "has been running since 12 Oct 17:40" in running.what


def test_fewer_points_can_be_asked_for() -> None:
    data, items = week()
    facts = person_facts(data.people[1], data, items, ReportSettings(needs_attention_most=2))
    assert len(facts.attention) == 2


def test_work_patterns_come_from_the_days() -> None:
    pattern = facts_of("john_doe").pattern
    assert (pattern.days_with_time, pattern.busiest_day, pattern.meetings.text, pattern.meeting_percent) == (5, "7 Oct", "2.0 h", 5)
    assert (pattern.switches, pattern.switches_per_day) == (14, "2.8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Weekly SYNC", True), ("1:1 with Ann", True), ("recall the order", False), ("asynchronous", False), ("Planning.", True)],
)
def test_meeting_words_count_as_whole_words(text: str, *, expected: bool) -> None:
    assert is_meeting(text, ReportSettings().meeting_words) is expected


def test_odd_entries_are_listed_with_their_days() -> None:
    assert [(row.kind, row.count, row.where) for row in facts_of("john_doe").quality] == [
        ("overlapping entries", 1, "7 Oct"),
        ("activities with a number but no type", 1, "Research"),
    ]


def test_a_person_with_a_running_entry_alone() -> None:
    running = RunningEntry(entry_id=1, description="", started_at=datetime(2025, 10, 12, 9, 5, tzinfo=UTC))
    one = person(1, "Eve Early", "eve_early", running=(running,), switches=0)
    facts = person_facts(one, aggregated([one]), enriched(()), ReportSettings())
    assert (facts.total.text, facts.on_items_percent, facts.items) == ("0.0 h", 0, ())
    assert facts.scene.running[0].text == "without description"


def test_a_tracked_item_must_have_been_planned() -> None:
    one = person(1, "A", "a", [tracked("Scrum/Task", "404", days(1.0))])
    with pytest.raises(IncompleteDataError, match="Scrum/Task #404"):
        person_facts(one, aggregated([one]), enriched(()), ReportSettings())


def test_the_feature_is_the_parent_whose_children_were_counted() -> None:
    task, feature, epic = ref("Scrum/Task", "2", "Task"), ref("Scrum/Feature", "3", "Feature"), ref("Scrum/Epic", "4", "Epic")
    found = item("Scrum/Sub-task", "1", "Part", parents=(task, feature, epic), parent_progress=Progress(done=0, total=1, children=(task,)))
    one = person(1, "A", "a", [tracked("Scrum/Sub-task", "1", days(2.0))], [activity("Mail", days(1.0))])
    block = person_facts(one, aggregated([one]), enriched([found]), ReportSettings()).items[0].part_of
    assert block is not None
    assert block.feature.number == "#3"
