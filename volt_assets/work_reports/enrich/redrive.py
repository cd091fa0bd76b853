"""Try the dead letters of a data folder again: what the command and the Dagster job share."""

from __future__ import annotations

from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.resources import VoltResource
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.failed_items import Redrive, RedrivenItems, redrive
from volt_assets.work_reports.subjects.hiding_fibery import HidingFibery
from volt_assets.work_reports.subjects.suppression import read_suppression


async def redrive_stored(volt: VoltResource, range_key: str | None = None) -> RedrivenItems:
    """Enrich the failed items again, all or those of one range key.

    Raises StoredDataError for another workspace's folder, UsageError while another process redrives, and what concerns
    everybody (a token, an address).
    """
    settings, data, access = volt.settings(), DataFolder(volt.data_location()), volt.fibery_access()
    data.claim(volt.toggl_access(), access)
    letters = DeadLetters(data.dead_letters, now=volt.now, secrets=[access.token.get_secret_value()])
    caches = FetchCaches.in_folders(data.cache(""), data.local_cache("results"), volt.now)
    async with volt.fibery(settings) as fibery:
        client = HidingFibery(fibery, read_suppression(data.suppressed))
        schema = await caches.current_schema(client, volt.now())
        using = Redrive(
            client=client,
            schema=schema,
            settings=settings,
            link_base_url=access.link_base_url,
            now=volt.now,
            caches=caches,
            entity_timeout_seconds=settings.timeouts.enrich_entity_seconds,
        )
        return await redrive(letters, using, lambda letter: range_key is None or letter.payload.get("range") == range_key)
