"""When an item was started, finished and planned, and what that means at the end of the report period.

Nothing here looks at today's clock: a report on an old period says the same whenever it is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Literal

from volt_assets.work_reports.models import ItemDates, ItemState

_DAY_LENGTH = len("2025-10-06")


@dataclass(frozen=True)
class Period:
    """The days of the report, both included, in the zone of the report."""

    start: date
    end: date
    zone: tzinfo

    def has(self, day: date | None) -> bool:
        """Whether `day` is one of them."""
        return day is not None and self.start <= day <= self.end


def day_of(value: str | None, zone: tzinfo) -> date | None:
    """The day in `zone` of an ISO date or date-time (without an offset: UTC); None for anything else."""
    if value is None:
        return None
    try:
        if len(value) == _DAY_LENGTH:
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date()


def item_dates(row: Mapping[str, Any], prefix: str = "") -> ItemDates:
    """The dates of a row by the keys queries.py selects: `started/0`, `started/1`, ... the first that is set counts."""
    planned = _values(row, f"{prefix}planned_end/")
    return ItemDates(
        created=_text(row.get(f"{prefix}created"), "start"),
        modified=_text(row.get(f"{prefix}modified"), "start"),
        started=_first(_values(row, f"{prefix}started/"), "start"),
        completed=_first(_values(row, f"{prefix}completed/"), "end"),
        planned_start=_first([*_values(row, f"{prefix}planned_start/"), *(one for one in planned if isinstance(one, Mapping))], "start"),
        planned_end=_first(planned, "end"),
    )


def is_done(state: ItemState | None, dates: ItemDates, period: Period) -> bool:
    """Finished by the end of the period; a final state without a date of completion counts as finished in time."""
    completed = day_of(dates.completed, period.zone)
    if completed is not None:
        return completed <= period.end
    return state is not None and state.is_final is True


def overdue_days(state: ItemState | None, dates: ItemDates, period: Period) -> int:
    """Days between the planned end and the end of the period; 0 when done by then, or planned for that day or later."""
    planned = day_of(dates.planned_end, period.zone)
    if planned is None or is_done(state, dates, period):
        return 0
    return max(0, (period.end - planned).days)


def was_open_in(state: ItemState | None, dates: ItemDates, period: Period) -> bool:
    """Existed in the period and was not finished before it.

    A final state without a date of completion says nothing about when: such an item is not called open.
    """
    created = day_of(dates.created, period.zone)
    if created is not None and created > period.end:
        return False
    completed = day_of(dates.completed, period.zone)
    if completed is not None:
        return completed >= period.start
    return state is None or state.is_final is not True


def _values(row: Mapping[str, Any], prefix: str) -> list[Any]:
    keys = sorted(key for key in row if key.startswith(prefix) and row[key] is not None)
    return [row[key] for key in keys]


def _first(values: Sequence[Any], end: Literal["start", "end"]) -> str | None:
    return next((text for value in values if (text := _text(value, end))), None)


def _text(value: Any, end: Literal["start", "end"]) -> str | None:
    """A date or date-time as text; of a range its start or its end. What is not a date is no date."""
    text = value.get(end) if isinstance(value, Mapping) else value
    return text if isinstance(text, str) and day_of(text, UTC) is not None else None
