"""What a fetch asks for, question by question, and one request for all of them.

A question is known by its key: what is asked for, of which type, and more where that is not enough. Belongs here: which
questions there are, sending them, and putting their answers side by side. Does not: what follows from the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery, QueryAnswer
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.enricher import Enricher
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.freshness import StoredItems
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.item_store import ItemStore
from volt_assets.work_reports.enrich.people_match import likely_emails
from volt_assets.work_reports.enrich.queries import TypeQuery, assigned_query, item_queries, type_query, users_query
from volt_assets.work_reports.enrich.selects import Selects
from volt_assets.work_reports.enrich.workspace_schema import USER_TYPE, WorkspaceSchema
from volt_assets.work_reports.models import EntitiesToEnrich, TypeToEnrich

MOST_ASSIGNABLE_TYPES = 60
"""As many queries for assigned items share the first request; a workspace with more kinds of work names the rest in a warning."""
Rows = list[dict[str, Any]]
Key = tuple[str, ...]
"""The first word says what is asked for: items, fresh, rest, assigned, users, children, children's rest."""
Questions = Mapping[Key, Sequence[EntityQuery]]
OnRows = Callable[[Key, Rows], None]


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
    store: ItemStore | None = None
    """Items fetched before; None: every item is fetched whole."""
    emails: tuple[str, ...] = ()
    """Of people of reports, as Fibery spelt them before; asked for besides the likely ones."""
    enrichers: dict[str, Enricher] = field(default_factory=dict)
    """Found so far, by type."""

    @property
    def selects(self) -> Selects:
        """The makers of selects for this schema."""
        return Selects(self.schema, self.settings.enrichment, self.enrichers)

    def planned_types(self) -> list[TypeToEnrich]:
        """The types of the plan that the configuration covers."""
        return [one for one in self.plan.types if one.activity is not None]

    def planned_names(self) -> dict[tuple[str, str], str]:
        """Type as the schema spells it and public id -> the type as the plan spells it, which people may write otherwise."""
        found = ((one, self.schema.find_type(one.type)) for one in self.planned_types())
        return {(there.name, item.public_id): one.type for one, there in found if there is not None for item in one.items}

    def type_queries(self) -> dict[str, TypeQuery]:
        """By type of the plan, for those the workspace has."""
        found = ((one, self.schema.find_type(one.type)) for one in self.planned_types())
        return {one.type: type_query(one, schema_type, self.selects) for one, schema_type in found if schema_type is not None}

    def stored_items(self) -> dict[str, StoredItems]:
        """By type of the plan: what an earlier fetch stored of its items."""
        if self.store is None:
            return {}
        ids = {one.type: [item.public_id for item in one.items] for one in self.planned_types()}
        queries = self.type_queries()
        return {name: StoredItems(query, self.store.rows(name, query.digest, ids[name])) for name, query in queries.items()}

    def item_questions(self, stored: Mapping[str, StoredItems]) -> dict[Key, list[EntityQuery]]:
        """The stored items are asked for what shows a change, the others for everything."""
        asked: dict[Key, list[EntityQuery]] = {}
        per_query = self.settings.fibery.ids_per_query
        ids = {one.type: [item.public_id for item in one.items] for one in self.planned_types()}
        for name, query in self.type_queries().items():
            known = stored[name].rows if name in stored else {}
            asked["items", name] = item_queries(query, (number for number in ids[name] if number not in known), per_query)
            if known:
                asked["fresh", name] = item_queries(query, known, per_query, freshness_only=True)
                asked.update({("rest", name, *key): queries for key, queries in stored[name].rest_queries().items()})
        return asked

    def assignable_types(self) -> list[str]:
        """The types with assignees of the plan and of the configuration, then the types of work that nobody configured.

        The latter only when the configuration has an entry for other types. Names are as the schema spells them.
        """
        enrichment = self.settings.enrichment
        names = [one.type for one in self.planned_types()]
        names += [name for name in enrichment.enrichment_activities if enrichment.is_configured(name)]
        found = (one for name in names if (one := self.schema.find_type(name)) is not None)
        chosen = [one.name for one in found if self.schema.assignees_field(one) is not None]
        others = [name for name in self.schema.assignable_types if enrichment.for_type(name) is not None]
        return list(dict.fromkeys([*chosen, *others]))

    def unasked_types(self) -> list[str]:
        """The assignable types that are too many for one request, when anybody's items are asked for."""
        return self.assignable_types()[MOST_ASSIGNABLE_TYPES:] if likely_emails(self.plan.people, self.settings.people) else []

    def assigned_queries(self, emails: Sequence[str], *, narrow: bool = True) -> dict[Key, list[EntityQuery]]:
        """One query per assignable type."""
        asked = (
            (name, assigned_query(self.schema.types[name], emails, self.period, self.selects, narrow=narrow))
            for name in self.assignable_types()[:MOST_ASSIGNABLE_TYPES]
        )
        return {("assigned", name): [query] for name, query in asked if query is not None} if emails else {}

    @property
    def asked_emails(self) -> tuple[str, ...]:
        """Whose assigned items the first request asks for."""
        return tuple(dict.fromkeys((*likely_emails(self.plan.people, self.settings.people), *self.emails)))

    def questions(self, stored: Mapping[str, StoredItems], *, narrow: bool = True) -> dict[Key, list[EntityQuery]]:
        """Every query of the round."""
        asked = self.item_questions(stored)
        if likely_emails(self.plan.people, self.settings.people):
            asked["users", USER_TYPE] = [users_query(self.selects)]
            asked.update(self.assigned_queries(self.asked_emails, narrow=narrow))
        return asked


async def ask(client: FiberySource, questions: Questions, on_rows: OnRows = lambda _key, _rows: None) -> dict[Key, Rows | Refused]:
    """All questions in one go; the rows of each, or why one of its queries was refused.

    `on_rows` is told the rows of each query as soon as they are whole, before anything more is asked.
    """
    flat = [(key, query) for key, queries in questions.items() for query in queries]

    def answered(number: int, answer: QueryAnswer) -> None:
        if answer.rows is not None:
            on_rows(flat[number][0], list(answer.rows))

    answers = await client.query_all([query for _, query in flat], answered) if flat else []
    outcomes: dict[Key, Rows | Refused] = {}
    for (key, _), answer in zip(flat, answers, strict=True):
        outcomes[key] = _answered(outcomes.get(key, []), answer)
    return outcomes


def _answered(so_far: Rows | Refused, answer: QueryAnswer) -> Rows | Refused:
    if answer.rows is not None:
        return joined(so_far, list(answer.rows))
    return joined(so_far, Refused(answer.error.unknown_name if answer.error is not None and answer.error.is_unknown_field else None))


def joined(so_far: Rows | Refused, more: Rows | Refused) -> Rows | Refused:
    """The answers to two questions as one; refused when either was."""
    if isinstance(so_far, Refused):
        return so_far
    return [*so_far, *more] if isinstance(more, list) else more


def rows_in(outcome: Rows | Refused | None) -> Rows:
    """The rows of an answer; none when it was refused or never asked for."""
    return outcome if isinstance(outcome, list) else []
