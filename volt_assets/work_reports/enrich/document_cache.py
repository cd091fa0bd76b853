"""Rich text that was fetched before and has not changed since: by (secret, time of the last change).

One JSON file. A file that cannot be read is an empty cache: everything in it can be fetched again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from volt_assets.resilience.atomic_file import AnyPath, write_atomically

_MOST_DOCUMENTS = 20_000


@dataclass(frozen=True)
class DocumentCache:
    """The cache at `path`; secrets without a known time of change are never kept."""

    path: AnyPath

    def known(self, changed_at: Mapping[str, str | None]) -> dict[str, str]:
        """The texts of those secrets whose time of change is still the one of the cache."""
        stored = self._stored()
        return {
            secret: stored[secret][1]
            for secret, changed in changed_at.items()
            if changed is not None and secret in stored and stored[secret][0] == changed
        }

    def keep(self, texts: Mapping[str, str], changed_at: Mapping[str, str | None]) -> None:
        """Add texts; beyond 20,000 documents those kept longest ago are dropped."""
        fresh = {secret: (changed, text) for secret, text in texts.items() if (changed := changed_at.get(secret)) is not None}
        if not fresh:
            return
        older = {secret: entry for secret, entry in self._stored().items() if secret not in fresh}
        entries = list({**older, **fresh}.items())[-_MOST_DOCUMENTS:]
        write_atomically(self.path, json.dumps(dict(entries), ensure_ascii=False).encode())

    def _stored(self) -> dict[str, tuple[str, str]]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        entries = content.items() if isinstance(content, dict) else ()
        return {secret: (entry[0], entry[1]) for secret, entry in entries if _is_entry(entry)}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) == len(("changed", "text")) and all(isinstance(part, str) for part in entry)
