"""The assets of the second stage. `enriched_entities` is a graph: one op fetches, mapped ones enrich, one merges.

A mapped step stands for a configured type, or for all others together, and never for an item: a step costs more than a
request, and what people write in brackets may be any number of types.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date

import dagster as dg

from volt_assets import __version__
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import RANGES
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.entity_plan import plan_entities
from volt_assets.work_reports.enrich.failed_items import failed_items, settle
from volt_assets.work_reports.enrich.failure_policy import Failures, check_failures
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.fetched import FetchedWork
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.merge import merge_enriched
from volt_assets.work_reports.enrich.redrive import redrive_stored
from volt_assets.work_reports.models import EnrichedEntities, EnrichedItem, EntitiesToEnrich, Frozen, TogglAggregated, TypeToEnrich
from volt_assets.work_reports.steps import Step, step
from volt_assets.work_reports.subjects.hiding_fibery import HidingFibery
from volt_assets.work_reports.subjects.suppression import read_suppression

OWNERS = ["team:operations"]
NAME = "enriched_entities"
# The checks before a run have just asked for the schema; within this time the run takes their answer.
SCHEMA_FRESH_SECONDS = 60.0


class FetchResult(Frozen):
    """What the fetching op hands to the merge."""

    plan: EntitiesToEnrich
    work: FetchedWork


class StepWork(Frozen):
    """What the fetching op hands to a mapped step."""

    types: tuple[TypeToEnrich, ...]
    planned_items: int
    """Of the whole run."""
    start_date: date
    end_date: date
    work: FetchedWork


class StepResult(Frozen):
    """What a mapped step hands to the merge."""

    items: tuple[EnrichedItem, ...]


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_json",
    owners=OWNERS,
    kinds={"json"},
    code_version=__version__,
)
def entities_to_enrich(
    context: dg.AssetExecutionContext, volt: VoltResource, toggl_aggregated: TogglAggregated
) -> dg.Output[EntitiesToEnrich]:
    """Which work items to look up in Fibery, each once, with the enricher of its type."""
    with step(context, volt, "entities_to_enrich") as run:
        plan = plan_entities(toggl_aggregated, run.settings.enrichment, run.origin)
        run.figures(planned_items=sum(len(one.items) for one in plan.types), planned_types=len(plan.types))
        return run.output(plan)


@dg.op(
    ins={"entities_to_enrich": dg.In(EntitiesToEnrich)},
    out={"fetched": dg.Out(FetchResult, io_manager_key="volt_json"), "types": dg.DynamicOut(StepWork, io_manager_key="volt_json")},
)
# No return annotation: Dagster 1.13 reads one as the type of a tuple, and an async op that returns a tuple fails in its own
# bookkeeping (a context variable reset in another context). An async generator of outputs works.
async def fetch_work_items(  # type: ignore[no-untyped-def]  # noqa: ANN201
    context: dg.OpExecutionContext, volt: VoltResource, entities_to_enrich: EntitiesToEnrich
):
    """Fetch what the items of all types need, in shared batches."""
    with step(context, volt, NAME, "first") as run:
        caches = _caches(run, volt)
        for one in entities_to_enrich.types:
            run.tell(one.type, 0, len(one.items))
        async with _spending(run, volt) as client:
            schema = await caches.current_schema(client, volt.now())
            work = await fetch_all(
                entities_to_enrich,
                client=client,
                schema=schema,
                settings=run.settings,
                link_base_url=volt.fibery_access().link_base_url,
                now=volt.now,
                caches=caches,
                entity_timeout_seconds=run.settings.timeouts.enrich_entity_seconds,
            )
    # The merge needs no rows and no texts: those go to the types alone.
    rest = work.model_copy(update={"types": {}, "documents": {}, "parents_progress": {}})
    yield dg.Output(FetchResult(plan=entities_to_enrich, work=rest), "fetched")
    for output in _step_outputs(entities_to_enrich, work):
        yield output


@dg.op(out=dg.Out(StepResult, io_manager_key="volt_json"))
async def enrich_items_of_type(context: dg.OpExecutionContext, volt: VoltResource, step_work: StepWork) -> StepResult:
    """Turn the fetched rows of a type into enriched items; those of all types nobody configured, one type after the other."""
    with step(context, volt, NAME, "middle") as run:
        async with _spending(run, volt) as client:
            items = [item for plan in step_work.types for item in await _items_of(plan, step_work, run, volt, client)]
        return StepResult(items=tuple(items))


async def _items_of(
    plan: TypeToEnrich, step_work: StepWork, run: Step, volt: VoltResource, client: FiberySource
) -> tuple[EnrichedItem, ...]:
    """The items of one type, those that failed settled as dead letters."""
    failures = Failures(step_work.planned_items)
    items = await enrich_type(
        plan,
        step_work.work,
        client=client,
        period=Period(step_work.start_date, step_work.end_date, run.settings.zone),
        settings=run.settings,
        link_base_url=volt.fibery_access().link_base_url,
        caches=_caches(run, volt),
        failures=failures,
        entity_timeout_seconds=run.settings.timeouts.enrich_entity_seconds,
        on_progress=lambda done, total: run.tell(plan.type, done, total),
    )
    letters = DeadLetters(run.data.dead_letters, now=volt.now, secrets=[volt.fibery_access().token.get_secret_value()])
    settle(letters, items, failed_items(plan, str(run.key), step_work.start_date, step_work.end_date), failures)
    return items


@dg.op(
    out=dg.Out(EnrichedEntities, io_manager_key="volt_json"),
)
def merge_types(
    context: dg.OpExecutionContext, volt: VoltResource, fetched: FetchResult, results: list[StepResult]
) -> dg.Output[EnrichedEntities]:
    """Unite the types; a type or item that is missing or too much stops the run."""
    with step(context, volt, NAME, "last") as run:
        merged = merge_enriched(
            fetched.plan,
            [result.items for result in results],
            fetched.work,
            run.origin,
            fibery_workspace=volt.fibery_access().workspace_name,
        )
        failed = sum(item.status == "failed" for item in merged.items)
        check_failures(failed, len(merged.items))
        if failed:
            run.not_the_last_word(f"items that could not be fetched: {failed}")
        _figures(run, merged)
        run.remove_scratch()
        return run.output(merged)


@dg.graph_asset(
    name=NAME,
    partitions_def=RANGES,
    owners=OWNERS,
    kinds={"fibery", "json"},
    code_version=__version__,
)
def enriched_entities(entities_to_enrich: EntitiesToEnrich) -> EnrichedEntities:
    """What Fibery knows of every planned item, or why it knows nothing; items assigned to the people of the report."""
    fetched, types = fetch_work_items(entities_to_enrich)
    # Inside a graph these are not values but the wires between ops: Dagster types them as Any.
    merged: EnrichedEntities = merge_types(fetched, types.map(enrich_items_of_type).collect())
    return merged


def _caches(run: Step, volt: VoltResource) -> FetchCaches:
    return FetchCaches.in_folders(run.data.cache(""), run.data.local_cache("results"), volt.now, SCHEMA_FRESH_SECONDS)


@asynccontextmanager
async def _spending(run: Step, volt: VoltResource) -> AsyncIterator[FiberySource]:
    """A source whose requests count as the step's, also when it fails; nobody who was forgotten is in it."""
    async with volt.fibery(run.settings) as client, run.spending(client, "fibery_requests"):
        yield HidingFibery(client, read_suppression(run.data.suppressed))


def _step_outputs(plan: EntitiesToEnrich, work: FetchedWork) -> Iterator[dg.DynamicOutput[StepWork]]:
    configured = [one for one in plan.types if one.configured]
    others = tuple(one for one in plan.types if not one.configured)
    # A step's name may hold only letters, digits and _; the number keeps names apart that become equal.
    steps = {f"{number}_{re.sub(r'[^A-Za-z0-9]+', '_', one.type)[:60]}": (one,) for number, one in enumerate(configured, start=1)}
    for key, types in {**steps, **({"other_types": others} if others else {})}.items():
        part = StepWork(
            types=types,
            planned_items=sum(len(one.items) for one in plan.types),
            start_date=plan.start_date,
            end_date=plan.end_date,
            work=work.part_of(*(one.type for one in types)),
        )
        yield dg.DynamicOutput(part, mapping_key=key, output_name="types")


def _figures(run: Step, merged: EnrichedEntities) -> None:
    statuses = [item.status for item in merged.items]
    run.figures(
        enriched_items=statuses.count("enriched"),
        not_found_items=statuses.count("not found"),
        failed_items=statuses.count("failed"),
        dead_lettered_items=statuses.count("failed"),
        unconfigured_items=statuses.count("type not configured"),
        assigned_items=len(merged.assigned),
        schema_warnings=len(merged.warnings),
    )


@dg.op
async def redrive_dead_letters(context: dg.OpExecutionContext, volt: VoltResource) -> None:
    """Fetch the failed work items again; what succeeds is taken off the list."""
    done = await redrive_stored(volt)
    context.add_output_metadata({"succeeded": len(done.enriched), "failed_again": len(done.failed), "not_tried": len(done.untried)})
    if done.stopped_by is not None:
        context.log.warning("%s", done.stopped_by)
    for key in sorted({key for key, _ in done.enriched}):
        context.log.info("%s has items that are enriched now: make its reports again", key)


@dg.job(description="Try every failed work item of the data folder again (volt-agent dead-letters redrive).")
def dead_letters_redrive() -> None:
    """One op: the letters know what to fetch."""
    redrive_dead_letters()
