"""The fact table of one report: every figure and name a sentence may say, each with what it rests on.

Belongs here: making facts with short stable ids, and the slots by which a text refers to them. A slot is the fact's id
between two private characters; text from outside cannot hold one, since `clean` takes such characters out. Which facts a
report has stand in person_table.py and team_table.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from volt_assets.work_reports.languages.language import gettext, style
from volt_assets.work_reports.models import Fact, FactTable, Sentence
from volt_assets.work_reports.models.facts import FactKind
from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.figures import Hours, counted
from volt_assets.work_reports.report.labels import label_of
from volt_assets.work_reports.report.markdown import TITLE_LENGTH, Markdown, escape

MOST_ENTRIES = 200
_PROJECT_LENGTH, _ACTIVITY_LENGTH = 60, 80
_OPEN, _CLOSE, _BREAK = "\ue000", "\ue001", "\ue002"
_SLOT = re.compile(f"{_OPEN}([a-z]+[0-9]+){_CLOSE}")
_LETTERS: Mapping[FactKind, str] = {
    "hours": "h",
    "count": "n",
    "percent": "r",
    "date": "d",
    "days": "t",
    "item": "i",
    "person": "p",
    "project": "j",
    "state": "s",
    "name": "x",
    "change": "c",
    "money": "m",
    "period": "w",
    "progress": "g",
}
_LENGTHS: Mapping[str, int] = {"project": _PROJECT_LENGTH, "name": _ACTIVITY_LENGTH}
SUBJECTS = frozenset(("item", "person", "project", "name"))


class FactBook:
    """Makes facts; the same fact asked for twice is one fact."""

    def __init__(self) -> None:
        """Start empty."""
        self._facts: dict[str, Fact] = {}
        self._known: dict[tuple[object, ...], str] = {}
        self._counts: Counter[str] = Counter()

    @property
    def table(self) -> FactTable:
        """The facts so far."""
        return FactTable(facts=tuple(self._facts.values()))

    def by_id(self) -> Mapping[str, Fact]:
        """Each fact by its id."""
        return self._facts

    def item(self, name: ItemName, entries: Sequence[int] = ()) -> Fact:
        """A work item; printed as `#7658 Provision the cloud account`."""
        label = f"{name.type} {name.number}"
        draft = _draft("item", name.title, "item", label, name.public_id).model_copy(update={"item": name.key, "url": name.url})
        return self._kept(name.key, draft, entries)

    def knows_item(self, name: ItemName) -> bool:
        """Whether there is a fact of this item already."""
        return ("item", name.key) in self._known

    def person(self, name: str, user_id: int | None = None, entries: Sequence[int] = ()) -> Fact:
        """Somebody; people outside the report's data have no user id."""
        return self._kept(name, _draft("person", name, "person", "a person", name).model_copy(update={"person": user_id}), entries)

    def project(self, name: str, entries: Sequence[int] = ()) -> Fact:
        """A project of Toggl."""
        return self._kept(name, _draft("project", label_of(name), "project", "a project", name), entries)

    def name(self, text: str, aspect: str, entries: Sequence[int] = ()) -> Fact:
        """An activity, a type of items, or another name from outside; `aspect` says which."""
        return self._kept((aspect, text), _draft("name", label_of(text), aspect, f"a name: {aspect}", text), entries)

    def hours(self, hours: Hours, aspect: str, about: Sequence[Fact] = (), entries: Sequence[int] = ()) -> Fact:
        """A duration, e.g. `38.6 h`."""
        return self._figure("hours", hours.text, aspect, about, value=hours.seconds, unit="s", entries=entries)

    def percent(self, percent: int, aspect: str, about: Sequence[Fact] = (), entries: Sequence[int] = ()) -> Fact:
        """A share, e.g. `91 %`."""
        return self._figure("percent", f"{percent} %", aspect, about, value=percent, unit="%", entries=entries)

    def change(self, text: str, aspect: str, about: Sequence[Fact] = ()) -> Fact:
        """A difference in hours with its sign, e.g. `+2.1 h`."""
        return self._figure("change", gettext("%(hours)s h", hours=text), aspect, about, value=style().canonical(text), unit="h")

    def count(self, number: int, one: str, many: str, aspect: str, about: Sequence[Fact] = (), entries: Sequence[int] = ()) -> Fact:
        """A number with what is counted, e.g. `3 items`; without words the number alone."""
        text = counted(number, one, many) if one else style().integer(number)
        return self._figure("count", text, aspect, about, value=number, unit=many, entries=entries)

    def number(self, text: str, aspect: str) -> Fact:
        """A number written by another rule, e.g. the mean `3.5`."""
        return self._figure("count", text, aspect, (), value=style().canonical(text))

    def progress(self, done: int, total: int, about: Fact) -> Fact:
        """`4 of 7` children done."""
        return self._figure(
            "progress", gettext("%(done)s of %(total)s", done=done, total=total), "done", [about], value=f"{done}/{total}", unit="items"
        )

    def date(self, text: str, day: date | str | None, aspect: str, about: Sequence[Fact] = ()) -> Fact:
        """A day as the report writes it; `day` is its value, the same in every language."""
        return self._figure("date", text, aspect, about, value=str(day) if day else text)

    def days(self, days: int, aspect: str, about: Sequence[Fact] = ()) -> Fact:
        """`3 days`."""
        return self._figure("days", counted(days, "day", "days"), aspect, about, value=days, unit="days")

    def state(self, text: str, about: Fact) -> Fact:
        """The state of an item as Fibery names it."""
        return self._figure("state", text, "state", [about], value=text)

    def _figure(
        self,
        kind: FactKind,
        text: str,
        aspect: str,
        about: Sequence[Fact],
        *,
        value: int | str | None,
        unit: str = "",
        entries: Sequence[int] = (),
    ) -> Fact:
        subjects = tuple(fact.id for fact in about)
        of = " and ".join(fact.text.partition(" ")[0] if fact.kind == "item" else str(fact.value) for fact in about)
        only = {fact.kind: fact for fact in about}
        item, person = only.get("item"), only.get("person")
        draft = Fact(
            id="",
            kind=kind,
            text=text,
            value=value,
            unit=unit,
            label=f"{aspect} of {of}" if of else f"{aspect}, the whole report",
            aspect=aspect,
            about=subjects,
            item=item.item if item else None,
            person=person.person if person else None,
            url=item.url if item else None,
        )
        return self._kept((aspect, subjects, unit, text), draft, entries or tuple(entry for fact in about[:1] for entry in fact.entries))

    def _kept(self, key: object, draft: Fact, entries: Sequence[int]) -> Fact:
        """The fact with its id, or the one that was made before under the same key."""
        known = self._known.get((draft.kind, key))
        if known is not None:
            return self._facts[known]
        letter = _LETTERS[draft.kind]
        self._counts[letter] += 1
        fact = draft.model_copy(
            update={
                "id": f"{letter}{self._counts[letter]}",
                "entries": tuple(entries[:MOST_ENTRIES]),
                "more_entries": max(0, len(entries) - MOST_ENTRIES),
            }
        )
        self._facts[fact.id] = fact
        self._known[draft.kind, key] = fact.id
        return fact


def _draft(kind: FactKind, text: str, aspect: str, label: str, value: str) -> Fact:
    return Fact(id="", kind=kind, text=text, aspect=aspect, label=label, value=value)


def slot(fact: Fact) -> Markdown:
    """The place of a fact in a text."""
    return Markdown(f"{_OPEN}{fact.id}{_CLOSE}")


def told(parts: Iterable[str]) -> Markdown:
    """Safe sentences of one paragraph; empty ones are left out."""
    return Markdown(_BREAK.join(part for part in parts if part))


def shown(fact: Fact) -> Markdown:
    """The fact as a report prints it."""
    return escape(fact.text, _LENGTHS.get(fact.kind, TITLE_LENGTH))


def facts_in(text: str) -> tuple[str, ...]:
    """Ids of the facts whose slots stand in a text, each once, in their order."""
    return tuple(dict.fromkeys(_SLOT.findall(text)))


def filled(text: str, facts: Mapping[str, Fact]) -> Markdown:
    """The text with every slot filled in."""
    return Markdown(_SLOT.sub(lambda match: shown(facts[match[1]]), text))


def numbered(sections: Mapping[str, Sequence[Sentence]]) -> dict[str, tuple[Sentence, ...]]:
    """The sentences with ids `s1`, `s2`, … in the order of the sections."""
    number = 0
    result: dict[str, tuple[Sentence, ...]] = {}
    for name, sentences in sections.items():
        listed = []
        for sentence in sentences:
            number += 1
            listed.append(sentence.model_copy(update={"id": f"s{number}"}))
        result[name] = tuple(listed)
    return result


def sentences_of(section: str, text: str, facts: Mapping[str, Fact]) -> tuple[Sentence, ...]:
    """What a deterministic writer wrote, as sentences: paragraphs made by `told`, list lines by `bullets`."""
    parts = [(part, line.startswith("- ")) for line in text.splitlines() for part in line.removeprefix("- ").split(_BREAK)]
    return tuple(
        Sentence(id="", section=section, text=filled(part, facts), facts=facts_in(part), is_bullet=is_bullet)
        for part, is_bullet in parts
        if part
    )
