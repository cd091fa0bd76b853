"""Lines about working days and about the periods before; templates call these by name. Everything returned is safe Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext, ngettext, style
from volt_assets.work_reports.report.attendance import Attendance
from volt_assets.work_reports.report.figures import ATTENTION, counted
from volt_assets.work_reports.report.markdown import Markdown, link, table, title
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.trend import Trend

_PEOPLE_NAMED = 10
_DAYS_NAMED = 7


def table_link(name: str, rows: int) -> Markdown:
    """`All 119 rows: work_alignment.csv`, with the link."""
    all_rows = ngettext("Its row", "All %(rows)s rows", rows, rows=style().integer(rows))
    return Markdown(f"{all_rows}: {link(f'{name}.csv', f'tables/{name}.csv')}")


def days_of(people: Sequence[Attendance], days: str) -> Markdown:
    """`Jane Smith (2 days)` for each; `days` is the field that lists them. `nobody` when there is nobody."""
    named = [Markdown(f"{title(one.name)} ({counted(len(getattr(one, days)), 'day', 'days')})") for one in people]
    return listing(named, _PEOPLE_NAMED) if named else Markdown(gettext("nobody"))


def attendance_line(one: Attendance, period: Period) -> Markdown:
    """Target and time, absences and working days without time, of one person."""
    parts = [gettext("By the calendar: %(days)s", days=counted(one.working_days, "working day", "working days"))]
    if one.target is not None:
        parts[0] += gettext(", target %(hours)s (%(difference)s h)", hours=one.target.text, difference=one.difference)
    if one.absent_days:
        parts.append(gettext("absent %(days)s", days=_days(one.absent_days, period)))
    if one.holidays:
        parts.append(gettext("holidays %(days)s", days=_days(one.holidays, period)))
    if one.silent_days:
        parts.append(f"{ATTENTION} {gettext('no time on %(days)s', days=_days(one.silent_days, period))}")
    return Markdown(" · ".join(parts))


def _days(days: Sequence[str], period: Period) -> Markdown:
    return listing([period.day(day) for day in days], _DAYS_NAMED)


def trend_table(trend: Trend) -> Markdown:
    """Hours by period, the oldest first; the last column is the period of the report."""
    points = trend.points
    headings = [trend.heading, *(Markdown(f"**{point.label}**") if point.is_current else point.label for point in points)]
    rows = [
        [gettext("on items"), *(point.on_items.cell for point in points)],
        [gettext("all time"), *(Markdown(f"**{point.total.cell}**") if point.is_current else point.total.cell for point in points)],
    ]
    return table(headings, rows)
