"""`workspace_schema.json`: which types and fields the Fibery workspace had, and what became of them."""

from __future__ import annotations

from datetime import datetime

from volt_assets.work_reports.models.document import SCHEMA_VERSION, Frozen


class SchemaSnapshot(Frozen):
    """The types of work items at some time, without texts and values."""

    digest: str
    """16 hex digits over the names: equal names, equal digest."""
    first_seen: datetime
    last_seen: datetime
    types: dict[str, dict[str, str]]
    """Type ("Space/Type") -> field -> what it holds."""


class TypeChange(Frozen):
    """What became of one type that was there before and is there now."""

    type: str
    fields_added: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()
    fields_changed: tuple[str, ...] = ()
    """Fields of the same name that hold something else."""


class SchemaChange(Frozen):
    """What differs between two snapshots that follow each other."""

    before: datetime
    """When the earlier one was last seen."""
    after: datetime
    """When the later one was first seen."""
    types_added: tuple[str, ...] = ()
    types_removed: tuple[str, ...] = ()
    types_changed: tuple[TypeChange, ...] = ()


class SchemaHistory(Frozen):
    """The document: the schema of the last run, and the different one before it."""

    schema_version: int = SCHEMA_VERSION
    current: SchemaSnapshot
    previous: SchemaSnapshot | None = None
    """None as long as only one was ever seen."""
