"""The whole company on fixed dates: `build_world` makes it from a seed, the same bytes everywhere and every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from volt_assets.errors import UsageError
from volt_assets.sandbox.company_frame import add_users, build_frame
from volt_assets.sandbox.company_schema import company_types
from volt_assets.sandbox.entries import TimeKeeper, lay_awkward_texts, odd_times
from volt_assets.sandbox.entry_table import EntryTable
from volt_assets.sandbox.fibery_store import FiberyStore
from volt_assets.sandbox.item_maker import ItemMaker
from volt_assets.sandbox.people import SandboxPerson, build_people
from volt_assets.sandbox.planted_traps import add_trap_items, lay_trap_entries, trap_people
from volt_assets.sandbox.schema import USER
from volt_assets.sandbox.special_items import add_special_items
from volt_assets.sandbox.work_calendar import WorkCalendar
from volt_assets.sandbox.work_items import ItemStory, Stretch

MOST_PEOPLE, MOST_WEEKS = 2000, 260


@dataclass(frozen=True)
class WorldOptions:
    """What decides a world. `first_monday` must be a Monday; the world ends `weeks` weeks later on a Sunday."""

    seed: int = 1
    people: int = 11
    weeks: int = 2
    first_monday: date = date(2025, 10, 6)
    traps: bool = False
    """Traps for writers of reports (planted_traps.py) instead of awkward descriptions, and four people more."""

    def __post_init__(self) -> None:
        """Refuse sizes that make no company."""
        if not 1 <= self.people <= MOST_PEOPLE:
            raise UsageError(f"people must be between 1 and {MOST_PEOPLE}, not {self.people}", hint="11 is the usual size")
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise UsageError(f"weeks must be between 1 and {MOST_WEEKS}, not {self.weeks}", hint="2 is the usual length")
        if self.first_monday.weekday() != 0:
            raise UsageError(f"{self.first_monday} is not a Monday", hint="2025-10-06 is the usual beginning")


@dataclass(frozen=True)
class World:
    """People, their time, and what Fibery knows. Only edits.py changes it, while it is served."""

    options: WorldOptions
    people: tuple[SandboxPerson, ...]
    entries: EntryTable
    fibery: FiberyStore

    @property
    def last_day(self) -> date:
        """The Sunday that ends the world."""
        return WorkCalendar(self.options.first_monday, self.options.weeks).last_day

    def lines(self) -> Iterator[str]:
        """Everything as text, in a fixed order."""
        yield from map(repr, self.people)
        yield from self.entries.lines()
        for type_name, rows in self.fibery.rows.items():
            for row in rows.values():
                yield f"{type_name} {json.dumps(row, sort_keys=True, ensure_ascii=False)}"
        for secret, content in self.fibery.documents.items():
            yield f"{secret} {content}"

    def fingerprint(self) -> str:
        """SHA-256 over all of it: equal options, equal fingerprint, on every machine."""
        digest = hashlib.sha256()
        for line in self.lines():
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()


def build_world(options: WorldOptions) -> World:
    """The world of these options: about 35 entries per person and week, about two items."""
    calendar = WorkCalendar(options.first_monday, options.weeks)
    company = build_people(options.people, Random(f"{options.seed}/people"))  # noqa: S311 -- repeatable chance, no secret
    people = (*company, *(trap_people(len(company)) if options.traps else ()))
    store = FiberyStore(company_types())
    users = add_users(store, people, calendar.moment(-60, 8))
    stretches = _work_items(options, calendar, people, store, users)
    table = EntryTable()
    keeper = TimeKeeper(table, calendar, Random(f"{options.seed}/time"))  # noqa: S311 -- repeatable chance, no secret
    trackers = [position for position, person in enumerate(company) if person.tracks_time]
    for position in trackers:
        keeper.track_ordinary_days(position, people[position], stretches[position])
    if options.traps:
        lay_trap_entries(table, len(company), options.first_monday, calendar.last_day)
    else:
        lay_awkward_texts(table, trackers, options.first_monday)
    for entry in odd_times(calendar, people):
        table.add(entry)
    table.sort()
    return World(options, people, table, store)


def _work_items(
    options: WorldOptions, calendar: WorkCalendar, people: tuple[SandboxPerson, ...], store: FiberyStore, users: dict[int, str]
) -> list[list[Stretch]]:
    rng = Random(f"{options.seed}/items")  # noqa: S311 -- repeatable chance, no secret
    maker = ItemMaker(store, calendar, tuple(store.rows[USER]), rng)
    frame = build_frame(maker, calendar, features=max(12, options.people * options.weeks // 8))
    story = ItemStory(maker, frame, users, tuple(users.values()), rng)
    company = people[: options.people]
    special = add_special_items(story, users, company, frame)
    stretches = [
        special[position] + (story.lanes_of(person, calendar.working_days) if person.tracks_time else [])
        for position, person in enumerate(company)
    ]
    story.remaining_children()
    if options.traps:
        add_trap_items(maker, store, users, people[options.people :])
    return stretches
