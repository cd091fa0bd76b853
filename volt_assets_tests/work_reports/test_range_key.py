from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.errors import UsageError
from volt_assets.work_reports.range_key import (
    FIRST_DAY,
    MAXIMUM_DAYS,
    RangeKey,
    is_closed,
    make_range,
    named_range,
    parse_day,
    parse_key,
    users_scope,
)

TODAY = date(2025, 10, 20)
WEEK = RangeKey(date(2025, 10, 6), date(2025, 10, 12))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2025-10-06_2025-10-12", WEEK),
        ("2025-10-06_2025-10-12_platform", RangeKey(WEEK.start, WEEK.end, "platform")),
        ("2025-10-06_2025-10-12_a_team_2", RangeKey(WEEK.start, WEEK.end, "a_team_2")),
        ("2025-10-06_2025-10-12_users-0a1b2c3d", RangeKey(WEEK.start, WEEK.end, "users-0a1b2c3d")),
        ("2025-10-20_2025-10-20", RangeKey(TODAY, TODAY)),
        ("2024-02-29_2024-02-29", RangeKey(date(2024, 2, 29), date(2024, 2, 29))),
    ],
)
def test_keys_are_read_and_written_back(text: str, key: RangeKey) -> None:
    assert parse_key(text, today=TODAY) == key
    assert str(key) == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not a range key"),
        ("last week", "is not a range key"),
        ("2025-10-06", "is not a range key"),
        ("2025-10-06_2025-10-12\n", "is not a range key"),
        ("2025-10-06_2025-10-12_", "is not a range key"),
        ("2025-10-06_2025-10-12_../../etc", "is not a range key"),
        ("../2025-10-06_2025-10-12", "is not a range key"),
        ("2025-10-06_2025-10-12_Platform", "is not a range key"),
        ("2025-10-06_2025-10-12_users-xyz", "is not a range key"),
        ("2025-10-06_2025-10-12_" + "a" * 41, "is not a range key"),
        ("٢٠٢٥-10-06_2025-10-12", "is not a range key"),
        ("2025-02-30_2025-03-01", "2025-02-30 does not exist in the calendar"),
        ("2025-02-01_2025-02-29", "2025-02-29 does not exist in the calendar"),
        ("2025-10-12_2025-10-06", "ends before it starts"),
        ("2025-10-21_2025-10-27", "lies wholly in the future"),
        ("2024-01-01_2025-01-01", "has 367 days; at most 366"),
        ("0001-01-01_0001-01-07", "begins before 2006-01-01"),
    ],
)
def test_what_is_no_key_is_refused_with_a_fix(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_key(text, today=TODAY)
    assert complaint in str(raised.value)
    assert raised.value.hint


def test_a_range_may_reach_into_the_future_and_over_a_leap_year() -> None:
    assert make_range(TODAY, TODAY + timedelta(days=6), today=TODAY).end == date(2025, 10, 26)
    assert len(make_range(date(2024, 1, 1), date(2024, 12, 31), today=TODAY).days) == MAXIMUM_DAYS


@pytest.mark.parametrize("text", ["2025-1-1", "20250101", "2025-01-01T00:00", "", "2025-W01-1", "today"])
def test_a_day_has_one_form(text: str) -> None:
    with pytest.raises(UsageError, match=r"--start-date: .* is not a date of the form YYYY-MM-DD"):
        parse_day(text, "--start-date")


@given(st.dates(FIRST_DAY, TODAY), st.integers(0, MAXIMUM_DAYS - 1), st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True))
def test_every_range_survives_its_key_and_touches_the_one_before(start: date, length: int, scope: str | None) -> None:
    key = make_range(start, start + timedelta(days=length), today=TODAY, scope=scope)
    assert parse_key(str(key), today=TODAY) == key
    assert len(key.days) == length + 1 == len(key.previous.days)
    assert key.previous.end + timedelta(days=1) == key.start
    assert key.previous.scope == scope


def test_the_scope_of_users_ignores_order_case_and_doubles() -> None:
    assert users_scope(["a@example.com", "B@example.com"]) == users_scope([" b@EXAMPLE.com", "A@example.com", "a@example.com"])
    assert users_scope(["a@example.com"]) != users_scope(["b@example.com"])
    assert parse_key(f"{WEEK}_{users_scope(['a@example.com'])}", today=TODAY).scope == users_scope(["a@example.com"])


def test_named_ranges_follow_the_zone() -> None:
    belgrade, los_angeles = ZoneInfo("Europe/Belgrade"), ZoneInfo("America/Los_Angeles")
    # Monday morning in Belgrade, still Sunday in Los Angeles.
    now = datetime(2025, 10, 13, 5, tzinfo=UTC)
    assert named_range("last-week", now=now, zone=belgrade) == WEEK
    assert named_range("last-week", now=now, zone=los_angeles) == WEEK.previous
    assert named_range("this-week", now=now, zone=belgrade) == RangeKey(date(2025, 10, 13), date(2025, 10, 13))
    assert named_range("this-week", now=now, zone=los_angeles) == WEEK
    assert named_range("last-month", now=now, zone=belgrade) == RangeKey(date(2025, 9, 1), date(2025, 9, 30))
    assert named_range("last-month", now=datetime(2024, 3, 31, 12, tzinfo=UTC), zone=belgrade).end == date(2024, 2, 29)
    assert named_range("last-month", now=datetime(2024, 12, 31, 23, 30, tzinfo=UTC), zone=belgrade).start == date(2024, 12, 1)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2025, 10, 7, 11, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 10, 7, 12, 0, 0, tzinfo=UTC), True),
        (datetime(2025, 10, 7, 14, 0, 0, tzinfo=ZoneInfo("Europe/Belgrade")), True),
        (datetime(2025, 10, 7, 23, 0, 0, tzinfo=ZoneInfo("Asia/Tokyo")), True),
        (datetime(2025, 10, 7, 20, 59, 0, tzinfo=ZoneInfo("Asia/Tokyo")), False),
    ],
)
def test_a_day_is_closed_when_it_is_over_in_the_last_zone_on_earth(now: datetime, *, closed: bool) -> None:
    assert is_closed(date(2025, 10, 6), now=now) is closed
