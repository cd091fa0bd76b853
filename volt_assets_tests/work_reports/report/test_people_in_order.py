"""People stand in the order of their names wherever several are listed: nothing ranks them."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from volt_assets.work_reports.models import TrackedPerson
from volt_assets.work_reports.report.further_kinds import further_documents
from volt_assets.work_reports.report.lexicon import load_lexicon
from volt_assets_tests.work_reports.report.further_set import markdown_of, whole_range
from volt_assets_tests.work_reports.report.html.html_week import html_set
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, tracked

NAMES = ("Ada", "Bo", "Cleo", "Dan", "Eve")
ANY_NAME = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")


def company(hours: list[list[float]]) -> list[TrackedPerson]:
    """Everybody on the same items and activities, each with hours of their own."""
    people = []
    for number, (name, own) in enumerate(zip(NAMES, hours, strict=True)):
        work = [tracked("Scrum/Task", str(index + 1), days(part), f"Item {index + 1}") for index, part in enumerate(own[:3])]
        other = [activity("Review", days(0, own[3])), activity("", days(0, 0, own[4]))]
        people.append(person(number + 1, name, name.lower(), work, other, before=own[0]))
    return people


def lines_with_people(texts: list[str]) -> list[list[str]]:
    """The names of each line that has several."""
    found = [ANY_NAME.findall(line) for text in texts for line in text.splitlines()]
    return [names for names in found if len(set(names)) > 1]


def tables_of_people(texts: list[str]) -> list[list[str]]:
    """The names in the rows of each table whose first column has names."""
    found = []
    for text in texts:
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            cells = [ANY_NAME.match(row.split("|")[1].strip().lstrip("[")) for row in table.splitlines()[2:]]
            found.append([cell[0] for cell in cells if cell])
    return [names for names in found if len(names) > 1]


HOURS = st.lists(st.lists(st.sampled_from([0.5, 1.0, 2.0, 4.0, 6.5]), min_size=5, max_size=5), min_size=5, max_size=5)


@given(HOURS)
@settings(max_examples=5)
def test_no_report_lists_people_by_their_hours(hours: list[list[float]]) -> None:
    items = enriched([item("Scrum/Task", str(number), f"Item {number}") for number in (1, 2, 3)])
    data = aggregated(company(hours), before=10.0)
    pages, markdown = html_set(data, items)
    whole = whole_range(data, items)
    texts = [markdown.team, markdown.toggl]
    for made in further_documents(whole):
        texts.append(markdown_of(made.name, made.document, whole))
        for sheet in made.tables:
            rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
            named = [row["person"] for row in rows if row.get("person") in NAMES]
            assert named == sorted(named) or sheet.name == "odd_entries", sheet.name
    assert len(tables_of_people(texts)) >= 3
    for names in [*lines_with_people(texts), *tables_of_people(texts)]:
        assert list(dict.fromkeys(names)) == sorted(set(names)), names
    ours = set(re.findall(r"[a-z-]+", " ".join([*texts, *(report.markdown for report in markdown.people)]).lower()))
    assert ours & load_lexicon().words["judging"] == set()
    page = Page(pages.pages["report"])
    for table in page.tables.values():
        for names in [ANY_NAME.findall(" ".join(row)) for row in table] + [[row[0] for row in table if row[0] in NAMES]]:
            assert list(dict.fromkeys(names)) == sorted(set(names)), table
