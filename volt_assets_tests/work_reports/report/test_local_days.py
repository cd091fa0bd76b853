from __future__ import annotations

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import AssignedItem, Comment, ItemDates
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets_tests.work_reports.report.sample_week import aggregated, days, enriched, item, person, ref, tracked


def test_the_days_of_items_are_those_of_the_reports_zone() -> None:
    # Half past midnight on 9 October in Belgrade is still 8 October in UTC, which Fibery writes.
    found = item(
        "Scrum/Task",
        "1",
        "Fix it",
        "Done",
        dates=ItemDates(started="2025-10-05T22:30:00.000Z", completed="2025-10-08T22:30:00.000Z", planned_end="2025-10-09"),
        comments=(
            Comment(id="c2", author="Ann", created_at="2025-10-12T23:00:00Z", text="The day after."),
            Comment(id="c1", author="Ben", created_at="2025-10-12T21:59:00Z", text="The last minute."),
        ),
    )
    mine = person(11, "John Doe", "john_doe", [tracked("Scrum/Task", "1", days(2.0, 0, 0, 3.0), "Fix it")])
    waiting = AssignedItem(user_id=11, item=ref("Scrum/Task", "2", "Waits", "In progress"), started="2025-10-06T23:15:00Z")
    facts = person_facts(mine, aggregated([mine], timezone="Europe/Belgrade"), enriched([found], assigned=(waiting,)), ReportSettings())
    assert facts.items[0].timeline == ("started 6 Oct", "finished 9 Oct (as planned)")
    assert facts.alignment[0].kind == "properly tracked"
    assert [(said.author, said.day) for said in facts.items[0].comments] == [("Ben", "12 Oct")]
    assert facts.without_time[0].detail == "in progress since 7 Oct"


def test_what_is_no_moment_of_the_calendar_stays_what_it_is() -> None:
    found = item("Scrum/Task", "1", "Fix it", dates=ItemDates(planned_end="2025-10-09T20:00:00", modified="9999-12-31T23:59:00Z"))
    mine = person(11, "John Doe", "john_doe", [tracked("Scrum/Task", "1", days(2.0), "Fix it")])
    facts = person_facts(mine, aggregated([mine], timezone="Asia/Tokyo"), enriched([found]), ReportSettings())
    assert facts.items[0].planned_end == "10 Oct"  # without an offset it is UTC
