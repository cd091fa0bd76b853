"""Dates as reports write them, the words for a period, and the columns of the hours grid.

Does not belong here: figures (figures.py).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from volt_assets.work_reports.languages.language import gettext, ngettext, pgettext, style
from volt_assets.work_reports.models import Frozen

_DAYS_SHOWN_SINGLY = 14
_DAYS_SHOWN_BY_WEEK = 92
_WEEK = 7
Noun = Literal["day", "week", "month", "period"]
# Whole phrases by noun: their cases and endings are the translator's.
_THIS: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: gettext("this day"),
    "week": lambda: gettext("this week"),
    "month": lambda: gettext("this month"),
    "period": lambda: gettext("this period"),
}
_OF_THIS: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: pgettext("of it, after it", "this day"),
    "week": lambda: pgettext("of it, after it", "this week"),
    "month": lambda: pgettext("of it, after it", "this month"),
    "period": lambda: pgettext("of it, after it", "this period"),
}
_WHOLE: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: pgettext("after it, until its end", "the day"),
    "week": lambda: pgettext("after it, until its end", "the week"),
    "month": lambda: pgettext("after it, until its end", "the month"),
    "period": lambda: pgettext("after it, until its end", "the period"),
}
_BEFORE: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: pgettext("compared with", "the day before"),
    "week": lambda: pgettext("compared with", "the week before"),
    "month": lambda: pgettext("compared with", "the month before"),
}
_IN_BEFORE: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: gettext("in the day before"),
    "week": lambda: gettext("in the week before"),
    "month": lambda: gettext("in the month before"),
}
_NOT_STORED: Mapping[Noun, Callable[[], str]] = {
    "day": lambda: gettext("the day before is not stored"),
    "week": lambda: gettext("the week before is not stored"),
    "month": lambda: gettext("the month before is not stored"),
}


class Period(Frozen):
    """The days a report is about, both ends included."""

    start: date
    end: date

    def __str__(self) -> str:
        """The days with month and year; days of one month share it."""
        return style().days(self.start, self.end)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def noun(self) -> Noun:
        """What it is, by its English name: day, week, month or period."""
        if self.days == 1:
            return "day"
        if self.days == _WEEK and self.start.weekday() == 0:
            return "week"
        next_day = self.end + timedelta(days=1)
        is_month = self.start.day == 1 and next_day.day == 1 and (self.start.year, self.start.month) == (self.end.year, self.end.month)
        return "month" if is_month else "period"

    @property
    def this(self) -> str:
        """When: `this week`."""
        return _THIS[self.noun]()

    @property
    def this_one(self) -> str:
        """What something is of, or after: `this week`."""
        return _OF_THIS[self.noun]()

    @property
    def whole(self) -> str:
        """What something comes after, or before the end of: `the week`."""
        return _WHOLE[self.noun]()

    @property
    def at_end(self) -> str:
        """When: `at the end of the week`."""
        return gettext("at the end of %(period)s", period=self.whole)

    @property
    def before(self) -> str:
        """What the comparison is with: `the week before`, `the 10 days before`."""
        if self.noun != "period":
            return _BEFORE[self.noun]()
        return ngettext("the %(days)s days before", "the %(days)s days before", self.days, days=style().integer(self.days))

    @property
    def in_before(self) -> str:
        """When: `in the week before`."""
        if self.noun != "period":
            return _IN_BEFORE[self.noun]()
        return ngettext("in the %(days)s days before", "in the %(days)s days before", self.days, days=style().integer(self.days))

    @property
    def not_stored(self) -> str:
        """`the week before is not stored`, `the 10 days before are not stored`."""
        if self.noun != "period":
            return _NOT_STORED[self.noun]()
        days = style().integer(self.days)
        return ngettext("the %(days)s days before are not stored", "the %(days)s days before are not stored", self.days, days=days)

    def contains(self, day: date | None) -> bool:
        """Whether the day is one of the period's."""
        return day is not None and self.start <= day <= self.end

    def day(self, value: date | str | None) -> str:
        """`9 Oct`, with the year when it is not the period's; a dash for no date."""
        day = day_of(value)
        if day is None:
            return "–"  # noqa: RUF001 -- the dash for nothing
        return style().day(day, with_year=day.year != self.end.year)

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
        return gettext("never")
    return f"{style().moment(value.astimezone(UTC))} UTC"


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
        return style().weekday(first)
    if period.days <= _DAYS_SHOWN_SINGLY:
        return f"{style().weekday(first)} {first.day}"
    if period.days <= _DAYS_SHOWN_BY_WEEK:
        return gettext("W%(week)s", week=f"{first.isocalendar().week:02d}")
    return style().month(first)


def path_of_report(slug: str) -> str:
    """Where an individual report lies, relative to the team report; slugs are `[a-z0-9_]` and stay so."""
    return f"individual/{quote(slug, safe='')}.md"
