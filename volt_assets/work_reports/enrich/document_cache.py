"""Rich text that was fetched before and has not changed since: by (secret, time of the last change).

Belongs here: what a text's freshness rests on, and how much of it is kept. Storing is resilience/result_cache.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from volt_assets.resilience.result_cache import ResultCache
from volt_assets.work_reports.enrich.fibery_source import Clock

COMMENT_FRESH_SECONDS = 86_400.0
"""How long the text of a comment is taken as unchanged."""
_MOST_BYTES = 128 * 1024 * 1024


class TextVersion(NamedTuple):
    """What is known of a text without reading it."""

    changed: str | None
    """When it last changed, as Fibery writes it; None: not known, so it is read every time."""
    is_certain: bool = True
    """False for comments: Fibery shows when a comment was changed, and nobody promises that an edit of its text counts."""


class DocumentCache:
    """The texts below `folder`; those without a known time of change are never kept, those of comments for a day."""

    def __init__(self, folder: Path, now: Clock) -> None:
        """Nothing is made before the first text. `now` gives aware times."""
        self._certain = ResultCache(folder, "documents", most_bytes=_MOST_BYTES, now=now)
        self._comments = ResultCache(folder, "comments", most_bytes=_MOST_BYTES, now=now, ttl_seconds=COMMENT_FRESH_SECONDS)

    def known(self, versions: Mapping[str, TextVersion]) -> dict[str, str]:
        """The texts whose time of change is still the one of the cache."""
        found = {secret: self._part(one).get([secret, one.changed]) for secret, one in versions.items() if one.changed is not None}
        return {secret: content.decode() for secret, content in found.items() if content is not None}

    def keep(self, texts: Mapping[str, str], versions: Mapping[str, TextVersion]) -> None:
        """Add texts that were just read; beyond 128 MiB of either kind those used longest ago are dropped."""
        for secret, text in texts.items():
            version = versions.get(secret)
            if version is not None and version.changed is not None:
                self._part(version).put([secret, version.changed], text.encode())

    def _part(self, version: TextVersion) -> ResultCache:
        return self._certain if version.is_certain else self._comments
