"""The fetched rows of one type become enriched items, each planned item exactly once.

Belongs here: the type's follow-up requests for collections that were cut at 100 rows and texts that could not be had
together with those of other types, and what becomes of an item that fails. Does not: the shared batches (fetch.py), what is
read out of a row (enriched_item.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from volt_assets.errors import IncompleteDataError, VoltError
from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.resilience.time_limit import TimeLimit
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enriched_item import Reading, with_facts, without_facts
from volt_assets.work_reports.enrich.failure_policy import Failures, concerns_single_items
from volt_assets.work_reports.enrich.fetched import FetchedWork, TypeShape, comment_secrets, secrets_in, secrets_of_row
from volt_assets.work_reports.enrich.fibery_source import FiberySource, OnProgress
from volt_assets.work_reports.enrich.follow_ups import WHOLE, cut_collections, whole_collections
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.texts import fetch_texts
from volt_assets.work_reports.models import EnrichedItem, ItemToEnrich, TypeToEnrich


@dataclass(frozen=True)
class _Job:
    """One type at work."""

    reading: Reading
    client: FiberySource
    caches: FetchCaches
    failures: Failures

    @property
    def may_lose_items(self) -> bool:
        return self.reading.plan.on_failure == "dead_letter"


async def enrich_type(
    plan: TypeToEnrich,
    fetched: FetchedWork,
    *,
    client: FiberySource,
    period: Period,
    settings: Settings,
    link_base_url: str,
    caches: FetchCaches | None = None,
    failures: Failures | None = None,
    entity_timeout_seconds: float | None = None,
    on_progress: OnProgress | None = None,
) -> tuple[EnrichedItem, ...]:
    """The planned items of a type in the order of the plan, at most `plan.max_concurrent` under way at once.

    `fetched` is the whole fetch or its `part_of` the type. An item that fails is raised, or noted in `failures` and given
    with status `failed`, as the plan says; TooManyFailuresError when too many do. The type may take
    `entity_timeout_seconds` per item: then TimeLimitError.
    """
    reading = Reading(plan, fetched, period, settings, link_base_url)
    job = _Job(reading, client, caches or FetchCaches(), failures or Failures(len(plan.items)))
    async with _limit(plan, entity_timeout_seconds):
        return tuple(await _items(job, on_progress))


def _limit(plan: TypeToEnrich, entity_timeout_seconds: float | None) -> AbstractAsyncContextManager[object]:
    if entity_timeout_seconds is None:
        return nullcontext()
    return TimeLimit(entity_timeout_seconds * max(len(plan.items), 1)).around(f"enriching {len(plan.items)} items of {plan.type}")


async def _items(job: _Job, on_progress: OnProgress | None) -> list[EnrichedItem]:
    if job.reading.work.unread:
        job = replace(job, reading=replace(job.reading, work=await _with_unread_texts(job)))

    async def enrich(item: ItemToEnrich) -> EnrichedItem:
        try:
            return await _enriched(item, job)
        except (VoltError, ValidationError) as error:
            if not (job.may_lose_items and concerns_single_items(error)):
                raise
            return without_facts(item, job.reading, "failed", job.failures.note(item, error))

    plan = job.reading.plan
    return await rolling_window(plan.items, enrich, max_concurrent=plan.max_concurrent, on_progress=on_progress)


async def _with_unread_texts(job: _Job) -> FetchedWork:
    """The texts that could not be fetched for all types together, tried again for this one."""
    work = job.reading.work
    versions = {secret: one for secret, one in secrets_in(job.reading.fetched).items() if secret in set(work.unread)}
    try:
        texts = await fetch_texts(job.client, versions, job.caches.documents)
    except VoltError as error:
        if not (job.may_lose_items and concerns_single_items(error)):
            raise
        return work
    return work.model_copy(update={"documents": {**work.documents, **texts}, "unread": ()})


async def _enriched(item: ItemToEnrich, job: _Job) -> EnrichedItem:
    reading, name = job.reading, job.reading.plan.type
    if reading.plan.activity is None:
        return without_facts(item, reading, "type not configured", f"the configuration has no entry for {name} and none for other types")
    if reading.fetched.unknown_type:
        return without_facts(item, reading, "not found", f"Fibery has no type {name}: the label in Toggl may need another alias")
    if reading.fetched.failure is not None or reading.fetched.shape is None:
        hint = f"with on_failure: dead_letter for {name} in enrichment_config.yaml the report is made without such items"
        raise IncompleteDataError(f"{name}: {reading.fetched.failure or 'the type was not asked for'}", hint=hint)
    row = reading.fetched.rows.get(item.public_id)
    if row is None:
        reason = f"Fibery shows no {name} with number {item.public_id}: deleted, a wrong number, or hidden from this token"
        return without_facts(item, reading, "not found", reason)
    whole, documents, lost = await _whole_row(item, row, reading.fetched.shape, job)
    return with_facts(item, whole, {**reading.work.documents, **documents}, reading).model_copy(update={"reason": lost})


async def _whole_row(
    item: ItemToEnrich, row: dict[str, Any], shape: TypeShape, job: _Job
) -> tuple[Mapping[str, Any], Mapping[str, str], str | None]:
    """The row with the rest of its cut collections, the texts that came with it, and what could not be had."""
    cuts = cut_collections(shape.schema_type, row, shape.collections)
    own = secrets_of_row(row, shape)
    missing = {secret: own[secret] for secret in job.reading.work.unread if secret in own}
    if not cuts and not missing:
        return row, {}, None
    answers = await whole_collections(job.client, cuts)
    found = {cut.shape.key: rows for cut, rows in zip(cuts, answers, strict=True) if rows is not None}
    whole = {**row, **found, WHOLE: [*row.get(WHOLE, ()), *found]}
    if found and job.caches.items is not None:
        # Before anything more is asked for: whatever ends the process, the collections are not followed twice.
        job.caches.items.keep(job.reading.plan.type, job.reading.fetched.digest, {item.public_id: whole})
    new = {secret: one for secret, one in comment_secrets(found.get("comments")).items() if secret not in own}
    documents = await fetch_texts(job.client, {**missing, **new}, job.caches.documents)
    lost = [cut.shape.field for cut in cuts if cut.shape.key not in found]
    return whole, documents, f"Fibery gave only the first 100 of {', '.join(lost)}" if lost else None
