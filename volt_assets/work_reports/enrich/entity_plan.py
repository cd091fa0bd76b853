"""`toggl_aggregated` -> `entities_to_enrich`: which work items to look up in Fibery, each exactly once.

Belongs here: uniting what several people wrote about one item, and grouping per type. Does not: asking Fibery.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.models import (
    EntitiesToEnrich,
    ItemToEnrich,
    Origin,
    Person,
    TogglAggregated,
    TrackedItem,
    TypeToEnrich,
    stamped,
)

_Tracked = list[tuple[int, TrackedItem]]


def plan_entities(aggregated: TogglAggregated, enrichment: EnrichmentSettings, origin: Origin) -> EntitiesToEnrich:
    """Every (type, public id) of the range once: types by name, items by time spent, most first."""
    tracked_by_item: dict[tuple[str, str], _Tracked] = defaultdict(list)
    for person in aggregated.people:
        for item in person.items:
            tracked_by_item[item.type, item.public_id].append((person.user_id, item))
    items_by_type: dict[str, list[ItemToEnrich]] = defaultdict(list)
    for (type_name, _), tracked in tracked_by_item.items():
        items_by_type[type_name].append(_united(tracked))
    return stamped(
        EntitiesToEnrich,
        origin,
        data_as_of=aggregated.data_as_of,
        start_date=aggregated.start_date,
        end_date=aggregated.end_date,
        people=_people(aggregated),
        types=tuple(type_plan(name, items_by_type[name], enrichment) for name in sorted(items_by_type)),
    )


def _people(aggregated: TogglAggregated) -> tuple[Person, ...]:
    with_time = [Person(user_id=one.user_id, name=one.name, email=one.email, zone=one.zone) for one in aggregated.people]
    known = {one.user_id for one in with_time}
    return (*with_time, *(one for one in aggregated.people_without_time if one.user_id not in known))


def type_plan(name: str, items: Iterable[ItemToEnrich], enrichment: EnrichmentSettings) -> TypeToEnrich:
    """The items of one type as the configuration wants them enriched, by time spent, most first."""
    settings = enrichment.for_type(name)
    return TypeToEnrich(
        type=name,
        activity=settings.activity if settings else None,
        max_concurrent=settings.max_concurrent if settings else 1,
        configured=enrichment.is_configured(name),
        fields=settings.fields if settings else (),
        on_failure=settings.on_failure if settings else "stop",
        items=tuple(sorted(items, key=lambda item: (-item.duration_seconds, len(item.public_id), item.public_id))),
    )


def _united(tracked: _Tracked) -> ItemToEnrich:
    """One item from what each person wrote; label and resolution are those of whoever spent most time on it."""
    by_time = sorted(tracked, key=lambda pair: (-pair[1].duration_seconds, pair[0]))
    most = by_time[0][1]
    weight_by_name: Counter[str] = Counter()
    for _, item in by_time:
        for name in item.names:
            weight_by_name[name] += item.duration_seconds
    return ItemToEnrich(
        type=most.type,
        public_id=most.public_id,
        label=most.label,
        resolution=most.resolution,
        names=tuple(name for name, _ in weight_by_name.most_common()),
        duration_seconds=sum(item.duration_seconds for _, item in by_time),
        user_ids=tuple(sorted({user_id for user_id, _ in by_time})),
    )
