"""The entries of a range -> `toggl_aggregated.json`: who spent which seconds on what. A pure function over polars tables.

Belongs here: putting the sums into the document. Does not: the sums themselves (tracked_sums.py), its text (aggregated_json.py), the
meaning of descriptions (description.py, work_item_alias.py). Every second of a counted entry is in exactly one item or activity of
its person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.settings import EnrichmentSettings, ReportSettings, Settings
from volt_assets.work_reports.collect.aggregated_json import AggregatedDocument, aggregated_document, person_text
from volt_assets.work_reports.collect.billing_sums import billing_sums
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.earlier_periods import earlier_periods
from volt_assets.work_reports.collect.person_parts import PeopleParts, by_people, people_parts, statistics_of
from volt_assets.work_reports.collect.range_table import StaleDaysError, range_table
from volt_assets.work_reports.collect.slugs import report_slugs
from volt_assets.work_reports.collect.time_entries_table import (
    BILLING_COLUMNS,
    EARLIER_COLUMNS,
    FULL_COLUMNS,
    entries_table,
    meanings_of,
    with_meaning,
)
from volt_assets.work_reports.collect.tracked_sums import IS_ITEM
from volt_assets.work_reports.models import (
    EarlierPeriod,
    Origin,
    Person,
    RawTogglData,
    RawTogglHead,
    RunningEntry,
    Statistics,
    TeamStatistics,
    TogglAggregated,
    TrackedPerson,
)
from volt_assets.work_reports.range_key import is_list_of_users

_NOTHING = PeopleParts({}, {}, {}, Counter(), Counter(), Counter(), pl.DataFrame())
_SECONDS_PER_HOUR = 3600


def aggregate_range(
    head: RawTogglHead,
    listed: AnyPath,
    store: DayStore,
    settings: Settings,
    origin: Origin,
    *,
    on_stale: Callable[[str], None],
) -> AggregatedDocument:
    """The document of the range of `head`, whose whole file is `listed`; never of other entries than the file lists.

    They are read from the stored days, and from the file itself when one of the days was replaced since.
    """
    history = earlier_periods(head, store, settings.enrichment)
    try:
        return aggregate_days(head, store, settings.enrichment, settings.reports, origin, history)
    except StaleDaysError as error:
        on_stale(f"{error}; the entries listed in {listed.name} are used")
    raw = RawTogglData.model_validate_json(listed.read_bytes())
    return aggregate_listed(raw, settings.enrichment, settings.reports, origin, history)


def aggregate_days(
    head: RawTogglHead,
    store: DayStore,
    enrichment: EnrichmentSettings,
    reports: ReportSettings,
    origin: Origin,
    history: Sequence[EarlierPeriod] = (),
) -> AggregatedDocument:
    """The document of the range that `head` describes, from the columns of the days it was made from.

    Raises StaleDaysError when a stored day is no longer the one `head` names.
    """
    user_ids = [person.user_id for person in head.people] if head.scope is not None else None
    earlier = None if head.previous_days is None else range_table(store, head.previous_days, EARLIER_COLUMNS, user_ids)
    has_copies = head.moved_entries > 0
    return _document(
        head,
        range_table(store, head.days, FULL_COLUMNS, user_ids, may_have_copies=has_copies),
        earlier,
        enrichment,
        reports,
        origin,
        history,
    )


def aggregate_listed(
    raw: RawTogglData, enrichment: EnrichmentSettings, reports: ReportSettings, origin: Origin, history: Sequence[EarlierPeriod] = ()
) -> AggregatedDocument:
    """The document of the entries that `raw` itself lists; the same for any order of them."""
    people = {person.user_id: person for person in raw.people}
    for entry in sorted(raw.entries, key=lambda entry: (entry.at or "", entry.id), reverse=True):
        if entry.user_id not in people:
            people[entry.user_id] = Person(user_id=entry.user_id, name=entry.user_name, email=entry.email)
    earlier = entries_table(raw.previous_entries) if raw.previous_entries is not None else None
    head = raw.model_copy(update={"people": tuple(people.values())})
    return _document(head, entries_table(raw.entries), earlier, enrichment, reports, origin, history)


def _document(
    head: RawTogglHead,
    table: pl.DataFrame,
    earlier: pl.DataFrame | None,
    enrichment: EnrichmentSettings,
    reports: ReportSettings,
    origin: Origin,
    history: Sequence[EarlierPeriod] = (),
) -> AggregatedDocument:
    running = table.filter(pl.col("seconds").is_null())
    meanings, limit = meanings_of(table, enrichment), reports.long_entry_hours * _SECONDS_PER_HOUR
    entries = table.filter(pl.col("seconds").is_not_null()).drop("running_start")
    # A year of a large company is held once, not twice.
    del table
    billing = billing_sums(entries)
    entries = entries.drop(BILLING_COLUMNS)
    parts = [people_parts(with_meaning(part, meanings), meanings, long_entry_seconds=limit) for part in by_people(entries)]
    previous = None if earlier is None else _previous(with_meaning(earlier, meanings_of(earlier, enrichment)))
    people, without_time = _people(head, parts, _running(running), previous)
    draft = TogglAggregated(
        key=origin.key,
        run_id=origin.run_id,
        code_version=origin.code_version,
        data_version="",
        data_as_of=head.data_as_of,
        start_date=head.start_date,
        end_date=head.end_date,
        timezone=head.timezone,
        scope=head.scope,
        in_progress=head.in_progress,
        toggl_workspace_id=head.toggl_workspace_id,
        sees_only_own_entries=head.sees_only_own_entries,
        reconciliation=head.reconciliation,
        late_edits=head.late_edits,
        statistics=_team(_merged(part.statistics for part in parts), [part.unique_items for part in parts], running.height),
        previous_statistics=previous.team if previous else None,
        seconds_by_day=dict(sorted(_added(part.days for part in parts).items())),
        seconds_by_project=_most_first(_added(part.projects for part in parts)),
        seconds_by_type=_most_first(_added(part.types for part in parts)),
        billing=billing,
        earlier_periods=tuple(history),
        people=(),
        people_without_time=without_time,
    )
    return aggregated_document(draft, people)


@dataclass(frozen=True)
class _Previous:
    """Statistics of the period before."""

    team: TeamStatistics
    people: Mapping[int, Statistics]


def _previous(table: pl.DataFrame) -> _Previous:
    entries = table.filter(pl.col("seconds").is_not_null())
    on_items, on_others = entries.filter(IS_ITEM), entries.filter(~IS_ITEM)
    matched, unmatched = (
        part.group_by("user_id").agg(pl.col("seconds").sum(), pl.len().cast(pl.Int64)).iter_rows() for part in (on_items, on_others)
    )
    people = statistics_of(matched, unmatched)
    return _Previous(_team(people, [on_items.select("type", "public_id").unique()], table.height - entries.height), people)


def _people(
    head: RawTogglHead, parts: Sequence[PeopleParts], running: Mapping[int, Sequence[RunningEntry]], previous: _Previous | None
) -> tuple[list[bytes], tuple[Person, ...]]:
    """The texts of the people with entries, by name then id, and the active people without; those named one by one in any case."""
    part_of = {user_id: part for part in parts for user_id in part.statistics}
    directory = sorted(head.people, key=lambda person: (person.name.casefold(), person.user_id))
    with_entries = [person for person in directory if person.user_id in part_of or person.user_id in running]
    known = {person.user_id for person in with_entries}
    slugs = report_slugs(with_entries)
    texts: list[bytes] = []
    for person in with_entries:
        part = part_of.get(person.user_id, _NOTHING)
        tracked = TrackedPerson(
            user_id=person.user_id,
            name=person.name,
            slug=slugs[person.user_id],
            email=person.email,
            zone=person.zone,
            statistics=part.statistics.get(person.user_id, Statistics()),
            previous_statistics=previous.people.get(person.user_id, Statistics()) if previous else None,
            switches=part.switches.get(person.user_id, 0),
            running=tuple(running.get(person.user_id, ())),
        )
        texts.append(person_text(tracked, part.texts))
    is_asked_for = is_list_of_users(head.scope)
    return texts, tuple(person for person in directory if (person.is_active or is_asked_for) and person.user_id not in known)


def _running(running: pl.DataFrame) -> dict[int, list[RunningEntry]]:
    """user_id -> entries that still run, by start."""
    found: dict[int, list[RunningEntry]] = {}
    rows = running.sort("started_at", "entry_id").select("user_id", "entry_id", "text", "running_start")
    for user_id, entry_id, text, start in rows.iter_rows():
        entry = RunningEntry(entry_id=entry_id, description=text, started_at=datetime.fromisoformat(start))
        found.setdefault(user_id, []).append(entry)
    return found


def _team(people: Mapping[int, Statistics], unique_items: Sequence[pl.DataFrame], running_entries: int) -> TeamStatistics:
    sums = {name: sum(getattr(one, name) for one in people.values()) for name in Statistics.model_fields}
    return TeamStatistics(
        **sums,
        people_with_time=sum(one.total_duration_seconds > 0 for one in people.values()),
        unique_items=pl.concat(unique_items).n_unique() if unique_items else 0,
        running_entries=running_entries,
    )


def _merged(parts: Iterable[Mapping[int, Statistics]]) -> dict[int, Statistics]:
    return {user_id: one for part in parts for user_id, one in part.items()}


def _added(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        for name, seconds in part.items():
            total[name] += seconds
    return total


def _most_first(seconds: Mapping[str, int]) -> dict[str, int]:
    """Most time first, then by name."""
    return dict(sorted(seconds.items(), key=lambda one: (-one[1], one[0])))
