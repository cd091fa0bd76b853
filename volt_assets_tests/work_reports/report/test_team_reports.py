"""The reports as a reader gets them: figures add up, links lead somewhere, no text from outside is live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from volt_assets.work_reports.models import AssignedItem, Comment, EnrichedItem, Person, Reconciliation
from volt_assets.work_reports.report.combined import WHOLE_FILES
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.report_set import ReportSet, report_set
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, ref, tracked, week

TAGS = frozenset(
    ("h1", "h2", "h3", "p", "a", "strong", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "hr", "blockquote", "code")
)
OUR_LINKS = re.compile(
    r"https://track\.toggl\.com/reports/detailed/123456/from/2025-10-06/to/2025-10-12(/users/\d+)?|individual/[a-z0-9_]+\.md|data_quality\.json|[a-z_]+\.md|tables/[a-z_]+\.csv|#[a-z0-9_-]+|https://acme\.fibery\.io/[A-Za-z_/%0-9-]+"
)


@pytest.fixture(scope="module")
def sample() -> ReportSet:
    return report_set(*week())


def table_rows(text: str, heading: str) -> list[list[str]]:
    section = text.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" *") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def tenths(cell: str) -> int:
    number = re.match(r"[\d,]+\.\d", cell)
    return int(number[0].replace(",", "").replace(".", "")) if number else 0


def test_the_headline_says_what_the_week_was(sample: ReportSet) -> None:
    assert (
        "**39.8 h tracked (+3.3 h on the week before): 36.1 h (91 %) on 6 items, 3.7 h (9 %) on other work. 2 items finished, 1 overdue.**"
        in sample.of("john_doe")
    )
    assert "on 10 items" in sample.team  # not 11: one is shared
    assert "# Team · 6\u201312 October 2025" in sample.team


def test_the_rows_of_people_add_up_to_the_team(sample: ReportSet) -> None:
    for text, last in ((sample.team, "Team"), (sample.toggl, "all")):
        rows = table_rows(text, "People")[2:]
        people, team = rows[:-1], rows[-1]
        assert team[0] == last
        for column in (1, 2, 3):
            assert sum(tenths(row[column]) for row in people) == tenths(team[column])


def test_a_person_has_the_same_hours_in_every_report(sample: ReportSet) -> None:
    of_team = {row[0]: row[1] for row in table_rows(sample.team, "People")[2:-1]}
    of_toggl = {row[0]: row[1] for row in table_rows(sample.toggl, "People")[2:-1]}
    for report in sample.people:
        assert f"**{of_team[f'[{report.name}](individual/{report.slug}.md)']} h tracked" in report.markdown
        assert of_toggl[report.name] == of_team[f"[{report.name}](individual/{report.slug}.md)"]


def test_the_hours_grid_adds_up_both_ways(sample: ReportSet) -> None:
    for text, heading in [*((report.markdown, "Hours") for report in sample.people), (sample.toggl, "By day")]:
        items, other, total = (row[1:] for row in table_rows(text, heading)[2:5])
        for row in (items, other, total):
            assert sum(tenths(cell) for cell in row[:-1]) == tenths(row[-1])
        for column in range(len(total)):
            assert tenths(items[column]) + tenths(other[column]) == tenths(total[column])


def test_every_item_of_a_person_is_there_and_the_items_add_up(sample: ReportSet) -> None:
    for report, one in zip(sample.people, sample.data.people, strict=True):
        section = report.markdown.split("\n## Work on items (", 1)[1].split("\n## ", 1)[0]
        listed = re.findall(r"^(?:### |- (?:❓ |❌ )?)\[?#(\d+) .*? · ([\d.]+) h", section, re.MULTILINE)
        assert sorted(number for number, _ in listed) == sorted(pair.tracked.public_id for pair in one.items)
        assert sum(tenths(hours) for _, hours in listed) == tenths(section)


def test_coverage_projects_and_types_add_up(sample: ReportSet) -> None:
    for text in (sample.team, *(report.markdown for report in sample.people)):
        rows = table_rows(text, "Coverage")
        assert sum(tenths(row[1]) for row in rows[2:-1]) == tenths(rows[-1][1])
        assert rows[0][2] == "share, rounded"
        assert abs(sum(int(row[2].split()[0]) for row in rows[2:-1]) - 100) < len(rows)
    for heading in ("By project", "By type"):
        rows = table_rows(sample.toggl, heading)
        assert sum(tenths(row[1]) for row in rows[2:-1]) == tenths(rows[-1][1])
        assert rows[0][2] == "share, rounded"
        assert abs(sum(int(row[2].split()[0]) for row in rows[2:-1]) - 100) < len(rows)
    classes = [row for row in table_rows(sample.team, "Work alignment")[2:] if row[0] and row[1].isdigit()]
    assert sum(tenths(row[2]) for row in classes) == 864


def test_links_lead_to_fibery_toggl_and_existing_reports(sample: ReportSet) -> None:
    slugs = {f"individual/{report.slug}.md" for report in sample.people}
    relative = {link for link in rendered(sample.team).links if not link.startswith("https:")}
    assert {link for link in relative if link.startswith("individual/")} == slugs
    assert relative - slugs == {f"{name}.md" for name in (*WHOLE_FILES, "combined_report")} - {"team_summary.md"}
    for report in sample.people:
        assert all(link.startswith("https://") for link in rendered(report.markdown).links)
    for text in sample.texts:
        page = rendered(text)
        assert all(OUR_LINKS.fullmatch(link) for link in page.links), page.links
        assert page.autolinks == []


def test_no_section_is_empty(sample: ReportSet) -> None:
    empty = report_set(aggregated([person(1, "Nobody Yet", "nobody_yet")]), enriched(()))
    for text in (*sample.texts, *empty.texts):
        for section in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]:
            assert re.search(r"\w", section.split("\n---")[0])


def test_an_empty_week_reads_well() -> None:
    empty = report_set(aggregated([], people_without_time=(Person(user_id=3, name="Ann Absent"),)), enriched((), fetched_at=None))
    assert "**0.0 h tracked.**" in empty.team
    assert "Nobody has a finished time entry this week" in empty.team
    assert "No time tracked: Ann Absent." in empty.team
    assert "Nobody has a finished time entry this week." in empty.toggl
    alone = report_set(aggregated([person(1, "Nobody Yet", "nobody_yet")]), enriched(()))
    for text in (empty.toggl, alone.of("nobody_yet")):
        assert "\nThere is no time.\n" in text
        assert "All time names" not in text


def test_people_with_the_same_name_are_told_apart() -> None:
    found = item("Scrum/Task", "1", "Shared")
    namesakes = [
        person(number, "Alex Kim", f"alex_kim_{number}", [tracked("Scrum/Task", "1", days(3.0), "Shared")], email=email)
        for number, email in ((7, "alex.kim@example.com"), (8, None))
    ]
    reports = report_set(aggregated(namesakes), enriched([found]))
    assert "[Alex Kim (alex.kim)](individual/alex_kim_7.md)" in reports.team
    assert "[Alex Kim (8)](individual/alex_kim_8.md)" in reports.team
    assert "#1 Shared: 6.0 h by Alex Kim (alex.kim) and Alex Kim (8)" in reports.team
    assert reports.of("alex_kim_8").startswith("# Alex Kim (8) ·")


def test_the_three_notices_differ(sample: ReportSet) -> None:
    assert "❌ **Could not be fetched**: Fibery gave no answer in time." in sample.of("jane_smith")
    assert "❓ **Type not configured**: QA/Test report has no entry" in sample.of("jane_smith")
    assert "❓ #7999 Fix exports · 0.5 h · Scrum/Task · not found in Fibery" in sample.of("john_doe")
    long = report_set(
        aggregated([person(1, "A", "a", [tracked("Scrum/Task", "1", days(3.0), "x")])]),
        enriched([item("Scrum/Task", "1", "x", status="not found")]),
    )
    assert "❓ **Not found in Fibery**: no Scrum/Task has this number." in long.of("a")


def test_limits_of_the_data_stand_at_the_top() -> None:
    data, items = week()
    data = data.model_copy(
        update={"sees_only_own_entries": True, "in_progress": True, "reconciliation": Reconciliation(our_seconds=100, toggl_seconds=112)}
    )
    texts = report_set(data, items).texts
    for text in texts:
        top = text.split("## ", 1)[0]
        assert "> ⚠️ The week was not over" in top
        assert "> ⚠️ The Toggl token may see only its owner's entries" in top
        assert "NOT reconciled: 12 s less than Toggl's own total" in top
        assert "reconciled with Toggl to the second" not in text


def test_every_report_ends_with_its_stamp(sample: ReportSet) -> None:
    for text in sample.texts:
        stamp = read_stamp(text)
        assert stamp is not None
        assert (stamp.key, stamp.run_id, stamp.code_version) == ("2025-10-06_2025-10-12", "0b6f6d4a-run", "0.1.0")
        assert "run 0b6f6d4a-run" in text
        assert "written without a model" in text


def hostile_item(type_: str, public_id: str, text: str, **more: Any) -> EnrichedItem:
    # Addresses of items are built by the enrichment, never taken from texts: here only what is no web address.
    address = None if text.lower().startswith("http") else text
    parent = ref("Scrum/Feature", "900", text).model_copy(update={"url": address})
    return item(
        type_,
        public_id,
        text,
        description=text,
        comments=(Comment(id="c", author=text, created_at="2025-10-07", text=text),),
        fields={text: text, "list": [text, text]},
        parents=(parent, parent),
        linked=(parent,),
        **more,
    )


def hostile_weeks() -> Iterator[tuple[str, ReportSet]]:
    for text in INJECTIONS:
        safe = text.encode("utf-8", "replace").decode()  # JSON documents hold no lone surrogates
        statuses = ("enriched", "not found", "failed", "type not configured")
        found = [hostile_item("Scrum/Task", str(index), safe, status=status, reason=safe) for index, status in enumerate(statuses)]
        found.append(hostile_item(safe, safe, safe).model_copy(update={"url": None, "name_mismatch": True}))
        hours = days(3.0, 1.0)
        mine = [tracked(each.type, each.public_id, hours, safe, project=safe, label=safe, resolution="guess") for each in found]
        people = [
            person(1, safe, "a", mine, [activity(safe, hours), activity(safe, hours, "bare id", project=safe)], email=safe, zone=safe)
        ]
        data = aggregated(people, people_without_time=(Person(user_id=2, name=safe, email=safe),), timezone="UTC")
        assigned = tuple(AssignedItem(user_id=who, item=ref("Scrum/Task", "77", safe, "To Do")) for who in (1, 2))
        yield text, report_set(data, enriched(found, assigned=assigned, unmatched_people=(Person(user_id=2, name=safe),)))


def test_no_text_from_outside_is_live_in_any_field() -> None:
    outlines: set[tuple[tuple[str, ...], ...]] = set()
    for text, reports in hostile_weeks():
        outline = []
        for report in reports.texts:
            page = rendered(report)
            assert page.tags <= TAGS, (text, page.tags - TAGS)
            assert all(OUR_LINKS.fullmatch(link) for link in page.links), (text, page.links)
            assert page.autolinks == [], text
            assert "\u202e" not in report
            assert read_stamp(report) is not None
            outline.append(tuple(re.findall(r"<(h[1-6]|table|tr|ol|hr|blockquote)>", page.html)))
        outlines.add(tuple(outline))
    # Whatever the texts are, the reports have the same headings, tables and rows.
    assert len(outlines) == 1


def test_a_huge_comment_stays_a_quotation() -> None:
    huge = "\n".join(f"* line {number} of a very long comment" for number in range(10_000))
    found = item("Scrum/Task", "1", "Huge", description=huge, comments=(Comment(id="c", author="A", created_at="2025-10-07", text=huge),))
    text = report_set(aggregated([person(1, "A", "a", [tracked("Scrum/Task", "1", days(3.0))])]), enriched([found])).of("a")
    assert len(text) < 8_000
    assert "Line 0 of a very long comment; line 1 of" in text
