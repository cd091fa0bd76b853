"""The calendar of config/volt.yaml: who is to work on which days, and for how long.

Belongs here: the keys and their limits. Does not: what a report makes of them (work_reports/report/attendance.py). Days are days
in the zone of the person, as those of time entries are. Why somebody is absent is nobody's business here: there is no key for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from volt_assets.settings_values import Day, Email, Keys

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HoursPerDay = Annotated[float, Field(gt=0, le=24)]


class Absence(Keys):
    """Days on which somebody does not work, both ends included."""

    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _in_order(self) -> Absence:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} is before first_day {self.first_day}")
        return self


class PersonCalendar(Keys):
    """What is different for one person; a key that is left out is as for everybody."""

    working_days: tuple[Weekday, ...] | None = None
    hours_per_day: HoursPerDay | None = None
    holidays: dict[Day, str] | None = None
    joined: Day | None = None
    left: Day | None = None
    absences: tuple[Absence, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> PersonCalendar:
        if self.joined is not None and self.left is not None and self.left < self.joined:
            raise ValueError(f"left {self.left} is before joined {self.joined}")
        return self


class CalendarSettings(Keys):
    """Working days, holidays and target hours of everybody, and what differs for single people."""

    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    hours_per_day: HoursPerDay | None = None
    holidays: dict[Day, str] = Field(default_factory=dict)
    people: dict[Email, PersonCalendar] = Field(default_factory=dict)
