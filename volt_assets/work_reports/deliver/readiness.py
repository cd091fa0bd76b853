"""Whether a range may be delivered, and whether it is the recipient's morning."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from volt_assets.delivery_settings import Delivery
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.range_key import RangeKey
from volt_assets.work_reports.stages import MUST_HOLD

MORNING = timedelta(hours=3)
"""So long after its time of day a delivery still goes out; what is ready later waits for the next morning."""
_DAY = timedelta(days=1)
_WEEK_DAYS = 7


def is_for(delivery: Delivery, key: RangeKey) -> bool:
    """Whether ranges like this one are what the delivery is about: its team, and its kind of period."""
    is_week = len(key.days) == _WEEK_DAYS and key.start.weekday() == 0
    is_month = key.start.day == 1 and (key.end + _DAY).day == 1 and key.start.month == key.end.month
    fits = {"week": is_week, "month": is_month, "any": True}
    return key.scope == delivery.team and fits[delivery.period]


def why_held(record: RunMetadata | None, delivery: Delivery) -> str | None:
    """What stands against delivering the files as they are; None when nothing does."""
    if record is None:
        return "no run of the range is on record"
    if record.status not in ("completed", "incomplete"):
        return f"the latest run is {record.status.replace('_', ' ')}"
    if record.status == "incomplete" and not delivery.if_incomplete:
        return "the latest run is incomplete, and the delivery is not for incomplete reports (if_incomplete)"
    if record.report_set.state != "complete":
        return f"the reports are {record.report_set.state}"
    failed = [name for name in MUST_HOLD if record.verdicts.get(name) is False]
    if failed:
        return f"a check failed: {', '.join(failed)}"
    missing = [name for name in MUST_HOLD if name not in record.verdicts]
    return f"not checked yet: {', '.join(missing)}" if missing else None


def is_morning(now: datetime, at: time, zone: ZoneInfo) -> bool:
    """Whether `now` (aware) lies in the morning that begins at `at` on the clocks of `zone`."""
    return _since(now, at, zone) < MORNING


def next_morning(now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """When the next one begins, in `zone`."""
    day = now.astimezone(zone).date()
    begins = (datetime.combine(day + ahead * _DAY, at, zone) for ahead in range(3))
    return next(moment for moment in begins if moment > now)


def _since(now: datetime, at: time, zone: ZoneInfo) -> timedelta:
    """By the clock on the wall, so that a day of 23 hours has its morning too."""
    clock = now.astimezone(zone).time()
    seconds = (clock.hour - at.hour) * 3600 + (clock.minute - at.minute) * 60 + clock.second
    return timedelta(seconds=seconds % 86_400)
