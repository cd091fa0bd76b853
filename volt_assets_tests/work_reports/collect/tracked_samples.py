"""Entries, days and a Toggl in memory for the tests of this stage; every person and text is invented."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from volt_assets.clients.toggl_wire import SummaryPart, TimeEntryRow
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
    """A Toggl that answers from `rows`, `page_size` rows at a time.

    `slices` are the ranges it was asked to search, in order. `totals_off_by` is taken from the front, then 0. `before_page` is called
    with the number of each page (from 1) before it is answered: edits between pages, faults. `fails` are the errors of other requests.
    """

    def __init__(self, rows: Iterable[TimeEntryRow], *, totals_off_by: list[int] | None = None, page_size: int = 50) -> None:
        self.rows = list(rows)
        self.totals_off_by = totals_off_by or []
        self.page_size = page_size
        self.slices: list[tuple[date, date]] = []
        self.totals: list[tuple[date, date]] = []
        self.requests_made = 0
        self.before_page: Callable[[int], None] = lambda _: None
        self.fails: dict[str, Exception] = {}

    def within(self, start: date, end: date) -> list[TimeEntryRow]:
        found = [one for one in self.rows if start.isoformat() <= one.start[:10] <= end.isoformat()]
        return sorted(found, key=lambda one: (datetime.fromisoformat(one.start), one.id))

    async def search_pages(self, start: date, end: date) -> AsyncIterator[list[TimeEntryRow]]:
        self.slices.append((start, end))
        first, number = 0, 1
        while True:
            self.before_page(number)
            self.requests_made += 1
            found = self.within(start, end)
            yield found[first : first + self.page_size]
            first, number = first + self.page_size, number + 1
            if first >= len(found):
                return

    def _count(self, request: str) -> None:
        self.requests_made += 1
        if request in self.fails:
            raise self.fails[request]

    async def total_seconds(self, start: date, end: date) -> int:
        self._count("totals")
        self.totals.append((start, end))
        off_by = self.totals_off_by.pop(0) if self.totals_off_by else 0
        return sum(one.seconds or 0 for one in self.within(start, end) if one.stop is not None) + off_by

    async def summary(self, start: date, end: date) -> list[SummaryPart]:
        self._count("summary")
        groups: dict[tuple[int, str], list[TimeEntryRow]] = {}
        for one in self.within(start, end):
            if one.stop is not None:
                groups.setdefault((one.user_id, one.description), []).append(one)
        return [
            SummaryPart(user_id=user_id, seconds=sum(one.seconds or 0 for one in own), entry_ids=tuple(one.id for one in own))
            for (user_id, _), own in groups.items()
        ]

    async def latest_changes(self, start: date, end: date) -> tuple[list[TimeEntryRow], bool]:
        self._count("latest changes")
        found = sorted(self.within(start, end), key=lambda one: (one.at or "", one.id), reverse=True)
        return found[: self.page_size], len(found) > self.page_size
