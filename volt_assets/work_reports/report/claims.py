"""What the facts of a report let a sentence claim: states, relations, texts to take words from.

Belongs here: the knowledge the verifier (verifier.py) compares sentences with, made from a fact table. Does not: reading
sentences (clauses.py), the words of a language (lexicon.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from volt_assets.work_reports.models import Fact
from volt_assets.work_reports.report.fact_models import ItemFacts
from volt_assets.work_reports.report.lexicon import Lexicon
from volt_assets.work_reports.report.person_prose import item_section
from volt_assets.work_reports.report.person_table import PersonTable
from volt_assets.work_reports.report.phases import Phase
from volt_assets.work_reports.report.team_models import TeamFacts, TeamItem
from volt_assets.work_reports.report.team_table import MOST_ROWS, TeamTable

_SHORTEST_NAME = 3


@dataclass(frozen=True)
class ItemClaims:
    """What may be said of one item. A feature that is only named has no phase: nothing may be said of its state."""

    texts: tuple[str, ...]
    phase: Phase | None = None
    state: str = ""
    finished_in_period: bool = False
    started_in_period: bool = False
    has_started: bool = False
    started_before: bool = False
    """Whether it was started before the period began: what is done on it then goes on."""
    days_late: int | None = None
    overdue_days: int = 0
    people: frozenset[str] = frozenset()
    """Fact ids of those with time on it."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fact id of each who commented on it -> the comments."""
    projects: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()
    """Fact ids of the features it is a part of."""


@dataclass(frozen=True)
class Claims:
    """Everything one report can prove."""

    facts: Mapping[str, Fact]
    items: Mapping[str, ItemClaims]
    section_items: Mapping[str, str]
    """Section of an item -> the item's fact id."""
    person: str | None
    """The person an individual report is about: need not be named."""
    noun: str
    """What the period is called: `this week`."""
    names: frozenset[str]
    """Parts of names of people, in small letters: only placeholders may name people."""
    people_of: Mapping[str, frozenset[str]]
    """Project or activity -> the people with time on it."""
    lexicon: Lexicon
    _stems: dict[tuple[str, str | None], frozenset[str]] = field(default_factory=dict)

    def words_of(self, item: str, speaker: str | None = None) -> frozenset[str]:
        """The stems of all that is known to be written about an item, or of what one person said of it."""
        key = (item, speaker)
        if key not in self._stems:
            found = self.items.get(item)
            texts = () if found is None else found.texts if speaker is None else found.said.get(speaker, ())
            self._stems[key] = frozenset().union(*map(self.lexicon.stems_of, texts))
        return self._stems[key]

    def near(self, item: str) -> frozenset[str]:
        """The item, the features it is a part of, and the items that are parts of it."""
        return frozenset((item, *self.items[item].parents, *self._parts.get(item, ())))

    def seconds_of(self, subject: str) -> int | None:
        """The time on an item, a project or an activity."""
        return self._seconds.get(subject)

    def is_first(self, subject: str) -> bool:
        """Whether no other subject of its kind has as much time."""
        kind = self.facts[subject].kind
        own = self._seconds.get(subject)
        others = [seconds for other, seconds in self._seconds.items() if other != subject and self.facts[other].kind == kind]
        return own is not None and all(seconds < own for seconds in others)

    def total_seconds(self, aspect: str) -> int:
        """All time (`tracked`) or the time on items (`time on items`) of the report."""
        return next((int(fact.value or 0) for fact in self.facts.values() if fact.aspect == aspect and not fact.about), 0)

    @cached_property
    def _parts(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item, known in self.items.items():
            for parent in known.parents:
                found.setdefault(parent, []).append(item)
        return found

    @cached_property
    def _seconds(self) -> Mapping[str, int]:
        timed = (fact for fact in self.facts.values() if fact.kind == "hours" and fact.aspect == "time" and fact.about)
        return {fact.about[0]: int(fact.value or 0) for fact in timed}


def person_claims(table: PersonTable, lexicon: Lexicon) -> Claims:
    """What the sentences of an individual report may say."""
    facts = table.facts
    items: dict[str, ItemClaims] = {}
    for item in facts.items:
        own = table.item(item.name).id
        parents = frozenset((table.item(item.part_of.feature).id,)) if item.part_of else frozenset()
        for block in (item.part_of, item.progress):
            if block is not None:
                named = ItemClaims(texts=(block.feature.name,), people=frozenset((table.person.id,)))
                items.setdefault(table.item(block.feature).id, named)
        items[own] = ItemClaims(
            texts=texts_of(item),
            phase=_phase(item, by_dates=facts.judged_by_dates) if item.status == "enriched" else None,
            state="" if facts.judged_by_dates else item.state,
            finished_in_period=item.finished,
            started_in_period=facts.scene.period.contains(item.days.started),
            started_before=item.days.started is not None and item.days.started < facts.scene.period.start,
            has_started=item.days.started is not None or item.phase in ("in progress", "done"),
            days_late=item.days_late,
            overdue_days=item.overdue_days,
            people=frozenset((table.person.id,)),
            said=_said(table, item),
            projects=frozenset((table.book.project(item.project).id,)) if item.project else frozenset(),
            parents=parents,
        )
    everybody = (*facts.scene.roster, facts.name, *(said.author for item in facts.items for said in item.comments if said.author))
    return Claims(
        facts=_sayable(table, by_dates=facts.judged_by_dates),
        items=items,
        section_items={item_section(item): table.item(item.name).id for item in facts.items},
        person=table.person.id,
        noun=facts.scene.period.noun,
        names=_name_parts(everybody),
        people_of={},
        lexicon=lexicon,
    )


def team_claims(table: TeamTable, lexicon: Lexicon) -> Claims:
    """What the sentences of a report about everybody may say: of items their names, never the texts of single people."""
    facts = table.facts
    items = {table.item(item.name).id: _team_item(table, item) for item in facts.items if table.is_known(item.name)}
    people_of: dict[str, frozenset[str]] = {}
    if isinstance(facts, TeamFacts):
        for block in facts.features:
            if table.is_known(block.feature):
                items.setdefault(table.item(block.feature).id, ItemClaims(texts=(block.feature.name,)))
        for row in facts.projects[:MOST_ROWS]:
            people_of[table.share(row.share)[0].id] = frozenset(table.person(name).id for name in row.people)
    for activity in facts.activities[:MOST_ROWS]:
        people_of[table.activity(activity).id] = frozenset(table.person(name).id for name in activity.people)
    return Claims(
        facts=_sayable(table, by_dates=isinstance(facts, TeamFacts) and facts.judged_by_dates),
        items=items,
        section_items={},
        person=None,
        noun=facts.scene.period.noun,
        names=_name_parts(facts.scene.roster),
        people_of=people_of,
        lexicon=lexicon,
    )


def texts_of(item: ItemFacts) -> tuple[str, ...]:
    """What is written about an item, as a model gets to see it: its name, description, comments, time entries."""
    return (item.name.name, item.description, *(said.text for said in item.comments), *item.names[:5], *(value for _, value in item.fields))


def _sayable(table: PersonTable | TeamTable, *, by_dates: bool) -> dict[str, Fact]:
    """The facts so far. Long after a period states and progress are those of another day: nothing is said of them."""
    told = {fact.id: fact for fact in table.book.table.facts}
    return {
        name: fact
        for name, fact in told.items()
        if not by_dates or (fact.kind not in ("state", "progress") and fact.aspect != "share done")
    }


def _phase(item: ItemFacts, *, by_dates: bool) -> Phase:
    """Long after the period an item without a date of its start is not started on the day of the fetch: nothing tells of then."""
    return "unknown" if by_dates and item.phase == "not started" and item.days.started is None else item.phase


def _said(table: PersonTable, item: ItemFacts) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for said in item.comments:
        if said.author:
            author = table.author(said.author).id
            found[author] = (*found.get(author, ()), said.text)
    return found


def _team_item(table: TeamTable, item: TeamItem) -> ItemClaims:
    return ItemClaims(
        texts=(item.name.name,),
        phase=item.phase,
        finished_in_period=item.finished,
        has_started=item.phase in ("in progress", "done"),
        overdue_days=item.overdue_days,
        people=frozenset(table.person(part.name).id for part in item.parts),
        projects=frozenset((table.book.project(item.project).id,)) if item.project else frozenset(),
    )


def _name_parts(names: Iterable[str]) -> frozenset[str]:
    return frozenset(part for name in names for part in name.casefold().replace("-", " ").split() if len(part) >= _SHORTEST_NAME)
