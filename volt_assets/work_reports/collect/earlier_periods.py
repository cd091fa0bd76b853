"""The equally long periods before a range, as far back as every day is stored without a gap.

Belongs here: which periods, and their sums. Does not: the period just before in detail (aggregate.py), how a trend is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import polars as pl

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.range_table import outdated_copies
from volt_assets.work_reports.collect.time_entries_table import EARLIER_COLUMNS, meanings_of, with_meaning
from volt_assets.work_reports.collect.tracked_sums import IS_ITEM
from volt_assets.work_reports.models import EarlierPeriod, RawTogglHead

MOST_PERIODS = 8


def earlier_periods(head: RawTogglHead, store: DayStore, enrichment: EnrichmentSettings) -> tuple[EarlierPeriod, ...]:
    """At most MOST_PERIODS periods, the oldest first; of the people of `head` when it is about a part of them."""
    user_ids = [person.user_id for person in head.people] if head.scope is not None else None
    length = (head.end_date - head.start_date).days + 1
    found: list[EarlierPeriod] = []
    for number in range(1, MOST_PERIODS + 1):
        start = head.start_date - timedelta(days=number * length)
        days = store.heads_if_complete(start + timedelta(days=offset) for offset in range(length))
        if days is None:
            break
        found.append(_period(start, days, store, enrichment, user_ids))
    return tuple(reversed(found))


def _period(
    start: date, days: Sequence[StoredDay], store: DayStore, enrichment: EnrichmentSettings, user_ids: Collection[int] | None
) -> EarlierPeriod:
    table = store.table(days, EARLIER_COLUMNS)
    table = table.join(outdated_copies(table, days), on=["day", "entry_id"], how="anti", maintain_order="left")
    if user_ids is not None:
        table = table.filter(pl.col("user_id").is_in(list(user_ids)))
    counted = with_meaning(table, meanings_of(table, enrichment)).filter(pl.col("seconds").is_not_null())
    on_items = counted.filter(IS_ITEM)
    by_person, items_by_person = _by_person(counted), _by_person(on_items)
    return EarlierPeriod(
        start_date=start,
        end_date=days[-1].day,
        total_duration_seconds=sum(by_person.values()),
        matched_duration_seconds=sum(items_by_person.values()),
        unique_items=on_items.select("type", "public_id").n_unique() if on_items.height else 0,
        people_with_time=sum(seconds > 0 for seconds in by_person.values()),
        seconds_by_person=by_person,
        matched_seconds_by_person=items_by_person,
    )


def _by_person(entries: pl.DataFrame) -> dict[int, int]:
    return dict(entries.group_by("user_id").agg(pl.col("seconds").sum()).sort("user_id").iter_rows())
