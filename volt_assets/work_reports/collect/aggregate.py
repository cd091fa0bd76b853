"""`raw_toggl_data.json` -> `toggl_aggregated.json`: who spent which seconds on what. A pure function over polars tables.

Belongs here: putting the sums into the document. Does not: the sums themselves (tracked_sums.py), the meaning of descriptions
(description.py, work_item_alias.py). Every second of a counted entry is in exactly one item or activity of its person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from volt_assets.settings import EnrichmentSettings, ReportSettings
from volt_assets.work_reports.collect import tracked_sums
from volt_assets.work_reports.collect.entry_findings import findings
from volt_assets.work_reports.collect.slugs import report_slugs
from volt_assets.work_reports.collect.time_entries_table import entries_table, with_meaning
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import (
    Activity,
    EntryFinding,
    Origin,
    Person,
    RawTogglData,
    RunningEntry,
    Statistics,
    TeamStatistics,
    TogglAggregated,
    TrackedItem,
    TrackedPerson,
    stamped,
)

_SECONDS_PER_HOUR = 3600


@dataclass
class _PersonParts:
    """What the tables say of one person."""

    statistics: Statistics = field(default_factory=Statistics)
    seconds_by_day: dict[str, int] = field(default_factory=dict)
    switches: int = 0
    items: list[TrackedItem] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    running: list[RunningEntry] = field(default_factory=list)
    findings: list[EntryFinding] = field(default_factory=list)


def aggregate(raw: RawTogglData, enrichment: EnrichmentSettings, reports: ReportSettings, origin: Origin) -> TogglAggregated:
    """The document of the range; the same for any order of the entries."""
    resolver = TypeResolver(enrichment)
    table = with_meaning(entries_table(raw.entries), resolver)
    entries = tracked_sums.counted(table)
    earlier = None
    if raw.previous_entries is not None:
        earlier = with_meaning(entries_table(raw.previous_entries), resolver)
    parts = _parts(table, entries, long_entry_seconds=reports.long_entry_hours * _SECONDS_PER_HOUR)
    directory = _directory(raw)
    return stamped(
        TogglAggregated,
        origin,
        data_as_of=raw.data_as_of,
        start_date=raw.start_date,
        end_date=raw.end_date,
        timezone=raw.timezone,
        scope=raw.scope,
        in_progress=raw.in_progress,
        toggl_workspace_id=raw.toggl_workspace_id,
        sees_only_own_entries=raw.sees_only_own_entries,
        reconciliation=raw.reconciliation,
        statistics=_team_statistics(table),
        previous_statistics=_team_statistics(earlier) if earlier is not None else None,
        seconds_by_day=tracked_sums.seconds_by_day(entries),
        seconds_by_project=tracked_sums.seconds_by(entries, "project"),
        seconds_by_type=tracked_sums.seconds_by(entries, "type"),
        people=_tracked_people(directory, parts, _person_statistics(tracked_sums.counted(earlier)) if earlier is not None else None),
        people_without_time=tuple(person for person in directory if person.is_active and person.user_id not in parts),
    )


def _directory(raw: RawTogglData) -> list[Person]:
    """Everybody of the document, by name then id; whoever has entries is in it even if the list of people lacks them."""
    people = {person.user_id: person for person in raw.people}
    for entry in sorted(raw.entries, key=lambda entry: (entry.at or "", entry.id), reverse=True):
        if entry.user_id not in people:
            people[entry.user_id] = Person(user_id=entry.user_id, name=entry.user_name, email=entry.email)
    return sorted(people.values(), key=lambda person: (person.name.casefold(), person.user_id))


def _tracked_people(
    directory: Iterable[Person], parts: Mapping[int, _PersonParts], previous: Mapping[int, Statistics] | None
) -> tuple[TrackedPerson, ...]:
    with_entries = [person for person in directory if person.user_id in parts]
    slugs = report_slugs(with_entries)
    return tuple(
        TrackedPerson(
            user_id=person.user_id,
            name=person.name,
            slug=slugs[person.user_id],
            email=person.email,
            zone=person.zone,
            statistics=part.statistics,
            previous_statistics=previous.get(person.user_id, Statistics()) if previous is not None else None,
            seconds_by_day=part.seconds_by_day,
            switches=part.switches,
            items=tuple(part.items),
            activities=tuple(part.activities),
            running=tuple(part.running),
            findings=tuple(part.findings),
        )
        for person in with_entries
        for part in [parts[person.user_id]]
    )


def _parts(table: pl.DataFrame, entries: pl.DataFrame, *, long_entry_seconds: float) -> dict[int, _PersonParts]:
    parts: dict[int, _PersonParts] = defaultdict(_PersonParts)
    for user_id, statistics in _person_statistics(entries).items():
        parts[user_id].statistics = statistics
    for user_id, count in tracked_sums.switches(entries).select("user_id", "switches").iter_rows():
        parts[user_id].switches = count
    days = entries.group_by("user_id", "day").agg(pl.col("seconds").sum()).sort("user_id", "day")
    for user_id, day, seconds in days.iter_rows():
        parts[user_id].seconds_by_day[day] = seconds
    for row in tracked_sums.items(entries).iter_rows(named=True):
        parts[row["user_id"]].items.append(_item(row))
    for row in tracked_sums.activities(entries).iter_rows(named=True):
        parts[row["user_id"]].activities.append(_activity(row))
    for row in table.filter(pl.col("is_running")).sort("start", "entry_id").iter_rows(named=True):
        running = RunningEntry(entry_id=row["entry_id"], description=row["text"], started_at=row["start"])
        parts[row["user_id"]].running.append(running)
    for user_id, found in findings(entries, long_entry_seconds=long_entry_seconds).items():
        parts[user_id].findings = found
    return dict(parts)


def _item(row: dict[str, Any]) -> TrackedItem:
    return TrackedItem(
        type=row["type"],
        public_id=row["public_id"],
        label=row["label"],
        resolution=row["resolution"],
        project=row["item_project"],
        names=tuple(row["names"] or ()),
        duration_seconds=row["seconds"],
        seconds_by_day=dict(zip(row["day"], row["day_seconds"], strict=True)),
        entries=tuple(row["entries"]),
    )


def _activity(row: dict[str, Any]) -> Activity:
    return Activity(
        description=row["text"],
        reason=row["reason"],
        public_id=row["public_id"],
        project=row["toggl_project"],
        duration_seconds=row["seconds"],
        seconds_by_day=dict(zip(row["day"], row["day_seconds"], strict=True)),
        entries=tuple(row["entries"]),
    )


def _person_statistics(entries: pl.DataFrame) -> dict[int, Statistics]:
    rows = tracked_sums.statistics(entries).iter_rows(named=True)
    return {row.pop("user_id"): Statistics(**row) for row in rows}


def _team_statistics(table: pl.DataFrame) -> TeamStatistics:
    entries = tracked_sums.counted(table)
    per_person = tracked_sums.statistics(entries)
    sums = per_person.select(pl.col(*Statistics.model_fields).sum()).row(0, named=True)
    return TeamStatistics(
        **sums,
        people_with_time=per_person.filter(pl.col("total_duration_seconds") > 0).height,
        unique_items=entries.filter(pl.col("type").is_not_null()).select("type", "public_id").unique().height,
        running_entries=table.height - entries.height,
    )
