"""The items of all types together, checked against the plan: `enriched_entities`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from volt_assets.errors import IncompleteDataError
from volt_assets.work_reports.enrich.fetched import FetchedWork
from volt_assets.work_reports.models import EnrichedEntities, EnrichedItem, EntitiesToEnrich, Origin, stamped

_SHOWN = 5


def merge_enriched(
    plan: EntitiesToEnrich,
    results: Sequence[Sequence[EnrichedItem]],
    fetched: FetchedWork,
    origin: Origin,
    *,
    fibery_workspace: str,
) -> EnrichedEntities:
    """Every planned item once, in the order of the plan. Raises IncompleteDataError when anything is missing or too much."""
    received = [item for items in results for item in items]
    planned = [(one.type, item.public_id) for one in plan.types for item in one.items]
    _check(planned, [(item.type, item.public_id) for item in received])
    by_identity = {(item.type, item.public_id): item for item in received}
    return stamped(
        EnrichedEntities,
        origin,
        data_as_of=fetched.fetched_at or plan.data_as_of,
        start_date=plan.start_date,
        end_date=plan.end_date,
        fetched_at=fetched.fetched_at,
        items=tuple(by_identity[identity] for identity in planned),
        assigned=fetched.assigned,
        unmatched_people=fetched.unmatched_people,
        warnings=fetched.warnings,
        fibery_workspace=fibery_workspace,
    )


def _check(planned: Iterable[tuple[str, str]], received: Iterable[tuple[str, str]]) -> None:
    wanted, came = Counter(planned), Counter(received)
    types_wanted, types_came = {name for name, _ in wanted}, {name for name, _ in came}
    if types_wanted != types_came:
        differing = ", ".join(sorted(types_wanted ^ types_came)[:_SHOWN])
        raise IncompleteDataError(f"the enriched types differ from the planned ones: {differing}", hint="run the range again from fibery")
    if wanted != came:
        differing = ", ".join(f"{name} #{number}" for name, number in sorted((wanted - came) + (came - wanted))[:_SHOWN])
        raise IncompleteDataError(f"the enriched items differ from the planned ones: {differing}", hint="run the range again from fibery")
