"""Late edits: closed days of the last weeks are compared with Toggl by two cheap requests, and replaced whole where they differ.

Belongs here: the fingerprint (a summary with entry ids, and the entries that were changed last), what it makes suspect, and the
second look. Does not: days that are missing or unproven (download.py). A fingerprint only ever makes days suspect: nothing is
replaced or deleted before the days themselves were read again and Toggl's total has confirmed what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, Protocol

from volt_assets.clients.toggl_wire import SummaryPart, TimeEntryRow
from volt_assets.errors import AuthenticationError, CircuitOpenError, PermanentError, QuotaExhaustedError, RetryableError
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.day_stream import TogglReports, edits_after, late_edits
from volt_assets.work_reports.collect.proving import is_proven, without_gaps
from volt_assets.work_reports.collect.wire_entries import entry_of, tracked_seconds, unique_entries
from volt_assets.work_reports.models import DayFile, LateEdit, Proof, TimeEntry
from volt_assets.work_reports.range_key import MAXIMUM_DAYS, is_closed

_READS = 2


class TogglFingerprints(TogglReports, Protocol):
    """What a re-check needs of a Toggl client."""

    async def summary(self, start: date, end: date) -> Sequence[SummaryPart]:
        """The stopped entries of the days by person and description, with their ids."""

    async def latest_changes(self, start: date, end: date) -> tuple[Sequence[TimeEntryRow], bool]:
        """One page of the entries of the days, the one changed last first; and whether there are more."""


@dataclass(frozen=True)
class RecheckResult:
    """What one re-check did."""

    checked_days: tuple[date, ...] = ()
    edits: tuple[LateEdit, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class _Suspects:
    days: set[date] = field(default_factory=set)
    everything: bool = False
    """The fingerprint cannot tell which days differ, or could not be had: all are read again."""


class _Known(NamedTuple):
    """What a summary says of an entry in sum."""

    user_id: int
    day: date
    seconds: int | None
    """None while it runs: then no summary has it."""


async def recheck_days(
    days: Iterable[date],
    *,
    store: DayStore,
    client: TogglFingerprints,
    clock: Callable[[], datetime],
    code_version: str,
    horizon_days: int,
    downloaded: Collection[date] = (),
) -> RecheckResult:
    """Compare those of `days` that lie at most `horizon_days` back with Toggl; `downloaded` ones were read just now.

    Two requests when nothing changed, none when every day is older. Stored days that adjoin are compared as well, so that an entry that
    was moved is noticed on both of its days. A service that cannot be reached costs a warning, not the run: the stored days are whole.
    """
    started_at = clock()
    span = recheck_span(sorted(set(days) - set(downloaded)), store, now=started_at, horizon_days=horizon_days)
    if not span:
        return RecheckResult()
    try:
        suspects = await _suspects(span, store, client)
    except (RetryableError, CircuitOpenError, QuotaExhaustedError) as error:
        return RecheckResult(warnings=(f"{span[0].day} to {span[-1].day}: not checked for late edits: {error}",))
    second_look = _SecondLook(store, client, clock, code_version)
    chosen = [head.day for head in span if suspects.everything or head.day in suspects.days]
    for part in without_gaps(chosen, MAXIMUM_DAYS):
        await second_look.at(part, refresh=suspects.everything)
    said = tuple(_sentence(edit) for edit in second_look.edits)
    return RecheckResult(tuple(head.day for head in span), tuple(second_look.edits), (*second_look.warnings, *said))


def recheck_span(asked: Sequence[date], store: DayStore, *, now: datetime, horizon_days: int) -> list[StoredDay]:
    """The proven closed days within the horizon that adjoin each other and hold at least one that was asked for."""
    today = now.astimezone(UTC).date()
    horizon = [today - timedelta(days=back) for back in range(horizon_days, -1, -1)] if horizon_days else []
    if not set(horizon) & set(asked):
        return []
    survey = store.survey([day for day in horizon if is_closed(day, now=now)], now=now)
    stored = {head.day: head for head in survey.stored if is_proven(head)}
    runs = without_gaps(sorted(stored), MAXIMUM_DAYS)
    wanted = [run for run in runs if set(run) & set(asked)]
    # More than one run only when days are missing or unproven in between; one fingerprint serves the latest.
    return [stored[day] for day in wanted[-1]] if wanted else []


async def _suspects(span: Sequence[StoredDay], store: DayStore, client: TogglFingerprints) -> _Suspects:
    first, last = span[0].day, span[-1].day
    try:
        parts = await client.summary(first, last)
        changes, has_more = await client.latest_changes(first, last)
    except AuthenticationError:
        raise
    except PermanentError:  # a plan without summaries, an unknown shape: the days themselves can still be read
        return _Suspects(everything=True)
    found = _Suspects()
    rows = store.table(span, ("entry_id", "user_id", "day", "seconds")).iter_rows()
    stored: dict[int, _Known] = {}
    for entry_id, user_id, day, seconds in rows:
        if entry_id in stored and stored[entry_id].day != day:
            # Moved between two downloads: one of the days still holds what is no longer there.
            found.days.update((day, stored[entry_id].day))
        stored[entry_id] = _Known(user_id, day, seconds)
    changed = _compare_changes(found, {head.day for head in span}, store, stored, changes)
    _compare_summary(found, stored | changed, parts)
    if not has_more:
        # Everything there is stands on that page, running entries too, which no summary has.
        found.days.update(entry.day for entry_id, entry in stored.items() if entry_id not in changed)
    oldest = min(head.data_as_of for head in span)
    if has_more and all(_changed_after(row, oldest) for row in changes):
        found.everything = True  # more was changed than a page shows
    return found


def _compare_summary(found: _Suspects, known: Mapping[int, _Known], parts: Iterable[SummaryPart]) -> None:
    """Seconds and ids per person and description against what is known of the entries."""
    seen: set[int] = set()
    for part in parts:
        seen.update(part.entry_ids)
        entries = [known[entry_id] for entry_id in part.entry_ids if entry_id in known]
        if len(entries) < len(part.entry_ids):
            found.everything = True  # new entries, who knows of which day
        is_equal = sum(entry.seconds or 0 for entry in entries) == part.seconds
        if not is_equal or any(entry.user_id != part.user_id or entry.seconds is None for entry in entries):
            found.days.update(entry.day for entry in entries)
    found.days.update(entry.day for entry_id, entry in known.items() if entry.seconds is not None and entry_id not in seen)


def _compare_changes(
    found: _Suspects, days: Collection[date], store: DayStore, stored: Mapping[int, _Known], changes: Iterable[TimeEntryRow]
) -> dict[int, _Known]:
    """Entries changed last against the stored ones, field by field; returns them as they are now."""
    entries = {row.id: entry_of(row) for row in changes}
    holding = {stored[entry_id].day for entry_id in entries if entry_id in stored}
    before: dict[int, TimeEntry] = {entry.id: entry for day_file in store.read_all(holding) for entry in day_file.entries}
    now: dict[int, _Known] = {}
    for entry in entries.values():
        day = date.fromisoformat(entry.day)
        now[entry.id] = _Known(entry.user_id, day, None if entry.is_running else entry.seconds)
        if entry != before.get(entry.id):
            was = {stored[entry.id].day} if entry.id in stored else set()
            found.days.update(({day} | was) & set(days))
    return now


def _changed_after(row: TimeEntryRow, moment: datetime) -> bool:
    try:
        return row.at is not None and datetime.fromisoformat(row.at) > moment
    except (ValueError, TypeError):  # no time, or one without a zone: it says nothing
        return True


@dataclass
class _SecondLook:
    """Reads suspect days again and replaces those that differ."""

    store: DayStore
    client: TogglReports
    clock: Callable[[], datetime]
    code_version: str
    edits: list[LateEdit] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    async def at(self, days: Sequence[date], *, refresh: bool) -> None:
        """`days` adjoin. `refresh`: also write that the days which did not change were looked at."""
        for _ in range(_READS):
            looked_at = self.clock()
            pages = [page async for page in self.client.search_pages(days[0], days[-1])]
            entries = unique_entries(row for page in pages for row in page)
            by_day: dict[str, list[TimeEntry]] = {day.isoformat(): [] for day in days}
            for entry in entries:
                by_day.get(entry.day, []).append(entry)
            ours = sum(tracked_seconds(each) for each in by_day.values())
            total = await self.client.total_seconds(days[0], days[-1])
            if ours == total:
                proof = Proof(start_date=days[0], end_date=days[-1], toggl_seconds=total, our_seconds=ours, checked_at=self.clock())
                for day in days:
                    self._replace(day, by_day[day.isoformat()], proof, looked_at, refresh=refresh)
                return
        self.warnings.append(
            f"{days[0]} to {days[-1]}: changed since they were downloaded, but what Toggl gives ({ours} s) is not its own total "
            f"({total} s): the stored days stay as they are"
        )

    def _replace(self, day: date, entries: Sequence[TimeEntry], proof: Proof, looked_at: datetime, *, refresh: bool) -> None:
        before = self.store.read_all([day])[0]
        edits = edits_after(before, entries, checked_at=looked_at)
        if edits == before.edits and not refresh:
            return
        self.edits += late_edits(day, edits[len(before.edits) :])
        self.store.write(
            DayFile(
                day=day,
                data_as_of=looked_at,
                code_version=self.code_version,
                is_closed=is_closed(day, now=looked_at),
                proof=proof,
                edits=edits,
                entries=tuple(entries),
            )
        )


def _sentence(edit: LateEdit) -> str:
    minutes = (edit.seconds_after - edit.seconds_before) / 60
    counts = f"{len(edit.added)} added, {len(edit.changed)} changed, {len(edit.deleted)} deleted"
    return f"{edit.day}: edited after it was downloaded ({counts}, {minutes:+.0f} min); the stored day was replaced"
