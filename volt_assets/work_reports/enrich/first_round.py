"""The first round of a fetch: one commands request with every type's items, the assigned items and the users.

Items that an earlier fetch stored are asked only for what would show a change (freshness.py); those that changed, or about
which the answer leaves any doubt, are fetched whole by one more request. A type whose query is refused (a field was renamed
or deleted since the schema was read) is built again from the schema read anew, without the fields the refusal names, and
asked once more, all such types in one request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery
from volt_assets.work_reports.enrich.asking import (
    MOST_ASSIGNABLE_TYPES,
    Asking,
    Key,
    OnRows,
    Questions,
    Refused,
    Rows,
    ask,
    joined,
    rows_in,
)
from volt_assets.work_reports.enrich.fetched import FetchedType
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.freshness import StoredItems
from volt_assets.work_reports.enrich.queries import TypeQuery, item_queries
from volt_assets.work_reports.enrich.schema_warnings import unknown_type
from volt_assets.work_reports.enrich.workspace_schema import USER_TYPE, WorkspaceSchema
from volt_assets.work_reports.models import SchemaWarning, TypeToEnrich

RefreshSchema = Callable[[], Awaitable[WorkspaceSchema]]

_SHOWN = 5
REFUSED_TWICE = "Fibery refused the query for this type, and again after its schema was read anew"


@dataclass(frozen=True)
class FirstRound:
    """What came back. `asking` holds the schema in force at its end."""

    asking: Asking
    types: Mapping[str, FetchedType]
    assigned: Mapping[str, Rows]
    users: Rows
    warnings: tuple[SchemaWarning, ...]
    early: Mapping[Key, Rows]
    """What came for the questions that were sent along."""


async def first_round(
    client: FiberySource, asking: Asking, refresh_schema: RefreshSchema, stored: Mapping[str, StoredItems], early: Questions
) -> FirstRound:
    """Ask everything once, with the `early` questions, then whole what has changed, then again what was refused.

    Items are in the store before anything more is asked. Network and HTTP failures are raised.
    """
    queries = asking.type_queries()
    outcomes = await ask(client, {**asking.questions(stored), **early}, _keeper(asking, queries))
    fresh = {name: _fresh(name, items, outcomes) for name, items in stored.items()}
    for key, outcome in (await ask(client, _changed(asking, stored, fresh, outcomes), _keeper(asking, queries))).items():
        outcomes[key] = joined(outcomes.get(key, []), outcome)
    refused = _refused(outcomes)
    warnings: list[SchemaWarning] = []
    if refused:
        unknown = frozenset(one.unknown_field for one in refused.values() if one.unknown_field is not None)
        asking = replace(asking, schema=(await refresh_schema()).without(unknown))
        # Nothing told what was wrong: then ask without everything that can be judged on our side.
        again = {key: question for key, question in asking.questions({}, narrow=bool(unknown)).items() if key in refused}
        newer = asking.type_queries()
        answered = await ask(client, again, _keeper(asking, newer))
        outcomes = {**{key: one for key, one in outcomes.items() if key not in refused}, **answered}
        kept = {name: one for name, one in queries.items() if ("items", name) not in refused}
        queries = {**kept, **{name: one for name, one in newer.items() if ("items", name) in refused}}
        fresh = {name: rows for name, rows in fresh.items() if ("items", name) not in refused}
        warnings = [_refusal_warning(key, unknown, outcomes.get(key)) for key in refused]
    types = {one.type: _fetched(one, queries.get(one.type), outcomes, fresh.get(one.type, {})) for one in asking.planned_types()}
    return FirstRound(
        asking=asking,
        types=types,
        assigned={key[1]: rows for key, rows in outcomes.items() if key[0] == "assigned" and isinstance(rows, list)},
        users=rows_in(outcomes.get(("users", USER_TYPE))),
        warnings=(*warnings, *(warning for one in queries.values() for warning in one.warnings), *_schema_warnings(asking)),
        # What was asked under another schema would be read by the wrong shapes.
        early={} if refused else {key: rows for key in early if isinstance(rows := outcomes.get(key), list)},
    )


def _keeper(asking: Asking, queries: Mapping[str, TypeQuery]) -> OnRows:
    """Stores planned items as they come: whatever ends the process, none of them is fetched whole twice."""
    planned = {one.type: {item.public_id for item in one.items} for one in asking.planned_types()}

    def keep(key: Key, rows: Rows) -> None:
        purpose, name = key[:2]
        if purpose == "items" and asking.store is not None:
            found = _by_number(rows)
            asking.store.keep(name, queries[name].digest, {number: row for number, row in found.items() if number in planned[name]})

    return keep


def _by_number(rows: Rows) -> dict[str, dict[str, Any]]:
    return {str(row.get("public_id")): row for row in rows}


def _fresh(name: str, items: StoredItems, outcomes: Mapping[Key, Rows | Refused]) -> dict[str, dict[str, Any]]:
    rests = {(key[2], key[3]): rows for key, rows in outcomes.items() if key[:2] == ("rest", name) and isinstance(rows, list)}
    return items.fresh(rows_in(outcomes.get(("fresh", name))), rests)


def _changed(
    asking: Asking, stored: Mapping[str, StoredItems], fresh: Mapping[str, Mapping[str, Any]], outcomes: Mapping[Key, Rows | Refused]
) -> dict[Key, list[EntityQuery]]:
    """Whole queries of the stored items that nothing confirmed; a type that was refused is asked anew as a whole later."""
    refused = _refused(outcomes)
    changed = {name: [number for number in items.rows if number not in fresh[name]] for name, items in stored.items()}
    per_query = asking.settings.fibery.ids_per_query
    return {
        ("items", name): item_queries(stored[name].query, numbers, per_query)
        for name, numbers in changed.items()
        if numbers and ("items", name) not in refused
    }


def _refused(outcomes: Mapping[Key, Rows | Refused]) -> dict[Key, Refused]:
    """The refused questions that are worth asking again; the items of a type stand for all that was asked of them."""
    refused: dict[Key, Refused] = {}
    for key, outcome in outcomes.items():
        if isinstance(outcome, Refused) and key[0] in ("items", "fresh", "assigned", "users"):
            refused[("items", key[1]) if key[0] == "fresh" else key] = outcome
    return refused


def _fetched(
    plan: TypeToEnrich, query: TypeQuery | None, outcomes: Mapping[Key, Rows | Refused], fresh: Mapping[str, dict[str, Any]]
) -> FetchedType:
    if query is None:
        return FetchedType(unknown_type=True)
    outcome = outcomes.get(("items", plan.type), [])
    if not isinstance(outcome, list):
        return FetchedType(failure=REFUSED_TWICE)
    rows = {**fresh, **_by_number(outcome)}
    wanted = dict.fromkeys(item.public_id for item in plan.items)
    return FetchedType(digest=query.digest, shape=query.shape, rows={number: rows[number] for number in wanted if number in rows})


def _schema_warnings(asking: Asking) -> Iterable[SchemaWarning]:
    """Types the workspace lacks, and those too many to be asked for."""
    own = [name for name in asking.settings.enrichment.enrichment_activities if asking.settings.enrichment.is_configured(name)]
    for name in dict.fromkeys([*own, *(one.type for one in asking.planned_types())]):
        if asking.schema.find_type(name) is None:
            yield unknown_type(name)
    names = asking.unasked_types()
    if names:
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        why = f"more than {MOST_ASSIGNABLE_TYPES} types have assignees; give those that matter an entry in enrichment_config.yaml"
        yield SchemaWarning(type=names[0], message=f"items assigned in {shown} were not asked for: {why}")


def _refusal_warning(key: Key, unknown: frozenset[str], outcome: Rows | Refused | None) -> SchemaWarning:
    purpose, name = key[:2]
    what = {"items": f"the items of {name}", "assigned": f"the assigned items of {name}", "users": "the users"}[purpose]
    without = f" without {', '.join(sorted(unknown))}" if unknown else ""
    came = "they were asked for again" if isinstance(outcome, list) else "also when asked again"
    return SchemaWarning(type=name, message=f"Fibery refused the query for {what}; {came} after reading the schema anew{without}")
