"""The views of a real run: what each audience may see, and nothing else; unchanged ones keep their bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import document, files_of, folder_of, run_job
from volt_assets_tests.work_reports.report.html.page_reader import TAGS, Page

VIEWS = ("team", "operations")
SHORTEST_TEXT = 6


@pytest.fixture(scope="module")
def texts(week: Week) -> dict[str, str]:
    folder = folder_of(week.data) / "reports" / "views"
    return {name: content.decode() for name, content in files_of(folder).items()}


def personal_words(data: Path) -> set[str]:
    """Everything of the week that is somebody's: names, e-mails, texts of time entries and comments."""
    aggregated, enriched = document(data, "toggl_aggregated"), document(data, "enriched_entities")
    found = set()
    for person in [*aggregated["people"], *aggregated["people_without_time"]]:
        found |= {person["name"], person["email"] or ""}
    for person in aggregated["people"]:
        found |= {activity["description"] for activity in person["activities"]} | {entry["description"] for entry in person["running"]}
        found |= {item["label"] for item in person["items"]}
    for item in enriched["items"]:
        found |= {comment["text"] for comment in item["comments"]} | {item["description"]}
    return {text for text in found if len(text) >= SHORTEST_TEXT}


def test_every_view_is_there_in_three_forms(texts: dict[str, str]) -> None:
    assert set(texts) == {f"{name}.{form}" for name in VIEWS for form in ("md", "json", "html")}
    for name in VIEWS:
        stamps = {read_stamp(texts[f"{name}.{form}"]) for form in ("md", "html")}
        assert len(stamps) == 1
        assert json.loads(texts[f"{name}.json"])["run_id"] == next(stamp.run_id for stamp in stamps if stamp)


def test_no_view_holds_anything_personal(week: Week, texts: dict[str, str]) -> None:
    words = personal_words(week.data)
    assert len(words) > 100
    for name, text in texts.items():
        assert [word for word in words if word in text] == [], name
        assert not re.search(r"track\.toggl\.com|individual/|[\w.]+@[\w.]+\.\w", text), name


def test_operations_sees_no_item_and_no_hours(week: Week, texts: dict[str, str]) -> None:
    names = {item["name"] for item in document(week.data, "enriched_entities")["items"] if len(item["name"]) >= SHORTEST_TEXT}
    text = "".join(text for name, text in texts.items() if name.startswith("operations"))
    assert [name for name in names if name in text] == []
    assert not re.search(r"\d\.\d h\b|\"tenths\"|fibery\.io", text)


def test_a_view_leads_only_to_fibery(texts: dict[str, str]) -> None:
    for name in VIEWS:
        page = Page(texts[f"{name}.html"])
        assert page.tags <= TAGS
        assert page.badly_nested == []
        targets = {link["href"] for link in page.links}
        assert all(target.startswith(("#", "https://acme.fibery.io/")) for target in targets), targets
        assert not re.search(r"\]\((?!https://acme\.fibery\.io/)", texts[f"{name}.md"])


def test_the_page_shows_what_the_markdown_shows(texts: dict[str, str]) -> None:
    page = Page(texts["team.html"]).text
    for cell in re.findall(r"\| (\d[\d,]*\.\d) \|", texts["team.md"]):
        assert cell in page


def test_a_run_that_finds_nothing_new_leaves_the_bytes(stored_week: Path) -> None:
    views = folder_of(stored_week) / "reports" / "views"
    before = files_of(views)
    ran = run_job(assets=["report"])
    assert ran.is_success, ran.failures
    assert files_of(views) == before
