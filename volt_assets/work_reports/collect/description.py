"""From the text of a time entry to the reference it holds, e.g. `Fix login #12 [Scrum] [Task] [Moneyball]`.

Belongs here: the syntax of references and nothing else. Does not: which Fibery type the labels mean (work_item_alias.py).
Any text gives a result, in time linear to its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from volt_assets.work_reports.models import Reason

MOST_GROUPS = 3
MOST_DIGITS = 18
"""No public id is longer; more digits are something else (and would not fit 64 bits)."""

# From `://` or `www.` up to the next space: whatever looks like a reference in there is a fragment.
_URL = re.compile(r"(?:://|\bwww\.)\S*")
# Not after a letter, digit or _ (C#12, repo#12), / (paths), # & = @ \ (headings, HTML entities, queries); not before a letter,
# digit or _ (#12a, colours) and not before -3 or .3 (#12-34, #1.2). `\d` takes the digits of every script, \uff03 is the
# full-width number sign.
_NUMBER = re.compile(r"(?<![\w/#&=@\\])([#№\uff03])(\d++)(?!\w|[-.]\d)")
_BRACKET = re.compile(r"[\[\]]")
_COLOUR_DIGITS = 6


@dataclass(frozen=True)
class ParsedDescription:
    """What one description says. `public_id` is None exactly when the reason is `tags without id` or `no reference`."""

    reason: Reason
    activity: str
    """The text before the reference; without a reference the whole text. White space is collapsed."""
    public_id: str | None = None
    """ASCII digits without leading zeros."""
    groups: tuple[str, ...] = ()
    """Space label, type label, project as written (at most three, brackets removed); only for `reference`."""
    trailing: str = ""
    """The text after the reference and its groups."""

    @property
    def project(self) -> str | None:
        """The third group, when it is there and not blank."""
        return self.groups[2] or None if len(self.groups) == MOST_GROUPS else None


@dataclass(frozen=True)
class _Candidate:
    start: int
    end: int
    """Behind the number and its groups."""
    public_id: str
    groups: tuple[tuple[int, int], ...]
    """Where the brackets of each group stand. Cut out for the one that is chosen only: nested groups may be long."""
    is_plain: bool
    """Written as `#` and ASCII digits, and not as long as a colour: may stand without groups."""


def parse_description(text: str) -> ParsedDescription:
    """Find the reference in one description; never raises."""
    collapsed = " ".join(text.split())
    closing = _closing_brackets(collapsed)
    candidates = list(_candidates(collapsed, closing))
    if (full := _rightmost_with_groups(candidates)) is not None:
        return _parsed("reference", collapsed, full)
    if (bare := next((one for one in reversed(candidates) if one.is_plain), None)) is not None:
        return _parsed("bare id", collapsed, bare)
    has_tags = any(collapsed[start + 1 : end].strip() for start, end in _outermost(closing))
    return ParsedDescription("tags without id" if has_tags else "no reference", collapsed)


def _parsed(reason: Reason, text: str, found: _Candidate) -> ParsedDescription:
    groups = tuple(text[start + 1 : end].strip() for start, end in found.groups)
    return ParsedDescription(reason, text[: found.start].strip(), found.public_id, groups, text[found.end :].strip())


def _closing_brackets(text: str) -> dict[int, int]:
    """Position of every `[` that is closed -> position of its `]`; the unbalanced ones are absent."""
    closing: dict[int, int] = {}
    open_ones: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] == "[":
            open_ones.append(bracket.start())
        elif open_ones:
            closing[open_ones.pop()] = bracket.start()
    return closing


def _outermost(closing: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The groups that lie in no other, so that their texts together are no longer than the whole text."""
    reached = -1
    for start, end in sorted(closing.items()):
        if start > reached:
            reached = end
            yield start, end


def _candidates(text: str, closing: dict[int, int]) -> Iterator[_Candidate]:
    without_urls = _URL.sub(lambda url: "/" * len(url[0]), text)
    for number in _NUMBER.finditer(without_urls):
        sign, digits = number[1], number[2]
        public_id = "".join(str(unicodedata.digit(digit)) for digit in digits).lstrip("0")
        # Public ids count from 1: `#0` and `#000` (black) name nothing.
        if not public_id or len(public_id) > MOST_DIGITS:
            continue
        groups, end = _groups_after(text, number.end(), closing)
        is_plain = sign == "#" and digits.isascii() and len(digits) != _COLOUR_DIGITS
        yield _Candidate(number.start(), end, public_id, groups, is_plain)


def _groups_after(text: str, end: int, closing: dict[int, int]) -> tuple[tuple[tuple[int, int], ...], int]:
    """The groups that follow `end` with at most a space between, and where they end; none if the first is blank."""
    groups: list[tuple[int, int]] = []
    behind = end
    while len(groups) < MOST_GROUPS:
        start = behind + 1 if text.startswith(" ", behind) else behind
        if start not in closing:
            break
        # White space is collapsed: two characters cannot be blank.
        if not groups and not text[start + 1 : min(closing[start], start + 3)].strip():
            break
        groups.append((start, closing[start]))
        behind = closing[start] + 1
    return tuple(groups), behind


def _rightmost_with_groups(candidates: list[_Candidate]) -> _Candidate | None:
    """The first from the right that has groups, unless it stands inside the groups of another: `#12 [A] [B] [P #9 [x]]` is 12."""
    found: _Candidate | None = None
    for candidate in reversed(candidates):
        if candidate.groups and (found is None or candidate.end > found.start):
            found = candidate
    return found
