"""The pages as a reader gets them: the figures of the Markdown, whole, well formed, with nothing live in them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from volt_assets.work_reports.models import Comment, EnrichedItem, ItemDates, TrackedPerson
from volt_assets.work_reports.report.html.html_set import files_beside
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.work_reports.report.html.html_week import FILES, html_set
from volt_assets_tests.work_reports.report.html.page_reader import TAGS, Page
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.report_set import ReportSet
from volt_assets_tests.work_reports.report.sample_week import activity, aggregated, days, enriched, item, person, tracked, week

Sample = tuple[dict[str, Page], ReportSet]
PEOPLE = ("jane_smith", "john_doe", "max_mustermann")
OUTSIDE = re.compile(r"https://track\.toggl\.com/reports/detailed/123456/[\w/-]+|https://acme\.fibery\.io/[\w/%-]+")
OUR_LINKS = re.compile(rf"#[a-z]+|(\.\./)?[a-z_]+(/[a-z_0-9]+)?\.(html|md)|{OUTSIDE.pattern}")


@pytest.fixture(scope="module")
def sample() -> Sample:
    pages, markdown = html_set(*week())
    return {name: Page(page) for name, page in pages.pages.items()}, markdown


def markdown_rows(text: str, heading: str, number: int = 0) -> list[list[str]]:
    """The cells of a table of the Markdown as rendered text, without the headings."""
    section = text.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    tables = re.findall(r"(?:^\|.*\n?)+", section, re.MULTILINE)
    rows = tables[number].strip().splitlines()[2:]
    return [[rendered(cell).text.strip().replace("\u2060", "") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def markdown_grid(text: str) -> list[str]:
    """The lines of the first table of the hours, which a page shows the other way round."""
    return re.findall(r"^\| (?:items|other|total) .*|^\|  \|.*", text, re.MULTILINE)


def test_the_people_have_the_figures_of_the_markdown(sample: Sample) -> None:
    pages, markdown = sample
    found = []
    for name, hours, on_items, share, *rest in pages["report"].tables["People"][1:]:
        found.append([name, hours, f"{on_items} ({share})", *rest])
    assert found == markdown_rows(markdown.team, "People")


@pytest.mark.parametrize(
    ("region", "heading", "number"),
    [
        ("Projects", "Areas of focus", 0),
        ("Features", "Areas of focus", 1),
        ("Items by class", "Work alignment", 0),
        ("Items that ask for an action", "Work alignment", 1),
        ("Time by what is known of it", "Coverage", 0),
        ("Findings in the entries", "Data quality", 0),
    ],
)
def test_the_tables_of_the_team_are_those_of_the_markdown(sample: Sample, region: str, heading: str, number: int) -> None:
    pages, markdown = sample
    shown = [[cell.strip() for cell in row] for row in pages["report"].tables[region][1:]]
    expected = markdown_rows(markdown.team, heading, number)
    assert shown[: len(expected)] == expected
    # The Markdown names a few items only, the page all of them in a card.
    assert len(shown) == len(expected) or region == "Items that ask for an action"


@pytest.mark.parametrize("slug", PEOPLE)
def test_a_person_has_the_figures_of_the_markdown(sample: Sample, slug: str) -> None:
    page, text = sample[0][f"individual/{slug}"], sample[1].of(slug)
    columns = [row[1:] for row in markdown_rows(text, "Hours")]
    assert [row[1:] for row in page.tables["Time by day, table"][1:]] == [list(row) for row in zip(*columns, strict=True)]
    assert page.tables["Time by what is known of it"][1:] == markdown_rows(text, "Coverage")
    assert page.tables["Items by class"][1:] == markdown_rows(text, "Work alignment")
    activities = re.findall(r"^- (.*?) · ([\d.]+) h \((\d+) entr", text.split("\n## Other activities", 1)[1], re.MULTILINE)
    assert [(rendered(name).text.strip(), entries, hours) for name, hours, entries in activities] == [
        (row[0].split(" ⚠️")[0], *row[1:]) for row in page.tables["Other activities"][1:-1]
    ]


@pytest.mark.parametrize("slug", PEOPLE)
def test_nothing_that_a_persons_markdown_says_is_missing(sample: Sample, slug: str) -> None:
    """Whatever stands between two separators of a line of the Markdown stands in the page too."""
    page, text = sample[0][f"individual/{slug}"].text, sample[1].of(slug)
    parts = 0
    for line in text.split("\n## Needs attention", 1)[1].split("\n---", 1)[0].splitlines():
        if line.startswith(("|-", "## ", "| |", "| tracked")) or line in markdown_grid(text):
            continue
        words = rendered(line.strip("| ")).text.replace("\u2060", "")
        for part in re.split(r" · | \| |: |[()]| → | – |\n", words):  # noqa: RUF001 -- the dash of a short line
            said = re.sub(r" (h|entry|entries)$", "", part.strip("✅🔄⏳⚠️❓ "))
            assert " ".join(said.split()) in page, line
            parts += 1
    assert parts > 40


@pytest.mark.parametrize("name", ["report", *(f"individual/{slug}" for slug in PEOPLE)])
def test_a_page_is_well_formed_and_has_landmarks(sample: Sample, name: str) -> None:
    page = sample[0][name]
    assert page.badly_nested == []
    assert page.open_tags == []
    assert page.tags <= TAGS
    assert len(page.ids) == len(set(page.ids))
    assert {"header", "nav", "main", "footer"} <= page.tags
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert all(each.attributes.get("scope") for each in page.elements if each.tag == "th")
    labels = {
        each.attributes[name] for each in page.elements for name in ("aria-labelledby", "aria-describedby") if name in each.attributes
    }
    assert labels <= set(page.ids)
    stamp = read_stamp(page.source)
    assert stamp is not None
    assert (stamp.key, stamp.run_id) == ("2025-10-06_2025-10-12", "0b6f6d4a-run")


def test_links_lead_to_pages_of_the_set_and_to_toggl_and_fibery(sample: Sample) -> None:
    pages, _ = sample
    of_set = {f"{name}.html" for name in pages} | {f"individual/{slug}.md" for slug in PEOPLE} | set(FILES)
    assert {link["href"] for link in pages["report"].links} >= of_set - {"report.html"}
    for name, page in pages.items():
        for link in page.links:
            address = link["href"]
            if address.startswith("#"):
                assert address[1:] in page.ids
            elif address.startswith("https:"):
                assert OUTSIDE.fullmatch(address)
                assert (link["rel"], link["target"]) == ("noreferrer", "_blank")
            else:
                assert (address if name == "report" else address.removeprefix("../")) in of_set


def test_texts_from_outside_are_characters() -> None:
    # Documents are UTF-8, so half a character reaches no page.
    texts = [text.encode(errors="replace").decode() for text in INJECTIONS]
    everything = [hostile_item(number, text) for number, text in enumerate(texts)]
    people = [hostile_person(number, texts[number : number + 4]) for number in range(0, len(texts), 4)]
    pages = html_set(aggregated(people), enriched(everything))[0].pages
    assert len(pages) == 1 + len(people)
    for name, page in pages.items():
        read = Page(page)
        assert read.tags <= TAGS, name
        assert read.badly_nested == [], name
        assert not {each for element in read.elements for each in element.attributes if each.startswith("on") or each in ("style", "src")}
        assert all(OUR_LINKS.fullmatch(link["href"]) for link in read.links), name
        assert read.source.count("<!--") == 1


def hostile_item(number: int, text: str) -> EnrichedItem:
    comment = Comment(id="c", author=text, created_at="2025-10-08", text=text)
    return item("Scrum/Task", str(number), text, description=f"{text}\n\n{text}", fields={"Field": text}, comments=(comment,))


def hostile_person(first: int, texts: Sequence[str]) -> TrackedPerson:
    work = [tracked("Scrum/Task", str(first + index), days(4.0), text, project=text) for index, text in enumerate(texts)]
    return person(first, texts[0], f"person_{first}", work, [activity(text, days(1.0)) for text in texts], email=texts[-1])


def test_right_to_left_and_emoji_names_keep_their_direction() -> None:
    name = "فاطمة الزهراء 👩🏽\u200d🚀"
    one = person(1, name, "fatima", [tracked("Scrum/Task", "1", days(4.0), "مراجعة")])
    pages = html_set(aggregated([one]), enriched([item("Scrum/Task", "1", "مراجعة")]))[0].pages
    assert f"<bdi>\u2068{name}\u2069</bdi>" in pages["individual/fatima"]
    assert f'dir="auto">\u2068{name}\u2069</a>' in pages["report"]


def test_an_empty_week_and_a_person_without_entries_are_whole_pages() -> None:
    for people in ([], [person(1, "Nobody Yet", "nobody_yet")]):
        pages = html_set(aggregated(people), enriched((), fetched_at=None))[0].pages
        assert len(pages) == 1 + len(people)
        for page in pages.values():
            read = Page(page)
            assert read.badly_nested == []
            assert "0.0 h" in read.text
            assert "svg" not in read.tags


def test_a_very_long_comment_stays_a_quotation() -> None:
    long = "\n".join(f"line {number} of a comment" for number in range(10_000))
    found = item("Scrum/Task", "1", "x", comments=(Comment(id="c", author="A", created_at="2025-10-08", text=long),))
    pages = html_set(aggregated([person(1, "A", "a", [tracked("Scrum/Task", "1", days(4.0), "x")])]), enriched([found]))[0]
    assert pages.size_bytes < 80_000


def test_only_files_that_are_there_are_led_to(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    (reports / "tables").mkdir(parents=True)
    listed = ["tables/people.csv", "tables/Bad Name.csv"]
    for name in ("team_summary.md", "stray.md", "tables/of_somebody_else.csv", *listed):
        (reports / name).touch()
    (reports / "tables.json").write_text(json.dumps({"tables": [{"file": name} for name in listed]}))
    assert files_beside(tmp_path) == ("team_summary.md", "tables/people.csv")


def test_days_of_items_are_those_of_the_reports_zone_as_in_the_markdown() -> None:
    """Half past eleven in the evening in UTC is the next day in Belgrade."""
    data, items = week()
    late = ItemDates(started="2025-10-06", completed="2025-10-08T22:30:00Z")
    moved = items.model_copy(update={"items": tuple(one.model_copy(update={"dates": late}) for one in items.items)})
    pages, markdown = html_set(data, moved)
    for report in markdown.people:
        page = pages.pages[f"individual/{report.slug}"]
        assert "finished 9 Oct" in page
        assert "finished 9 Oct" in report.markdown
        assert "finished 8 Oct" not in page
