"""The work alignment of everybody: every item is there once per person, with what to do."""

from __future__ import annotations

from datetime import UTC, datetime

from volt_assets.work_reports.models import AssignedItem, Person
from volt_assets.work_reports.report.alignment_report import WorkAlignment, work_alignment
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.sample_week import aggregated, enriched, ref, week


def test_every_item_of_every_person_is_a_row_and_the_hours_add_up() -> None:
    whole = whole_range()
    report = work_alignment(whole)
    for person, work in zip(report.people, whole.works, strict=True):
        timed = [row for row in person.rows if row.hours is not None]
        assert sorted(row.item.key for row in timed) == sorted(one.key for one in work.items)
        assert sum(row.hours.tenths for row in timed if row.hours) == person.on_items.tenths
        assert person.items == len(timed)
    assert sum(row.summary.hours.tenths for row in report.classes if row.summary.hours) == report.on_items.tenths == 864
    assert all(row.rule for row in report.classes)


def test_what_asks_for_an_action_comes_first_most_hours_first() -> None:
    jane, john, _ = work_alignment(whole_range()).people
    assert [row.kind for row in john.rows[:3]] == ["Fibery not updated", "Fibery not updated", "not found"]
    assert [row.kind for row in john.rows[-2:]] == ["properly tracked", "open"]
    assert [(row.kind, row.action) for row in jane.rows if row.kind == "missing in Toggl"] == [
        ("missing in Toggl", "Log the time, or set the state back.")
    ]
    text = markdown_of("work_alignment", work_alignment(whole_range()), whole_range())
    row = next(line for line in text.splitlines() if "#7634" in line)
    assert row.startswith("| ⚠️ Fibery not updated | [#7634 Deploy the CRM for Harbor](https://acme.fibery.io/Scrum/Task/7634) | 5.4 |")
    assert "| To Do | in progress |" in row
    assert "more than 5.0 h logged on an item that is not started" in text


def test_people_without_time_are_judged_by_what_is_assigned() -> None:
    data, items = week()
    items = items.model_copy(update={"assigned": (AssignedItem(user_id=14, item=ref("Scrum/Task", "7", "Wait", "To Do")),)})
    report = work_alignment(whole_range(data, items))
    ann = next(person for person in report.people if person.name == "Ann Absent")
    assert (ann.slug, ann.items, [row.kind for row in ann.rows]) == (None, 0, ["open"])
    assert report.nothing_to_judge == ()
    assert "## Ann Absent\nNo time on items." in markdown_of("work_alignment", report, whole_range(data, items))


def test_long_after_the_period_it_is_judged_by_dates_and_says_so() -> None:
    data, items = week()
    late = items.model_copy(update={"fetched_at": datetime(2025, 12, 1, tzinfo=UTC)})
    report = work_alignment(whole_range(data, late))
    assert report.judged_by_dates
    text = markdown_of("work_alignment", report, whole_range(data, late))
    assert "Judged by dates only" in text
    assert "> ⚠️ States" in text


def test_an_empty_week_has_a_page_too() -> None:
    whole = whole_range(aggregated([], people_without_time=(Person(user_id=3, name="Ann Absent"),)), enriched((), fetched_at=None))
    text = markdown_of("work_alignment", work_alignment(whole), whole)
    assert "nothing to compare" in text
    assert "assigned: Ann Absent." in text
    assert read_stamp(text) is not None


def test_the_document_is_read_back_and_its_version_ignores_the_time_of_looking() -> None:
    data, items = week()
    report = work_alignment(whole_range(data, items))
    assert WorkAlignment.model_validate_json(report.model_dump_json()) == report
    later = items.model_copy(update={"fetched_at": datetime(2025, 10, 13, 7, tzinfo=UTC)})
    assert work_alignment(whole_range(data, later)).data_version == report.data_version


def test_links_lead_to_reports_that_exist() -> None:
    links = rendered(markdown_of("work_alignment", work_alignment(whole_range()), whole_range())).links
    assert {link for link in links if not link.startswith("https:")} == {
        "team_summary.md",
        "tables/work_alignment.csv",
        *(f"individual/{slug}.md" for slug in ("jane_smith", "john_doe", "max_mustermann")),
    }
