"""What is true of a period, from the sandbox's own seed data: its entry table and its work items, as they are planted.

Nothing of the product's collecting, enriching or reporting is used. A description names an item by `#number` and a label
that Fibery's formula writes (`entry_texts.LABELS`); the worlds that are scored have no other way of naming one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from volt_assets.sandbox.entry_table import STOPPED
from volt_assets.sandbox.entry_texts import LABELS
from volt_assets.sandbox.item_fields import date_fields, state_field
from volt_assets.sandbox.schema import DOCUMENT
from volt_assets.sandbox.server import RunningSandbox

Key = tuple[str, str]
"""Type and number of an item."""
_REFERENCE = re.compile(r"#(\d+) (\[.*)$", re.DOTALL)
_MEETING = re.compile(r"\b(?:meetings?|stand-?up|call|sync|retro|planning|1:1|interview)\b", re.IGNORECASE)
"""What config/volt.yaml calls a meeting."""


@dataclass
class ItemTruth:
    """One item as Fibery's seed has it. A deleted one has a name only."""

    key: Key
    name: str
    exists: bool = True
    is_done: bool = False
    is_running: bool = False
    """Begun by its state, and not done."""
    started: date | None = None
    finished: date | None = None
    planned_end: date | None = None
    texts: tuple[str, ...] = ()
    """Name, description, comments, fields of text, descriptions of entries."""


@dataclass
class PersonTruth:
    """One person's time in the period, in seconds."""

    name: str
    items: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    activities: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    projects: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    switches: int = 0
    """How often the next entry of a day is about something else than the one before."""
    work: dict[date, list[tuple[int, object]]] = field(default_factory=lambda: defaultdict(list))
    """Day -> start of each entry, and what it is about."""

    @property
    def on_items(self) -> int:
        return sum(self.items.values())

    @property
    def tracked(self) -> int:
        return self.on_items + sum(self.activities.values())


@dataclass
class Truth:
    """Everything that is true of the period."""

    start: date
    end: date
    people: dict[int, PersonTruth]
    """By user id; those without an entry are not in it."""
    items: dict[Key, ItemTruth]
    names: tuple[str, ...]
    """Everybody of the company, and who only writes comments."""

    def is_finished(self, key: Key) -> bool:
        """Whether it was finished within the period."""
        item = self.items[key]
        return item.is_done and item.finished is not None and self.start <= item.finished <= self.end

    def overdue_days(self, key: Key) -> int:
        """Days between its planned end and the period's, when it was not finished by then."""
        item = self.items[key]
        if (
            item.planned_end is None
            or (item.finished is not None and item.finished <= self.end)
            or (item.is_done and item.finished is None)
        ):
            return 0
        return max(0, (self.end - item.planned_end).days)

    @property
    def team(self) -> PersonTruth:
        """Everybody's time together."""
        whole = PersonTruth("Team")
        for person in self.people.values():
            for mine, all_of in zip(_sums(person), _sums(whole), strict=True):
                for key, seconds in mine.items():
                    all_of[key] += seconds
        return whole


def is_meeting(name: str) -> bool:
    """Whether an activity is a meeting by its name."""
    return _MEETING.search(name) is not None


def meeting_seconds(person: PersonTruth) -> int:
    """Time on activities that are meetings by their name."""
    return sum(seconds for name, seconds in person.activities.items() if is_meeting(name))


def _sums(person: PersonTruth) -> tuple[dict[Any, int], ...]:
    return person.items, person.activities, person.days, person.projects


def truth_of(sandbox: RunningSandbox, start: date, end: date) -> Truth:
    """What the sandbox holds now of the days from `start` to `end`; entries that were deleted are not there any more."""
    table, world = sandbox.world.entries, sandbox.world
    people: dict[int, PersonTruth] = {}
    items: dict[Key, ItemTruth] = {}
    for day in range(start.toordinal(), end.toordinal() + 1):
        for row in sandbox.edit.toggl.rows_by_day.get(day, ()):
            who = world.people[table.columns["person"][row]]
            if table.columns["ending"][row] != STOPPED:
                continue
            person = people.setdefault(who.user_id, PersonTruth(who.name))
            text, seconds = table.descriptions[table.columns["text"][row]], table.columns["seconds"][row]
            person.days[date.fromordinal(day)] += seconds
            named = _named(text)
            person.work[date.fromordinal(day)].append((table.columns["start"][row], named[0] if named else text))
            if named is None:
                person.activities[text] += seconds
                continue
            key, name, project = named
            person.items[key] += seconds
            if project:
                person.projects[project] += seconds
            item = items.setdefault(key, _item(sandbox, key, name))
            item.texts = (*item.texts, name)
    for person in people.values():
        for entries in person.work.values():
            about = [what for _, what in sorted(entries, key=lambda entry: entry[0])]
            person.switches += sum(one != other for one, other in pairwise(about))
    authors = {str(row.get("user/name", "")) for row in world.fibery.rows["fibery/user"].values()}
    return Truth(start, end, people, items, tuple(sorted({person.name for person in world.people} | authors - {""})))


def _named(description: str) -> tuple[Key, str, str] | None:
    """Type and number, name, and project of the item that a description names."""
    found = _REFERENCE.search(description)
    if found is None:
        return None
    labels = sorted(LABELS.items(), key=lambda known: -len(known[1]))
    type_name, label = next(((name, label) for name, label in labels if found[2].startswith(label)), ("", ""))
    project = found[2].removeprefix(label).strip().removeprefix("[").removesuffix("]")
    return ((type_name, found[1]), description[: found.start()].strip(), project) if type_name else None


def _item(sandbox: RunningSandbox, key: Key, name: str) -> ItemTruth:
    store = sandbox.world.fibery
    row = store.find(*key)
    if row is None:
        return ItemTruth(key, name, exists=False)
    spec, dates = store.types[key[0]], date_fields(key[0])
    title = str(row[next(own.name for own in spec.fields.values() if own.is_title)])
    state = state_field(spec)
    own_state = store.rows[state.type][row[state.name]] if state else {}
    final = bool(own_state.get("workflow/Final"))
    is_running = bool(own_state) and not final and own_state.get("workflow/Type") != "Not started"
    at = {display: _day(row, spec.field_named(display)) if display else None for display in dates}
    texts = (title, *_documents(sandbox, row, spec), *_comments(sandbox, row))
    started, finished, planned_end = at[dates.started], at[dates.completed], at[dates.planned_end]
    return ItemTruth(
        key, title, is_done=final, is_running=is_running, started=started, finished=finished, planned_end=planned_end, texts=texts
    )


def _day(row: dict[str, Any], own: Any) -> date | None:
    value = row.get(own.name) if own is not None else None
    return date.fromisoformat(str(value)[:10]) if value else None


def _documents(sandbox: RunningSandbox, row: dict[str, Any], spec: Any) -> Iterator[str]:
    store = sandbox.world.fibery
    for own in spec.fields.values():
        document = store.rows[DOCUMENT].get(str(row.get(own.name))) if own.type == DOCUMENT else None
        if document is not None:
            yield store.documents[document["Collaboration~Documents/secret"]]


def _comments(sandbox: RunningSandbox, row: dict[str, Any]) -> Iterator[str]:
    store = sandbox.world.fibery
    comments = (
        next((rows for rows in store.rows.values() if row.get("comments/comments", [None])[0] in rows), {})
        if row.get("comments/comments")
        else {}
    )
    for comment in row.get("comments/comments", ()):
        yield store.documents[comments[comment]["comment/document-secret"]]
