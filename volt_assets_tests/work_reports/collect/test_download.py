from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from volt_assets.errors import ServerError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import ENTRIES_PER_SLICE, DownloadProgress, DownloadResult, ensure_days, next_slice
from volt_assets.work_reports.range_key import is_closed
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, TogglInMemory, day_file, days, entry, row

WEEK = days(MONDAY, 7)
SUNDAY = WEEK[-1]


def ensure(store: DayStore, client: TogglInMemory, wanted: Iterable[date] = WEEK, *, now: datetime = NOW, **options: Any) -> DownloadResult:
    return asyncio.run(ensure_days(wanted, store=store, client=client, clock=lambda: now, code_version="1", **options))


def a_week() -> TogglInMemory:
    return TogglInMemory([row(number, f"{day}T09:00:00+02:00", 3600 + number) for number, day in enumerate(WEEK[:5], 1)])


def test_a_week_is_one_slice_with_one_total_and_is_never_downloaded_twice(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    first = ensure(store, client)
    assert first == DownloadResult(tuple(WEEK), (), requests=2, entries=5)
    assert client.slices == [(MONDAY, SUNDAY)]
    assert ensure(store, client) == DownloadResult((), tuple(WEEK), requests=0, entries=0)
    stored = store.read_all(WEEK)
    assert [len(one.entries) for one in stored] == [1, 1, 1, 1, 1, 0, 0]
    assert all(one.is_closed and one.data_as_of == NOW and one.code_version == "1" for one in stored)
    assert {(one.proof.start_date, one.proof.end_date, one.proof.difference_seconds) for one in stored if one.proof} == {
        (MONDAY, SUNDAY, 0)
    }


def test_only_missing_days_are_asked_for_and_stored_ones_are_never_asked_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    store.write(day_file(WEEK[2], entry(99, f"{WEEK[2]}T08:00:00+02:00")))
    result = ensure(store, client, reversed(WEEK))
    assert client.slices == [(WEEK[0], WEEK[1]), (WEEK[3], WEEK[6])]
    assert result.reused_days == (WEEK[2],)
    assert [one.id for one in store.read_all(WEEK)[2].entries] == [99]


def test_open_days_are_downloaded_each_time_and_apart_from_the_closed_ones(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    wednesday_noon = datetime(2025, 10, 8, 10, tzinfo=UTC)
    ensure(store, client, WEEK[:3], now=wednesday_noon)
    # Tuesday still goes on west of Greenwich.
    assert client.slices == [(WEEK[0], WEEK[0]), (WEEK[1], WEEK[2])]
    assert [one.is_closed for one in store.read_all(WEEK[:3])] == [True, False, False]
    ensure(store, client, WEEK[:3], now=wednesday_noon + timedelta(days=1))
    assert client.slices[2:] == [(WEEK[1], WEEK[1]), (WEEK[2], WEEK[2])]
    assert [one.is_closed for one in store.read_all(WEEK[:3])] == [True, True, False]


def test_a_day_that_ends_while_it_is_downloaded_stays_open(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    before, after = datetime(2025, 10, 7, 11, 59, tzinfo=UTC), datetime(2025, 10, 7, 12, 5, tzinfo=UTC)
    readings = [before, before]

    def clock() -> datetime:
        return readings.pop() if readings else after

    asyncio.run(ensure_days([MONDAY], store=store, client=a_week(), clock=clock, code_version="1"))
    assert [one.is_closed for one in store.read_all([MONDAY])] == [False]


def test_a_difference_is_read_again_once(tmp_path: Path) -> None:
    client = a_week()
    client.totals_off_by = [-10]
    result = ensure(DayStore(tmp_path), client)
    assert client.slices == [(MONDAY, SUNDAY)] * 2
    assert (result.requests, result.warnings) == (4, ())


def test_a_difference_that_stays_is_stored_with_its_size(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    client.totals_off_by = [10, 7]
    result = ensure(store, client)
    assert len(client.slices) == 2
    assert "7" in result.warnings[0]
    assert [one.proof.difference_seconds for one in store.read_all(WEEK) if one.proof] == [-7] * 7


def test_running_entries_are_stored_and_not_summed(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    ensure(store, TogglInMemory([row(1, seconds=None), row(2, seconds=60)]), [MONDAY])
    stored = store.read_all([MONDAY])[0]
    assert [one.id for one in stored.entries] == [1, 2]
    assert stored.proof is not None
    assert (stored.proof.our_seconds, stored.proof.toggl_seconds) == (60, 60)


def test_entries_of_other_days_are_reported_and_not_stored(tmp_path: Path) -> None:
    class GivesTooMuch(TogglInMemory):
        async def search_time_entries(self, start: date, end: date) -> list[Any]:
            return [*await super().search_time_entries(start, end), row(77, "2025-10-05T23:00:00+02:00")]

    store = DayStore(tmp_path)
    result = ensure(store, GivesTooMuch(a_week().rows))
    assert "77 (2025-10-05)" in result.warnings[0]
    assert all(77 not in {one.id for one in each.entries} for each in store.read_all(WEEK))


def test_an_entry_that_crosses_midnight_belongs_to_the_day_of_its_start_as_written(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    ensure(store, TogglInMemory([row(1, "2025-10-06T23:30:00-07:00", 7200)]), WEEK[:2])
    assert [[one.id for one in each.entries] for each in store.read_all(WEEK[:2])] == [[1], []]


def test_a_corrupt_file_is_downloaded_again_with_a_warning(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    ensure(store, client)
    (tmp_path / "2025-10-07.json").write_text('{"day":', encoding="utf-8")
    result = ensure(store, client)
    assert result.downloaded_days == (WEEK[1],)
    assert "2025-10-07.json" in result.warnings[0]
    assert len(store.read_all(WEEK)) == 7


def test_what_was_stored_before_a_failure_stays(tmp_path: Path) -> None:
    class FailsLater(TogglInMemory):
        async def total_seconds(self, start: date, end: date) -> int:
            if len(self.slices) == 3:
                raise ServerError("Toggl: 503")
            return await super().total_seconds(start, end)

    store, rows = DayStore(tmp_path), a_week().rows
    told: list[DownloadProgress] = []
    with pytest.raises(ServerError):
        ensure(store, FailsLater(rows), people_count=ENTRIES_PER_SLICE // 10, on_progress=told.append)
    assert [(each.days_done, each.days_total, [one.day for one in each.stored]) for each in told] == [(2, 7, WEEK[:2]), (4, 7, WEEK[2:4])]
    client = TogglInMemory(rows)
    assert ensure(store, client).reused_days == tuple(WEEK[:4])
    assert client.slices == [(WEEK[4], WEEK[6])]


def test_a_large_workspace_is_asked_in_slices_that_fit_an_hour_of_quota() -> None:
    year = days(date(2024, 1, 1), 366)
    assert len(next_slice(year, now=NOW, entries_per_day=11 * 5)) == 90
    assert len(next_slice(year, now=NOW, entries_per_day=500 * 5)) == 2
    assert len(next_slice(year, now=NOW, entries_per_day=10**6)) == 1
    assert len(next_slice([*year, date(2025, 1, 1)], now=NOW, entries_per_day=0)) == 366


@given(
    wanted=st.sets(st.integers(0, 40), min_size=1),
    stored=st.sets(st.integers(0, 40)),
    now_day=st.integers(0, 45),
    people_count=st.none() | st.integers(1, 2000),
)
def test_slices_cover_exactly_the_missing_days(wanted: set[int], stored: set[int], now_day: int, people_count: int | None) -> None:
    calendar, now = days(MONDAY, 41), datetime(2025, 10, 6, 13, tzinfo=UTC) + timedelta(days=now_day)
    store = DayStore(UPath(f"memory://volt-download-{uuid4()}"))
    for number in stored:
        store.write(day_file(calendar[number], is_closed=is_closed(calendar[number], now=now)))
    client = TogglInMemory([row(number, f"{day}T09:00:00+02:00") for number, day in enumerate(calendar, 1)])
    result = ensure(store, client, (calendar[number] for number in wanted), now=now, people_count=people_count)
    asked = [day for first, last in client.slices for day in days(first, (last - first).days + 1)]
    expected = sorted(calendar[number] for number in wanted if number not in stored or not is_closed(calendar[number], now=now))
    assert asked == expected == list(result.downloaded_days)
    assert all(is_closed(first, now=now) == is_closed(last, now=now) for first, last in client.slices)
    assert sorted([*result.downloaded_days, *result.reused_days]) == sorted(calendar[number] for number in wanted)
    assert all(len(store.read_all([day])[0].entries) == 1 for day in asked)
