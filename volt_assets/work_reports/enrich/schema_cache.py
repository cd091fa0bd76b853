"""The workspace's schema on disk: megabytes that seldom change.

Looked at within the last `max_age_seconds`: no request. Older: asked for with its ETag, and a 304 keeps it. A file that
cannot be read is fetched anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from volt_assets.clients.fibery_wire import Types
from volt_assets.errors import UnexpectedAnswerError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True)

    etag: str | None
    checked_at: AwareDatetime
    types: Types


@dataclass(frozen=True)
class SchemaCache:
    """The cache at `path`."""

    path: AnyPath
    max_age_seconds: float = 0

    async def current(self, client: FiberySource, now: datetime) -> WorkspaceSchema:
        """The schema as it was at most `max_age_seconds` before `now` (aware)."""
        stored = self._stored()
        if stored is not None and 0 <= (now - stored.checked_at).total_seconds() < self.max_age_seconds:
            return WorkspaceSchema.from_types(stored.types, stored.etag)
        return await self.refreshed(client, now)

    def known(self) -> tuple[WorkspaceSchema, datetime] | None:
        """The schema as it was last looked at, and when (aware), unasked; None when none is stored."""
        stored = self._stored()
        return None if stored is None else (WorkspaceSchema.from_types(stored.types, stored.etag), stored.checked_at)

    async def refreshed(self, client: FiberySource, now: datetime) -> WorkspaceSchema:
        """The schema as it is now: one request, answered by 304 when it has not changed."""
        stored = self._stored()
        answer = await client.schema(stored.etag if stored is not None else None)
        if answer.types is not None:
            fresh = _Stored(etag=answer.etag, checked_at=now, types=answer.types)
        elif stored is not None:
            fresh = stored.model_copy(update={"checked_at": now})
        else:
            raise UnexpectedAnswerError("Fibery says its schema has not changed, although it was asked for without an ETag")
        write_atomically(self.path, fresh.model_dump_json(by_alias=True).encode())
        return WorkspaceSchema.from_types(fresh.types, fresh.etag)

    def _stored(self) -> _Stored | None:
        try:
            return _Stored.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError):
            return None
