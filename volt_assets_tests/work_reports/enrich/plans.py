"""Plans, settings and a client, as the tests of this folder need them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from volt_assets.clients.fibery import FiberyClient
from volt_assets.environment import FiberyAccess
from volt_assets.settings import EnrichmentSettings, FiberySettings, RetrySettings, Settings, TypeSettings, load_settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.failure_policy import Failures
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.fetched import FetchedWork
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import (
    EnrichedItem,
    EntitiesToEnrich,
    ItemToEnrich,
    Origin,
    Person,
    TypeToEnrich,
    stamped,
)
from volt_assets_tests.clients.loopback_server import LoopbackServer, serve
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery

NOW = datetime(2025, 10, 14, 9, 30, tzinfo=UTC)
LINKS = "https://acme.fibery.io"
ORIGIN = Origin("2025-10-06_2025-10-12", "run", "1")
PERIOD = Period(date(2025, 10, 6), date(2025, 10, 12), ZoneInfo("UTC"))
SHIPPED = load_settings({})
JANE = Person(user_id=1, name="Jane Smith", email="jane@example.com")


def now() -> datetime:
    return NOW


def settings_with(
    types: Mapping[str, TypeSettings] | None = None, *, ids_per_query: int = 1000, people: Mapping[str, str] | None = None
) -> Settings:
    enrichment = SHIPPED.enrichment if types is None else EnrichmentSettings(enrichment_activities=dict(types))
    update = {"enrichment": enrichment, "fibery": FiberySettings(ids_per_query=ids_per_query), "people": dict(people or {})}
    return SHIPPED.model_copy(update=update)


def plan_of(
    items: Mapping[str, Iterable[str]],
    settings: Settings = SHIPPED,
    *,
    people: Iterable[Person] = (),
    names: Iterable[str] = (),
    max_concurrent: int = 5,
) -> EntitiesToEnrich:
    types = []
    for name, numbers in items.items():
        configured = settings.enrichment.for_type(name)
        planned = [
            ItemToEnrich(
                type=name, public_id=number, label="[x]", resolution="alias", names=tuple(names), duration_seconds=60, user_ids=(1,)
            )
            for number in numbers
        ]
        types.append(
            TypeToEnrich(
                type=name,
                activity=configured.activity if configured else None,
                max_concurrent=max_concurrent,
                configured=settings.enrichment.is_configured(name),
                fields=configured.fields if configured else (),
                on_failure=configured.on_failure if configured else "stop",
                items=tuple(planned),
            )
        )
    return stamped(
        EntitiesToEnrich, ORIGIN, data_as_of=NOW, start_date=PERIOD.start, end_date=PERIOD.end, people=tuple(people), types=tuple(types)
    )


@dataclass
class Enriching:
    """One fetch and the enrichment of every type, against one server."""

    client: FiberyClient
    settings: Settings
    schema: WorkspaceSchema | None = None

    async def fetch(self, plan: EntitiesToEnrich, caches: FetchCaches | None = None) -> FetchedWork:
        schema = self.schema
        if schema is None:
            answer = await self.client.schema()
            schema = WorkspaceSchema.from_types(answer.types or (), answer.etag)
        return await fetch_all(plan, client=self.client, schema=schema, settings=self.settings, link_base_url=LINKS, now=now, caches=caches)

    async def enrich(
        self, plan: EntitiesToEnrich, work: FetchedWork, caches: FetchCaches | None = None, failures: Failures | None = None
    ) -> dict[tuple[str, str], EnrichedItem]:
        found: dict[tuple[str, str], EnrichedItem] = {}
        for one in plan.types:
            part = FetchedWork.model_validate_json(work.part_of(one.type).model_dump_json())
            items = await enrich_type(
                one,
                part,
                client=self.client,
                period=PERIOD,
                settings=self.settings,
                link_base_url=LINKS,
                caches=caches,
                failures=failures,
            )
            found.update({(item.type, item.public_id): item for item in items})
        return found


def client_of(url: str, settings: Settings, token: str | None = None, *, attempts: int = 1, pace: float = 0) -> FiberyClient:
    access = FiberyAccess(SecretStr(token or "any"), "acme", url, LINKS)
    retries = RetrySettings(attempts=attempts, wait_initial_seconds=0)
    return FiberyClient(access, settings=settings.fibery, retries=retries, pace=pace, now=now, environ={})


@asynccontextmanager
async def enriching(fibery: LittleFibery, settings: Settings = SHIPPED) -> AsyncIterator[Enriching]:
    async with serve(fibery.script) as server, client_of(server.url, settings) as client:
        yield Enriching(client, settings)


@asynccontextmanager
async def asking(fibery: LittleFibery) -> AsyncIterator[tuple[FiberyClient, LoopbackServer]]:
    async with serve(fibery.script) as server, client_of(server.url, SHIPPED) as client:
        yield client, server
