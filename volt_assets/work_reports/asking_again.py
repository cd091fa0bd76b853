"""Whether the two assets from outside are still right: Toggl's fingerprint of the stored days, and Fibery's answer about the stored items.

What lies in the data folder cannot tell: entries are edited late, and items change without any entry. Asking costs two requests to
Toggl (none when every day lies beyond the horizon) and what an enrichment costs that finds everything as it was.
Belongs here: asking and comparing. Does not: which assets a run then makes (run_selection.py), the clients (whoever asks has them).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from volt_assets.environment import FiberyAccess
from volt_assets.errors import CircuitOpenError, QuotaExhaustedError, RetryableError
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.recheck import TogglFingerprints, edited_days
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich.asked_now import enriched_now
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.made_from import MadeFromStore, version_left
from volt_assets.work_reports.models import EntitiesToEnrich
from volt_assets.work_reports.range_key import RangeKey

Clock = Callable[[], datetime]
_LISTED = 3
# The checks before a run have just asked for the schema.
SCHEMA_FRESH_SECONDS = 60.0


async def why_toggl_differs(key: RangeKey, *, client: TogglFingerprints, data: DataFolder, settings: Settings, now: Clock) -> str | None:
    """Why the days have to be read again; None when Toggl says that they are as they were stored."""
    try:
        days = await edited_days(key.days, store=DayStore.of(data), client=client, clock=now, horizon_days=settings.toggl.recheck_days)
    except (RetryableError, CircuitOpenError, QuotaExhaustedError):
        # The run itself goes on without the answer, and says so in its record.
        return "Toggl could not be asked whether the days are as they were"
    if not days:
        return None
    more = f" and {len(days) - _LISTED} more" if len(days) > _LISTED else ""
    return f"edited in Toggl: {', '.join(day.isoformat() for day in days[:_LISTED])}{more}"


async def why_fibery_differs(
    key: RangeKey, *, client: FiberySource, data: DataFolder, settings: Settings, access: FiberyAccess, now: Clock
) -> str | None:
    """Why the items have to be enriched again; None when Fibery's answers make the stored document. Raises the client's errors."""
    store = MadeFromStore(data, str(key))
    known = store.read("enriched_entities")
    if known is None:
        return "not known what it was made from"
    plan = EntitiesToEnrich.model_validate_json((store.range_folder / "entities_to_enrich.json").read_bytes())
    caches = FetchCaches.in_folders(data.cache(""), data.local_cache("results"), now, SCHEMA_FRESH_SECONDS)
    found = await enriched_now(plan, client=client, caches=caches, settings=settings, access=access, now=now)
    is_same = version_left(store.range_folder, (), found.data_version) == known.version
    return None if is_same else "changed in Fibery"
