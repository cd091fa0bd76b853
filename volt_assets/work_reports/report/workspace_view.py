"""What the reports know of the Fibery workspace as a whole: its schema as this run saw it, and what changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models.workspace_schema import SchemaChange


@dataclass(frozen=True)
class WorkspaceView:
    """The schema; all None when no schema is stored, because nothing had to be asked of Fibery."""

    schema: WorkspaceSchema | None = None
    first_seen: datetime | None = None
    """When these names were first seen."""
    change: SchemaChange | None = None
    """The latest change; None when no other schema was ever seen."""
