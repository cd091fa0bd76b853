"""Where an item stood: done, in progress, not started, or not knowable.

A state is the one at the time of the fetch. When a period is looked at long after its end, that state says nothing about
the period, so only dates count then. An item without a date of its start that is not started at the fetch either is the one
exception: whoever names it says that this is its state of the day of the fetch.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from volt_assets.work_reports.models import ItemDates, ItemState
from volt_assets.work_reports.report.figures import DONE, IN_PROGRESS, PLANNED, UNKNOWN
from volt_assets.work_reports.report.periods import Period, day_of

Phase = Literal["done", "in progress", "not started", "unknown"]
ICONS: Mapping[Phase, str] = {"done": DONE, "in progress": IN_PROGRESS, "not started": PLANNED, "unknown": UNKNOWN}
LONG_AFTER = timedelta(days=14)


def is_long_after(fetched_at: datetime | None, period: Period) -> bool:
    """Whether the states were fetched so late that they are not those of the period."""
    return fetched_at is not None and fetched_at.date() - period.end > LONG_AFTER


def phase_now(state: ItemState | None, dates: ItemDates) -> Phase:
    """By the state as fetched; workspaces without state types are judged by `is_final` and the dates."""
    kind = " ".join((state.type or "").lower().replace("-", " ").split()) if state else ""
    if (state is not None and state.is_final) or kind in ("finished", "done"):
        return "done"
    if kind in ("not started", "open", "backlog"):
        return "not started"
    if kind in ("started", "in progress"):
        return "in progress"
    if dates.completed:
        return "done"
    if dates.started:
        return "in progress"
    return "not started" if state is not None and state.is_final is False else "unknown"


def phase_in(period: Period, state: ItemState | None, dates: ItemDates, *, by_dates: bool) -> Phase:
    """The phase at the end of the period: by the state, or long after the period by the dates."""
    now = phase_now(state, dates)
    if not by_dates:
        return now
    completed, started = day_of(dates.completed), day_of(dates.started)
    if completed is not None and completed <= period.end:
        return "done"
    if started is not None and started > period.end:
        return "not started"
    if started is not None and (completed is not None or now != "done"):
        return "in progress"
    # Also when it is done by now without a date: whether it was by then is not known.
    return "not started" if now == "not started" else "unknown"
