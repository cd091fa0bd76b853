from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from volt_assets.errors import StoredDataError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.models import DayEdit, DayFile
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, entry

EDIT = DayEdit(checked_at=NOW, added=(2,), changed=(1,), deleted=(7,), seconds_before=60, seconds_after=4500)
FULL: dict[str, Any] = {
    "email": "ada@example.com",
    "project_name": "Volt",
    "client_name": "Example Ltd",
    "tag_names": ("a", "b"),
    "billable": True,
    "billable_amount_in_cents": 1250,
    "currency": "EUR",
    "at": "2025-10-06T11:00:00+02:00",
}
DAY = day_file(MONDAY, entry(1, description="Fix #12 [Scrum] [Task]", **FULL), entry(2, seconds=900, description="Rückruf"), edits=(EDIT,))


def stored(folder: Path, **options: Any) -> Path:
    """The file of DAY, and its columns."""
    store = DayStore(folder, on_repair=pytest.fail, **options)
    store.write(DAY)
    store.keep_columns()
    return Path(str(store.path(MONDAY)))


def without_seal(path: Path) -> bytes:
    """The file as versions wrote it that knew no digest."""
    return re.sub(rb' "content_sha256": "[0-9a-f]+",\n', b"", path.read_bytes())


def assert_refused_or_equal(folder: Path, path: Path, *, where: object) -> bool:
    store = DayStore(folder, on_repair=pytest.fail)
    survey = store.survey([MONDAY], now=NOW)
    if survey.missing:
        assert str(path) in survey.warnings[0], where
        assert "the day is downloaded again" in survey.warnings[0], where
        return True
    assert store.read(MONDAY) == DAY, where
    [head] = survey.stored
    assert (head.seconds, head.entries, head.edits, head.proof) == (4500, 2, DAY.edits, DAY.proof), where
    return False


@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_no_changed_byte_of_a_day_is_believed(tmp_path: Path, bit: int) -> None:
    path = stored(tmp_path)
    content = path.read_bytes()
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ bit]) + content[position + 1 :])
        assert_refused_or_equal(tmp_path, path, where=content[max(0, position - 20) : position + 5])


def test_no_changed_byte_of_a_compressed_day_is_believed(tmp_path: Path) -> None:
    path = stored(tmp_path, compressed_above_bytes=10)
    content = path.read_bytes()
    assert path.suffix == ".gz"
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 4]) + content[position + 1 :])
        assert_refused_or_equal(tmp_path, path, where=position)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#12", "#92"),
        ('"seconds":900', '"seconds":1500'),
        ('"user_id":1', '"user_id":2'),
        ("Ada Example", "Bob Example"),
        ("ada@", "bob@"),
        ("T09:00", "T08:00"),
        ("T10:00", "T11:00"),
        ('"Volt"', '"Bolt"'),
        ("Example Ltd", "Another Ltd"),
        ('"a","b"', '"a"'),
        ('"billable":true', '"billable":false'),
        ("1250", "12500"),
        ("EUR", "USD"),
        ("T11:00", "T12:00"),
        ('"code_version": "1"', '"code_version": "2"'),
        ('"our_seconds": 4500', '"our_seconds": 9999'),
        ('"seconds_after": 4500', '"seconds_after": 45'),
        ("2025-10-20T12:00:00Z", "2025-10-20T11:00:00Z"),
    ],
)
def test_a_value_that_was_changed_is_noticed_whatever_it_says(tmp_path: Path, before: str, after: str) -> None:
    path = stored(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert assert_refused_or_equal(tmp_path, path, where=before)
    with pytest.raises(StoredDataError, match="is damaged or was changed by hand") as raised:
        DayStore(tmp_path).read(MONDAY)
    assert str(path) in str(raised.value)
    assert raised.value.hint == "the next run that needs the day downloads it again"


def test_damage_behind_an_unchanged_time_of_change_is_noticed_where_the_day_is_read_and_by_the_next_run(tmp_path: Path) -> None:
    path = stored(tmp_path)
    state = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("#12", "#92"), encoding="utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    store = DayStore(tmp_path)
    [head] = store.heads([MONDAY])
    with pytest.raises(StoredDataError, match=r"2025-10-06\.json: is damaged"):
        store.lines(head)
    assert DayStore(tmp_path).survey([MONDAY], now=NOW).missing == (MONDAY,)


def test_a_day_of_an_earlier_version_gets_its_digest_when_it_is_first_looked_at(tmp_path: Path) -> None:
    path = stored(tmp_path)
    sealed = path.read_bytes()
    path.write_bytes(without_seal(path))
    (tmp_path / "columns" / "2025-10.columns").unlink()
    assert "content_sha256" not in json.loads(path.read_bytes())
    survey = DayStore(tmp_path).survey([MONDAY], now=NOW)
    assert (survey.missing, survey.warnings) == ((), ())
    assert path.read_bytes() == sealed


def test_the_digest_is_no_part_of_the_day(tmp_path: Path) -> None:
    path = stored(tmp_path)
    assert len(json.loads(path.read_bytes())["content_sha256"]) == 64
    read = DayStore(tmp_path).read(MONDAY)
    assert isinstance(read, DayFile)
    assert read.content_sha256 is None
    DayStore(tmp_path).write(read)
    assert DayStore(tmp_path).read(MONDAY) == DAY
