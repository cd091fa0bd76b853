"""What a text says of one person: the lines and sentences about them, without what the same line says of others.

Belongs here: Markdown, HTML, CSV and plain text. Does not: JSON (json_passages.py).
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from typing import Any

from volt_assets.work_reports.subjects.people_apart import PeopleApart

_UNSEEN = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_LINE_END = re.compile(
    r"<br\s*/?>|</(?:tr|p|li|h\d|div|section|article|summary|details|title|text|dd|dt|header|footer|nav)\s*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][”\"»\u2019)]))\s+(?=\S)")
# Where the part about one person ends and that about the next begins.
_CLAUSE_END = re.compile(r"\s*[|;·,]\s+|\s+(?:and|und|и)\s+|\s*\|\s*")
_FIGURE = re.compile(r"\d[\d.,\s]*(?:h\b|ч\b|min\b|%)")


def text_passages(people: PeopleApart, name: str, text: str, *, is_theirs: bool) -> Iterator[tuple[str, Any]]:
    """Place and content of each passage. `is_theirs`: the text is about somebody else, whose figures are left out."""
    if name.endswith(".csv"):
        yield from _rows(people, text)
        return
    if name.endswith(".html"):
        text = _seen(text)
    for number, line in enumerate(text.splitlines(), start=1):
        if said := said_of(people, line, is_theirs=is_theirs):
            yield f"line {number}", said


def said_of(people: PeopleApart, line: str, *, is_theirs: bool) -> str:
    """What one line says of the person, '' when it does not name them."""
    if not people.subject.is_named_in(line):
        return ""
    if not is_theirs and not people.others.is_named_in(line):
        return line.strip()
    kept = []
    for sentence in _SENTENCE_END.split(line):
        if people.subject.is_named_in(sentence):
            is_shared = is_theirs or people.others.is_named_in(sentence)
            kept.append(_clauses(people, sentence, is_theirs=is_theirs) if is_shared else sentence.strip())
    return " … ".join(one for one in kept if one) or "…"


def _clauses(people: PeopleApart, sentence: str, *, is_theirs: bool) -> str:
    clauses = [clause for clause in _CLAUSE_END.split(sentence) if people.subject.is_named_in(clause)]
    # A figure beside both names may be that of the other one.
    shown = [_FIGURE.sub("… ", one) if is_theirs or people.others.is_named_in(one) else one for one in clauses]
    return " … ".join(one.strip() for one in shown)


def _seen(page: str) -> str:
    """A page as lines of text."""
    page = _CELL_END.sub(" | ", re.sub(r"\s+", " ", _UNSEEN.sub("", page)))
    return html.unescape(_TAG.sub("", _LINE_END.sub("\n", page)))


def _rows(people: PeopleApart, text: str) -> Iterator[tuple[str, Any]]:
    """Rows with the names of their columns. Of a row of somebody else, only the cells that name the person."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    head = next(rows, [])
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(head, row, strict=False))
        if people.subject.is_named_in(" | ".join(row)):
            kept = cells if people.whose(cells) != "theirs" and not people.others.is_named_in(" | ".join(row)) else people.naming(cells)
            if kept:
                is_theirs = people.whose(cells) == "theirs"
                yield (
                    f"row {number}",
                    kept if kept is cells else {key: said_of(people, str(one), is_theirs=is_theirs) for key, one in kept.items()},
                )
