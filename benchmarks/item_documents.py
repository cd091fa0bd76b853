"""How many documents a work item of the sandbox has, by the facts: what a client that reads it has to fetch."""

from __future__ import annotations

from typing import NamedTuple

from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.schema import DOCUMENT
from volt_assets.settings import EnrichmentSettings


class ItemDocuments(NamedTuple):
    """Texts of one item, each behind a secret of its own."""

    rich_texts: int
    """The description and the configured fields that are rich text."""
    comments: int


def documents_of(store: FiberyStore, type_name: str, row: Row, enrichment: EnrichmentSettings) -> ItemDocuments:
    """The documents of one item of the type."""
    configured = enrichment.for_type(type_name)
    wanted = {"description", *(name.lower() for name in (configured.fields if configured else ()))}
    rich = [own for own in store.types[type_name].fields.values() if own.type == DOCUMENT]
    filled = sum(own.name.partition("/")[2].lower() in wanted and row.get(own.name) is not None for own in rich)
    return ItemDocuments(filled, len(row.get("comments/comments", ())))
