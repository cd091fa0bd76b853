"""Lies planted into true sentences, each by one change that a model could make: a figure, a date, a name, a state, a word.

A change that leaves the sentence true (two items of a list exchanged, another figure with the same text) is no lie and is
not made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from volt_assets.work_reports.report.claims import Claims
from volt_assets_tests.work_reports.report.true_sentences import Told

_SLOT = re.compile(r"\{([a-z]+[0-9]+)\}")
_FIGURES = ("hours", "percent", "date", "days", "change", "progress", "count")
_STATES = (
    *("is finished", "was completed this week", "was shipped", "is in progress", "is blocked", "is overdue", "was late", "was early"),
    *("was reopened", "is not started", "was cancelled", "is not finished", "is in review", "was finished on time", "is pending"),
    *("was started this week", "is unfinished", "is not overdue", "is delayed"),
)
_INVENTED = (
    *("and was deployed to production", "and was signed off by the customer", "after a security incident", "and saved a lot of money"),
    *("despite sickness", "and was presented to the board", "with great effort", "and was praised by the team"),
)
_EXAGGERATED = (
    *("all", "nobody", "half", "twice", "more than", "almost", "every", "both", "less than", "only", "never", "not", "no", "about", "over"),
    "up to",
)
_TYPED = ("12.5 h", "99 %", "#9999", "9 October", "on Monday", "seven", "in March 2024", "half", "4 items", "two people")
_RATES = ("per person", "per head", "per week", "a week", "a day", "each", "daily")
_CARRYING = ("; so was {}", ", as was {}", ", and so did {}", "; {} as well", "; the same goes for {}", "; likewise {}", "; {} too")
_MOST_CARRIED = 2
_NAMES = ("Jane Smith", "Max Mustermann", "Ann", "Doe", "Bob Martin", "Apollo", "ACME")


@dataclass(frozen=True)
class Lie:
    kind: str
    section: str
    text: str
    true: str


def planted_lies(told: Told) -> Iterator[Lie]:
    """Every lie that is planted into the sentences of one report."""
    for section, text in told.sentences:
        for kind, changed in _changes(section, text, told.claims):
            if changed != text:
                yield Lie(kind, section, changed, text)


def _changes(section: str, text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    yield from _carried(text, claims)
    yield from _rates(text, claims)
    yield from _other_figures(text, claims)
    yield from _swapped_figures(text, claims)
    yield from _other_items(section, text, claims)
    yield from _other_people(text, claims)
    yield from _other_states(section, text, claims)
    end = text.rstrip(".")
    for words in _INVENTED:
        yield "invented deed", f"{end} {words}."
    for typed in _TYPED:
        yield "typed figure", f"{end} ({typed})."
    for name in _NAMES:
        yield "typed name", f"{end} with {name}."
    for fact in ("{i99}", "{h77}", "{p12}"):
        yield "invented id", f"{end}, {fact}."
    for word in _EXAGGERATED:
        for match in list(_SLOT.finditer(text))[:2]:
            if word == "both" and match.start() == 0 and [claims.facts[fact].kind for fact in _SLOT.findall(text)] == ["item", "item"]:
                continue  # `both {i1} and {i5} were finished` is as true as before
            yield "exaggeration", f"{text[: match.start()]}{word} {text[match.start() :]}"


def _carried(text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """The sentence and another item, of which it is not said."""
    named = set(_SLOT.findall(text))
    end = text.rstrip(".")
    for other in [item for item in claims.items if item not in named][:_MOST_CARRIED]:
        for words in _CARRYING:
            yield "carried claim", f"{end}{words.format(f'{{{other}}}')}."


def _rates(text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    for match in _SLOT.finditer(text):
        if claims.facts[match[1]].kind in ("hours", "percent"):
            for rate in _RATES:
                yield "rate", f"{text[: match.end()]} {rate}{text[match.end() :]}"


def _other_figures(text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    for match in _SLOT.finditer(text):
        fact = claims.facts[match[1]]
        if fact.kind not in _FIGURES:
            continue
        for other in claims.facts.values():
            same_text = other.text == fact.text
            true_too = fact.aspect == "days with time" and other.aspect == "items worked on"  # time was tracked on both
            if other.kind == fact.kind and not same_text and not true_too:
                yield f"other {fact.kind}", f"{text[: match.start()]}{{{other.id}}}{text[match.end() :]}"


def _swapped_figures(text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    slots = [match[1] for match in _SLOT.finditer(text)]
    for first in slots:
        for second in slots:
            one, two = claims.facts[first], claims.facts[second]
            if first < second and one.kind == two.kind and one.kind in _FIGURES and one.text != two.text:
                yield f"swapped {one.kind}", _SLOT.sub(_exchanging(first, second), text)


def _exchanging(first: str, second: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{{{ {first: second, second: first}.get(match[1], match[1]) }}}"


def _other_items(section: str, text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """Another item that the sentence says nothing true of: one with another state and other figures."""
    named = set(_SLOT.findall(text))
    figures = [claims.facts[fact] for fact in named if claims.facts[fact].kind in (*_FIGURES, "state")]
    for match in _SLOT.finditer(text):
        if claims.facts[match[1]].kind != "item" or section.startswith("item:"):
            continue
        for other in claims.items:
            belongs = any(match[1] in figure.about for figure in figures)
            own = claims.items[match[1]]
            differs = own.phase != claims.items[other].phase or own.people != claims.items[other].people
            if other not in named and (belongs or (differs and any(word in text for word in ("finish", "complet", "overdue", "worked")))):
                yield "other item", f"{text[: match.start()]}{{{other}}}{text[match.end() :]}"


def _other_people(text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """Somebody else: who has no time on the item, and other figures."""
    named = set(_SLOT.findall(text))
    for match in _SLOT.finditer(text):
        if claims.facts[match[1]].kind != "person":
            continue
        for other in claims.facts.values():
            if other.kind == "person" and other.id not in named:
                yield "other person", f"{text[: match.start()]}{{{other.id}}}{text[match.end() :]}"


def _other_states(section: str, text: str, claims: Claims) -> Iterator[tuple[str, str]]:
    """A state said of an item that is not in it."""
    items = [fact for fact in _SLOT.findall(text) if claims.facts[fact].kind == "item"][:1] or [claims.section_items.get(section, "")]
    item = claims.items.get(items[0])
    if item is None or item.phase is None:
        return
    late = item.overdue_days > 0 or (item.days_late or 0) > 0
    true = {
        "is finished": item.phase == "done",
        "was completed this week": item.finished_in_period,
        "was shipped": item.phase == "done",
        "is in progress": item.phase == "in progress",
        "is overdue": item.overdue_days > 0,
        "is delayed": late,
        "was late": late,
        "was early": (item.days_late or 0) < 0,
        "is not started": item.phase == "not started",
        "is pending": item.phase == "not started",
        "is not finished": item.phase != "done",
        "is unfinished": item.phase != "done",
        "is in review": "review" in item.state.casefold(),
        "was finished on time": item.phase == "done" and item.days_late == 0,
        "was started this week": item.started_in_period,
        "is not overdue": item.overdue_days == 0,
    }
    for state in _STATES:
        if not true.get(state, False):
            yield "state", f"{{{items[0]}}} {state}."
            if len(set(re.findall(r"\{i[0-9]+\}", text))) == 1:
                yield "state", f"{text.rstrip('.')}; it {state}."
