"""Requests and wall time of enriching 500 items of 8 types with 900 documents, every answer 10 ms late. Goal: 12 requests.

The items are chosen from a larger sandbox so that their descriptions, rich-text fields and comments are exactly 900 texts.
Everything starts cold: schema and texts are fetched; the items assigned to 100 people are asked for too.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle

from item_documents import documents_of
from measuring import print_table
from pydantic import SecretStr

from volt_assets.clients.fibery import FiberyClient
from volt_assets.environment import FiberyAccess
from volt_assets.sandbox.fibery_server import FIBERY_TOKENS, FIBERY_WORKSPACE
from volt_assets.sandbox.fibery_store import FiberyStore
from volt_assets.sandbox.item_maker import FIRST_PUBLIC_ID
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.settings import load_settings
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import EntitiesToEnrich, ItemToEnrich, Origin, Person, TypeToEnrich, stamped

ITEMS, DOCUMENTS, LATENCY_SECONDS, GOAL_REQUESTS, RUNS = 500, 900, 0.01, 12, 5
TYPES = (
    "Scrum/Task",
    "Scrum/Bug",
    "Scrum/Sub-task",
    "Scrum/Sub-bug",
    "Scrum/Build",
    "Product/Feature",
    "Design/Design Feature",
    "Design/Work Version",
)
WORLD = WorldOptions(people=80, weeks=14)
SETTINGS = load_settings({}, {"pace": 0})
LINKS = "https://acme.fibery.io"


def chosen_items(store: FiberyStore) -> list[tuple[str, str]]:
    """(type, public id) of as many items as wanted, the types in turn, with as many documents in all as wanted."""
    candidates = {name: list(_ordinary(store, name)) for name in TYPES}
    chosen: list[tuple[str, str, int]] = []
    for name in cycle(TYPES):
        if len(chosen) == ITEMS:
            break
        if candidates[name]:
            # Whoever brings the sum nearest to the share that is due by now.
            due = DOCUMENTS * (len(chosen) + 1) / ITEMS - sum(texts for _, _, texts in chosen)
            public_id, texts = min(candidates[name], key=lambda one: abs(one[1] - due))
            candidates[name].remove((public_id, texts))
            chosen.append((name, public_id, texts))
        elif not any(candidates.values()):
            raise RuntimeError(f"the world has only {len(chosen)} items of these types")
    missing = DOCUMENTS - sum(texts for _, _, texts in chosen)
    for position, (name, _, texts) in enumerate(chosen if missing else ()):
        if (other := next((one for one in candidates[name] if one[1] == texts + missing), None)) is not None:
            chosen[position] = (name, *other)
            break
    if (texts := sum(texts for _, _, texts in chosen)) != DOCUMENTS:
        raise RuntimeError(f"the items chosen have {texts} documents instead of {DOCUMENTS}")
    return [(name, public_id) for name, public_id, _ in chosen]


def _ordinary(store: FiberyStore, type_name: str) -> Iterator[tuple[str, int]]:
    """Public id and documents of the items that are nobody's special case."""
    for row in store.rows[type_name].values():
        if int(row["fibery/public-id"]) >= FIRST_PUBLIC_ID:
            yield str(row["fibery/public-id"]), sum(documents_of(store, type_name, row, SETTINGS.enrichment))


def plan_of(sandbox: RunningSandbox) -> EntitiesToEnrich:
    """The plan as `entities_to_enrich` makes it."""
    world = sandbox.world
    by_type: dict[str, list[str]] = {name: [] for name in TYPES}
    for name, public_id in chosen_items(world.fibery):
        by_type[name].append(public_id)
    first_day, last_day = world.options.first_monday, world.last_day
    return stamped(
        EntitiesToEnrich,
        Origin(f"{first_day}_{last_day}", "benchmark", "1"),
        data_as_of=now(),
        start_date=first_day,
        end_date=last_day,
        people=tuple(Person(user_id=one.user_id, name=one.name, email=one.toggl_email) for one in world.people),
        types=tuple(_type(name, public_ids) for name, public_ids in by_type.items()),
    )


def _type(name: str, public_ids: list[str]) -> TypeToEnrich:
    configured = SETTINGS.enrichment.for_type(name)
    if configured is None:
        raise RuntimeError(f"{name} is not configured")
    item = {"type": name, "label": "[x] [y]", "resolution": "alias", "duration_seconds": 60, "user_ids": (1,)}
    return TypeToEnrich(
        type=name,
        activity=configured.activity,
        max_concurrent=configured.max_concurrent,
        configured=SETTINGS.enrichment.is_configured(name),
        fields=configured.fields,
        items=tuple(ItemToEnrich.model_validate({**item, "public_id": public_id}) for public_id in public_ids),
    )


async def enrich(plan: EntitiesToEnrich, url: str) -> tuple[int, int]:
    """Fetch and enrich everything once, without any cache; how many items were enriched and how many documents fetched."""
    access = FiberyAccess(SecretStr(FIBERY_TOKENS[0]), FIBERY_WORKSPACE, url, LINKS)
    period = Period(plan.start_date, plan.end_date, SETTINGS.zone)
    async with FiberyClient(access, settings=SETTINGS.fibery, retries=SETTINGS.retries, pace=SETTINGS.pace, now=now) as client:
        answer = await client.schema()
        schema = WorkspaceSchema.from_types(answer.types or (), answer.etag)
        work = await fetch_all(plan, client=client, schema=schema, settings=SETTINGS, link_base_url=LINKS, now=now)
        enriched = 0
        for one in plan.types:
            part = work.part_of(one.type)
            items = await enrich_type(one, part, client=client, period=period, settings=SETTINGS, link_base_url=LINKS)
            enriched += sum(item.status == "enriched" for item in items)
    return enriched, len(work.documents)


def now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def main() -> None:
    """Print the requests of one run by path, and the median wall time of several."""
    seconds = []
    with running_sandbox(SandboxOptions(world=WORLD, pace=0, latency_seconds=LATENCY_SECONDS)) as sandbox:
        plan = plan_of(sandbox)
        for _ in range(RUNS):
            sandbox.requests.reset()
            started = time.perf_counter()
            enriched, documents = asyncio.run(enrich(plan, sandbox.fibery_url))
            seconds.append(time.perf_counter() - started)
        requests = sandbox.requests.by_path("fibery")
    counts = Counter({one.type: len(one.items) for one in plan.types})
    print(
        f"{enriched} of {counts.total()} items of {len(counts)} types enriched, {documents} documents, {LATENCY_SECONDS * 1000:.0f} ms late"
    )
    print_table(("request", "times"), [*requests.items(), (f"in all (goal: at most {GOAL_REQUESTS})", sum(requests.values()))])
    print(f"wall time {statistics.median(seconds):.2f} s, median of {RUNS}; the sandbox answers in the same process")


if __name__ == "__main__":
    main()
