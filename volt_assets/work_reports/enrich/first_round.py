"""The first round of a fetch: one commands request with every type's items, the assigned items and the users.

A type whose query is refused (a field was renamed or deleted since the schema was read) is built again from the schema
read anew, without the fields the refusal names, and asked once more, all such types in one request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from volt_assets.clients.fibery_paging import EntityQuery, QueryAnswer
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.enricher import Enricher
from volt_assets.work_reports.enrich.fetched import FetchedType
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.people_match import likely_emails
from volt_assets.work_reports.enrich.queries import TypeQuery, assigned_query, item_queries, type_query, users_query
from volt_assets.work_reports.enrich.selects import Selects
from volt_assets.work_reports.enrich.workspace_schema import USER_TYPE, WorkspaceSchema
from volt_assets.work_reports.models import EntitiesToEnrich, SchemaWarning, TypeToEnrich

Rows = list[dict[str, Any]]
Purpose = Literal["items", "assigned", "users"]
Key = tuple[Purpose, str]
"""What is asked for, and of which type."""
RefreshSchema = Callable[[], Awaitable[WorkspaceSchema]]

REFUSED_TWICE = "Fibery refused the query for this type, and again after its schema was read anew"


@dataclass(frozen=True)
class Refused:
    """Fibery refused a query; `unknown_field` is the full name of the field it did not know, if that was it."""

    unknown_field: str | None


@dataclass(frozen=True)
class Asking:
    """What the first round asks for, given one state of the schema."""

    plan: EntitiesToEnrich
    period: Period
    settings: Settings
    schema: WorkspaceSchema
    enrichers: dict[str, Enricher] = field(default_factory=dict)
    """Found so far, by type."""

    @property
    def selects(self) -> Selects:
        """The makers of selects for this schema."""
        return Selects(self.schema, self.settings.enrichment, self.enrichers)

    def planned_types(self) -> list[TypeToEnrich]:
        """The types of the plan that the configuration covers."""
        return [one for one in self.plan.types if one.activity is not None]

    def type_queries(self) -> dict[str, TypeQuery]:
        """By type of the plan, for those the workspace has."""
        found = ((one, self.schema.find_type(one.type)) for one in self.planned_types())
        return {one.type: type_query(one, schema_type, self.selects) for one, schema_type in found if schema_type is not None}

    def assignable_types(self) -> list[str]:
        """The types of the plan and of the configuration, as the schema spells them."""
        names = [one.type for one in self.planned_types()]
        names += [name for name in self.settings.enrichment.enrichment_activities if self.settings.enrichment.is_configured(name)]
        found = (self.schema.find_type(name) for name in names)
        return list(dict.fromkeys(one.name for one in found if one is not None))

    def assigned_queries(self, emails: Sequence[str], *, narrow: bool = True) -> dict[Key, list[EntityQuery]]:
        """One query per type with assignees."""
        asked = (
            (name, assigned_query(self.schema.types[name], emails, self.period, self.selects, narrow=narrow))
            for name in self.assignable_types()
        )
        return {("assigned", name): [query] for name, query in asked if query is not None} if emails else {}

    def questions(self, *, narrow: bool = True) -> dict[Key, list[EntityQuery]]:
        """Every query of the round."""
        queries = self.type_queries()
        asked: dict[Key, list[EntityQuery]] = {}
        for one in self.planned_types():
            if one.type in queries:
                ids = (item.public_id for item in one.items)
                asked["items", one.type] = item_queries(queries[one.type], ids, self.settings.fibery.ids_per_query)
        emails = likely_emails(self.plan.people, self.settings.people)
        if emails:
            asked["users", USER_TYPE] = [users_query(self.selects)]
        return {**asked, **self.assigned_queries(emails, narrow=narrow)}


@dataclass(frozen=True)
class FirstRound:
    """What came back. `asking` holds the schema in force at its end."""

    asking: Asking
    types: Mapping[str, FetchedType]
    assigned: Mapping[str, Rows]
    users: Rows
    warnings: tuple[SchemaWarning, ...]


async def first_round(client: FiberySource, asking: Asking, refresh_schema: RefreshSchema) -> FirstRound:
    """Ask everything once, what was refused twice. Network and HTTP failures are raised."""
    queries = asking.type_queries()
    outcomes = await ask(client, asking.questions())
    refused = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, Refused)}
    warnings: list[SchemaWarning] = []
    if refused:
        unknown = frozenset(one.unknown_field for one in refused.values() if one.unknown_field is not None)
        asking = replace(asking, schema=(await refresh_schema()).without(unknown))
        # Nothing told what was wrong: then ask without everything that can be judged on our side.
        again = {key: question for key, question in asking.questions(narrow=bool(unknown)).items() if key in refused}
        outcomes = {**outcomes, **await ask(client, again)}
        newer = asking.type_queries()
        kept = {name: one for name, one in queries.items() if ("items", name) not in refused}
        queries = {**kept, **{name: one for name, one in newer.items() if ("items", name) in refused}}
        warnings = [_refusal_warning(key, unknown, outcomes[key]) for key in refused]
    return FirstRound(
        asking=asking,
        types={one.type: _fetched(one, queries.get(one.type), outcomes.get(("items", one.type))) for one in asking.planned_types()},
        assigned={name: rows for (purpose, name), rows in outcomes.items() if purpose == "assigned" and isinstance(rows, list)},
        users=_rows(outcomes.get(("users", USER_TYPE))),
        warnings=(*warnings, *(warning for one in queries.values() for warning in one.warnings), *_unknown_types(asking)),
    )


async def ask(client: FiberySource, questions: Mapping[Key, Sequence[EntityQuery]]) -> dict[Key, Rows | Refused]:
    """All questions in one go; the rows of each, or why one of its queries was refused."""
    flat = [(key, query) for key, queries in questions.items() for query in queries]
    answers = await client.query_all([query for _, query in flat]) if flat else []
    outcomes: dict[Key, Rows | Refused] = {}
    for (key, _), answer in zip(flat, answers, strict=True):
        outcomes[key] = _joined(outcomes.get(key, []), answer)
    return outcomes


def _joined(so_far: Rows | Refused, answer: QueryAnswer) -> Rows | Refused:
    if isinstance(so_far, Refused):
        return so_far
    if answer.rows is not None:
        return [*so_far, *answer.rows]
    return Refused(answer.error.unknown_name if answer.error is not None and answer.error.is_unknown_field else None)


def _fetched(plan: TypeToEnrich, query: TypeQuery | None, outcome: Rows | Refused | None) -> FetchedType:
    if query is None:
        return FetchedType(unknown_type=True)
    if not isinstance(outcome, list):
        return FetchedType(failure=REFUSED_TWICE)
    wanted = {item.public_id for item in plan.items}
    rows = {str(row.get("public_id")): row for row in outcome}
    return FetchedType(shape=query.shape, rows={number: row for number, row in rows.items() if number in wanted})


def _unknown_types(asking: Asking) -> Iterable[SchemaWarning]:
    own = [name for name in asking.settings.enrichment.enrichment_activities if asking.settings.enrichment.is_configured(name)]
    for name in dict.fromkeys([*own, *(one.type for one in asking.planned_types())]):
        if asking.schema.find_type(name) is None:
            yield SchemaWarning(type=name, message=f"the workspace has no type {name}")


def _refusal_warning(key: Key, unknown: frozenset[str], outcome: Rows | Refused | None) -> SchemaWarning:
    purpose, name = key
    what = {"items": f"the items of {name}", "assigned": f"the assigned items of {name}", "users": "the users"}[purpose]
    without = f" without {', '.join(sorted(unknown))}" if unknown else ""
    came = "they were asked for again" if isinstance(outcome, list) else "also when asked again"
    return SchemaWarning(type=name, message=f"Fibery refused the query for {what}; {came} after reading the schema anew{without}")


def _rows(outcome: Rows | Refused | None) -> Rows:
    return outcome if isinstance(outcome, list) else []
