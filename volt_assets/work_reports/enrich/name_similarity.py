"""Whether the text people wrote and the name Fibery has speak of the same item.

A wrong number or alias silently leads to another item, so the names are compared. Toggl's start links damage names
(everything after `&` is cut, `+` becomes a space) and people prefix them with tags: neither makes a name a wrong one.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_LEADING_TAGS = re.compile(r"^(?:\s*\[[^\[\]]*\])+")
# Compared character by character in quadratic time: names beyond this length are judged by their beginning.
_LONGEST_COMPARED = 200
# A shorter beginning, such as "Add", would be one of every second item.
_SHORTEST_BEGINNING = 8


def name_similarity(written: Iterable[str], fibery_name: str) -> float | None:
    """0 to 1, the best over the written names; None when there is nothing to compare."""
    real = {text for text in _variants(fibery_name) if text}
    texts = {text for name in written for text in _variants(name) if text}
    if not real or not texts:
        return None
    return round(max(_ratio(text, name) for text in texts for name in real), 3)


def _ratio(written: str, name: str) -> float:
    if len(written) >= _SHORTEST_BEGINNING and name.startswith(written):
        return 1.0
    return difflib.SequenceMatcher(None, written, name, autojunk=False).ratio()


def _variants(text: str) -> tuple[str, ...]:
    """The normalised text, the same without leading [tags], and what is left of it when cut at its first `&`."""
    without_tags = _LEADING_TAGS.sub("", text)
    return tuple(_normalised(one) for one in (text, without_tags, without_tags.split("&", 1)[0]))


def _normalised(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))[:_LONGEST_COMPARED]
