from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from volt_assets.errors import QuotaExhaustedError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadResult, ensure_days
from volt_assets.work_reports.collect.proving import is_proven, unproven_days
from volt_assets.work_reports.collect.wire_entries import entry_of
from volt_assets_tests.work_reports.collect.test_download import FORTNIGHT, WEEK, a_week, busy, ensure, expected_ids, ids_by_day
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, TogglInMemory, day_file, days, entry, row

PER_PAGE = 60
MONTH = days(MONDAY, 28)
AFTER = NOW + timedelta(days=30)


def ensure_month(store: DayStore, client: TogglInMemory) -> DownloadResult:
    return asyncio.run(ensure_days(MONTH, store=store, client=client, clock=lambda: AFTER, code_version="1"))


def test_an_entry_added_behind_the_cursor_is_found_by_narrowing_and_only_its_days_are_read_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), busy(MONTH, page_size=PER_PAGE)

    def edit(page: int) -> None:
        if page == 3:
            client.before_page = lambda _: None
            client.rows.append(row(1, f"{MONTH[1]}T12:00:00+02:00", 77))

    client.before_page = edit
    result = ensure_month(store, client)
    assert ids_by_day(store, MONTH) == expected_ids(client, MONTH)
    assert all(is_proven(head) for head in store.heads(MONTH))
    (whole, again) = client.slices
    assert whole == (MONTH[0], MONTH[-1])
    assert MONTH[1] in days(again[0], (again[1] - again[0]).days + 1)
    assert (again[1] - again[0]).days < 7
    assert (result.warnings, result.edits) == ((), ())


def test_an_entry_deleted_behind_the_cursor_makes_no_other_entry_vanish(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), busy(MONTH, page_size=PER_PAGE)

    def edit(page: int) -> None:
        if page == 4:
            client.before_page = lambda _: None
            del client.rows[5]

    client.before_page = edit
    ensure_month(store, client)
    assert ids_by_day(store, MONTH) == expected_ids(client, MONTH)
    assert all(is_proven(head) for head in store.heads(MONTH))


def test_a_difference_that_goes_away_costs_one_more_reading(tmp_path: Path) -> None:
    client = a_week()
    client.totals_off_by = [-10]
    result = ensure(DayStore(tmp_path), client)
    assert client.slices == [(WEEK[0], WEEK[-1])] * 2
    assert (result.requests, result.warnings) == (4, ())


def test_a_difference_that_stays_is_stored_with_its_size_and_tried_again_by_the_next_run(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    client.totals_off_by = [10, 8, 7]
    result = ensure(store, client)
    assert len(client.slices) == 3
    assert "(-7 s), also when read again" in result.warnings[0]
    assert [one.proof.difference_seconds for one in store.read_all(WEEK) if one.proof] == [-7] * 7
    again = ensure(store, client)
    assert (again.requests, again.warnings, again.downloaded_days) == (1, (), ())
    assert all(is_proven(head) for head in store.heads(WEEK))


def test_narrowing_never_costs_more_than_reading_everything_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), busy(MONTH, page_size=PER_PAGE)
    client.totals_off_by = list(range(1000, 2000))
    result = ensure_month(store, client)
    pages = -(-len(client.rows) // PER_PAGE)
    assert len(result.warnings) >= 1
    assert result.requests <= pages + 1 + 3 * (2 * pages + len(MONTH))
    assert ids_by_day(store, MONTH) == expected_ids(client, MONTH)


def test_a_resumed_download_spends_one_total_for_everything_that_is_not_proven(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), busy(FORTNIGHT, page_size=10)
    for day in FORTNIGHT[:3]:
        of_day = [entry_of(one) for one in client.rows if one.start[:10] == str(day)]
        store.write(day_file(day, *of_day, proof=None))
    ensure(store, client, FORTNIGHT)
    assert client.slices == [(FORTNIGHT[3], FORTNIGHT[-1])]
    assert client.totals == [(FORTNIGHT[0], FORTNIGHT[-1])]
    assert {head.proof.start_date for head in store.heads(FORTNIGHT) if head.proof} == {FORTNIGHT[0]}


def test_a_stop_while_proving_keeps_the_days(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    client.fails["totals"] = QuotaExhaustedError("Toggl: 402", resets_at=NOW)
    with pytest.raises(QuotaExhaustedError):
        ensure(store, client)
    client.fails.clear()
    result = ensure(store, client)
    assert (result.requests, result.downloaded_days, client.slices) == (1, (), [(WEEK[0], WEEK[-1])])
    assert all(is_proven(head) for head in store.heads(WEEK))


def test_what_changed_on_an_unproven_day_of_an_earlier_run_is_recorded(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    for day in WEEK:
        entries = [entry(8, f"{day}T09:00:00Z", 60)] if day == MONDAY else []
        store.write(day_file(day, *entries, proof=None, data_as_of=NOW - timedelta(days=2)))
    client = TogglInMemory([row(8, f"{MONDAY}T09:00:00Z", 90), row(9, f"{WEEK[1]}T09:00:00Z", 5)])
    result = ensure(store, client)
    assert [(edit.day, edit.added, edit.changed, edit.deleted) for edit in result.edits] == [
        (MONDAY, (), (8,), ()),
        (WEEK[1], (9,), (), ()),
    ]
    assert (result.edits[0].seconds_before, result.edits[0].seconds_after) == (60, 90)
    assert result.warnings == ()


def test_days_whose_sum_is_no_longer_what_was_compared_are_proven_again(tmp_path: Path) -> None:
    store, client = DayStore(tmp_path), a_week()
    ensure(store, client)
    [wednesday] = store.read_all([WEEK[2]])
    longer = wednesday.entries[0].model_copy(update={"seconds": 9})
    store.write(wednesday.model_copy(update={"entries": (longer, *wednesday.entries[1:])}))
    result = ensure(store, client)
    assert client.slices[1:] == [(WEEK[0], WEEK[-1])]
    assert (result.downloaded_days, ids_by_day(store, WEEK)) == ((), expected_ids(client, WEEK))
    assert store.read_all([WEEK[2]])[0].entries == wednesday.entries
    assert unproven_days(store.heads(WEEK)) == set()
