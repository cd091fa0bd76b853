"""The pages of a real run in a real Chromium: what a reader sees, hears, prints, and what leaves the page (nothing)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import folder_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
READABLE = 4.5
"""The contrast that WCAG 2 asks of text (level AA)."""
COLOURS = """() => {
  const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
  const paper = of('body', 'backgroundColor'), panel = of('.tiles', 'backgroundColor');
  return [
    [of('body', 'color'), paper], [of('.meta', 'color'), paper], [of('td a, th a', 'color'), paper],
    [of('.tiles dt', 'color'), panel], [of('.attention a', 'color'), panel], [of('.chart .label', 'fill'), panel],
  ];
}"""
PARTS = "() => ['.chart .part-1', '.chart .part-2'].map(part => getComputedStyle(document.querySelector(part)).fill)"
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


class Reader:
    """Somebody who opens pages; keeps what the pages said and asked for."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.said: list[str] = []
        self.asked: list[str] = []

    @property
    def pages(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))

    def url(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, *, screen: dict[str, int] = DESK, theme: Any = "light") -> Page:
        viewport: Any = screen
        page = self.browser.new_page(viewport=viewport, color_scheme=theme)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(self.url(name))
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- an extra, which `make test` does without

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium: Browser, week: Week) -> Iterator[Reader]:
    yield Reader(chromium, folder_of(week.data) / "reports")
    for context in chromium.contexts:
        context.close()


def contrast(first: str, second: str) -> float:
    """Of two CSS colours, as WCAG 2 defines it."""
    lights = []
    for colour in (first, second):
        channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_every_page_is_there_alone_and_says_nothing_on_the_console(reader: Reader) -> None:
    assert len(reader.pages) == 13
    for name in reader.pages:
        page = reader.open(name)
        assert page.get_by_role("heading", level=1).is_visible()
        for landmark in ("banner", "navigation", "main", "contentinfo"):
            assert page.get_by_role(landmark).count() == 1, (name, landmark)
    assert reader.said == []
    assert reader.asked == [reader.url(name) for name in reader.pages]


def test_the_policy_is_in_force(reader: Reader) -> None:
    page = reader.open("report.html")
    assert page.evaluate("getComputedStyle(document.body).fontVariantNumeric") == "tabular-nums"  # the style sheet counts
    refused: list[tuple[str, str | None]] = []
    page.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    page.evaluate(
        """() => { document.addEventListener('securitypolicyviolation', event => (window.blocked ??= []).push(event.effectiveDirective));
        const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script);
        const image = document.createElement('img'); image.src = 'https://example.com/x.png'; document.body.append(image);
        document.body.setAttribute('style', 'color: red'); }"""
    )
    page.wait_for_function("window.blocked?.length >= 3")
    assert set(page.evaluate("window.blocked")) == {"script-src-elem", "img-src", "style-src-attr"}
    assert page.evaluate("window.ran") is None
    assert refused == [("https://example.com/x.png", "csp")]


def test_every_link_leads_somewhere(reader: Reader) -> None:
    for name in reader.pages:
        page = reader.open(name)
        for link in page.eval_on_selector_all("a", "all => all.map(each => [each.getAttribute('href'), each.href, each.rel])"):
            written, address, relation = link
            if written.startswith("#"):
                assert page.locator(written).count() == 1, written
            elif address.startswith("file:"):
                assert Path(address.removeprefix("file://")).is_file(), written
            else:
                assert address.startswith(("https://track.toggl.com/", "https://acme.fibery.io/")), written
                assert relation == "noreferrer"
    page = reader.open("report.html")
    page.get_by_role("link", name="João Figueiredo").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("João Figueiredo")
    page.get_by_role("link", name="All of the report").click()
    assert page.url == reader.url("report.html")


@pytest.mark.parametrize("name", ["report.html", "individual/joao_figueiredo.html"])
def test_both_themes_are_readable_and_differ(reader: Reader, name: str) -> None:
    light, dark = (
        [page.evaluate(COLOURS), page.evaluate(PARTS)] for page in (reader.open(name, theme=theme) for theme in ("light", "dark"))
    )
    for texts, (items, other) in (light, dark):
        assert all(contrast(text, paper) >= READABLE for text, paper in texts), texts
        panel = texts[-1][1]
        assert all(contrast(part, panel) >= 3 for part in (items, other))  # what WCAG 2 asks of graphics
        assert contrast(items, other) > 1.4
    assert light[0][0] != dark[0][0]
    assert contrast(light[0][0][1], dark[0][0][1]) > 10


def test_a_phone_needs_no_sideways_scrolling(reader: Reader) -> None:
    for name in reader.pages:
        page = reader.open(name, screen=PHONE)
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name
        out = page.eval_on_selector_all(
            ".chart text, h1, h2, h3, p",
            "all => all.filter(each => !each.closest('.scroll') && each.getBoundingClientRect().right > innerWidth + 1).length",
        )
        assert out == 0, name


def test_everything_can_be_reached_and_opened_with_the_keyboard(reader: Reader) -> None:
    page = reader.open("individual/joao_figueiredo.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the report")
    assert skip.evaluate("each => each === document.activeElement && each.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.card > summary')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    card = page.locator(".card").first
    inside = card.locator(".inside")
    assert not inside.is_visible()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    page.keyboard.press("Enter")
    assert not inside.is_visible()


@pytest.mark.parametrize(("name", "screen"), [("report.html", DESK), ("individual/joao_figueiredo.html", PHONE)])
def test_what_a_sentence_rests_on_is_shown_on_demand(reader: Reader, name: str, screen: dict[str, int]) -> None:
    page = reader.open(name, screen=screen)
    first, second = page.locator(".lead .s").nth(0), page.locator(".lead .s").nth(1)
    facts = first.get_by_role("list")
    line = first.locator("xpath=..").bounding_box()
    assert not facts.is_visible()
    assert first.locator("summary").inner_text().startswith("sources s")  # its name for those who hear the page
    first.locator("summary").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert facts.is_visible()
    assert re.search(r"\d", facts.inner_text())
    opened = first.locator("xpath=..").bounding_box()
    assert line is not None
    assert opened is not None
    assert opened["height"] > line["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == screen["width"]
    assert not second.get_by_role("list").is_visible()
    page.keyboard.press("Space")
    assert not facts.is_visible()
    # Closed, they leave the sentences in one paragraph.
    assert first.locator("xpath=..").bounding_box() == line


def test_sources_are_not_on_paper(reader: Reader) -> None:
    page = reader.open("report.html")
    sign = page.locator(".s > summary").first
    assert sign.is_visible()
    page.emulate_media(media="print")
    assert not sign.is_visible()


def test_a_chart_has_a_name_a_description_and_a_table(reader: Reader) -> None:
    page = reader.open("report.html")
    for name in ("Time by day", "Time by project", "Time by type of item", "Time by person"):
        chart = page.get_by_role("img", name=name, exact=True)
        assert chart.is_visible()
        assert "Hours by " in str(page.locator(f"#{chart.get_attribute('aria-describedby')}").text_content())
        table = page.locator("figure").filter(has=chart).get_by_role("table")
        assert not table.is_visible()
        page.get_by_text(f"{name} as a table").click()
        assert table.is_visible()
        assert table.get_by_role("columnheader").count() >= 2
        assert table.get_by_role("rowheader").count() >= 3


def test_paper_shows_every_card_and_no_navigation(reader: Reader) -> None:
    page = reader.open("individual/joao_figueiredo.html")
    assert not page.locator(".card .inside").first.is_visible()
    page.emulate_media(media="print")
    for inside in page.locator(".card .inside").all():
        box = inside.bounding_box()
        assert box is not None
        assert box["height"] > 20
    assert not page.get_by_role("navigation").is_visible()
    for name in ("report.html", "individual/joao_figueiredo.html"):
        paper = reader.open(name).pdf(format="A4")
        assert paper.startswith(b"%PDF-")
        assert len(paper) > 20_000


def test_a_week_is_small_and_there_at_once(reader: Reader) -> None:
    assert sum((reader.folder / name).stat().st_size for name in reader.pages) < 500_000
    milliseconds = [reader.open("report.html").evaluate(PAINTED) for _ in range(3)]
    assert min(milliseconds) < 1_000
