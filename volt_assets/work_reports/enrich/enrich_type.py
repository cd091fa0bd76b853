"""The fetched rows of one type become enriched items, each planned item exactly once.

Belongs here: the type's follow-up requests for collections that were cut at 100 rows, and what becomes of an item that fails,
for instance because a text of it was lost. Does not: the shared batches (fetch.py), what is
read out of a row (enriched_item.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import ValidationError

from volt_assets.errors import IncompleteDataError, VoltError
from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.resilience.time_limit import TimeLimit
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enriched_item import Reading, with_facts, without_facts
from volt_assets.work_reports.enrich.failure_policy import Failures, concerns_single_items
from volt_assets.work_reports.enrich.fetched import FetchedWork, LostText, TypeShape, comment_secrets, secrets_of_row
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

    def check_none_is_lost(self, secrets: Iterable[str]) -> None:
        """Raise why one of these texts could not be had: it was tried as often as makes sense."""
        known = {**self.caches.lost, **self.reading.work.lost}
        for secret in secrets:
            if secret in known:
                raise known[secret].error()

    def lose(self, secret: str, error: VoltError) -> NoReturn:
        """Let nobody try for this text in vain again."""
        self.caches.lost[secret] = LostText.of(error)
        raise error


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
    async def enrich(item: ItemToEnrich) -> EnrichedItem:
        try:
            return await _enriched(item, job)
        except (VoltError, ValidationError) as error:
            if not (job.may_lose_items and concerns_single_items(error)):
                raise
            return without_facts(item, job.reading, "failed", job.failures.note(item, error))

    plan = job.reading.plan
    return await rolling_window(plan.items, enrich, max_concurrent=plan.max_concurrent, on_progress=on_progress)


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
    """The row with the rest of its cut collections, the texts that came with it, and what could not be had.

    Raises why a text of the row was lost: the fetch has tried for it as often as makes sense.
    """
    cuts = cut_collections(shape.schema_type, row, shape.collections)
    own = secrets_of_row(row, shape)
    job.check_none_is_lost(own)
    if not cuts:
        return row, {}, None
    answers = await whole_collections(job.client, cuts)
    found = {cut.shape.key: rows for cut, rows in zip(cuts, answers, strict=True) if rows is not None}
    whole = {**row, **found, WHOLE: [*row.get(WHOLE, ()), *found]}
    if found and job.caches.items is not None:
        # Before anything more is asked for: whatever ends the process, the collections are not followed twice.
        job.caches.items.keep(job.reading.plan.type, job.reading.fetched.digest, {item.public_id: whole})
    new = {secret: one for secret, one in comment_secrets(found.get("comments")).items() if secret not in own}
    job.check_none_is_lost(new)
    documents = await fetch_texts(job.client, new, job.caches.documents, job.lose)
    lost = [cut.shape.field for cut in cuts if cut.shape.key not in found]
    return whole, documents, f"Fibery gave only the first 100 of {', '.join(lost)}" if lost else None
