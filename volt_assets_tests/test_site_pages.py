"""The site has every page, its links lead somewhere inside it, and a browser fetches nothing elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml

from volt_assets_tests.generated_docs import ROOT
from volt_assets_tests.site_pages import SHOWN, page_text, with_site_links

SITE = ROOT / "site"
# Attributes that make a browser fetch something by itself; a link of <a> waits for a click.
_FETCHED = {"src", "srcset", "poster", "data", "action"}


def navigation(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from navigation(inner)


def test_every_page_is_in_the_navigation_once() -> None:
    listed = list(navigation(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(listed) == sorted(pages | set(SHOWN.values()))


def test_every_decision_is_listed_by_its_title() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        number, title = re.match(r"# (\d+)\. (.+)", path.read_text(encoding="utf-8")).groups()  # type: ignore[union-attr]
        assert f"- [{number}]({path.name}): {title}\n" in listed


@pytest.mark.parametrize(
    ("link", "source", "page", "expected"),
    [
        ("[a](../config/volt.yaml)", "docs/files.md", "files.md", "[a](checkout/config_volt_yaml.md)"),
        ("[a](docs/commands.md#exit-codes)", "README.md", "index.md", "[a](commands.md#exit-codes)"),
        ("[a](docs/decisions/)", "README.md", "index.md", "[a](decisions/README.md)"),
        ("[a](docs/files.md)", "CONTRIBUTING.md", "checkout/contributing.md", "[a](../files.md)"),
        ("[a](../CHANGELOG.md)", "docs/operations.md", "operations.md", "[a](checkout/changelog.md)"),
        ("[a](#upgrade)", "docs/operations.md", "operations.md", "[a](#upgrade)"),
        ("[a](https://example.com/b)", "README.md", "index.md", "[a](https://example.com/b)"),
        ("```\n[a](docs/x.md)\n```", "README.md", "index.md", "```\n[a](docs/x.md)\n```"),
    ],
)
def test_a_link_leads_to_the_page_of_the_site(link: str, source: str, page: str, expected: str) -> None:
    assert with_site_links(link, source, page) == expected


def test_a_file_that_is_no_page_is_shown_as_it_is() -> None:
    text = page_text("config/volt.yaml")
    assert text.startswith("# config/volt.yaml\n")
    assert (ROOT / "config" / "volt.yaml").read_text(encoding="utf-8") in text


class Fetched(HTMLParser):
    """Collects what a browser fetches when it opens a page, and whether the page has a diagram that a script of others would draw."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.drawn_elsewhere = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = _FETCHED | (
            {"href"} if tag in ("link", "image", "use") and given.get("rel") not in ("canonical", "prev", "next") else set()
        )
        self.addresses += [value for name, value in given.items() if name in names]
        self.drawn_elsewhere |= "mermaid" in given.get("class", "").split()


@pytest.mark.site
def test_no_page_of_the_built_site_fetches_anything_elsewhere() -> None:
    pages = sorted(SITE.rglob("*.html"))
    assert len(pages) > len(SHOWN)
    for path in pages:
        page = Fetched()
        page.feed(path.read_text(encoding="utf-8"))
        assert [address for address in page.addresses if re.match(r"(?:[a-z]+:)?//", address)] == [], path
        # The theme's script would fetch mermaid from a CDN, and only for such an element.
        assert not page.drawn_elsewhere, path
    for path in SITE.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), path
