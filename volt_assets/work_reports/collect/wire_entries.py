"""From what the Toggl client gives to time entries, each id once.

Belongs here: which copy of an entry counts, and what no entry can be. Does not: the shape of the wire (clients/toggl_wire.py),
storing (day_store.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.errors import UnexpectedAnswerError
from volt_assets.work_reports.models import TimeEntry

# The client has made sure of a time with an offset; the calendar also has week dates, which would be no day here.
_DAY_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}T", re.ASCII)
# Sums over millions of entries must fit 64 bits; no timer runs for 31 years.
_MOST_SECONDS = 10**9
_MOST_ID = 2**63 - 1


def unique_entries(rows: Iterable[TimeEntryRow]) -> list[TimeEntry]:
    """Every entry once, by id. Of two copies (an edit between two pages) the one changed later counts.

    Raises UnexpectedAnswerError for an entry without a day or with numbers that no entry has.
    """
    newest: dict[int, TimeEntry] = {}
    for row in rows:
        keep_newest(newest, entry_of(row))
    return [newest[entry_id] for entry_id in sorted(newest)]


def keep_newest(known: dict[int, TimeEntry], entry: TimeEntry) -> None:
    """Put an entry among those known by id, unless a copy there was changed later."""
    there = known.get(entry.id)
    if there is None or (there.at or "") <= (entry.at or ""):
        known[entry.id] = entry


def tracked_seconds(entries: Iterable[TimeEntry]) -> int:
    """The sum of the seconds, running entries left out."""
    return sum(entry.seconds or 0 for entry in entries if not entry.is_running)


def entry_of(row: TimeEntryRow) -> TimeEntry:
    """The entry of a row. Raises UnexpectedAnswerError for one without a day or with numbers that no entry has."""
    entry = TimeEntry(**dict(row))
    if not _DAY_FIRST.match(entry.start):
        raise UnexpectedAnswerError(f"Toggl gave entry {entry.id} the start '{entry.start[:40]}', which does not begin with a day")
    if not (0 < entry.id <= _MOST_ID and 0 <= entry.user_id <= _MOST_ID):
        raise UnexpectedAnswerError(f"Toggl gave an entry the id {entry.id} and the user {entry.user_id}, which cannot be")
    if not entry.is_running and (entry.seconds or 0) > _MOST_SECONDS:
        raise UnexpectedAnswerError(f"Toggl gave entry {entry.id} a duration of {entry.seconds} s, which no timer reaches")
    return entry
