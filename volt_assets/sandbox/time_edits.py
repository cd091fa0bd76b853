"""What people do to time entries after the fact: change, add, delete, move to another day, delete a tag.

Belongs here: edits of the entry table and of its index by day. Everybody's own time zone counts: a day is a local day.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID, STOPPED, EntryTable, NewEntry
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.toggl_catalogue import TAGS


class EntryChange(TypedDict, total=False):
    """What may change of an entry; `day` and `at` move its start in its owner's zone."""

    seconds: int
    description: str
    day: date
    at: time


@dataclass(frozen=True)
class TimeEdits:
    """Edits one table. `tick` gives the moment of an edit in epoch seconds, later with each call."""

    table: EntryTable
    people: tuple[SandboxPerson, ...]
    rows_by_day: dict[int, array[int]]
    tick: Callable[[], int]

    def change(self, entry_id: int, **changed: Unpack[EntryChange]) -> None:
        """Change an entry. A running one with `seconds` is stopped."""
        row = self._row(entry_id)
        if "seconds" in changed:
            self.table.columns["seconds"][row] = changed["seconds"]
            self.table.columns["ending"][row] = STOPPED
        if "description" in changed:
            self.table.columns["text"][row] = self.table.text_position(changed["description"])
        if "day" in changed or "at" in changed:
            self._move(row, changed.get("day"), changed.get("at"))
        self.table.touched[row] = self.tick()

    def add(self, user_id: int, day: date, *, seconds: int, description: str, at: time = time(7)) -> int:
        """A new entry; its id."""
        position = next((number for number, person in enumerate(self.people) if person.user_id == user_id), None)
        if position is None:
            raise LookupError(f"nobody has the user id {user_id}")
        start = int(datetime.combine(day, at, ZoneInfo(self.people[position].zone)).timestamp())
        return self._append(NewEntry(position, start, seconds, day.toordinal(), description))

    def add_beside(self, entry_id: int) -> int:
        """A new entry of a minute that starts with an existing one; its id."""
        row = self._row(entry_id)
        person, start, day = (self.table.columns[name][row] for name in ("person", "start", "day"))
        return self._append(NewEntry(person, start, 60, day, "Added while somebody was reading"))

    def delete(self, entry_id: int) -> None:
        """An entry that is deleted is not found any more; nothing says that it was there."""
        row = self._row(entry_id)
        self.rows_by_day[self.table.columns["day"][row]].remove(row)

    def delete_tag(self, tag_id: int) -> None:
        """A tag that is deleted disappears from every entry, whose time of change stays."""
        if tag_id not in dict(TAGS):
            raise LookupError(f"there is no tag {tag_id}")
        self.table.deleted_tags.add(tag_id)

    def _append(self, entry: NewEntry) -> int:
        row = len(self.table)
        self.table.add(entry)
        self.table.is_reordered = True
        self.table.touched[row] = self.tick()
        self.rows_by_day.setdefault(entry.day, array("i")).append(row)
        return FIRST_ENTRY_ID + row

    def _move(self, row: int, day: date | None, at: time | None) -> None:
        columns = self.table.columns
        zone = ZoneInfo(self.people[columns["person"][row]].zone)
        start = datetime.fromtimestamp(columns["start"][row], zone)
        moved = datetime.combine(day or start.date(), at or start.time(), zone)
        self.rows_by_day[columns["day"][row]].remove(row)
        columns["start"][row], columns["day"][row] = int(moved.timestamp()), moved.toordinal()
        self.rows_by_day.setdefault(moved.toordinal(), array("i")).append(row)
        self.table.is_reordered = True

    def _row(self, entry_id: int) -> int:
        row = entry_id - FIRST_ENTRY_ID
        if not (0 <= row < len(self.table) and row in self.rows_by_day.get(self.table.columns["day"][row], ())):
            raise LookupError(f"there is no entry {entry_id}")
        return row


def ticking(after: date) -> Callable[[], int]:
    """Moments from 09:00 UTC of the day after `after` on, a minute apart: the same edits carry the same times."""
    moment = int((datetime.combine(after, time(9)) - datetime(1970, 1, 1)) / timedelta(seconds=1)) + 86_400  # noqa: DTZ001 -- UTC on both sides

    def tick() -> int:
        nonlocal moment
        moment += 60
        return moment

    return tick
