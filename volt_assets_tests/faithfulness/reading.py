"""A published individual report as its reader sees it: figures by their place, items, activities and sentences."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

Key = tuple[str, str]
_HEADLINE = re.compile(
    r"\*\*(?P<tracked>[\d,.]+) h tracked: (?P<items>[\d,.]+) h \((?P<share>\d+) %\) on (?P<n>\d+) items?, (?P<other>[\d,.]+) h "
    r"\((?P<othershare>\d+) %\) on other work\.(?: (?P<done>\d+) items? finished, (?P<overdue>\d+) overdue\.)?\*\*"
)
_HEADING = re.compile(r"^### (?:\[)?#(?P<number>\d+) (?P<name>.*?)(?:\]\(\S+\))? · (?P<hours>[\d,.]+) h$")
_SHORT = re.compile(r"^- (?:\[)?#(?P<number>\d+) (?P<name>.*?)(?:\]\(\S+\))? · (?P<hours>[\d,.]+) h · (?P<type>[^·–]+?)(?: [·–] .*)?$")  # noqa: RUF001 -- the dash of the short form
_ACTIVITY = re.compile(r"^- (?P<name>.*) · (?P<hours>[\d,.]+) h \(\d+ entr(?:y|ies)\)")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ENDS = re.compile(r"(?<=[.!?])(?<!\d\.)\s+(?=[^a-z])")
_NOT_PROSE = ("# ", "## ", "### ", "|", "- ", ">", "1. ", "2. ", "3. ", "4. ", "5. ", "`", "**", "<!--", "---", "[")
_PROSE_SECTIONS = ("", "Key deliverables", "Work patterns")


@dataclass
class Read:
    """What stands in one report."""

    figures: dict[str, str] = field(default_factory=dict)
    """The headline: tracked, items, other in hours; share, othershare in percent; n, done, overdue counts."""
    items: dict[Key, tuple[str, str]] = field(default_factory=dict)
    """Item -> its name and hours."""
    activities: dict[str, str] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    """The row `total` of the hours by day."""
    sentences: list[tuple[Key | None, str]] = field(default_factory=list)
    """Every sentence of prose, with the item whose part it stands in."""


def plain(text: str) -> str:
    """Published text without escapes and without signs that nobody sees."""
    shown = html.unescape(_ESCAPED.sub(r"\1", text))
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) not in ("Cf", "Cc") or sign in "\t\n").split())


def read_markdown(text: str) -> Read:
    """The report of one person."""
    found, section, item = Read(), "", None
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line == "---":
            break
        if line.startswith("## "):
            section, item = line.removeprefix("## ").partition(" (")[0], None
        if (match := _HEADLINE.match(line)) is not None:
            found.figures = {name: value for name, value in match.groupdict().items() if value is not None}
        elif section == "Work on items":
            item = _read_item_line(line, lines, number, item, found)
        elif section == "Other activities" and (match := _ACTIVITY.match(line)) is not None:
            found.activities[plain(match["name"])] = match["hours"]
        elif section == "Hours" and line.startswith("| total |"):
            found.days = [cell.strip(" *") for cell in line.strip("|").split("|")[1:]]
        elif section in _PROSE_SECTIONS and line.strip() and not line.startswith(_NOT_PROSE):
            found.sentences += [(None, said) for said in sentences(line)]
    return found


def _read_item_line(line: str, lines: list[str], number: int, item: Key | None, found: Read) -> Key | None:
    if (match := _HEADING.match(line)) is not None:
        item = (lines[number + 1].partition(" · ")[0].strip(), match["number"])
        found.items[item] = (plain(match["name"]), match["hours"])
    elif (match := _SHORT.match(line)) is not None:
        own = (match["type"].strip(), match["number"])
        found.items[own] = (plain(match["name"]), match["hours"])
        said = line.rpartition(" – ")[2] if " – " in line else ""  # noqa: RUF001 -- the dash of the short form
        found.sentences += [(own, each) for each in sentences(said)]
    elif (
        item is not None
        and line.strip()
        and not line.lstrip().startswith(_NOT_PROSE)
        and not line.startswith(item[0])
        and not line.startswith("❓")
    ):
        found.sentences += [(item, said) for said in sentences(line)]
    return item


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; what stands in quotation marks is not cut."""
    parts = re.split(r"(“[^”]*”)", plain(paragraph))
    masked = "".join(f"“{index}”" if part.startswith("“") else part for index, part in enumerate(parts))
    return [re.sub(r"“(\d+)”", lambda match: parts[int(match[1])], said).strip() for said in _ENDS.split(masked) if said.strip()]


class _Texts(HTMLParser):
    """The text of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._hidden = 0
        self._sources = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What a sentence rests on folds out of it and is no part of it.
        self._sources = self._sources or (tag == "details" and ("class", "s") in attrs)
        self._hidden += tag in ("script", "style", "svg")
        if self._sources:
            return
        if tag in ("div", "p", "li", "tr", "h1", "h2", "h3", "h4", "section", "summary", "dt", "dd", "article", "details", "small"):
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "svg")
        self._sources = self._sources and tag != "details"

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._sources:
            self.lines[-1] += data


def html_lines(page: str) -> list[str]:
    """The text of an HTML report, a line for each block, drawings left out."""
    parser = _Texts()
    parser.feed(page)
    return [plain(line) for line in parser.lines if line.strip()]
