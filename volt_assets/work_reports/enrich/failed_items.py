"""Work items that failed as dead letters: written when they fail, removed when they succeed, tried again by a redrive.

A letter is about one item of one range, since what is said of an item depends on the period. Belongs here: what a letter
holds and when it is settled. Does not: the store (resilience/dead_letters.py), when a failure becomes a letter
(failure_policy.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError

from volt_assets import __version__
from volt_assets.errors import CircuitOpenError, StoredDataError, TimeLimitError, VoltError
from volt_assets.resilience.dead_letters import DeadLetter, DeadLetters, everything
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.entity_plan import type_plan
from volt_assets.work_reports.enrich.failure_policy import Failures, concerns_single_items
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.fibery_source import Clock, FiberySource
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import EnrichedItem, EntitiesToEnrich, Frozen, ItemToEnrich, Origin, TypeToEnrich, stamped

KIND = "work item"


class FailedItem(Frozen):
    """The payload of a letter: the item and the range it was planned for."""

    range: str
    start_date: date
    end_date: date
    item: ItemToEnrich

    @property
    def key(self) -> str:
        """What identifies the letter among those of its kind."""
        return f"{self.range}: {self.item.type} #{self.item.public_id}"


@dataclass(frozen=True)
class RedrivenItems:
    """What came of a redrive. Reports of the ranges in `enriched` say nothing of it until they are made again from fibery."""

    enriched: tuple[tuple[str, EnrichedItem], ...]
    """Range and item; the letters are removed."""
    failed: tuple[DeadLetter, ...]
    """The letters that stay, one attempt older."""
    untried: tuple[DeadLetter, ...] = ()
    """The letters that had no turn, as they were."""
    stopped_by: CircuitOpenError | None = None
    """Why they had none: the service is not asked for a while."""


def settle(letters: DeadLetters, items: Iterable[EnrichedItem], planned: Mapping[tuple[str, str], FailedItem], failures: Failures) -> None:
    """Write a letter for each failure and remove those of items that are enriched or explained. `planned` by type and number."""
    for failure in failures.found:
        letter = planned[failure.item.type, failure.item.public_id]
        letters.add(KIND, letter.key, letter.model_dump(mode="json"), failure.error)
    waiting = {letter.key for letter in letters.letters() if letter.kind == KIND}
    for item in items:
        key = planned[item.type, item.public_id].key
        if item.status != "failed" and key in waiting:
            letters.resolve(KIND, key)


def failed_items(plan: TypeToEnrich, range_key: str, start_date: date, end_date: date) -> dict[tuple[str, str], FailedItem]:
    """What a letter would hold for each item of a type, by type and number."""
    found = (FailedItem(range=range_key, start_date=start_date, end_date=end_date, item=item) for item in plan.items)
    return {(one.item.type, one.item.public_id): one for one in found}


@dataclass(frozen=True)
class Redrive:
    """What enriching items again takes; the settings are those in force now."""

    client: FiberySource
    schema: WorkspaceSchema
    settings: Settings
    link_base_url: str
    now: Clock
    caches: FetchCaches | None = None
    entity_timeout_seconds: float | None = None


async def redrive(letters: DeadLetters, using: Redrive, which: Callable[[DeadLetter], bool] = everything) -> RedrivenItems:
    """Enrich the chosen items again, all of a range together, the ranges one after the other.

    A range that takes too long, or that an open circuit ends, has had its attempt like one that fails; after an open circuit
    the other ranges have no turn. What else does not concern single items (a token) is raised. Raises UsageError while
    another process redrives. A killed redrive loses no letter.
    """
    enriched: list[tuple[str, EnrichedItem]] = []
    stopped_by: CircuitOpenError | None = None
    # A text that cannot be had for one range cannot be had for the next either.
    using = replace(using, caches=using.caches or FetchCaches())
    with letters.redriving(lambda letter: letter.kind == KIND and which(letter)) as taken:
        ranges = _by_range(letters, taken)
        while ranges and stopped_by is None:
            items = ranges.pop(next(iter(ranges)))
            settled: list[EnrichedItem] = []
            try:
                await _enrich_again(items, letters, using, settled)
            except (VoltError, ValidationError) as error:
                if not _ends_a_range(error):
                    raise
                stopped_by = error if isinstance(error, CircuitOpenError) else None
                _count_attempt(letters, items, settled, error)
            enriched += [(items[0].range, item) for item in settled if item.status != "failed"]
    chosen, waiting = {letter.id for letter in taken}, {one.key for items in ranges.values() for one in items}
    kept = [letter for letter in letters.letters() if letter.id in chosen]
    return RedrivenItems(
        tuple(enriched),
        failed=tuple(letter for letter in kept if letter.key not in waiting),
        untried=tuple(letter for letter in kept if letter.key in waiting),
        stopped_by=stopped_by,
    )


def _ends_a_range(error: Exception) -> bool:
    """Whether it ends only the turn of one range: other ranges, or the same one later, may fare better."""
    return concerns_single_items(error) or isinstance(error, CircuitOpenError | TimeLimitError)


def _count_attempt(letters: DeadLetters, items: Sequence[FailedItem], settled: Sequence[EnrichedItem], error: Exception) -> None:
    done = {(item.type, item.public_id) for item in settled}
    for one in items:
        if (one.item.type, one.item.public_id) not in done:
            letters.add(KIND, one.key, one.model_dump(mode="json"), error)


def _by_range(letters: DeadLetters, taken: Sequence[DeadLetter]) -> dict[str, list[FailedItem]]:
    ranges: dict[str, list[FailedItem]] = defaultdict(list)
    for letter in taken:
        try:
            found = FailedItem.model_validate(letter.payload)
        except ValidationError:
            problem = StoredDataError("the letter does not hold what Volt writes there", hint="run its range again, then delete it")
            letters.add(letter.kind, letter.key, letter.payload, problem)
        else:
            ranges[found.range].append(found)
    return ranges


async def _enrich_again(items: Sequence[FailedItem], letters: DeadLetters, using: Redrive, settled: list[EnrichedItem]) -> None:
    """Enrich the items of a range, type after type; `settled` takes those whose letters are dealt with."""
    plan = _plan_of(items, using)
    work = await fetch_all(
        plan,
        client=using.client,
        schema=using.schema,
        settings=using.settings,
        link_base_url=using.link_base_url,
        now=using.now,
        caches=using.caches,
        entity_timeout_seconds=using.entity_timeout_seconds,
    )
    for one in plan.types:
        failures = Failures(None)
        enriched = await enrich_type(
            one,
            work,
            client=using.client,
            period=Period(plan.start_date, plan.end_date, using.settings.zone),
            settings=using.settings,
            link_base_url=using.link_base_url,
            caches=using.caches,
            failures=failures,
            entity_timeout_seconds=using.entity_timeout_seconds,
        )
        settle(letters, enriched, failed_items(one, plan.key, plan.start_date, plan.end_date), failures)
        settled += enriched


def _plan_of(items: Sequence[FailedItem], using: Redrive) -> EntitiesToEnrich:
    """Nobody's assigned items are asked for: only the failed ones are wanted."""
    by_type: dict[str, list[ItemToEnrich]] = defaultdict(list)
    for one in items:
        by_type[one.item.type].append(one.item)
    plans = (type_plan(name, found, using.settings.enrichment) for name, found in sorted(by_type.items()))
    return stamped(
        EntitiesToEnrich,
        Origin(key=items[0].range, run_id="redrive", code_version=__version__),
        data_as_of=using.now(),
        start_date=items[0].start_date,
        end_date=items[0].end_date,
        people=(),
        # A second failure must not end the redrive of the others.
        types=tuple(one.model_copy(update={"on_failure": "dead_letter"}) for one in plans),
    )
