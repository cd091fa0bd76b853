"""The schedules of config/volt.yaml: which reports are made when by themselves, what is looked at again, what is tried again.

Belongs here: the keys, their limits, and that no two schedules make the same ranges. Does not: the schedules and sensors themselves
(work_reports/automation.py), that a team exists (settings.py).
"""

from __future__ import annotations

from typing import Annotated, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from volt_assets.cron_line import check_cron_line
from volt_assets.settings_values import Keys, NamedPeriod, ScopeName, ZoneName

CronLine = Annotated[str, AfterValidator(check_cron_line)]
PERIODS: tuple[NamedPeriod, ...] = get_args(NamedPeriod)
WEEKLY, MONTHLY = "weekly_report", "monthly_report"


class FurtherSchedule(Keys):
    """One more schedule: of a team or of everybody, in a zone of its own."""

    cron: CronLine
    period: NamedPeriod
    team: str | None = None
    timezone: ZoneName | None = None


class ScheduleSettings(Keys):
    """When reports are made, in `timezone`, once someone switches the schedules on."""

    weekly_cron: CronLine = "0 6 * * 1"
    monthly_cron: CronLine = "0 7 1 * *"
    more: dict[ScopeName, FurtherSchedule] = Field(default_factory=dict)
    late_edits_hours: float = Field(default=6, ge=0.5, le=168)
    again_most: int = Field(default=3, ge=0, le=20)
    again_minutes: float = Field(default=30, ge=1, le=1440)

    @model_validator(mode="after")
    def _each_range_once(self) -> Self:
        makes: dict[tuple[str | None, NamedPeriod], str] = {(None, "last-week"): WEEKLY, (None, "last-month"): MONTHLY}
        for name, one in self.more.items():
            if name in (WEEKLY, MONTHLY):
                raise ValueError(f"more.{name}: there is a schedule of this name already; choose another")
            other = makes.setdefault((one.team, one.period), name)
            if other != name:
                whose = f"team {one.team}" if one.team else "everybody"
                raise ValueError(f"more.{name}: makes the same ranges as {other} ({one.period} of {whose}); leave one of them out")
        return self
