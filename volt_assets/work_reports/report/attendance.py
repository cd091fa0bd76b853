"""Who was to work on which days and for how long, by the calendar of volt.yaml, and who tracked nothing on such a day.

The calendar alone decides: no day is guessed from what somebody usually does. Days are those of the person's own zone; a day that
was not over there when the data was taken is not judged yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from volt_assets.calendar_settings import WEEKDAYS, CalendarSettings, PersonCalendar
from volt_assets.work_reports.models import EnrichedData, Frozen, Person, TogglAggregated
from volt_assets.work_reports.report.figures import Hours, change, nearest
from volt_assets.work_reports.report.people import AnyPerson

_SECONDS_PER_HOUR = 3600


class Attendance(Frozen):
    """One person's days in the period, by the calendar."""

    user_id: int
    name: str
    working_days: int
    """To be worked and over, holidays and absences not counted."""
    holidays: tuple[str, ...]
    """Days off that would have been working days, ISO dates."""
    absent_days: tuple[str, ...]
    """Absences by the calendar that would have been working days, ISO dates."""
    silent_days: tuple[str, ...]
    """Working days without any time, ISO dates."""
    total: Hours
    target: Hours | None
    """None when the calendar names no hours a day."""
    difference: str | None
    """Time minus target, e.g. `-2.5`."""

    @property
    def tracked_nothing(self) -> bool:
        """No time at all, although there were days to work."""
        return self.working_days > 0 and self.total.seconds == 0


class _Days(NamedTuple):
    working: list[date]
    holidays: list[date]
    absent: list[date]


def attendance(
    data: TogglAggregated | EnrichedData, called: Mapping[int, str], totals: Mapping[int, Hours], calendar: CalendarSettings
) -> tuple[Attendance, ...]:
    """Everybody of the report, by name; `totals` is what is shown for those with time.

    With a token that sees its owner only, who has no entries is left out: they may have some.
    """
    without = () if data.sees_only_own_entries else data.people_without_time
    people: list[AnyPerson | Person] = [*data.people, *without]
    found = [attendance_of(person, called[person.user_id], totals.get(person.user_id, nearest(0)), calendar, data) for person in people]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.user_id)))


def attendance_of(
    person: AnyPerson | Person, called: str, total: Hours, calendar: CalendarSettings, data: TogglAggregated | EnrichedData
) -> Attendance:
    """One person of the report."""
    last_day_over = _last_day_over(person.zone or data.timezone, data.timezone, data.data_as_of)
    own = calendar.people.get((person.email or "").strip().lower(), PersonCalendar())
    days = _days(calendar, own, data.start_date, min(data.end_date, last_day_over))
    tracked = _days_with_time(person)
    hours_per_day = own.hours_per_day if own.hours_per_day is not None else calendar.hours_per_day
    target = nearest(round(hours_per_day * _SECONDS_PER_HOUR) * len(days.working)) if hours_per_day is not None else None
    return Attendance(
        user_id=person.user_id,
        name=called,
        working_days=len(days.working),
        holidays=_iso(days.holidays),
        absent_days=_iso(days.absent),
        silent_days=tuple(day for day in _iso(days.working) if day not in tracked),
        total=total,
        target=target,
        difference=change(total, target) if target is not None else None,
    )


def _days(calendar: CalendarSettings, own: PersonCalendar, first: date, last: date) -> _Days:
    """The days of the week that the person works, while employed: as working days, holidays or absences."""
    weekdays = own.working_days if own.working_days is not None else calendar.working_days
    holidays: Mapping[date, str] = own.holidays if own.holidays is not None else calendar.holidays
    found = _Days([], [], [])
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if WEEKDAYS[day.weekday()] not in weekdays or (own.joined and day < own.joined) or (own.left and day > own.left):
            continue
        is_absent = any(absence.first_day <= day <= absence.last_day for absence in own.absences)
        (found.holidays if day in holidays else found.absent if is_absent else found.working).append(day)
    return found


def _days_with_time(person: AnyPerson | Person) -> frozenset[str]:
    """Days with counted time, or on which an entry was started that still runs."""
    if isinstance(person, Person):
        return frozenset()
    counted = {day for day, seconds in person.seconds_by_day.items() if seconds > 0}
    return frozenset(counted | {entry.started_at.date().isoformat() for entry in person.running})


def _last_day_over(zone: str, otherwise: str, as_of: datetime) -> date:
    """The last day that had ended in this zone; Toggl may name one that this machine does not know."""
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = ZoneInfo(otherwise)
    return as_of.astimezone(known).date() - timedelta(days=1)


def _iso(days: list[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in days)
