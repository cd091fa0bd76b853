"""How reports print the kinds of findings about entries and texts; in the data they are the same in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from volt_assets.work_reports.languages.language import pgettext

# Of one entry.
_OF_ENTRY: Mapping[str, Callable[[], str]] = {
    "no description": lambda: pgettext("finding", "no description"),
    "too long": lambda: pgettext("finding", "too long"),
    "overlapping": lambda: pgettext("finding", "overlapping"),
    "zero length": lambda: pgettext("finding", "zero length"),
}
# Of several, as the heading of a row.
_OF_ROW: Mapping[str, Callable[[], str]] = {
    "entries without description": lambda: pgettext("findings", "entries without description"),
    "entries over the longest plausible time": lambda: pgettext("findings", "entries over the longest plausible time"),
    "overlapping entries": lambda: pgettext("findings", "overlapping entries"),
    "entries of zero length": lambda: pgettext("findings", "entries of zero length"),
    "activities with a number but no type": lambda: pgettext("findings", "activities with a number but no type"),
    "activities with tags but no number": lambda: pgettext("findings", "activities with tags but no number"),
    "items whose type was guessed": lambda: pgettext("findings", "items whose type was guessed"),
}

# Of a text from outside.
_OF_TEXT: Mapping[str, Callable[[], str]] = {
    "instructions to a program": lambda: pgettext("suspicion", "instructions to a program"),
    "hidden characters": lambda: pgettext("suspicion", "hidden characters"),
    "live markup": lambda: pgettext("suspicion", "live markup"),
    "a link that pretends": lambda: pgettext("suspicion", "a link that pretends"),
    "template code": lambda: pgettext("suspicion", "template code"),
    "very long": lambda: pgettext("suspicion", "very long"),
}


def suspicion_names(kinds: Iterable[str]) -> list[str]:
    """What is suspicious about a text."""
    return [_OF_TEXT[kind]() if kind in _OF_TEXT else kind for kind in kinds]


def finding_name(kind: str) -> str:
    """What is odd about one entry."""
    return _OF_ENTRY[kind]() if kind in _OF_ENTRY else kind


def findings_name(kind: str) -> str:
    """What is odd about several."""
    return _OF_ROW[kind]() if kind in _OF_ROW else kind
