"""Bring the day store up to date: download what it lacks, with the fewest requests, and prove every slice complete.

Belongs here: which slices of days to ask for, and in which order. Does not: HTTP (clients/), reading a slice (day_stream.py), the
proof (proving.py), the files (day_store.py), edits of proven days (recheck.py). A day that had ended everywhere when it was
downloaded is never downloaded again, unless Toggl's total says that it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.day_stream import DayStream, TogglReports
from volt_assets.work_reports.collect.proving import Prover, is_proven, unproven_days, without_gaps
from volt_assets.work_reports.models import LateEdit
from volt_assets.work_reports.range_key import MAXIMUM_DAYS


@dataclass(frozen=True)
class DownloadProgress:
    """Reported whenever days have been stored."""

    stored: tuple[StoredDay, ...]
    """The days stored since the last report."""
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
    edits: tuple[LateEdit, ...] = ()
    """What this call found changed on days that had been stored before."""


async def ensure_days(
    days: Iterable[date],
    *,
    store: DayStore,
    client: TogglReports,
    clock: Callable[[], datetime],
    code_version: str,
    on_progress: Callable[[DownloadProgress], None] = lambda _: None,
) -> DownloadResult:
    """Download and store the days that are missing, then prove what is not proven: ceil(entries / page size) + 1 requests.

    `clock` gives aware times. Errors of the client end the call; the days stored until then stay, so the next call goes on from the
    first missing day and proves all of them together.
    """
    asked, started_at = sorted(set(days)), clock()
    requests_before = client.requests_made
    survey = store.survey(asked, now=started_at)
    stream = DayStream(store, client, clock, code_version)
    done = 0

    def stored(heads: Sequence[StoredDay]) -> None:
        nonlocal done
        done += len(heads)
        if heads:
            on_progress(DownloadProgress(tuple(heads), done, len(survey.missing)))

    for missing in without_gaps(survey.missing, MAXIMUM_DAYS):
        await stream.read(missing, on_stored=stored)
    prover = Prover(stream, started_at)
    heads = store.heads(asked)
    without_proof = unproven_days(heads)
    unproven = {head.day: head for head in heads if head.day in without_proof or not is_proven(head)}
    for slice_ in without_gaps(sorted(unproven), MAXIMUM_DAYS):
        await prover.prove([unproven[day] for day in slice_])
    return DownloadResult(
        downloaded_days=survey.missing,
        reused_days=tuple(head.day for head in survey.stored),
        requests=client.requests_made - requests_before,
        entries=stream.entries,
        warnings=(*survey.warnings, *stream.warnings, *prover.warnings),
        edits=tuple(prover.edits()),
    )
