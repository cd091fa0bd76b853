"""Sums over the entries of a range that belong to nobody in particular: what may be billed, and the periods before."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from volt_assets.work_reports.models.document import Frozen


class BillingSum(Frozen):
    """The counted time on one project of one client, as Toggl has them, in one currency."""

    client: str | None
    project: str | None
    """Toggl's own project of the entry; None for time on no project."""
    currency: str | None
    duration_seconds: int
    entries: int
    billable_duration_seconds: int
    billable_entries: int
    amount_in_cents: int | None
    """Of the billable entries whose amount the token may see; None when it may see none."""
    billable_entries_without_amount: int


class EarlierPeriod(Frozen):
    """An equally long period before the range, all of whose days are stored."""

    start_date: date
    end_date: date
    total_duration_seconds: int
    matched_duration_seconds: int
    """On work items, by today's labels."""
    unique_items: int
    people_with_time: int
    seconds_by_person: dict[int, int] = Field(default_factory=dict)
    matched_seconds_by_person: dict[int, int] = Field(default_factory=dict)
