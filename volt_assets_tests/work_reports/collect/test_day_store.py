from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from upath import UPath

from volt_assets.errors import StoredDataError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, days, entry

TUESDAY = MONDAY + timedelta(days=1)


def test_what_is_written_is_read_back_and_named_after_its_day(tmp_path: Path) -> None:
    store = DayStore(tmp_path / "toggl_days")
    written = day_file(MONDAY, entry(1, description='Ünïcode "quotes" \u2028 [x]\n'), entry(2, seconds=None, tag_names=("a",)))
    store.write(written)
    assert store.read(MONDAY) == written
    assert [path.name for path in (tmp_path / "toggl_days").glob("*.*")] == ["2025-10-06.json"]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5), st.randoms())
def test_bytes_depend_on_content_only(texts: list[str], random: object) -> None:
    entries = [entry(number, description=text) for number, text in enumerate(texts, 1)]
    shuffled = entries.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    store = DayStore(UPath("memory://volt-day-store"))
    store.write(day_file(MONDAY, *entries))
    first = store.path(MONDAY).read_bytes()
    store.write(day_file(MONDAY, *shuffled))
    assert store.path(MONDAY).read_bytes() == first
    assert store.read(MONDAY) == day_file(MONDAY, *entries)


def test_one_line_for_each_entry(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    store.write(day_file(MONDAY, entry(2), entry(1)))
    text = store.path(MONDAY).read_text(encoding="utf-8")
    assert [line[:7] for line in text.splitlines() if line.startswith('{"id"')] == ['{"id":1', '{"id":2']
    assert list(json.loads(text))[:3] == ["schema_version", "day", "data_as_of"]
    store.write(day_file(MONDAY))
    assert json.loads(store.path(MONDAY).read_text(encoding="utf-8"))["entries"] == []


def test_a_day_that_is_not_there(tmp_path: Path) -> None:
    store = DayStore(tmp_path / "nowhere")
    assert store.read(MONDAY) is None
    with pytest.raises(StoredDataError, match=r"2025-10-06\.json: the day is not stored"):
        store.read_all([MONDAY])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda text: text[: len(text) // 2], "is not a whole day file"),
        (lambda _: "", "is not a whole day file"),
        (lambda _: "[]", "is not a whole day file"),
        (lambda text: text.replace('"day": "2025-10-06"', '"day": "2025-10-07"'), "holds 2025-10-07, not 2025-10-06"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 0'), "has schema_version 0"),
        (lambda text: text.replace("2025-10-06T09", "2025-10-08T09"), "holds entries of another day"),
        (lambda text: text.replace('"id":2', '"id":1'), "holds an entry twice"),
        (lambda text: text.replace('"seconds":3600', '"seconds":"much"'), "entries.0.seconds"),
        (lambda text: text.replace('"code_version"', '"surprise"'), "is not a whole day file"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_named_and_downloaded_again(tmp_path: Path, change: object, complaint: str) -> None:
    store = DayStore(tmp_path)
    store.write(day_file(MONDAY, entry(1), entry(2)))
    path = tmp_path / "2025-10-06.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]  # a lambda above
    with pytest.raises(StoredDataError) as raised:
        store.read(MONDAY)
    assert str(path) in str(raised.value)
    assert complaint in str(raised.value)
    assert raised.value.hint
    survey = store.survey([MONDAY], now=NOW)
    assert survey.missing == (MONDAY,)
    assert str(path) in survey.warnings[0]
    assert store.heads_if_complete([MONDAY]) is None


def test_missing_are_days_that_are_absent_or_were_stored_before_they_ended(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    absent, closed, open_then, today = days(date(2025, 10, 17), 4)
    store.write(day_file(closed))
    store.write(day_file(open_then, is_closed=False))
    store.write(day_file(today, is_closed=False))
    survey = store.survey([today, open_then, closed, absent, absent], now=datetime(2025, 10, 20, 12, tzinfo=UTC))
    assert survey.missing == (absent, open_then, today)
    assert survey.warnings == ()


def test_a_day_is_not_over_before_it_ended_in_the_last_zone(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    store.write(day_file(MONDAY, data_as_of=datetime(2025, 10, 7, 12, tzinfo=UTC)))
    assert store.survey([MONDAY], now=datetime(2025, 10, 7, 11, 59, 59, tzinfo=UTC)).missing == (MONDAY,)
    assert store.survey([MONDAY], now=datetime(2025, 10, 7, 12, tzinfo=UTC)).missing == ()


def test_a_period_counts_as_complete_only_with_closed_days(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    store.write(day_file(MONDAY))
    assert store.heads_if_complete([MONDAY, TUESDAY]) is None
    store.write(day_file(TUESDAY, is_closed=False))
    assert store.heads_if_complete([MONDAY, TUESDAY]) is None
    store.write(day_file(TUESDAY))
    complete = store.heads_if_complete([TUESDAY, MONDAY])
    assert complete == store.heads([MONDAY, TUESDAY])
    assert [head.day for head in complete or ()] == [MONDAY, TUESDAY]
    assert store.read_all([TUESDAY, MONDAY]) == [day_file(MONDAY), day_file(TUESDAY)]


def test_a_failed_write_keeps_the_file_before(tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    store.write(day_file(MONDAY, entry(1)))
    before = store.path(MONDAY).read_bytes()
    target = tmp_path / "2025-10-07.json"
    target.mkdir()
    with pytest.raises(OSError, match="2025-10-07"):
        store.write(day_file(TUESDAY))
    assert store.path(MONDAY).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"2025-10-06.json", "2025-10-07.json"}
