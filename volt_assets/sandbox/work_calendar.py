"""The company's calendar: working days counted from the world's first Monday, and moments as Fibery writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class WorkCalendar:
    """Working day 0 is the first Monday, -1 the Friday before, 5 the second Monday."""

    first_monday: date
    weeks: int

    @property
    def working_days(self) -> int:
        """Working days of the world."""
        return 5 * self.weeks

    @property
    def last_day(self) -> date:
        """The Sunday that ends the world."""
        return self.first_monday + timedelta(days=7 * self.weeks - 1)

    def day(self, working_day: int) -> date:
        """The date of a working day; negative ones lie before the world."""
        week, weekday = divmod(working_day, 5)
        return self.first_monday + timedelta(days=7 * week + weekday)

    def moment(self, working_day: int, hour: int) -> str:
        """An instant on a working day (UTC) as Fibery writes it."""
        return f"{self.day(working_day).isoformat()}T{hour:02d}:{(working_day * 7) % 60:02d}:00.000Z"
