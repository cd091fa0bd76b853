"""Bring the day store up to date: download what it lacks, with the fewest requests, and prove every slice complete.

Belongs here: which slices of days to ask for, the proof, what is done about an anomaly. Does not: HTTP (clients/), the files
(day_store.py). A day that had ended everywhere when it was downloaded is never downloaded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.wire_entries import tracked_seconds, unique_entries
from volt_assets.work_reports.models import DayFile, Proof, TimeEntry
from volt_assets.work_reports.range_key import MAXIMUM_DAYS, is_closed

# A slice is lost when the hourly quota ends inside it, so it should fit into one hour of a small plan: 5000 entries are
# 100 requests at 50 rows each. Everything smaller (11 people x 3 months) stays one slice and costs one total.
ENTRIES_PER_SLICE = 5000
ENTRIES_PER_PERSON_AND_DAY = 5
_FULL_READS = 2


class TogglReports(Protocol):
    """What the download needs of a Toggl client."""

    @property
    def requests_made(self) -> int:
        """HTTP requests sent so far, retries included."""

    async def search_time_entries(self, start: date, end: date) -> Sequence[TimeEntryRow]:
        """Every row that Toggl has for the days, both inclusive, in the owners' zones."""

    async def total_seconds(self, start: date, end: date) -> int:
        """Toggl's own total over the same days."""


@dataclass(frozen=True)
class DownloadProgress:
    """Reported whenever a slice has been stored."""

    stored: tuple[DayFile, ...]
    """The days of this slice."""
    days_done: int
    days_total: int
    """Days to download in all."""


@dataclass(frozen=True)
class DownloadResult:
    """What one call did."""

    downloaded_days: tuple[date, ...]
    reused_days: tuple[date, ...]
    requests: int
    entries: int
    """Entries downloaded and stored."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Slice:
    entries: list[TimeEntry]
    proof: Proof
    data_as_of: datetime
    warnings: list[str]


async def ensure_days(
    days: Iterable[date],
    *,
    store: DayStore,
    client: TogglReports,
    clock: Callable[[], datetime],
    code_version: str,
    on_progress: Callable[[DownloadProgress], None] = lambda _: None,
    people_count: int | None = None,
) -> DownloadResult:
    """Download and store the days that are missing; every slice is stored as soon as it is complete.

    `clock` gives aware times; `people_count` is how many people the workspace has, when known: it sizes the first slice.
    Errors of the client end the call; what was stored until then stays, so the next call goes on from there.
    """
    asked = sorted(set(days))
    requests_before = client.requests_made
    survey = store.survey(asked, now=clock())
    missing, warnings, entries = list(survey.missing), list(survey.warnings), 0
    per_day = float(people_count * ENTRIES_PER_PERSON_AND_DAY) if people_count else 0.0
    while missing:
        asked_at = clock()
        wanted = next_slice(missing, now=asked_at, entries_per_day=per_day)
        downloaded = await _download(client, wanted[0], wanted[-1], clock=clock)
        stored = _store(store, wanted, downloaded, asked_at=asked_at, code_version=code_version)
        missing = missing[len(wanted) :]
        warnings += downloaded.warnings
        entries += len(downloaded.entries)
        per_day = max(per_day, len(downloaded.entries) / len(wanted))
        on_progress(DownloadProgress(stored, len(survey.missing) - len(missing), len(survey.missing)))
    reused = tuple(day for day in asked if day not in set(survey.missing))
    return DownloadResult(survey.missing, reused, client.requests_made - requests_before, entries, tuple(warnings))


def next_slice(missing: Sequence[date], *, now: datetime, entries_per_day: float) -> list[date]:
    """The first days of `missing` (ascending) to ask for at once: without a gap, all over or all open, not too many entries.

    Open days are asked for apart: they are downloaded again later, and the days that are over keep their own proof.
    """
    most_days = min(MAXIMUM_DAYS, max(1, int(ENTRIES_PER_SLICE / entries_per_day))) if entries_per_day else MAXIMUM_DAYS
    wanted = [missing[0]]
    for day in missing[1:most_days]:
        if day - wanted[-1] != timedelta(days=1) or is_closed(day, now=now) != is_closed(wanted[0], now=now):
            break
        wanted.append(day)
    return wanted


async def _download(client: TogglReports, start: date, end: date, *, clock: Callable[[], datetime]) -> _Slice:
    """Read a slice and compare it with Toggl's total; once more when they differ, since an edit between pages shifts rows."""
    for _ in range(_FULL_READS):
        data_as_of = clock()
        entries, warnings = _inside(unique_entries(await client.search_time_entries(start, end)), start, end)
        total = await client.total_seconds(start, end)
        proof = Proof(start_date=start, end_date=end, toggl_seconds=total, our_seconds=tracked_seconds(entries), checked_at=clock())
        if proof.difference_seconds == 0:
            break
    else:
        warnings.append(
            f"{start} to {end}: the entries sum to {proof.our_seconds} s, Toggl's own total is {proof.toggl_seconds} s "
            f"({proof.difference_seconds:+d} s), also when read again"
        )
    return _Slice(entries, proof, data_as_of, warnings)


def _inside(entries: Iterable[TimeEntry], start: date, end: date) -> tuple[list[TimeEntry], list[str]]:
    """The entries that start in the slice, and a warning about those that do not: Toggl should not have given them."""
    first, last = start.isoformat(), end.isoformat()
    inside: list[TimeEntry] = []
    outside: list[TimeEntry] = []
    for entry in entries:
        (inside if first <= entry.day <= last else outside).append(entry)
    if not outside:
        return inside, []
    named = ", ".join(f"{entry.id} ({entry.day})" for entry in outside[:5])
    more = f" and {len(outside) - 5} more" if len(outside) > 5 else ""  # noqa: PLR2004 -- as many as were named
    return inside, [f"{start} to {end}: Toggl gave entries of other days, not stored here: {named}{more}"]


def _store(store: DayStore, days: Sequence[date], downloaded: _Slice, *, asked_at: datetime, code_version: str) -> tuple[DayFile, ...]:
    """Write one file for each day, the empty ones too. A day is closed when it was over before the first page was asked for."""
    by_day: dict[str, list[TimeEntry]] = {day.isoformat(): [] for day in days}
    for entry in downloaded.entries:
        by_day[entry.day].append(entry)
    stored = tuple(
        DayFile(
            day=day,
            data_as_of=downloaded.data_as_of,
            code_version=code_version,
            is_closed=is_closed(day, now=asked_at),
            proof=downloaded.proof,
            entries=tuple(by_day[day.isoformat()]),
        )
        for day in days
    )
    for day_file in stored:
        store.write(day_file)
    return stored
