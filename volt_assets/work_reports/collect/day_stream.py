"""Pages of Toggl's search become stored days while they come: a day is written as soon as no later page can hold a part of it.

Belongs here: one pass over one slice of days. Does not: which slices (download.py), whether what came is complete (proving.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.wire_entries import entry_of, keep_newest
from volt_assets.work_reports.models import DayEdit, DayFile, LateEdit, TimeEntry
from volt_assets.work_reports.range_key import is_closed

_LAST_ZONE = timedelta(hours=12)
_ONE_DAY = timedelta(days=1)
_NAMED = 5


class TogglReports(Protocol):
    """What the download needs of a Toggl client."""

    @property
    def requests_made(self) -> int:
        """HTTP requests sent so far, retries included."""

    def search_pages(self, start: date, end: date) -> AsyncIterator[Sequence[TimeEntryRow]]:
        """Every row that Toggl has for the days, both inclusive, in the owners' zones; oldest first, page by page."""

    async def total_seconds(self, start: date, end: date) -> int:
        """Toggl's own total over the same days."""


@dataclass
class DayStream:
    """Writes days into a store as their entries come."""

    store: DayStore
    client: TogglReports
    clock: Callable[[], datetime]
    code_version: str
    largest_page: int = 0
    """Rows of the largest page so far, a lower bound of Toggl's page size."""
    entries: int = 0
    """Entries stored so far."""
    warnings: list[str] = field(default_factory=list)

    async def read(
        self,
        days: Sequence[date],
        *,
        earlier: Mapping[date, DayFile] | None = None,
        on_stored: Callable[[Sequence[StoredDay]], None] = lambda _: None,
    ) -> None:
        """Download `days` (without a gap, ascending) with one cursor; each is stored unproven, the empty ones too.

        `earlier`: days stored by an earlier run that are replaced; what differs is recorded in the new file. An error of the client
        ends the call; the days stored until then stay.
        """
        current = _Slice(self, days, asked_at=self.clock(), earlier=earlier or {})
        async for page in self.client.search_pages(days[0], days[-1]):
            self.largest_page = max(self.largest_page, len(page))
            if page:
                on_stored(current.take(page))
        on_stored(current.finish())
        self.warnings += current.warnings()


@dataclass
class _Slice:
    stream: DayStream
    days: Sequence[date]
    asked_at: datetime
    earlier: Mapping[date, DayFile]
    pending: dict[int, TimeEntry] = field(default_factory=dict)
    late: dict[int, TimeEntry] = field(default_factory=dict)
    """Entries of days that are stored already: the order of the rows did not hold."""
    outside: dict[int, str] = field(default_factory=dict)
    stored_count: int = 0

    def take(self, page: Sequence[TimeEntryRow]) -> list[StoredDay]:
        """Add a page and store the days that are complete with it."""
        first_open = self.days[self.stored_count].isoformat() if self.stored_count < len(self.days) else "9999"
        for entry in map(entry_of, page):
            if not self.days[0].isoformat() <= entry.day <= self.days[-1].isoformat():
                self.outside[entry.id] = entry.day
            else:
                keep_newest(self.pending if entry.day >= first_open else self.late, entry)
        return self._store_until(_complete_before(page[-1].start))

    def finish(self) -> list[StoredDay]:
        """Store the rest; no page will come."""
        for day in {entry.day for entry in self.late.values()}:
            self._merge_late(date.fromisoformat(day))
        return self._store_until(self.days[-1] + _ONE_DAY)

    def warnings(self) -> list[str]:
        """What Toggl should not have given."""
        if not self.outside:
            return []
        named = ", ".join(f"{entry_id} ({day})" for entry_id, day in list(self.outside.items())[:_NAMED])
        more = f" and {len(self.outside) - _NAMED} more" if len(self.outside) > _NAMED else ""
        return [f"{self.days[0]} to {self.days[-1]}: Toggl gave entries of other days, not stored here: {named}{more}"]

    def _store_until(self, end: date) -> list[StoredDay]:
        ready: dict[str, list[TimeEntry]] = {}
        while self.stored_count < len(self.days) and self.days[self.stored_count] < end:
            ready[self.days[self.stored_count].isoformat()] = []
            self.stored_count += 1
        for entry in list(self.pending.values()) if ready else []:
            if entry.day in ready:
                ready[entry.day].append(self.pending.pop(entry.id))
        return [self._store(date.fromisoformat(day), entries) for day, entries in ready.items()]

    def _store(self, day: date, entries: Iterable[TimeEntry]) -> StoredDay:
        new = DayFile(
            day=day,
            data_as_of=self.asked_at,
            code_version=self.stream.code_version,
            # A day is closed when it was over before the first page was asked for.
            is_closed=is_closed(day, now=self.asked_at),
            entries=tuple(sorted(entries, key=lambda entry: entry.id)),
        )
        if (before := self.earlier.get(day)) is not None:
            new = new.model_copy(update={"edits": edits_after(before, new.entries, checked_at=self.asked_at)})
        self.stream.entries += len(new.entries)
        return self.stream.store.write(new)

    def _merge_late(self, day: date) -> None:
        stored = self.stream.store.read_all([day])[0]
        merged = {entry.id: entry for entry in stored.entries}
        for entry in self.late.values():
            if entry.day == day.isoformat():
                keep_newest(merged, entry)
        self.stream.store.write(stored.model_copy(update={"entries": tuple(merged[entry_id] for entry_id in sorted(merged))}))


def edits_after(before: DayFile, entries: Iterable[TimeEntry], *, checked_at: datetime) -> tuple[DayEdit, ...]:
    """The edits of a stored day with what differs now, if anything does."""
    old, new = ({entry.id: entry for entry in each} for each in (before.entries, entries))
    changed = tuple(sorted(entry_id for entry_id in old.keys() & new.keys() if old[entry_id] != new[entry_id]))
    added, deleted = tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys()))
    if not (added or changed or deleted):
        return before.edits
    seconds_before, seconds_after = (sum(entry.seconds or 0 for entry in each.values() if not entry.is_running) for each in (old, new))
    edit = DayEdit(
        checked_at=checked_at,
        added=added,
        changed=changed,
        deleted=deleted,
        seconds_before=seconds_before,
        seconds_after=seconds_after,
    )
    return (*before.edits, edit)


def late_edits(day: date, edits: Iterable[DayEdit]) -> list[LateEdit]:
    """The edits of a day, which name it."""
    return [LateEdit(day=day, **dict(edit)) for edit in edits]


def _complete_before(last_start: str) -> date:
    """Rows come by date: which days end before anything that may follow a row with this start, wherever its owner lives.

    The row's own day and the one before stay open in any case, in whatever zone Toggl orders by.
    """
    started_at = datetime.fromisoformat(last_start)
    return min(started_at.date() - _ONE_DAY, (started_at.astimezone(UTC) - _LAST_ZONE).date())
