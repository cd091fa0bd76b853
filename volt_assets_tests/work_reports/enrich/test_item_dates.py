from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.enrich.item_dates import Period, day_of, is_done, item_dates, overdue_days, was_open_in
from volt_assets.work_reports.models import ItemDates, ItemState

UTC_ZONE = ZoneInfo("UTC")
WEEK = Period(date(2025, 10, 6), date(2025, 10, 12), UTC_ZONE)
DOING, DONE, UNKNOWN = ItemState(name="Doing", is_final=False), ItemState(name="Done", is_final=True), ItemState(name="Odd")
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
states = st.sampled_from([None, DOING, DONE, UNKNOWN])


@pytest.mark.parametrize(
    ("value", "zone", "day"),
    [
        ("2025-10-09", "Asia/Tokyo", date(2025, 10, 9)),
        ("2025-10-09T22:30:00.000Z", "UTC", date(2025, 10, 9)),
        ("2025-10-09T22:30:00.000Z", "Europe/Belgrade", date(2025, 10, 10)),
        ("2025-10-09T22:30:00", "America/New_York", date(2025, 10, 9)),
        ("2025-13-40", "UTC", None),
        ("soon", "UTC", None),
        (None, "UTC", None),
    ],
)
def test_the_day_of_a_date_never_moves_and_that_of_a_moment_depends_on_the_zone(value: str | None, zone: str, day: date | None) -> None:
    assert day_of(value, ZoneInfo(zone)) == day


@given(planned=days, state=states, completed=st.none() | days)
def test_an_item_is_overdue_from_the_day_after_its_planned_end_and_never_when_done(
    planned: date, state: ItemState | None, completed: date | None
) -> None:
    dates = ItemDates(planned_end=planned.isoformat(), completed=completed.isoformat() if completed else None)
    late = overdue_days(state, dates, WEEK)
    if is_done(state, dates, WEEK) or planned >= WEEK.end:
        assert late == 0
    else:
        assert planned + timedelta(days=late) == WEEK.end


@given(planned=days, completed=days)
def test_being_finished_after_the_period_does_not_make_an_item_done_within_it(planned: date, completed: date) -> None:
    dates = ItemDates(planned_end=planned.isoformat(), completed=completed.isoformat())
    assert (overdue_days(DONE, dates, WEEK) > 0) == (completed > WEEK.end > planned)


@given(state=states, completed=st.none() | days, start=days, length=st.integers(0, 60))
def test_an_item_that_was_not_open_in_a_period_was_done_by_its_end(
    state: ItemState | None, completed: date | None, start: date, length: int
) -> None:
    period = Period(start, start + timedelta(days=length), UTC_ZONE)
    dates = ItemDates(completed=completed.isoformat() if completed else None)
    assert was_open_in(state, dates, period) or is_done(state, dates, period)


@pytest.mark.parametrize(
    ("state", "dates", "is_open"),
    [
        (DOING, ItemDates(), True),
        (None, ItemDates(), True),
        (DONE, ItemDates(), False),
        (DONE, ItemDates(completed="2025-10-06"), True),
        (DONE, ItemDates(completed="2025-10-05"), False),
        (DOING, ItemDates(created="2025-10-13T00:00:00Z"), False),
    ],
)
def test_open_in_the_period(state: ItemState | None, dates: ItemDates, is_open: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert was_open_in(state, dates, WEEK) is is_open


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"completed/0": None, "completed/1": "2025-10-09"}, ItemDates(completed="2025-10-09")),
        ({"completed/0": "2025-10-08", "completed/1": "2025-10-09"}, ItemDates(completed="2025-10-08")),
        ({"planned_end/0": {"start": "2025-10-01", "end": "2025-10-05"}}, ItemDates(planned_start="2025-10-01", planned_end="2025-10-05")),
        (
            {"planned_start/0": "2025-09-30", "planned_end/0": {"start": "2025-10-01", "end": None}},
            ItemDates(planned_start="2025-09-30"),
        ),
        ({"started/0": "not a date", "started/1": "2025-10-01T08:00:00.000Z"}, ItemDates(started="2025-10-01T08:00:00.000Z")),
        ({"created": 5}, ItemDates()),
    ],
)
def test_the_first_date_that_is_set_counts(row: dict[str, Any], expected: ItemDates) -> None:
    assert item_dates(row) == expected
