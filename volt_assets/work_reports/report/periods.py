"""Dates as reports write them, the words for a period, and the columns of the hours grid.

Does not belong here: figures (figures.py).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from volt_assets.work_reports.models import Frozen

_DAYS_SHOWN_SINGLY = 14
_DAYS_SHOWN_BY_WEEK = 92
_WEEK = 7


class Period(Frozen):
    """The days a report is about, both ends included."""

    start: date
    end: date

    def __str__(self) -> str:
        """The days with month and year; days of one month share it."""
        start, end = self.start, self.end
        last = f"{end.day} {calendar.month_name[end.month]} {end.year}"
        if start == end:
            return last
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day}–{last}"  # noqa: RUF001 -- the dash of ranges
        year = f" {start.year}" if start.year != end.year else ""
        return f"{start.day} {calendar.month_name[start.month]}{year} – {last}"  # noqa: RUF001 -- the dash of ranges

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def noun(self) -> str:
        """What to call it: day, week, month or period."""
        if self.days == 1:
            return "day"
        if self.days == _WEEK and self.start.weekday() == 0:
            return "week"
        next_day = self.end + timedelta(days=1)
        is_month = self.start.day == 1 and next_day.day == 1 and (self.start.year, self.start.month) == (self.end.year, self.end.month)
        return "month" if is_month else "period"

    @property
    def before(self) -> str:
        """What the comparison is with: `the week before`, `the 10 days before`."""
        return f"the {self.days} days before" if self.noun == "period" else f"the {self.noun} before"

    @property
    def not_stored(self) -> str:
        """`the week before is not stored`, `the 10 days before are not stored`."""
        return f"{self.before} {'are' if self.noun == 'period' else 'is'} not stored"

    def contains(self, day: date | None) -> bool:
        """Whether the day is one of the period's."""
        return day is not None and self.start <= day <= self.end

    def day(self, value: date | str | None) -> str:
        """`9 Oct`, with the year when it is not the period's; a dash for no date."""
        day = day_of(value)
        if day is None:
            return "–"  # noqa: RUF001 -- the dash for nothing
        short = f"{day.day} {calendar.month_abbr[day.month]}"
        return short if day.year == self.end.year else f"{short} {day.year}"

    def toggl_url(self, workspace_id: int, user_id: int | None = None) -> str:
        """Toggl's own detailed report of these days, of one person when given."""
        person = f"/users/{user_id}" if user_id is not None else ""
        return f"https://track.toggl.com/reports/detailed/{workspace_id}/from/{self.start}/to/{self.end}{person}"


def day_of(value: date | str | None) -> date | None:
    """The day of an ISO date or date-time as written; None for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def moment(value: datetime | None) -> str:
    """`13 Oct 2025 06:00 UTC`."""
    if value is None:
        return "never"
    at = value.astimezone(UTC)
    return f"{at.day} {calendar.month_abbr[at.month]} {at.year} {at:%H:%M} UTC"


class GridColumn(Frozen):
    """One column of the hours grid: its heading and the first and last day it covers."""

    label: str
    first: date
    last: date

    def seconds_in(self, seconds_by_day: Mapping[str, int]) -> int:
        """The seconds of the days this column covers."""
        first, last = self.first.isoformat(), self.last.isoformat()
        return sum(seconds for day, seconds in seconds_by_day.items() if first <= day <= last)


def column_unit(period: Period) -> Literal["day", "week", "month"]:
    """What one column of the grid covers: single days up to two weeks, ISO weeks up to three months, months beyond."""
    if period.days <= _DAYS_SHOWN_SINGLY:
        return "day"
    return "week" if period.days <= _DAYS_SHOWN_BY_WEEK else "month"


def grid_columns(period: Period) -> list[GridColumn]:
    """The columns of the hours grid, the first and the last cut at the period's ends."""
    columns: list[GridColumn] = []
    first, unit = period.start, column_unit(period)
    while first <= period.end:
        if unit == "day":
            last = first
        elif unit == "week":
            last = first + timedelta(days=6 - first.weekday())
        else:
            last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        last = min(last, period.end)
        columns.append(GridColumn(label=_label(period, first), first=first, last=last))
        first = last + timedelta(days=1)
    return columns


def _label(period: Period, first: date) -> str:
    if period.days <= _WEEK:
        return calendar.day_abbr[first.weekday()]
    if period.days <= _DAYS_SHOWN_SINGLY:
        return f"{calendar.day_abbr[first.weekday()]} {first.day}"
    if period.days <= _DAYS_SHOWN_BY_WEEK:
        return f"W{first.isocalendar().week:02d}"
    return f"{calendar.month_abbr[first.month]} {first.year}"


def path_of_report(slug: str) -> str:
    """Where an individual report lies, relative to the team report; slugs are `[a-z0-9_]` and stay so."""
    return f"individual/{quote(slug, safe='')}.md"
