"""How one person's time lay in the period: days with time, the longest day, meetings, switches."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.languages.language import style
from volt_assets.work_reports.models import TrackedPerson
from volt_assets.work_reports.report.accounting import ActivityTime
from volt_assets.work_reports.report.activities import meeting_hours
from volt_assets.work_reports.report.fact_models import Grid, WorkPattern
from volt_assets.work_reports.report.figures import percentage
from volt_assets.work_reports.report.hours_grid import hours_of_day
from volt_assets.work_reports.report.periods import Period, day_of


def work_pattern(
    person: TrackedPerson, activities: Sequence[ActivityTime], grid: Grid, period: Period, reports: ReportSettings
) -> WorkPattern:
    """Days, meetings and switches; the longest day as the grid shows it."""
    days = {day: seconds for day, seconds in person.seconds_by_day.items() if seconds > 0}
    busiest = min(days, key=lambda day: (-days[day], day), default=None)
    meetings = meeting_hours(activities, reports.meeting_words)
    return WorkPattern(
        days_with_time=len(days),
        busiest_day=period.day(busiest) if busiest else None,
        busiest_on=day_of(busiest),
        busiest_hours=hours_of_day(busiest, days[busiest], grid, period) if busiest else None,
        meetings=meetings,
        meeting_percent=percentage(meetings.seconds, person.statistics.total_duration_seconds),
        switches=person.switches,
        switches_per_day=style().fixed(_tenths(person.switches, len(days)), 10, 1),
    )


def _tenths(number: int, days: int) -> int:
    """The mean in tenths, as formatting rounds it."""
    return int(f"{number / days:.1f}".replace(".", "")) if days else 0
