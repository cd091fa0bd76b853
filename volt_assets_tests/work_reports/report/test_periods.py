from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.periods import Period, day_of, grid_columns, moment


def period(start: str, end: str) -> Period:
    return Period(start=date.fromisoformat(start), end=date.fromisoformat(end))


@pytest.mark.parametrize(
    ("start", "end", "text", "noun", "before"),
    [
        ("2025-10-06", "2025-10-12", "6\u201312 October 2025", "week", "the week before"),
        ("2025-09-29", "2025-10-05", "29 September \u2013 5 October 2025", "week", "the week before"),
        ("2025-12-29", "2026-01-04", "29 December 2025 \u2013 4 January 2026", "week", "the week before"),
        ("2025-10-06", "2025-10-06", "6 October 2025", "day", "the day before"),
        ("2025-02-01", "2025-02-28", "1\u201328 February 2025", "month", "the month before"),
        ("2025-10-07", "2025-10-13", "7\u201313 October 2025", "period", "the 7 days before"),
        ("2025-01-01", "2025-12-31", "1 January \u2013 31 December 2025", "period", "the 365 days before"),
    ],
)
def test_a_period_reads_well(start: str, end: str, text: str, noun: str, before: str) -> None:
    made = period(start, end)
    assert (str(made), made.noun, made.before) == (text, noun, before)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(min_value=0, max_value=365))
def test_the_grid_covers_every_day_once_in_few_columns(start: date, more: int) -> None:
    made = Period(start=start, end=start + timedelta(days=more))
    columns = grid_columns(made)
    covered = [column.first + timedelta(days=day) for column in columns for day in range((column.last - column.first).days + 1)]
    assert covered == [start + timedelta(days=day) for day in range(more + 1)]
    assert len(columns) <= 14
    assert len({column.label for column in columns}) == len(columns)


def test_the_grid_goes_from_days_to_weeks_to_months() -> None:
    assert [column.label for column in grid_columns(period("2025-10-06", "2025-10-12"))] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]
    assert grid_columns(period("2025-10-06", "2025-10-19"))[0].label == "Mon 6"
    assert [column.label for column in grid_columns(period("2025-10-01", "2025-10-31"))] == ["W40", "W41", "W42", "W43", "W44"]
    assert grid_columns(period("2025-01-01", "2025-12-31"))[11].label == "Dec 2025"


def test_days_and_moments() -> None:
    week = period("2025-10-06", "2025-10-12")
    assert week.day("2025-10-09T15:20:00+02:00") == "9 Oct"
    assert week.day(date(2024, 2, 29)) == "29 Feb 2024"
    assert week.day(None) == "\u2013"
    assert day_of("not a date") is None
    assert moment(datetime(2025, 10, 13, 6, 0, tzinfo=UTC)) == "13 Oct 2025 06:00 UTC"
    assert week.toggl_url(5, 7) == "https://track.toggl.com/reports/detailed/5/from/2025-10-06/to/2025-10-12/users/7"
