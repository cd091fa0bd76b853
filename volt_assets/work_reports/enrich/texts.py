"""The rich text behind secrets: from the cache where it is still the same, else from Fibery, all that is missing at once."""

from __future__ import annotations

from collections.abc import Mapping

from volt_assets.work_reports.enrich.document_cache import DocumentCache, TextVersion
from volt_assets.work_reports.enrich.fibery_source import FiberySource, OnLost


async def fetch_texts(
    client: FiberySource, versions: Mapping[str, TextVersion], cache: DocumentCache | None, on_lost: OnLost | None = None
) -> dict[str, str]:
    """Markdown by secret; what Fibery does not have is absent. What cannot be had is told to `on_lost`, else raised.

    Every text is in the cache before the next ones are asked for: whatever ends the process, none is fetched twice.
    """
    known = cached_texts(versions, cache)
    missing = [secret for secret in versions if secret not in known]

    def keep(texts: dict[str, str]) -> None:
        if cache is not None:
            cache.keep(texts, versions)

    fetched = await client.documents(missing, keep, on_lost) if missing else {}
    return {**known, **fetched}


def cached_texts(versions: Mapping[str, TextVersion], cache: DocumentCache | None) -> dict[str, str]:
    """Those of the texts that need no request."""
    return cache.known(versions) if cache is not None else {}
