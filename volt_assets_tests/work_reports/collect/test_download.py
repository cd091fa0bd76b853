from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from volt_assets.errors import QuotaExhaustedError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadProgress, DownloadResult, ensure_days
from volt_assets.work_reports.range_key import is_closed
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, TogglInMemory, day_file, days, entry, row

WEEK = days(MONDAY, 7)
SUNDAY = WEEK[-1]
FORTNIGHT = days(MONDAY, 14)


def ensure(store: DayStore, client: TogglInMemory, wanted: Iterable[date] = WEEK, *, now: datetime = NOW, **options: Any) -> DownloadResult:
    return asyncio.run(ensure_days(wanted, store=store, client=client, clock=lambda: now, code_version="1", **options))


def a_week() -> TogglInMemory:
    return TogglInMemory([row(number, f"{day}T09:00:00+02:00", 3600 + number) for number, day in enumerate(WEEK[:5], 1)])


def busy(calendar: Iterable[date], *, page_size: int, per_day: int = 10) -> TogglInMemory:
    """A few people in zones that lie far apart, `per_day` entries each day."""
    offsets = ("+02:00", "-11:00", "+13:00")
    rows = [
        row(1000 * number + nth, f"{day}T{8 + nth % 12:02}:{nth % 60:02}:00{offsets[nth % 3]}", 600 + 31 * number + nth, user_id=nth % 3)
        for number, day in enumerate(calendar, 1)
        for nth in range(per_day)
    ]
    return TogglInMemory(rows, page_size=page_size)


def ids_by_day(store: DayStore, calendar: Iterable[date]) -> dict[date, list[int]]:
    return {one.day: [each.id for each in one.entries] for one in store.read_all(calendar)}


def expected_ids(client: TogglInMemory, calendar: Iterable[date]) -> dict[date, list[int]]:
    return {day: sorted(one.id for one in client.rows if one.start[:10] == day.isoformat()) for day in calendar}


def test_a_week_costs_one_page_and_one_total_and_is_never_downloaded_twice(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    first = ensure(store, client)
    assert first == DownloadResult(tuple(WEEK), (), requests=2, entries=5)
    assert client.slices == client.totals == [(MONDAY, SUNDAY)]
    assert ensure(store, client) == DownloadResult((), tuple(WEEK), requests=0, entries=0)
    stored = store.read_all(WEEK)
    assert [len(one.entries) for one in stored] == [1, 1, 1, 1, 1, 0, 0]
    assert all(one.is_closed and one.data_as_of == NOW and one.code_version == "1" for one in stored)
    assert {(one.proof.start_date, one.proof.end_date, one.proof.difference_seconds) for one in stored if one.proof} == {
        (MONDAY, SUNDAY, 0)
    }


@pytest.mark.parametrize("page_size", [7, 10, 50, 1000])
def test_a_whole_range_costs_its_pages_and_one_total(tmp_path: Path, page_size: int) -> None:
    store, client = DayStore(tmp_path), busy(FORTNIGHT, page_size=page_size)
    assert ensure(store, client, FORTNIGHT).requests == -(-len(client.rows) // page_size) + 1
    assert ids_by_day(store, FORTNIGHT) == expected_ids(client, FORTNIGHT)


def test_only_missing_days_are_asked_for_and_stored_ones_are_never_asked_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    store.write(day_file(WEEK[2], entry(99, f"{WEEK[2]}T08:00:00+02:00")))
    result = ensure(store, client, reversed(WEEK))
    assert client.slices == client.totals == [(WEEK[0], WEEK[1]), (WEEK[3], WEEK[6])]
    assert result.reused_days == (WEEK[2],)
    assert ids_by_day(store, WEEK)[WEEK[2]] == [99]


def test_open_days_are_downloaded_each_time_and_the_closed_ones_keep_their_proof(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    wednesday_noon = datetime(2025, 10, 8, 10, tzinfo=UTC)
    ensure(store, client, WEEK[:3], now=wednesday_noon)
    assert client.slices == [(WEEK[0], WEEK[2])]
    # Tuesday still goes on west of Greenwich.
    assert [one.is_closed for one in store.read_all(WEEK[:3])] == [True, False, False]
    ensure(store, client, WEEK[:3], now=wednesday_noon + timedelta(days=1))
    assert client.slices[1:] == client.totals[1:] == [(WEEK[1], WEEK[2])]
    assert [one.is_closed for one in store.read_all(WEEK[:3])] == [True, True, False]


def test_a_day_that_ends_while_it_is_downloaded_stays_open(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    before, after = datetime(2025, 10, 7, 11, 59, tzinfo=UTC), datetime(2025, 10, 7, 12, 5, tzinfo=UTC)
    readings = [before, before]

    def clock() -> datetime:
        return readings.pop() if readings else after

    asyncio.run(ensure_days([MONDAY], store=store, client=a_week(), clock=clock, code_version="1"))
    assert [one.is_closed for one in store.read_all([MONDAY])] == [False]


def test_running_entries_are_stored_and_not_summed(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    ensure(store, TogglInMemory([row(1, seconds=None), row(2, seconds=60)]), [MONDAY])
    stored = store.read_all([MONDAY])[0]
    assert [one.id for one in stored.entries] == [1, 2]
    assert stored.proof is not None
    assert (stored.proof.our_seconds, stored.proof.toggl_seconds) == (60, 60)


def test_entries_of_other_days_are_reported_and_not_stored(tmp_path: Path) -> None:
    class GivesTooMuch(TogglInMemory):
        def within(self, start: date, end: date) -> list[Any]:
            return super().within(start - timedelta(days=1), end)

        async def total_seconds(self, start: date, end: date) -> int:
            return sum(one.seconds or 0 for one in self.rows if start.isoformat() <= one.start[:10] <= end.isoformat())

    store = DayStore(tmp_path)
    result = ensure(store, GivesTooMuch([*a_week().rows, row(77, "2025-10-05T23:00:00+02:00")]))
    assert "77 (2025-10-05)" in result.warnings[0]
    assert all(77 not in ids for ids in ids_by_day(store, WEEK).values())


def test_an_entry_that_crosses_midnight_belongs_to_the_day_of_its_start_as_written(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    ensure(store, TogglInMemory([row(1, "2025-10-06T23:30:00-07:00", 7200)]), WEEK[:2])
    assert list(ids_by_day(store, WEEK[:2]).values()) == [[1], []]


def test_a_corrupt_file_is_downloaded_again_with_a_warning_and_nothing_else(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    ensure(store, client)
    (tmp_path / "2025-10-07.json").write_text('{"day":', encoding="utf-8")
    result = ensure(store, client)
    assert result.downloaded_days == (WEEK[1],)
    assert "2025-10-07.json: is not a whole day file" in result.warnings[0]
    assert ids_by_day(store, WEEK) == expected_ids(client, WEEK)


def test_days_stored_by_a_clock_that_was_ahead_are_downloaded_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    ensure(store, client, now=NOW + timedelta(days=400))
    result = ensure(store, client)
    assert result.downloaded_days == tuple(WEEK)
    assert "still to come: a clock was or is wrong" in result.warnings[0]
    assert ensure(store, client).requests == 0


def test_a_stop_for_quota_keeps_the_days_that_were_complete_and_the_next_run_goes_on(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), busy(FORTNIGHT, page_size=10)

    def quota_ends(page: int) -> None:
        if page == 9:
            raise QuotaExhaustedError("Toggl: 402", resets_at=NOW)

    client.before_page = quota_ends
    told: list[DownloadProgress] = []
    with pytest.raises(QuotaExhaustedError):
        ensure(store, client, FORTNIGHT, on_progress=told.append)
    stored = [head.day for each in told for head in each.stored]
    # 8 of 14 pages were read: the last day seen and the one before stay open, whatever zone Toggl orders by.
    assert stored == FORTNIGHT[: len(stored)]
    assert 5 <= len(stored) <= 6
    assert (told[-1].days_done, told[-1].days_total) == (len(stored), 14)
    assert all(head.proof is None for each in told for head in each.stored)
    client.before_page = lambda _: None
    told.clear()
    result = ensure(store, client, FORTNIGHT)
    assert result.reused_days == tuple(stored)
    assert client.slices[1:] == [(FORTNIGHT[len(stored)], FORTNIGHT[-1])]
    assert client.totals == [(FORTNIGHT[0], FORTNIGHT[-1])]
    assert ids_by_day(store, FORTNIGHT) == expected_ids(client, FORTNIGHT)


@settings(max_examples=40, deadline=None)  # 41 days of files take their time on a busy machine
@given(
    wanted=st.sets(st.integers(0, 40), min_size=1),
    stored=st.sets(st.integers(0, 40)),
    now_day=st.integers(0, 45),
    page_size=st.integers(1, 60),
)
def test_slices_cover_exactly_the_missing_days(wanted: set[int], stored: set[int], now_day: int, page_size: int) -> None:
    calendar, now = days(MONDAY, 41), datetime(2025, 10, 6, 13, tzinfo=UTC) + timedelta(days=now_day)
    store = DayStore(UPath(f"memory://volt-download-{uuid4()}"))
    for number in stored:
        if is_closed(calendar[number], now=now):
            store.write(day_file(calendar[number], data_as_of=now))
    client = TogglInMemory([row(number, f"{day}T09:00:00+02:00") for number, day in enumerate(calendar, 1)], page_size=page_size)
    result = ensure(store, client, (calendar[number] for number in wanted), now=now)
    asked = [day for first, last in client.slices for day in days(first, (last - first).days + 1)]
    expected = sorted(calendar[number] for number in wanted if number not in stored or not is_closed(calendar[number], now=now))
    assert asked == expected == list(result.downloaded_days)
    assert client.totals == client.slices
    pages = sum(-(-((last - first).days + 1) // page_size) for first, last in client.slices)
    assert result.requests == pages + len(client.slices)
    assert sorted([*result.downloaded_days, *result.reused_days]) == sorted(calendar[number] for number in wanted)
    assert all(len(store.read_all([day])[0].entries) == 1 for day in asked)
