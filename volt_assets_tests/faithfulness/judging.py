"""Whether one published sentence is true, judged by what was planted: its figures, dates, states, names, and its other words.

A sentence stands when every figure in it is one of what it names, every state is that of the item, every quotation is
written there, and every other word is plain English of reports or stands in the texts of the item. A sentence that cannot be
traced to something planted counts as untrue: for a model that speaks freely the score is a lower bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from volt_assets_tests.faithfulness.reading import plain
from volt_assets_tests.faithfulness.truth import Key, PersonTruth, Truth, meeting_seconds

HALF_A_TENTH, A_TENTH = 180, 360
"""Seconds. A sum is printed to the nearest tenth; parts that add up to a printed sum may be rounded to the other side."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)})[a-z]*\b")
_HOURS = re.compile(r"(?<![\d.,\w-])([\d,]+\.\d) h\b")
_PERCENT = re.compile(r"(?<![\d.,])(\d+) %")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARK = re.compile(r"⟦(\d+)⟧")
_QUOTED = re.compile(r"“([^”]*)”")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001 -- an apostrophe of prose
_SHORTEST_CUT = 20
_DONE = re.compile(r"\b(?:finished|finishes|completed|complete|done|closed|delivered|concluded|released|shipped|resolved)\b")
_NOT_DONE = re.compile(r"\b(?:not|never|no|unfinished|neither)\b")
_OVERDUE = re.compile(r"\boverdue\b")
_AFTER_PLAN = re.compile(r"\bafter the planned end|\blate\b")
WORDS = frozenset(
    {
        "a",
        "activities",
        "activity",
        "after",
        "all",
        "an",
        "and",
        "another",
        "any",
        "are",
        "as",
        "at",
        "average",
        "be",
        "been",
        "between",
        "bug",
        "bugs",
        "by",
        "change",
        "changed",
        "changes",
        "completed",
        "count",
        "day",
        "days",
        "description",
        "did",
        "done",
        "due",
        "early",
        "end",
        "entries",
        "entry",
        "everything",
        "feature",
        "features",
        "fibery",
        "finished",
        "followed",
        "for",
        "from",
        "go",
        "goes",
        "h",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "hour",
        "hours",
        "in",
        "into",
        "is",
        "it",
        "item",
        "items",
        "its",
        "largest",
        "late",
        "left",
        "log",
        "logged",
        "long",
        "longest",
        "meeting",
        "meetings",
        "more",
        "most",
        "name",
        "named",
        "names",
        "neither",
        "never",
        "no",
        "none",
        "nor",
        "not",
        "of",
        "on",
        "one",
        "or",
        "other",
        "others",
        "out",
        "over",
        "overdue",
        "part",
        "people",
        "per",
        "period",
        "person",
        "plan",
        "planned",
        "progress",
        "project",
        "projects",
        "recorded",
        "review",
        "say",
        "says",
        "share",
        "she",
        "since",
        "spent",
        "started",
        "state",
        "still",
        "switch",
        "switched",
        "task",
        "tasks",
        "team",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "time",
        "time's",
        "times",
        "to",
        "toggl",
        "took",
        "total",
        "tracked",
        "type",
        "under",
        "unfinished",
        "up",
        "was",
        "week",
        "went",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "with",
        "without",
        "work",
        "worked",
        "works",
    }
)
"""Words that say nothing by themselves; what they claim is judged above."""


@dataclass(frozen=True)
class Subject:
    """Something with time that a sentence may name."""

    kind: str
    seconds: int
    key: Key | None = None


def is_true(sentence: str, item: Key | None, person: PersonTruth, truth: Truth, printed_sums: Sequence[float] = ()) -> bool:
    """Whether the sentence of a person's report may stand, in the part of `item` when there is one.

    `printed_sums` are seconds that several hours of the report come to as they are printed: a reader may add them up.
    """
    texts = _texts_of([item] if item else list(person.items), truth)
    quotations = _QUOTED.findall(sentence)
    if any(not _is_contained(said.rstrip("…"), texts) for said in quotations):
        return False
    marked, subjects, stranger = _marked(_QUOTED.sub("", sentence), person, truth)
    if stranger and not quotations:
        return False
    named = [subjects[int(number)] for number in _MARK.findall(marked)]
    own = [one for one in named if one.kind != "person"] or ([Subject("item", person.items[item], item)] if item else [])
    rest = _without_dates(marked, own, person, truth, quoted=bool(quotations))
    rest = None if rest is None else _without_hours(rest, own, subjects, person, truth, item, printed_sums)
    if rest is None or not _states_hold(marked, own, truth):
        return False
    allowed = _counts(own, person, truth)
    if any(number not in allowed for number in _NUMBER.findall(_MARK.sub("", rest))):
        return False
    known = WORDS | {word for text in _texts_of([one.key for one in own if one.key], truth) for word in _words(text)}
    return all(word in known for word in _words(_MARK.sub(" ", rest)))


def near(printed: str, seconds: float, within: int) -> bool:
    """Whether hours as printed are the seconds, rounded."""
    return abs(float(printed.replace(",", "")) * 3600 - seconds) <= within


def _words(text: str) -> list[str]:
    return [word for found in _WORD.findall(plain(text).casefold()) for word in found.split("-")]


def _is_contained(said: str, texts: Iterable[str]) -> bool:
    """Whether the words and numbers stand in one of the texts in this order."""
    wanted = " ".join(re.findall(r"\w+", plain(said).casefold()))
    return any(f" {wanted} " in f" {_running(text)} " for text in texts)


def _running(text: str) -> str:
    listed = re.sub(r"^\s*(?:\*|\d+\.)\s+", "", text, flags=re.MULTILINE)
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|<br>|\[\[[^\]]*\]\]", r" \1 ", listed)
    return " ".join(re.findall(r"\w+", plain(bare).casefold()))


def _texts_of(keys: Iterable[Key], truth: Truth) -> list[str]:
    return [text for key in keys for text in (*truth.items[key].texts, truth.items[key].name)]


def _marked(sentence: str, person: PersonTruth, truth: Truth) -> tuple[str, list[Subject], bool]:
    """The sentence with marks for what it names, and whether it names a person without time here."""
    known = [(f"#{key[1]} {plain(truth.items[key].name)}", Subject("item", seconds, key)) for key, seconds in person.items.items()]
    known += [(plain(name), Subject("activity", seconds)) for name, seconds in person.activities.items() if plain(name)]
    known += [(plain(name), Subject("project", seconds)) for name, seconds in person.projects.items() if plain(name)]
    known += [(plain(name), Subject("person", 0)) for name in truth.names]
    subjects: list[Subject] = []
    stranger = False
    for name, subject in sorted(known, key=lambda one: (-len(one[0]), one[0])):
        for form in (name, *(f"{name[:length].rstrip()}…" for length in range(len(name) - 1, _SHORTEST_CUT, -1))):
            if re.search(rf"(?<!\w){re.escape(form)}", sentence):
                sentence = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", f"⟦{len(subjects)}⟧", sentence)
                stranger |= subject.kind == "person" and name != plain(person.name)
                subjects.append(subject)
                break
    return sentence, subjects, stranger


def _without_dates(marked: str, own: list[Subject], person: PersonTruth, truth: Truth, *, quoted: bool) -> str | None:
    """The sentence without its dates; None when one is not what it says."""
    items = [truth.items[one.key] for one in own if one.key]
    longest: set[date | None] = {day for day, seconds in person.days.items() if seconds == max(person.days.values())}
    for match in _DATE.finditer(marked):
        told = (int(match[1]), _MONTHS.index(match[2]) + 1)
        before = marked[: match.start()]
        said = re.findall(r"started|finished|completed|closed|planned|due|longest", before)[-1:]
        by_word: dict[str, set[date | None]] = {
            "started": {one.started for one in items},
            "finished": {one.finished for one in items},
            "completed": {one.finished for one in items},
            "closed": {one.finished for one in items},
            "planned": {one.planned_end for one in items},
            "due": {one.planned_end for one in items},
            "longest": longest,
        }
        days = by_word.get(said[0] if said else "", set())
        if not quoted and told not in {(day.day, day.month) for day in days if day}:
            return None
    return _DATE.sub(" ", marked)


def _without_hours(
    rest: str,
    own: list[Subject],
    subjects: list[Subject],
    person: PersonTruth,
    truth: Truth,
    item: Key | None,
    printed_sums: Sequence[float],
) -> str | None:
    """The sentence without hours and percentages; None when one is of nothing it names."""
    finished = sum(seconds for key, seconds in person.items.items() if truth.is_finished(key))
    whole = [
        person.tracked,
        person.on_items,
        person.tracked - person.on_items,
        meeting_seconds(person),
        finished,
        max(person.days.values(), default=0),
    ]
    for match in _HOURS.finditer(rest):
        before = [subjects[int(number)] for number in _MARK.findall(rest[: match.start()]) if subjects[int(number)].kind != "person"]
        after = [subjects[int(number)] for number in _MARK.findall(rest[match.end() :]) if subjects[int(number)].kind != "person"]
        nearest = before[-1:] or after[:1]
        if not nearest and any(near(match[1], seconds, 1) for seconds in printed_sums):
            continue
        wanted = [nearest[0].seconds] if nearest else [person.items[item]] if item else whole
        if not any(near(match[1], seconds, A_TENTH - 1) for seconds in wanted):
            return None
    rest = _HOURS.sub(" ", rest)
    parts = [*whole, *(one.seconds for one in own), sum(one.seconds for one in own)]
    for match in _PERCENT.finditer(rest):
        if not any(abs(int(match[1]) - 100 * seconds / max(1, person.tracked)) <= 1 for seconds in parts):
            return None
    return _PERCENT.sub(" ", rest)


def _states_hold(marked: str, own: list[Subject], truth: Truth) -> bool:
    for part in re.split(r"; |\bwhile\b|\bbut\b", marked):
        numbers = [int(number) for number in _MARK.findall(part)]
        keys = [one.key for index, one in enumerate(own) if one.key and (not numbers or index in _places(numbers, marked))]
        denied = _NOT_DONE.search(part) is not None
        if _DONE.search(part) and any(truth.items[key].is_done == denied for key in keys):
            return False
        if denied:
            continue
        if _OVERDUE.search(part) and any(truth.overdue_days(key) == 0 for key in keys):
            return False
        if _AFTER_PLAN.search(part) and not all(_is_late(key, truth) for key in keys):
            return False
    return True


def _places(numbers: list[int], marked: str) -> set[int]:
    """Which of the named subjects, in the order of the sentence, stand in this part of it."""
    order = [int(number) for number in _MARK.findall(marked)]
    return {place for place, number in enumerate(order) if number in numbers}


def _is_late(key: Key, truth: Truth) -> bool:
    item = truth.items[key]
    return item.planned_end is not None and item.finished is not None and item.finished > item.planned_end


def _counts(own: list[Subject], person: PersonTruth, truth: Truth) -> set[str]:
    """The numbers that may stand in a sentence beside hours, percentages and dates."""
    keys = list(person.items)
    finished = [key for key in keys if truth.is_finished(key)]
    overdue = [key for key in keys if truth.overdue_days(key)]
    running = [key for key in keys if truth.items[key].is_running]
    days = sum(1 for seconds in person.days.values() if seconds) or len(person.days)
    found = {len(keys), len(finished), len(overdue), len(running), days, len(person.days), person.switches}
    found |= {truth.overdue_days(one.key) for one in own if one.key}
    for one in own:
        item = truth.items[one.key] if one.key else None
        if item is not None and item.finished and item.planned_end:
            found.add(abs((item.finished - item.planned_end).days))
    found |= {max(0, len(keys) - 3), max(0, len(finished) - 3), max(0, len(person.projects) - 4)}
    return {str(number) for number in found} | {f"{person.switches / max(1, days):.1f}"}
