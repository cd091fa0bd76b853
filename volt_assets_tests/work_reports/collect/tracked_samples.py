"""Entries, days and a Toggl in memory for the tests of this stage; every person and text is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.work_reports.models import DayFile, Proof, TimeEntry

NOW = datetime(2025, 10, 20, 12, tzinfo=UTC)
MONDAY = date(2025, 10, 6)


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(count)]


def entry(entry_id: int, start: str = "2025-10-06T09:00:00+02:00", seconds: int | None = 3600, **fields: Any) -> TimeEntry:
    """A stopped entry, or a running one when `seconds` is None."""
    stop = None if seconds is None else "2025-10-06T10:00:00+02:00"
    return TimeEntry(
        **{"id": entry_id, "user_id": 1, "user_name": "Ada Example", "start": start, "stop": stop, "seconds": seconds} | fields
    )


def row(entry_id: int, start: str = "2025-10-06T09:00:00+02:00", seconds: int | None = 3600, **fields: Any) -> TimeEntryRow:
    return TimeEntryRow(**dict(entry(entry_id, start, seconds, **fields)))


def proof(first: date, last: date, ours: int, *, difference: int = 0) -> Proof:
    return Proof(start_date=first, end_date=last, toggl_seconds=ours - difference, our_seconds=ours, checked_at=NOW)


def day_file(day: date, *entries: TimeEntry, **fields: Any) -> DayFile:
    own = proof(day, day, sum(one.seconds or 0 for one in entries if not one.is_running))
    return DayFile(**{"day": day, "data_as_of": NOW, "code_version": "1", "is_closed": True, "proof": own, "entries": entries} | fields)


class TogglInMemory:
    """Answers from `rows`; `slices` are the ranges it was asked for, in order. `totals_off_by` is taken from the front, then 0."""

    def __init__(self, rows: list[TimeEntryRow], *, totals_off_by: list[int] | None = None) -> None:
        self.rows = rows
        self.totals_off_by = totals_off_by or []
        self.slices: list[tuple[date, date]] = []
        self.requests_made = 0

    async def search_time_entries(self, start: date, end: date) -> list[TimeEntryRow]:
        self.slices.append((start, end))
        found = [one for one in self.rows if start.isoformat() <= one.start[:10] <= end.isoformat()]
        self.requests_made += max(1, -(-len(found) // 50))
        return found

    async def total_seconds(self, start: date, end: date) -> int:
        self.requests_made += 1
        inside = [one for one in self.rows if start.isoformat() <= one.start[:10] <= end.isoformat()]
        off_by = self.totals_off_by.pop(0) if self.totals_off_by else 0
        return sum(one.seconds or 0 for one in inside if one.stop is not None) + off_by
