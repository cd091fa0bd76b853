from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zlib import crc32

import polars as pl
import pytest

from volt_assets.work_reports.collect.day_columns import COLUMNS, LAYOUT
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.month_columns import MonthColumns
from volt_assets_tests.resilience.test_atomic_file import room_for
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, days, entry

TURN_OF_MONTH = days(date(2025, 9, 29), 4)
WEEK = days(MONDAY, 7)
SECONDS = sum(range(1, 4)) + 3 * 60
"""What every day has."""


def fill(folder: Path, calendar: list[date]) -> DayStore:
    store = DayStore(folder, on_repair=pytest.fail)
    for number, day in enumerate(calendar):
        store.write(day_file(day, *(entry(10 * number + nth, f"{day}T09:00:00Z", 60 + nth) for nth in range(1, 4))))
    store.keep_columns()
    return store


def columns_in(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path.read_bytes().split(b"\n", 2)[2])


def twins_in(folder: Path) -> dict[str, set[date]]:
    return {path.name: set(columns_in(path).get_column("day")) for path in (folder / "columns").iterdir()}


def seconds_of(store: DayStore, calendar: list[date]) -> int:
    return int(store.table(store.heads(calendar), ("seconds",)).sum().item())


def test_a_month_has_one_twin_and_a_range_reads_its_days_alone(tmp_path: Path) -> None:
    store = fill(tmp_path, [*TURN_OF_MONTH, *WEEK])
    assert twins_in(tmp_path) == {"2025-09.columns": set(TURN_OF_MONTH[:2]), "2025-10.columns": {*TURN_OF_MONTH[2:], *WEEK}}
    asked = [TURN_OF_MONTH[1], TURN_OF_MONTH[2], WEEK[3]]
    table = store.table(store.heads(asked), ("day", "entry_id"))
    assert table.get_column("day").to_list() == [day for day in asked for _ in range(3)]
    assert store.table([], ("entry_id", "day")).schema == {"entry_id": COLUMNS["entry_id"], "day": COLUMNS["day"]}


def test_days_that_are_stored_later_stand_beside_the_others_or_in_their_place(tmp_path: Path) -> None:
    fill(tmp_path, WEEK[2:4])
    later = DayStore(tmp_path, on_repair=pytest.fail)
    later.write(day_file(WEEK[0], entry(90, f"{WEEK[0]}T09:00:00Z", 5)))
    later.write(day_file(WEEK[3], entry(91, f"{WEEK[3]}T09:00:00Z", 7)))
    heads = later.heads([WEEK[0], *WEEK[2:4]])
    assert later.table(heads, ("day", "seconds")).rows() == [(WEEK[0], 5), *[(WEEK[2], second) for second in (61, 62, 63)], (WEEK[3], 7)]
    again = DayStore(tmp_path, on_repair=pytest.fail)
    assert again.heads([WEEK[0], *WEEK[2:4]]) == heads


@pytest.mark.parametrize("damage", [lambda _: b"", lambda content: content[:200], lambda content: content[:-1], lambda _: b"a\nb\nPAR1"])
def test_a_twin_that_cannot_be_read_is_made_again_and_named_once(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    fill(tmp_path, [*TURN_OF_MONTH, *WEEK])
    path = tmp_path / "columns" / "2025-10.columns"
    path.write_bytes(damage(path.read_bytes()))
    said: list[str] = []
    store = DayStore(tmp_path, on_repair=said.append)
    assert seconds_of(store, [*TURN_OF_MONTH, *WEEK]) == 11 * SECONDS
    assert said == [f"{path}: is damaged or out of date; it is made again from the day files"]
    again = DayStore(tmp_path, on_repair=pytest.fail)
    assert again.heads(WEEK) == store.heads(WEEK)
    assert seconds_of(again, [*TURN_OF_MONTH, *WEEK]) == 11 * SECONDS


def test_no_byte_of_a_twin_is_believed_when_it_was_changed(tmp_path: Path) -> None:
    store = fill(tmp_path, WEEK)
    path = tmp_path / "columns" / "2025-10.columns"
    content, heads = path.read_bytes(), store.heads(WEEK)
    table = store.table(heads, list(COLUMNS))
    for position in range(0, len(content), len(content) // 60):
        path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        said: list[str] = []
        other = DayStore(tmp_path, on_repair=said.append)
        assert other.heads(WEEK) == heads
        assert other.table(heads, list(COLUMNS)).equals(table)
        assert len(said) == 1, position
    assert path.read_bytes() == content


def test_damaged_columns_of_other_days_are_not_kept(tmp_path: Path) -> None:
    fill(tmp_path, WEEK)
    path = tmp_path / "columns" / "2025-10.columns"
    path.write_bytes(path.read_bytes()[:-1])
    said: list[str] = []
    writer = DayStore(tmp_path, on_repair=said.append)
    writer.write(day_file(WEEK[0], entry(1, f"{WEEK[0]}T09:00:00Z", 60)))
    writer.keep_columns()
    assert len(said) == 1
    assert twins_in(tmp_path) == {"2025-10.columns": {WEEK[0]}}
    assert seconds_of(DayStore(tmp_path, on_repair=pytest.fail), WEEK) == 6 * SECONDS + 60


def test_a_twin_that_is_gone_or_of_another_layout_is_made_again(tmp_path: Path) -> None:
    fill(tmp_path, [*TURN_OF_MONTH, *WEEK])
    (tmp_path / "columns" / "2025-09.columns").unlink()
    path = tmp_path / "columns" / "2025-10.columns"
    _, head, columns = path.read_bytes().split(b"\n", 2)
    older = json.dumps(json.loads(head) | {"layout": LAYOUT - 1}).encode()
    path.write_bytes(b"%08x\n%b\n%b" % (crc32(older), older, columns))
    said: list[str] = []
    store = DayStore(tmp_path, on_repair=said.append)
    assert store.table(store.heads([*TURN_OF_MONTH, *WEEK]), ("name",)).height == 33
    assert [line.partition(":")[0] for line in said] == [str(path)]
    assert MonthColumns(tmp_path / "columns", on_repair=pytest.fail).heads(MONDAY) == tuple(store.heads([*TURN_OF_MONTH[2:], *WEEK]))


def test_columns_of_an_earlier_version_of_a_day_are_not_taken_for_its_own(tmp_path: Path) -> None:
    fill(tmp_path, WEEK)
    path = tmp_path / "columns" / "2025-10.columns"
    before = path.read_bytes()
    store = DayStore(tmp_path)
    # The same sums, other texts: another process may put back the twin that it had read before.
    store.write(day_file(WEEK[0], *(entry(nth, f"{WEEK[0]}T09:00:00Z", 60 + nth, description="Call") for nth in range(1, 4))))
    heads = store.heads(WEEK)
    path.write_bytes(before)
    assert store.table(heads, ("text",)).get_column("text").head(3).to_list() == ["Call"] * 3


def test_a_twin_that_another_process_overwrote_lacks_nothing_in_the_end(tmp_path: Path) -> None:
    fill(tmp_path, WEEK[:3])
    path = tmp_path / "columns" / "2025-10.columns"
    of_three_days = path.read_bytes()
    fill(tmp_path, WEEK)
    said: list[str] = []
    store = DayStore(tmp_path, on_repair=said.append)
    heads = store.heads(WEEK)
    path.write_bytes(of_three_days)
    assert int(store.table(heads, ("seconds",)).sum().item()) == 7 * SECONDS
    assert len(said) == 1
    assert seconds_of(DayStore(tmp_path, on_repair=pytest.fail), WEEK) == 7 * SECONDS


def test_a_twin_that_cannot_be_written_or_read_costs_a_warning_alone(tmp_path: Path) -> None:
    path = tmp_path / "columns" / "2025-10.columns"
    path.mkdir(parents=True)
    said: list[str] = []
    store = DayStore(tmp_path, on_repair=said.append)
    for number, day in enumerate(WEEK):
        store.write(day_file(day, *(entry(10 * number + nth, f"{day}T09:00:00Z", 60 + nth) for nth in range(1, 4))))
    assert seconds_of(store, WEEK) == 7 * SECONDS
    assert said == [f"{path}: Is a directory; sums are made from the day files"]
    said.clear()
    again = DayStore(tmp_path, on_repair=said.append)
    assert again.survey(WEEK, now=NOW).missing == ()
    assert seconds_of(again, WEEK) == 7 * SECONDS
    assert len(said) == 1
    path.rmdir()
    assert seconds_of(DayStore(tmp_path, on_repair=pytest.fail), WEEK) == 7 * SECONDS
    assert path.is_file()


def test_no_room_for_a_twin_costs_a_warning_alone(tmp_path: Path) -> None:
    said: list[str] = []
    store = DayStore(tmp_path, on_repair=said.append)
    for number, day in enumerate(WEEK):
        store.write(day_file(day, entry(number, f"{day}T09:00:00Z", 60)))
    with room_for(2000):
        assert seconds_of(store, WEEK) == 7 * 60
    assert said == [f"{tmp_path / 'columns' / '2025-10.columns'}: File too large; sums are made from the day files"]
