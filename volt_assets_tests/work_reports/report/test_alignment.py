from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import AssignedItem, Assignee, EnrichedItem, ItemDates, ItemState, Person
from volt_assets.work_reports.report.fact_models import AlignmentRow
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.work import circumstances
from volt_assets_tests.work_reports.report.report_set import report_set
from volt_assets_tests.work_reports.report.sample_week import JANE, JOHN, aggregated, days, enriched, item, person, ref, tracked, week

LONG_AFTER = datetime(2026, 3, 1, tzinfo=UTC)


def row_of(found: EnrichedItem, *hours: float, fibery_emails: dict[str, str] | None = None, **more: Any) -> AlignmentRow:
    mine = person(11, "John Doe", "john_doe", [tracked(found.type, found.public_id, days(*hours), "Fix it")])
    data, items = aggregated([mine]), enriched([found], **more)
    around = circumstances([mine], items, ReportSettings(), fibery_emails)
    return person_facts(mine, data, items, ReportSettings(), around).alignment[0]


def task(state: str | None = "In progress", **more: Any) -> EnrichedItem:
    return item("Scrum/Task", "1", "Fix it", state, **more)


@pytest.mark.parametrize(
    ("found", "hours", "kind"),
    [
        (task("In progress"), 6.0, "properly tracked"),
        (task("Done", completed_in_period=True, dates=ItemDates(completed="2025-10-06")), 6.0, "properly tracked"),
        (task("To Do"), 5.0, "just begun"),
        (task("To Do"), 5.1, "Fibery not updated"),
        (task("Done", dates=ItemDates(completed="2025-10-03")), 0.5, "Fibery not updated"),
        (task("In progress", assignees=(JANE,)), 6.0, "wrong person"),
        (task("In progress", assignees=(JANE, JOHN)), 6.0, "properly tracked"),
        (task("In progress", assignees=(Assignee(name="john  doe"),)), 6.0, "properly tracked"),
        (task("In progress", name_mismatch=True, assignees=(JANE,)), 6.0, "wrong type"),
        (task(None), 6.0, "no state to judge by"),
        (task(status="not found"), 6.0, "not found"),
        (task(status="failed"), 6.0, "fetch failed"),
        (task(status="type not configured"), 6.0, "type not configured"),
    ],
)
def test_each_class_has_its_rule(found: EnrichedItem, hours: float, kind: str) -> None:
    row = row_of(found, hours)
    assert (row.kind, row.hours and row.hours.seconds) == (kind, round(hours * 3600))


def test_an_assignee_with_the_name_of_several_people_is_told_apart() -> None:
    mine = person(11, "Ann", "ann", [tracked("Scrum/Task", "1", days(2.0), "Fix it")])
    namesakes = [Person(user_id=number, name="Alex Kim", email=f"alex{number}@example.com") for number in (1, 2)]
    found = task(assignees=(Assignee(name="Alex Kim", email="alex2@example.com"), Assignee(name="Alex Kim")))
    data, items = aggregated([mine], people_without_time=tuple(namesakes)), enriched([found])
    row = person_facts(mine, data, items, ReportSettings()).alignment[0]
    assert row.detail == "2.0 h logged by Ann, but it is assigned to Alex Kim (alex2), Alex Kim."


def test_the_map_of_people_makes_an_assignee() -> None:
    other = Assignee(name="J. Doe", email="doe@example.org")
    assert row_of(task(assignees=(other,)), 6.0).kind == "wrong person"
    assert row_of(task(assignees=(other,)), 6.0, fibery_emails={"john_doe@example.com": "doe@example.org"}).kind == "properly tracked"
    unknown = (Person(user_id=11, name="John Doe"),)
    assert row_of(task(assignees=(other,)), 6.0, unmatched_people=unknown).kind == "properly tracked"


def test_only_the_hours_after_the_finish_are_named() -> None:
    row = row_of(task("Done", dates=ItemDates(completed="2025-10-07")), 2.0, 2.0, 1.5)
    assert row.detail == "1.5 h logged after it was finished on 7 Oct."


@pytest.mark.parametrize(
    ("found", "kind", "detail"),
    [
        (task("Done", dates=ItemDates(started="2025-10-01", completed="2025-12-01")), "properly tracked", ""),
        (
            task("Done", dates=ItemDates(started="2025-11-20", completed="2025-12-01")),
            "Fibery not updated",
            "6.0 h logged, but it was started only on 20 Nov.",
        ),
        (
            task("Done", dates=ItemDates(completed="2025-10-03")),
            "Fibery not updated",
            "6.0 h logged after it was finished on 3 Oct.",
        ),
        (task("Done"), "no dates to judge by", ""),
        (task("Done", dates=ItemDates(started="2025-10-01")), "no dates to judge by", ""),
        (task("Done", dates=ItemDates(started="2025-11-20")), "Fibery not updated", "6.0 h logged, but it was started only on 20 Nov."),
        (task("In progress"), "no dates to judge by", ""),
        (task(None), "no dates to judge by", ""),
        (
            task("To Do"),
            "Fibery not updated",
            "6.0 h logged; it has no start date, and its state is still “To Do” on 1 Mar 2026.",
        ),
        (task("In progress", assignees=(JANE,)), "wrong person", "6.0 h logged by John Doe; on 1 Mar 2026 it is assigned to Jane Smith."),
    ],
)
def test_long_after_the_period_only_dates_count(found: EnrichedItem, kind: str, detail: str) -> None:
    row = row_of(found, 6.0, fetched_at=LONG_AFTER)
    assert (row.kind, row.detail) == (kind, detail)
    assert not any(claim in f"{row.expected} {row.action}" for claim in ("in progress", "Reopen", "Set the state of"))


def without_time(each: AssignedItem, **more: Any) -> list[tuple[str, str]]:
    mine = person(11, "John Doe", "john_doe")
    facts = person_facts(mine, aggregated([mine]), enriched((), assigned=(each,), **more), ReportSettings())
    return [(row.kind, row.detail) for row in facts.without_time]


@pytest.mark.parametrize(
    ("state", "dates", "expected"),
    [
        ("To Do", {"planned_start": "2025-10-13"}, [("open", "planned start 13 Oct")]),
        ("To Do", {}, [("open", "no planned start")]),
        ("In progress", {"started": "2025-10-01"}, [("missing in Toggl", "in progress since 1 Oct")]),
        ("In progress", {"started": "2025-10-13"}, [("open", "started later, on 13 Oct")]),
        ("Done", {"completed": "2025-10-08"}, [("missing in Toggl", "finished 8 Oct")]),
        ("Done", {"completed": "2025-10-13"}, []),
    ],
)
def test_assigned_items_without_time(state: str, dates: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert without_time(AssignedItem(user_id=11, item=ref("Scrum/Task", "5", "Later", state), **dates)) == expected


@pytest.mark.parametrize(
    ("state", "dates", "expected"),
    [
        ("To Do", {"planned_start": "2025-10-13"}, [("open", "planned start 13 Oct, no start date yet on 1 Mar 2026")]),
        ("Done", {"started": "2025-10-01", "completed": "2025-10-20"}, [("missing in Toggl", "in progress since 1 Oct, finished 20 Oct")]),
        ("In progress", {}, []),
        ("Done", {"started": "2025-10-01"}, []),
    ],
)
def test_long_after_the_period_assigned_items_are_judged_by_dates_too(
    state: str, dates: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    each = AssignedItem(user_id=11, item=ref("Scrum/Task", "5", "Later", state), **dates)
    assert without_time(each, fetched_at=LONG_AFTER) == expected


def test_reports_long_after_the_period_say_of_which_day_their_states_are() -> None:
    data, items = week()
    reports = report_set(data, items.model_copy(update={"fetched_at": LONG_AFTER}))
    john = reports.of("john_doe")
    assert "are in progress" not in john
    assert "States are those of 1 Mar 2026." in john.split("## Assigned, without time", 1)[1]
    for text in (john, reports.team):
        assert "| state on 1 Mar 2026 |" in text
        assert "while its state is" not in text
        assert "no state to judge by" not in text
    assert "On 1 Mar 2026, one item is left in #1498 Alerts for Moneyball." in reports.team
    assert "| state |" in report_set(data, items).team


def test_every_item_is_in_one_class_and_their_hours_add_up() -> None:
    data, items = week()
    for one in data.people:
        facts = person_facts(one, data, items, ReportSettings())
        assert sorted(row.item.key for row in facts.alignment if row.hours) == sorted((each.type, each.public_id) for each in one.items)
        assert sum(row.hours.tenths for row in facts.alignment_classes if row.hours) == facts.on_items.tenths


def test_a_workspace_without_state_types_is_judged_by_final_and_dates() -> None:
    plain = ItemState(name="Offen", is_final=False)
    assert row_of(task().model_copy(update={"state": plain}), 6.0).kind == "Fibery not updated"
    started = task(dates=ItemDates(started="2025-10-01")).model_copy(update={"state": plain})
    assert row_of(started, 6.0).kind == "properly tracked"
