from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from volt_assets.sandbox.entry_texts import AWKWARD, HABITS
from volt_assets.work_reports.collect.day_columns import COLUMNS, LAYOUT, columns_of
from volt_assets.work_reports.collect.day_format import COMPRESSED_ABOVE_BYTES
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, days, entry

WEEK = days(MONDAY, 7)


class Repairs(list[str]):
    """What a store said that it made again."""


def a_store(folder: Path, **options: Any) -> tuple[DayStore, Repairs]:
    repairs = Repairs()
    return DayStore(folder, on_repair=repairs.append, **options), repairs


def fill(store: DayStore) -> None:
    for number, day in enumerate(WEEK):
        store.write(day_file(day, *(entry(10 * number + nth, f"{day}T09:00:00Z", 60 + nth) for nth in range(1, 4))))
    store.keep_columns()


def test_the_layout_is_raised_when_descriptions_are_read_in_another_way() -> None:
    texts = [*AWKWARD.values(), *(text for text, _ in HABITS)]
    table = columns_of([entry(number, description=text) for number, text in enumerate(texts, 1)])
    read = table.sort("entry_id").select("reason", "public_id", "groups", "name", "text").rows()
    known = hashlib.sha256(json.dumps([read, list(COLUMNS)]).encode()).hexdigest()[:12]
    # Twins on disk hold what the rules of description.py made of the texts: with other rules they are of another layout.
    assert (LAYOUT, known) == (4, "99f5da9acb63")


def test_a_running_entry_has_no_seconds_and_keeps_its_text_and_start() -> None:
    [found] = columns_of([entry(1, "2025-10-06T11:00:00+02:00", -1759734000, description=" Fix  #12 [Scrum] [Task] ")]).rows(named=True)
    assert (found["seconds"], found["text"], found["running_start"]) == (None, "Fix #12 [Scrum] [Task]", "2025-10-06T11:00:00+02:00")
    assert (found["reason"], found["public_id"], found["groups"].split("\x1f")) == ("reference", 12, ["Scrum", "Task"])


def test_heads_come_from_the_twins_without_reading_the_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(a_store(tmp_path)[0])
    store, repairs = a_store(tmp_path)
    monkeypatch.setattr(DayStore, "read", None)
    monkeypatch.setattr("volt_assets.work_reports.collect.day_store.content_of", None)
    heads = store.heads(WEEK)
    assert [(head.day, head.entries, head.seconds, head.is_closed, head.data_as_of) for head in heads] == [
        (day, 3, 186, True, NOW) for day in WEEK
    ]
    assert store.table(heads, ("entry_id",)).height == 21
    assert repairs == []


def test_a_day_that_another_process_replaced_makes_its_twin_stale(tmp_path: Path) -> None:
    store, repairs = a_store(tmp_path)
    fill(store)
    before = store.heads([WEEK[0]])
    seconds = (71, 62, 63)
    entries = [entry(nth, f"{WEEK[0]}T09:00:00Z", each) for nth, each in enumerate(seconds, 1)]
    DayStore(tmp_path, tmp_path / "columns of the other").write(day_file(WEEK[0], *entries))
    after = store.heads([WEEK[0]])
    assert (after[0].seconds, after[0].version != before[0].version) == (196, True)
    assert store.table(after, ("seconds",)).sum().item() == 196
    assert repairs == []


def test_a_copied_folder_keeps_its_twins(tmp_path: Path) -> None:
    store, _ = a_store(tmp_path)
    fill(store)
    path = store.path(WEEK[0])
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    twin = tmp_path / "columns" / "2025-10.columns"
    before = twin.read_bytes()
    assert len(a_store(tmp_path)[0].heads(WEEK)) == 7
    assert twin.read_bytes() == before


def test_a_large_day_is_compressed_and_a_small_one_is_not(tmp_path: Path) -> None:
    store, _ = a_store(tmp_path)
    large = day_file(MONDAY, *(entry(number, description="Write the report " * 8) for number in range(1, 2600)))
    store.write(large)
    assert store.path(MONDAY).name == "2025-10-06.json.gz"
    assert store.path(MONDAY).stat().st_size < COMPRESSED_ABOVE_BYTES / 5
    assert store.read(MONDAY) == large
    head = store.heads([MONDAY])[0]
    assert (head.entries, store.lines(head).count(b"\n")) == (2599, 2598)
    first = store.path(MONDAY).read_bytes()
    store.write(large)
    assert store.path(MONDAY).read_bytes() == first
    store.write(day_file(MONDAY, entry(1)))
    assert [path.name for path in tmp_path.glob("*.*")] == ["2025-10-06.json"]


def test_of_two_forms_that_a_death_left_the_later_counts(tmp_path: Path) -> None:
    store, _ = a_store(tmp_path, compressed_above_bytes=10)
    store.write(day_file(MONDAY, entry(1)))
    compressed = store.path(MONDAY)
    DayStore(tmp_path / "other").write(day_file(MONDAY, entry(2)))
    (tmp_path / "2025-10-06.json").write_bytes((tmp_path / "other" / "2025-10-06.json").read_bytes())
    assert compressed.is_file()
    assert [one.id for one in store.read_all([MONDAY])[0].entries] == [2]
    assert [head.entries for head in store.heads([MONDAY])] == [1]


def test_days_on_another_storage_have_twins_too() -> None:
    store = DayStore(UPath("memory://volt-day-columns"))
    store.write(day_file(MONDAY, entry(1), entry(2)))
    again = DayStore(UPath("memory://volt-day-columns"))
    assert again.table(again.heads([MONDAY]), ("entry_id",)).get_column("entry_id").to_list() == [1, 2]
    store.write(day_file(MONDAY, entry(3)))
    assert again.table(again.heads([MONDAY]), ("entry_id",)).get_column("entry_id").to_list() == [3]


def test_a_full_disk_is_named_and_costs_no_other_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = a_store(tmp_path)
    fill(store)
    before = {path: path.read_bytes() for path in tmp_path.glob("*.json")}

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(descriptor))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device.*2025-10-07\.json"):
        store.write(day_file(WEEK[1], entry(1, f"{WEEK[1]}T09:00:00Z")))
    assert {path: path.read_bytes() for path in tmp_path.glob("*.json")} == before
    assert list(tmp_path.rglob("*.tmp")) == []
