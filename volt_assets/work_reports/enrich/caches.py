"""What earlier fetches left behind for later ones. None of it is needed, and none of it is believed unchecked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.enrich.document_cache import DocumentCache
from volt_assets.work_reports.enrich.fetched import LostText
from volt_assets.work_reports.enrich.fibery_source import Clock, FiberySource
from volt_assets.work_reports.enrich.item_store import ItemStore
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema


@dataclass(frozen=True)
class FetchCaches:
    """The schema, texts that have not changed, items that are fresh when Fibery says so, and texts that could not be had."""

    schema: SchemaCache | None = None
    documents: DocumentCache | None = None
    items: ItemStore | None = None
    lost: dict[str, LostText] = field(default_factory=dict)
    """By secret, for as long as this object lives: the fetches that share it do not try the same text in vain again."""

    @classmethod
    def in_folders(cls, folder: AnyPath, local_folder: Path, now: Clock, schema_fresh_seconds: float = 0) -> FetchCaches:
        """All of them below `folder`, the texts below `local_folder`: they are many small files.

        The schema is taken unasked when it was looked at within `schema_fresh_seconds`.
        """
        return cls(
            SchemaCache(folder / "fibery_schema.json", schema_fresh_seconds),
            DocumentCache(local_folder, now),
            ItemStore(folder / "items"),
        )

    async def current_schema(self, client: FiberySource, now: datetime) -> WorkspaceSchema:
        """The schema in force, by at most one request."""
        if self.schema is not None:
            return await self.schema.current(client, now)
        answer = await client.schema()
        return WorkspaceSchema.from_types(answer.types or (), answer.etag)
