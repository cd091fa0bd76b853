"""Fetch what all planned items need, in shared batches: never one request per item.

1. one commands request: the items of every type with their parents, comments and assignees; assigned items; users. Items
   that an earlier fetch stored are only asked whether they are still the same, and their features for their children
2. one more for items that changed, and one for what all this revealed: the children of features seen for the first time,
   and people whose e-mail Fibery spells otherwise
3. the rich text of descriptions, fields and comments of all types together, as far as it is not known; a text that cannot be
   had is tried here and nowhere else

Does not belong here: turning rows into enriched items (enrich_type.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from volt_assets.errors import VoltError
from volt_assets.resilience.time_limit import TimeLimit
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.asking import Asking, Key, Rows, ask
from volt_assets.work_reports.enrich.assigned import assigned_items
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.children import CHILDREN, Children, Parents, children_questions, parents_in, read_children
from volt_assets.work_reports.enrich.enrichers import check_activities
from volt_assets.work_reports.enrich.fetched import FetchedType, FetchedWork, LostText, secrets_in
from volt_assets.work_reports.enrich.fibery_source import Clock, FiberySource, OnProgress
from volt_assets.work_reports.enrich.first_round import FirstRound, RefreshSchema, first_round
from volt_assets.work_reports.enrich.freshness import StoredItems
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.item_store import Hints
from volt_assets.work_reports.enrich.people_match import PeopleMatch, match_people
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.texts import fetch_texts
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import EntitiesToEnrich, SchemaWarning

ROUNDS = 3


async def fetch_all(
    plan: EntitiesToEnrich,
    *,
    client: FiberySource,
    schema: WorkspaceSchema,
    settings: Settings,
    link_base_url: str,
    now: Clock,
    caches: FetchCaches | None = None,
    on_progress: OnProgress | None = None,
    entity_timeout_seconds: float | None = None,
) -> FetchedWork:
    """Everything the enrichers of all types need. Network and HTTP failures are raised; refused queries are answers.

    `on_progress` is told how many of the three rounds are done. With nothing to ask for, `fetched_at` stays None. All
    together may take `entity_timeout_seconds` times the number of items; then TimeLimitError is raised. A configuration that
    names an enricher there is not raises SettingsError before anything is asked.
    """
    check_activities(settings)
    fetch = _Fetch(plan, client, settings, link_base_url, now, caches or FetchCaches(), on_progress or (lambda _done, _total: None))
    if entity_timeout_seconds is None:
        return await fetch.work(schema)
    items = sum(len(one.items) for one in plan.types)
    async with TimeLimit(entity_timeout_seconds * max(items, 1)).around(f"fetching {items} work items from Fibery"):
        return await fetch.work(schema)


@dataclass(frozen=True)
class _Fetch:
    plan: EntitiesToEnrich
    client: FiberySource
    settings: Settings
    link_base_url: str
    now: Clock
    caches: FetchCaches
    told: OnProgress

    async def work(self, schema: WorkspaceSchema) -> FetchedWork:
        """The three rounds."""
        # States are those of this moment or later: one that changes while we ask must not be dated after its change.
        asked_at = self.now()
        period = Period(self.plan.start_date, self.plan.end_date, self.settings.zone)
        hints = self.caches.items.hints() if self.caches.items is not None else Hints()
        asking = Asking(self.plan, period, self.settings, schema, self.caches.items, hints.emails)
        stored = asking.stored_items()
        if not any(asking.questions(stored).values()):
            return self._nothing(asking)
        early_parents = parents_in((items.query.shape, items.rows.values()) for items in stored.values())
        early = children_questions(asking, early_parents, hints.cut_children)
        first = await first_round(self.client, asking, _refresher(self.client, schema, self.caches.schema, self.now), stored, early)
        self.told(1, ROUNDS)
        match = match_people(self.plan.people, first.users, self.settings.people)
        self._forget_gone(first, stored)
        self._learn(match.spellings)
        second = await self._second_round(first, match, early_parents)
        self._learn(cut_children=second.children.cut)
        self.told(2, ROUNDS)
        documents = await self._documents(first.types)
        self.told(ROUNDS, ROUNDS)
        assigned = {name: [*first.assigned.get(name, []), *second.assigned.get(name, [])] for name in {**first.assigned, **second.assigned}}
        return FetchedWork(
            fetched_at=asked_at,
            types=dict(first.types),
            documents=documents,
            lost=dict(self.caches.lost),
            parents_progress=dict(second.children.progress),
            assigned=assigned_items(assigned, match.user_ids, period, self.link_base_url, first.asking.planned_names()),
            unmatched_people=match.unmatched,
            warnings=tuple(dict.fromkeys((*first.warnings, *second.warnings))),
        )

    def _nothing(self, asking: Asking) -> FetchedWork:
        unmatched = match_people(self.plan.people, (), {}).unmatched
        unknown = {one.type: FetchedType(unknown_type=True) for one in asking.planned_types()}
        return FetchedWork(types=unknown, unmatched_people=unmatched)

    async def _second_round(self, first: FirstRound, match: PeopleMatch, early_parents: Parents) -> _SecondRound:
        """The children of features not asked for yet, and assigned items of people asked for under a wrong spelling."""
        asking = first.asking
        seen = parents_in((one.shape, one.rows.values()) for one in first.types.values() if one.shape is not None)
        answered = {name: set(ids) for name, ids in early_parents.items() if (CHILDREN, name) in first.early}
        unasked = {name: [one for one in ids if one not in answered.get(name, ())] for name, ids in seen.items()}
        questions = {
            **asking.assigned_queries([email for email in match.spellings if email not in asking.asked_emails]),
            **children_questions(asking, {name: ids for name, ids in unasked.items() if ids}, {}),
        }
        outcomes = await ask(self.client, questions)
        rows: dict[Key, Rows] = dict(first.early)
        for key, outcome in outcomes.items():
            if isinstance(outcome, list):
                rows[key] = [*rows.get(key, []), *outcome]
        children = await read_children(self.client, asking, rows, self.link_base_url)
        refused = [key[:2] for key, outcome in outcomes.items() if not isinstance(outcome, list)]
        refused += [(CHILDREN, name) for name in children.incomplete_types]
        return _SecondRound(
            children,
            {key[1]: found for key, found in rows.items() if key[0] == "assigned"},
            tuple(SchemaWarning(type=name, message=_refusal(purpose, name)) for purpose, name in refused),
        )

    def _forget_gone(self, first: FirstRound, stored: Mapping[str, StoredItems]) -> None:
        """Take items out of the store that Fibery has no more; those that came were stored as they came."""
        for name, items in stored.items():
            fetched = first.types[name]
            if self.caches.items is not None and fetched.digest == items.query.digest:
                self.caches.items.keep(name, fetched.digest, {}, gone=[number for number in items.rows if number not in fetched.rows])

    def _learn(self, emails: Sequence[str] = (), cut_children: Mapping[str, tuple[str, ...]] | None = None) -> None:
        if self.caches.items is not None:
            self.caches.items.learn(emails, cut_children or {})

    async def _documents(self, types: Mapping[str, FetchedType]) -> dict[str, str]:
        """The texts of all types; those that cannot be had are noted as lost, unless their items may not fail."""
        lost, versions = self.caches.lost, {name: secrets_in(fetched) for name, fetched in types.items()}
        may_fail = {one.type for one in self.plan.types if one.on_failure == "dead_letter"}
        needed = {secret for name, secrets in versions.items() if name not in may_fail for secret in secrets}

        def note(secret: str, error: VoltError) -> None:
            if secret in needed:
                raise error
            lost[secret] = LostText.of(error)

        asked = {secret: one for secrets in versions.values() for secret, one in secrets.items() if secret not in lost}
        return await fetch_texts(self.client, asked, self.caches.documents, note if may_fail else None)


@dataclass(frozen=True)
class _SecondRound:
    children: Children
    assigned: Mapping[str, Rows]
    warnings: tuple[SchemaWarning, ...]


def _refresher(client: FiberySource, schema: WorkspaceSchema, cache: SchemaCache | None, now: Clock) -> RefreshSchema:
    async def refresh() -> WorkspaceSchema:
        if cache is not None:
            return await cache.refreshed(client, now())
        answer = await client.schema(schema.etag)
        return schema if answer.types is None else WorkspaceSchema.from_types(answer.types, answer.etag)

    return refresh


def _refusal(purpose: str, name: str) -> str:
    what = "some children of" if purpose == CHILDREN else "some assigned items of"
    return f"Fibery did not give {what} {name}; the report does without them"
