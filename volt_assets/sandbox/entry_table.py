"""Time entries in columns: a year of 500 people is some 900,000 rows, too many for one object each."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FIRST_ENTRY_ID = 3_405_900_000
NONE = -1
STOPPED, RUNNING, RUNNING_NEGATIVE = 0, 1, 2
"""How an entry ends: with a stop; without one (stop null); with negative seconds, as older clients left it."""


class NewEntry(NamedTuple):
    """An entry before it has an id. `start` in epoch seconds, `day` the ordinal of the owner's local date."""

    person: int
    start: int
    seconds: int
    day: int
    description: str
    project: int = NONE
    tags: int = 0
    task: int = NONE
    is_billable: bool = False
    ending: int = STOPPED


_COLUMNS = (("person", "H"), ("start", "q"), ("seconds", "q"), ("day", "i"), ("text", "i"))
_SMALL_COLUMNS = (("project", "b"), ("tags", "b"), ("task", "b"), ("billable", "b"), ("ending", "b"))


@dataclass
class EntryTable:
    """Entries by row, in the order of their start; the id of a row is FIRST_ENTRY_ID + row."""

    columns: dict[str, array[int]] = field(default_factory=lambda: {name: array(kind) for name, kind in (*_COLUMNS, *_SMALL_COLUMNS)})
    descriptions: list[str] = field(default_factory=list)
    touched: dict[int, int] = field(default_factory=dict)
    """Row -> epoch seconds of its last edit, for rows edited after the world was built."""
    deleted_tags: set[int] = field(default_factory=set)
    is_reordered: bool = False
    """Edits added or moved rows: these no longer stand in the order of their start."""
    _positions: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.columns["start"])

    def add(self, entry: NewEntry) -> None:
        """Append; `sort` puts it into its place."""
        columns = self.columns
        columns["person"].append(entry.person)
        columns["start"].append(entry.start)
        columns["seconds"].append(entry.seconds)
        columns["day"].append(entry.day)
        columns["text"].append(self.text_position(entry.description))
        columns["project"].append(entry.project)
        columns["tags"].append(entry.tags)
        columns["task"].append(entry.task)
        columns["billable"].append(entry.is_billable)
        columns["ending"].append(entry.ending)

    def text_position(self, description: str) -> int:
        """Where a description stands in `descriptions`, which holds each only once."""
        position = self._positions.setdefault(description, len(self.descriptions))
        if position == len(self.descriptions):
            self.descriptions.append(description)
        return position

    def sort(self) -> None:
        """Order by start, then person, then as added."""
        keys = [start << 16 | person for start, person in zip(self.columns["start"], self.columns["person"], strict=True)]
        order = sorted(range(len(self)), key=keys.__getitem__)
        for name, column in self.columns.items():
            self.columns[name] = array(column.typecode, map(column.__getitem__, order))

    def rows_by_day(self) -> dict[int, array[int]]:
        """Local day (ordinal) -> its rows."""
        days: dict[int, array[int]] = {}
        for row, day in enumerate(self.columns["day"]):
            days.setdefault(day, array("i")).append(row)
        return days

    def lines(self) -> Iterator[str]:
        """Every column as one line of text, then every description: equal tables, equal lines."""
        for name, column in self.columns.items():
            yield f"{name}:{','.join(map(str, column))}"
        yield from self.descriptions
