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


@dataclass(frozen=True)
class RecheckSpan:
    """The days that one fingerprint is about, all of them stored."""

    proven: tuple[StoredDay, ...] = ()
    """What is checked, ascending."""
    unproven: tuple[StoredDay, ...] = ()
    """Between them: read again by every run that asks for them, and of no use for comparing."""
    left_out: tuple[date, ...] = ()
    """Days that were asked for and lie before a gap."""


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
    if not span.proven:
        return RecheckResult()
    first, warnings = span.proven[0].day, _not_checked(span)
    try:
        suspects = await _suspects(span, store, client)
    except (RetryableError, CircuitOpenError, QuotaExhaustedError) as error:
        return RecheckResult(warnings=(*warnings, f"{first} to {span.proven[-1].day}: not checked for late edits: {error}"))
    second_look = _SecondLook(store, client, clock, code_version)
    chosen = [head.day for head in span.proven if suspects.everything or head.day in suspects.days]
    for part in without_gaps(chosen, MAXIMUM_DAYS):
        await second_look.at(part, refresh=suspects.everything)
    said = tuple(_sentence(edit) for edit in second_look.edits)
    return RecheckResult(tuple(head.day for head in span.proven), tuple(second_look.edits), (*warnings, *second_look.warnings, *said))


async def edited_days(
    days: Iterable[date], *, store: DayStore, client: TogglFingerprints, clock: Callable[[], datetime], horizon_days: int
) -> tuple[date, ...]:
    """Those days that a re-check would read again, by the same two requests; nothing is read or replaced. Raises the client's errors."""
    span = recheck_span(sorted(set(days)), store, now=clock(), horizon_days=horizon_days)
    if not span.proven:
        return ()
    suspects = await _suspects(span, store, client)
    return tuple(head.day for head in span.proven if suspects.everything or head.day in suspects.days)


def recheck_span(asked: Sequence[date], store: DayStore, *, now: datetime, horizon_days: int) -> RecheckSpan:
    """The proven closed days within the horizon from the first to the last that was asked for, and those that adjoin them.

    Unproven days in between do not end it: one of them would keep all days before it from being checked, for ever.
    """
    today = now.astimezone(UTC).date()
    horizon = [today - timedelta(days=back) for back in range(horizon_days, -1, -1)] if horizon_days else []
    if not (wanted := set(horizon) & set(asked)):
        return RecheckSpan()
    survey = store.survey([day for day in horizon if is_closed(day, now=now)], now=now)
    stored = {head.day: head for head in survey.stored}
    proven = {day for day, head in stored.items() if is_proven(head)}
    first, last = min(wanted), max(wanted)
    # Nobody has read an unproven day again that was not asked for.
    runs = without_gaps([day for day in stored if day in proven or first <= day <= last], MAXIMUM_DAYS)
    with_wanted = [run for run in runs if wanted & proven & set(run)]
    if not with_wanted:
        return RecheckSpan()
    # More than one run only when days are missing in between; one fingerprint serves the latest.
    latest = [day for day in with_wanted[-1] if day in proven]
    return RecheckSpan(
        proven=tuple(stored[day] for day in latest),
        unproven=tuple(stored[day] for day in with_wanted[-1] if day not in proven and latest[0] < day < latest[-1]),
        left_out=tuple(day for run in with_wanted[:-1] for day in run if day in wanted & proven),
    )


def _not_checked(span: RecheckSpan) -> tuple[str, ...]:
    named = [f"{run[0]} to {run[-1]}" for run in without_gaps(span.left_out, MAXIMUM_DAYS)]
    between = f"days between them and {span.proven[0].day} are not stored"
    return (f"{', '.join(named)}: not checked for late edits: {between}",) if named else ()


async def _suspects(span: RecheckSpan, store: DayStore, client: TogglFingerprints) -> _Suspects:
    first, last, checked = span.proven[0].day, span.proven[-1].day, {head.day for head in span.proven}
    try:
        parts = await client.summary(first, last)
        changes, has_more = await client.latest_changes(first, last)
    except AuthenticationError:
        raise
    except PermanentError:  # a plan without summaries, an unknown shape: the days themselves can still be read
        return _Suspects(everything=True)
    found = _Suspects()
    heads = sorted((*span.proven, *span.unproven), key=lambda head: head.day)
    rows = store.table(heads, ("entry_id", "user_id", "day", "seconds")).iter_rows()
    stored: dict[int, _Known] = {}
    for entry_id, user_id, day, seconds in rows:
        if entry_id in stored and stored[entry_id].day != day:
            # Moved between two downloads: one of the days still holds what is no longer there.
            found.days.update((day, stored[entry_id].day))
        stored[entry_id] = _Known(user_id, day, seconds)
    changed = _compare_changes(found, checked, store, stored, changes)
    _compare_summary(found, stored | changed, parts, {head.day for head in span.unproven})
    if not has_more:
        # Everything there is stands on that page, running entries too, which no summary has.
        found.days.update(entry.day for entry_id, entry in stored.items() if entry_id not in changed)
    oldest = min(head.data_as_of for head in span.proven)
    if has_more and all(_changed_after(row, oldest) for row in changes):
        found.everything = True  # more was changed than a page shows
    return found


def _compare_summary(found: _Suspects, known: Mapping[int, _Known], parts: Iterable[SummaryPart], unproven: Collection[date]) -> None:
    """Seconds and ids per person and description against what is known of the entries."""
    seen: set[int] = set()
    for part in parts:
        seen.update(part.entry_ids)
        everyones = [known[entry_id] for entry_id in part.entry_ids if entry_id in known]
        entries = [entry for entry in everyones if entry.day not in unproven]
        is_comparable = not unproven or len(entries) == len(part.entry_ids)
        if len(everyones) < len(part.entry_ids) and not unproven:
            # New entries, who knows of which day. Beside an unproven day they are most likely its own, and others stand among the changes.
            found.everything = True
        is_equal = not is_comparable or sum(entry.seconds or 0 for entry in entries) == part.seconds
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
