"""A page as a program can compare it: tables, links, ids, text, and everything that could be live."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "br", "hr", "img", "input", "link"))
PAGE_TAGS = "html head meta title style body a header nav main section footer h1 h2 h3 bdi progress figure figcaption details summary"
TEXT_TAGS = "p ul ol li dl div dt dd small span b strong code table thead tbody tfoot tr th td svg desc rect text"
TAGS = frozenset(f"{PAGE_TAGS} {TEXT_TAGS}".split())
"""Everything our templates use."""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """The page that `source` is."""

    source: str
    elements: list[Element] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    """Rows of cells by the name of the region a table stands in."""
    headings: list[tuple[int, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    """What stands behind sentences: `sources s1`, then the facts."""
    open_tags: list[str] = field(default_factory=list)
    badly_nested: list[str] = field(default_factory=list)
    _region: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    @property
    def links(self) -> list[dict[str, str]]:
        return [each.attributes for each in self.elements if each.tag == "a"]

    @property
    def ids(self) -> list[str]:
        return [each.attributes["id"] for each in self.elements if "id" in each.attributes]

    @property
    def tags(self) -> set[str]:
        return {each.tag for each in self.elements}

    @property
    def text(self) -> str:
        """Everything but what is behind a disclosure of sources."""
        return " ".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, attributes))
        if tag not in VOID:
            self.open_tags.append("sources" if attributes.get("class") == "s" else tag)
        if attributes.get("role") == "region":
            self._region = attributes["aria-label"]
        if tag == "table":
            self.tables[self._region] = []
        if tag == "tr":
            self.tables[self._region].append([])
        if tag in ("td", "th"):
            self.tables[self._region][-1].append("")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() not in (tag, "sources" if tag == "details" else tag):
            self.badly_nested.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open_tags and self.open_tags[-1] in ("style", "title", "desc"):
            return
        if "sources" in self.open_tags:
            self.sources.append(data)
            return
        self.words.append(data)
        if any(tag in ("td", "th") for tag in self.open_tags) and self._region in self.tables:
            self.tables[self._region][-1][-1] += " ".join(data.split()) and data
        if any(tag in ("h1", "h2", "h3") for tag in self.open_tags):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
