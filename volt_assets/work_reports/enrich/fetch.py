"""Fetch what all planned items need, in shared batches: never one request per item.

1. one commands request: the items of every type with their parents, comments and assignees; assigned items; users
2. one more for what the first revealed: the children of features, and people whose e-mail Fibery spells otherwise
3. the rich text of descriptions, fields and comments of all types together

Does not belong here: turning rows into enriched items (enrich_type.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.assigned import assigned_items
from volt_assets.work_reports.enrich.document_cache import DocumentCache
from volt_assets.work_reports.enrich.fetched import CollectionShape, FetchedType, FetchedWork, secrets_in
from volt_assets.work_reports.enrich.fibery_source import Clock, FiberySource, OnProgress
from volt_assets.work_reports.enrich.first_round import Asking, FirstRound, RefreshSchema, ask, first_round
from volt_assets.work_reports.enrich.follow_ups import cut_collections, whole_collections
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.item_refs import parent_chain, progress_of
from volt_assets.work_reports.enrich.people_match import PeopleMatch, likely_emails, match_people
from volt_assets.work_reports.enrich.queries import children_query, children_shapes
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.selects import ID
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import EntitiesToEnrich, Progress, SchemaWarning

ROUNDS = 3


@dataclass(frozen=True)
class FetchCaches:
    """What earlier fetches left: the schema, and texts that have not changed since."""

    schema: SchemaCache | None = None
    documents: DocumentCache | None = None


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
) -> FetchedWork:
    """Everything the enrichers of all types need. Network and HTTP failures are raised; refused queries are answers.

    `on_progress` is told how many of the three rounds are done. With nothing to ask for, `fetched_at` stays None.
    """
    caches = caches or FetchCaches()
    told = on_progress or (lambda _done, _total: None)
    period = Period(plan.start_date, plan.end_date, settings.zone)
    asking = Asking(plan, period, settings, schema)
    if not asking.questions():
        unmatched = match_people(plan.people, (), {}).unmatched
        unknown = {one.type: FetchedType(unknown_type=True) for one in asking.planned_types()}
        return FetchedWork(types=unknown, unmatched_people=unmatched)
    first = await first_round(client, asking, _refresher(client, schema, caches.schema, now))
    told(1, ROUNDS)
    match = match_people(plan.people, first.users, settings.people)
    second = await _second_round(client, first, match, link_base_url)
    told(2, ROUNDS)
    documents = await _documents(client, first.types, caches.documents)
    told(ROUNDS, ROUNDS)
    assigned = {name: [*first.assigned.get(name, []), *second.assigned.get(name, [])] for name in {**first.assigned, **second.assigned}}
    return FetchedWork(
        fetched_at=now(),
        types=dict(first.types),
        documents=documents,
        parents_progress=second.progress,
        assigned=assigned_items(assigned, match.user_ids, period, link_base_url),
        unmatched_people=match.unmatched,
        warnings=tuple(dict.fromkeys((*first.warnings, *second.warnings))),
    )


def _refresher(client: FiberySource, schema: WorkspaceSchema, cache: SchemaCache | None, now: Clock) -> RefreshSchema:
    async def refresh() -> WorkspaceSchema:
        if cache is not None:
            return await cache.refreshed(client, now())
        answer = await client.schema(schema.etag)
        return schema if answer.types is None else WorkspaceSchema.from_types(answer.types, answer.etag)

    return refresh


@dataclass(frozen=True)
class _SecondRound:
    progress: dict[str, Progress]
    assigned: Mapping[str, list[dict[str, Any]]]
    warnings: tuple[SchemaWarning, ...]


async def _second_round(client: FiberySource, first: FirstRound, match: PeopleMatch, link_base_url: str) -> _SecondRound:
    """The children of every feature seen so far, and assigned items of people asked for under a wrong spelling."""
    asking = first.asking
    asked_emails = set(likely_emails(asking.plan.people, asking.settings.people))
    questions = asking.assigned_queries([email for email in match.spellings if email not in asked_emails])
    shapes_by_type: dict[str, tuple[CollectionShape, ...]] = {}
    per_query = asking.settings.fibery.ids_per_query
    for name, ids in _with_children(first).items():
        one = asking.schema.types.get(name)
        shapes_by_type[name] = children_shapes(one, asking.selects) if one is not None else ()
        if one is not None and shapes_by_type[name]:
            chunks = [ids[start : start + per_query] for start in range(0, len(ids), per_query)]
            questions["items", name] = [children_query(one, chunk, shapes_by_type[name]) for chunk in chunks]
    outcomes = await ask(client, questions)
    rows = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, list)}
    progress: dict[str, Progress] = {}
    refused = [key for key in questions if key not in rows]
    for (purpose, name), parents in rows.items():
        if purpose == "items":
            whole = await _with_whole_collections(client, name, parents, shapes_by_type[name])
            progress.update({str(row[ID]): progress_of(row, shapes_by_type[name], link_base_url) for row in whole})
            refused += [("items", name)] if len(whole) < len(parents) else []
    return _SecondRound(
        {parent: one for parent, one in progress.items() if one.total},
        {name: found for (purpose, name), found in rows.items() if purpose == "assigned"},
        tuple(SchemaWarning(type=name, message=_refusal(purpose, name)) for purpose, name in refused),
    )


def _refusal(purpose: str, name: str) -> str:
    what = "some children of" if purpose == "items" else "some assigned items of"
    return f"Fibery did not give {what} {name}; the report does without them"


def _with_children(first: FirstRound) -> dict[str, list[str]]:
    """Type -> fibery/id of every item that may have progress: fetched itself, or the nearest such parent of one."""
    found: dict[str, dict[str, None]] = {}
    for fetched in first.types.values():
        if fetched.shape is None:
            continue
        for row in fetched.rows.values():
            found.setdefault(fetched.shape.schema_type, {})[str(row[ID])] = None
            parents = (shape for shape in parent_chain(row, fetched.shape.parents) if shape.has_progress)
            if (nearest := next(parents, None)) is not None:
                found.setdefault(nearest.type, {})[str(row[f"{nearest.prefix}{ID}"])] = None
    return {name: list(ids) for name, ids in found.items()}


async def _with_whole_collections(
    client: FiberySource, type_name: str, rows: Sequence[dict[str, Any]], shapes: Sequence[CollectionShape]
) -> list[dict[str, Any]]:
    """The rows with the rest of their cut collections; a row whose rest cannot be had is left out: n of m would be wrong."""
    cuts = [cut for row in rows for cut in cut_collections(type_name, row, shapes)]
    by_id = {str(row[ID]): dict(row) for row in rows}
    for cut, whole in zip(cuts, await whole_collections(client, cuts), strict=True):
        if whole is None:
            by_id.pop(cut.owner_id, None)
        elif cut.owner_id in by_id:
            by_id[cut.owner_id][cut.shape.key] = whole
    return list(by_id.values())


async def _documents(client: FiberySource, types: Mapping[str, FetchedType], cache: DocumentCache | None) -> dict[str, str]:
    changed_at = {secret: changed for fetched in types.values() for secret, changed in secrets_in(fetched).items()}
    known = cache.known(changed_at) if cache is not None else {}
    missing = [secret for secret in changed_at if secret not in known]
    fetched = await client.documents(missing) if missing else {}
    if cache is not None:
        cache.keep(fetched, changed_at)
    return {**known, **fetched}
