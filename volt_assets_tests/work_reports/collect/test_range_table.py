from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from volt_assets.settings import Settings
from volt_assets.work_reports.collect.aggregate import aggregate_range
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.listed_entries import listed_entries
from volt_assets.work_reports.collect.range_table import StaleDaysError, range_table
from volt_assets.work_reports.collect.raw_data import RawTogglDocument, raw_toggl_document
from volt_assets.work_reports.models import Origin, Person
from volt_assets.work_reports.range_key import RangeKey
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, day_file, entry

WEEK = RangeKey(MONDAY, MONDAY + timedelta(days=6))
ORIGIN = Origin(str(WEEK), "run-1", "1")
ADA = Person(user_id=1, name="Ada Example", email="ada@example.com")


def stored(folder: Path) -> DayStore:
    store = DayStore(folder / "days")
    texts = ("Fix #12 [Scrum] [Task]", 'Say ","stop":null,"seconds":5,"', "\u2028 ]\n}\nCall")
    for number, day in enumerate(WEEK.days, 1):
        running = [entry(100 + number, f"{day}T18:00:00Z", None)] if number == 3 else []
        store.write(
            day_file(day, *(entry(10 * number + nth, f"{day}T09:00:00Z", 60, description=text) for nth, text in enumerate(texts)), *running)
        )
    return store


def document(store: DayStore, folder: Path) -> tuple[RawTogglDocument, Path]:
    made = raw_toggl_document(
        WEEK, store=store, people=[ADA], scope_emails=None, timezone="UTC", sees_only_own=False, workspace_id=1, origin=ORIGIN
    )
    path = folder / "raw_toggl_data.json"
    path.write_bytes(b"".join(made.parts()))
    return made, path


def test_a_day_that_was_replaced_is_not_taken_for_the_one_of_the_document(tmp_path: Path) -> None:
    store = stored(tmp_path)
    made, path = document(store, tmp_path)
    before = aggregate_range(made.head, path, store, Settings(), ORIGIN, on_stale=pytest.fail).document()
    store.write(day_file(MONDAY, entry(99, f"{MONDAY}T09:00:00Z", 7000)))
    with pytest.raises(StaleDaysError, match=r"2025-10-06\.json: has changed since raw_toggl_data was made"):
        range_table(store, made.head.days, ("entry_id",), None)
    said: list[str] = []
    assert aggregate_range(made.head, path, store, Settings(), ORIGIN, on_stale=said.append).document() == before
    assert "the entries listed in raw_toggl_data.json are used" in said[0]


def test_the_listed_entries_are_counted_line_by_line_in_either_layout(tmp_path: Path) -> None:
    store = stored(tmp_path)
    made, path = document(store, tmp_path)
    lines = listed_entries(path)
    assert list(lines.ids) == [entry.id for day_file in store.read_all(WEEK.days) for entry in day_file.entries]
    assert (len(lines.ids), lines.seconds) == (22, 7 * 3 * 60) == (made.entries, made.head.reconciliation.our_seconds)
    path.write_text(path.read_text().replace("\n", ""))
    assert listed_entries(path) == lines


def test_no_entries_are_none(tmp_path: Path) -> None:
    store = DayStore(tmp_path / "days")
    for day in WEEK.days:
        store.write(day_file(day))
    made, path = document(store, tmp_path)
    assert list(listed_entries(path).ids) == []
    assert made.head.people == (ADA,)
    assert aggregate_range(made.head, path, store, Settings(), ORIGIN, on_stale=pytest.fail).document().people_without_time == (ADA,)
