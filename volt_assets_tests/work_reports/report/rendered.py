"""A report as a reader's browser gets it: which tags, links and images a Markdown renderer makes of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt

# What GitHub and Dagster turn into links in plain text, after everything else is rendered.
_AUTOLINKS = re.compile(r"(?i)https?://[\w.-]|\bwww\.\w|[\w.+-]@[\w-]|(?:^|\W)@[a-z0-9]|mailto:[^\s\u2060]|xmpp:[^\s\u2060]")


@dataclass(frozen=True)
class Page:
    """The rendered page."""

    html: str
    tags: frozenset[str]
    links: tuple[str, ...]
    text: str
    headings: tuple[str, ...]

    @property
    def autolinks(self) -> list[str]:
        return _AUTOLINKS.findall(self.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.headings: list[str] = []
        self.code = 0
        self.heading = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.code += tag == "code"
        if re.fullmatch("h[1-6]", tag):
            self.heading += 1
            self.headings.append("")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"
        self.heading -= bool(re.fullmatch("h[1-6]", tag))

    def handle_data(self, data: str) -> None:
        if self.heading:
            self.headings[-1] += data
        if not self.code:
            self.parts.append(data)


def rendered(markdown: str) -> Page:
    # Raw HTML on: what is not escaped would become a tag here.
    text = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    reader = _Reader()
    reader.feed(text)
    return Page(
        text, frozenset(reader.tags), tuple(html.unescape(link) for link in reader.links), "".join(reader.parts), tuple(reader.headings)
    )
