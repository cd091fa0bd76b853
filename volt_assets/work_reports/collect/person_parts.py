"""What the sums say of some people: their texts for the document, and their share of the team's sums.

Belongs here: the sums of one table of entries, put together per person. Does not: the team (aggregate.py), the sums themselves
(tracked_sums.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from volt_assets.work_reports.collect import tracked_sums
from volt_assets.work_reports.collect.aggregated_json import activity_texts, day_texts, finding_texts, item_texts
from volt_assets.work_reports.collect.entry_findings import findings
from volt_assets.work_reports.models import Statistics

# Sums over so many entries at a time fit the caches of a processor, and need little memory beside the entries themselves.
_ENTRIES_AT_ONCE = 80_000


@dataclass(frozen=True)
class PeopleParts:
    """Some people and their share of the team. Every mapping is by user_id unless it says otherwise."""

    statistics: Mapping[int, Statistics]
    switches: Mapping[int, int]
    texts: Mapping[str, Mapping[int, bytes]]
    """What stands in the braces or brackets of seconds_by_day, items, activities and findings, by name and user_id."""
    days: Counter[str]
    projects: Counter[str]
    types: Counter[str]
    unique_items: pl.DataFrame
    """Distinct `type` and `public_id`."""


def by_people(entries: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The entries (by day, person and start) in parts of whole people, about equally large, each by person, day and start."""
    order = entries.select(pl.arg_sort_by("user_id", maintain_order=True)).to_series()
    ends = entries.group_by("user_id").len().sort("user_id").get_column("len").cum_sum().to_list()
    wanted = -(-entries.height // _ENTRIES_AT_ONCE)
    begin = 0
    for end in ends:
        if end == entries.height or end - begin >= entries.height / wanted:
            yield entries[order.slice(begin, end - begin)]
            begin = end


def people_parts(entries: pl.DataFrame, meanings: pl.DataFrame, *, long_entry_seconds: float) -> PeopleParts:
    """The sums of counted entries with their meaning; all entries of each person who has any here, in order."""
    items, activities = tracked_sums.items(entries, meanings), tracked_sums.activities(entries)
    days = tracked_sums.per_person_and_day(entries)
    projects: Counter[str] = Counter()
    for groups in (items, activities):
        for project, seconds in groups.projects.iter_rows():
            projects[project or ""] += seconds
    types = Counter(dict(items.rows.group_by(pl.col("type").cast(pl.String)).agg(pl.col("seconds").sum()).iter_rows()))
    if activities.rows.height:
        types[""] += int(activities.rows.get_column("seconds").sum())
    return PeopleParts(
        statistics=statistics_of(items.totals().iter_rows(), activities.totals().iter_rows()),
        switches=tracked_sums.switches(entries),
        texts={
            "seconds_by_day": day_texts(days),
            "items": item_texts(items),
            "activities": activity_texts(activities),
            "findings": finding_texts(findings(entries, long_entry_seconds=long_entry_seconds)),
        },
        days=Counter(dict(days.group_by(pl.col("day").cast(pl.String)).agg(pl.col("seconds").sum()).iter_rows())),
        projects=projects,
        types=types,
        unique_items=items.rows.select("type", "public_id").unique(),
    )


def statistics_of(matched: Iterable[tuple[int, int, int]], unmatched: Iterable[tuple[int, int, int]]) -> dict[int, Statistics]:
    """user_id -> statistics, from rows of user_id, seconds and entries on items and on others."""
    on_items = {user_id: (seconds, count) for user_id, seconds, count in matched}
    on_others = {user_id: (seconds, count) for user_id, seconds, count in unmatched}
    found: dict[int, Statistics] = {}
    for user_id in on_items.keys() | on_others.keys():
        (item_seconds, item_entries), (other_seconds, other_entries) = on_items.get(user_id, (0, 0)), on_others.get(user_id, (0, 0))
        found[user_id] = Statistics(
            total_duration_seconds=item_seconds + other_seconds,
            matched_duration_seconds=item_seconds,
            unmatched_duration_seconds=other_seconds,
            total_entries=item_entries + other_entries,
            matched_entries=item_entries,
            unmatched_entries=other_entries,
        )
    return found
