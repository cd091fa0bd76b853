"""The periods before a range: as far back as every day is stored, and only then."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.earlier_periods import MOST_PERIODS, earlier_periods
from volt_assets.work_reports.models import EarlierPeriod, Person, RawTogglHead, Reconciliation
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, days, entry

FIRST = MONDAY - timedelta(days=20)


def head(**fields: object) -> RawTogglHead:
    """A range of two days that begins on Monday."""
    return RawTogglHead.model_validate(
        {
            "key": "k",
            "data_as_of": NOW,
            "code_version": "1",
            "run_id": "r",
            "data_version": "",
            "timezone": "UTC",
            "start_date": MONDAY,
            "end_date": MONDAY + timedelta(days=1),
            "people": (),
            "toggl_workspace_id": 1,
            "reconciliation": Reconciliation(our_seconds=0, toggl_seconds=0),
            **fields,
        }
    )


def stored(folder: Path, *, without: date | None = None) -> DayStore:
    store = DayStore(folder)
    for number, day in enumerate(days(FIRST, 20), 1):
        mine = entry(number, f"{day}T09:00:00Z", 100, description="Fix #12 [Scrum] [Task]")
        yours = entry(100 + number, f"{day}T09:00:00Z", 11, user_id=2)
        runs = entry(200 + number, f"{day}T18:00:00Z", None)
        if day != without:
            store.write(day_file(day, mine, yours, runs))
    return store


def test_at_most_eight_the_oldest_first(tmp_path: Path) -> None:
    found = earlier_periods(head(), stored(tmp_path), EnrichmentSettings())
    assert len(found) == MOST_PERIODS
    assert [period.start_date for period in found] == [MONDAY - timedelta(days=2 * back) for back in range(8, 0, -1)]
    assert found[-1] == EarlierPeriod(
        start_date=MONDAY - timedelta(days=2),
        end_date=MONDAY - timedelta(days=1),
        total_duration_seconds=222,
        matched_duration_seconds=200,
        unique_items=1,
        people_with_time=2,
        seconds_by_person={1: 200, 2: 22},
        matched_seconds_by_person={1: 200},
    )


def test_a_day_that_is_missing_ends_the_history(tmp_path: Path) -> None:
    found = earlier_periods(head(), stored(tmp_path, without=MONDAY - timedelta(days=5)), EnrichmentSettings())
    assert [period.end_date for period in found] == [MONDAY - timedelta(days=3), MONDAY - timedelta(days=1)]


def test_a_range_of_some_people_is_compared_with_the_same_people(tmp_path: Path) -> None:
    one = head(scope="pair", people=(Person(user_id=2, name="B"),))
    assert {period.total_duration_seconds for period in earlier_periods(one, stored(tmp_path), EnrichmentSettings())} == {22}
