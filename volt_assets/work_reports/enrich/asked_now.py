"""What `enriched_entities` would be now: the same questions and the same rules as in a run, and nothing stored but caches.

Does not belong here: deciding what follows from it (asking_again.py), dead letters (a run settles those).
"""

from __future__ import annotations

from volt_assets.environment import FiberyAccess
from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.failure_policy import Failures
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.fibery_source import Clock, FiberySource
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.merge import merge_enriched
from volt_assets.work_reports.models import EnrichedEntities, EntitiesToEnrich, Origin


async def enriched_now(
    plan: EntitiesToEnrich, *, client: FiberySource, caches: FetchCaches, settings: Settings, access: FiberyAccess, now: Clock
) -> EnrichedEntities:
    """The document as a run would write it. Raises what its steps would raise."""
    schema = await caches.current_schema(client, now())
    limit_seconds = settings.timeouts.enrich_entity_seconds
    work = await fetch_all(
        plan,
        client=client,
        schema=schema,
        settings=settings,
        link_base_url=access.link_base_url,
        now=now,
        caches=caches,
        entity_timeout_seconds=limit_seconds,
    )
    failures = Failures(sum(len(one.items) for one in plan.types))
    results = [
        await enrich_type(
            one,
            work,
            client=client,
            period=Period(plan.start_date, plan.end_date, settings.zone),
            settings=settings,
            link_base_url=access.link_base_url,
            caches=caches,
            failures=failures,
            entity_timeout_seconds=limit_seconds,
        )
        for one in plan.types
    ]
    origin = Origin(key=plan.key, run_id=plan.run_id, code_version=plan.code_version)
    return merge_enriched(plan, results, work, origin, fibery_workspace=access.workspace_name)
