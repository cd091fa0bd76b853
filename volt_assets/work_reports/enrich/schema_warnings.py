"""What the configuration asks for and the live schema lacks: one judgement for the reports and for `doctor`.

Belongs here: the judgement over the whole configuration. Does not: that over one type (queries.py), what Fibery refuses while a run asks
(first_round.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.enrich.entity_plan import type_plan
from volt_assets.work_reports.enrich.queries import type_query
from volt_assets.work_reports.enrich.selects import Selects
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import SchemaWarning


def schema_warnings(schema: WorkspaceSchema, enrichment: EnrichmentSettings) -> Iterator[SchemaWarning]:
    """Of every type with an entry of its own; a report warns of the same for the types that its days name."""
    selects = Selects(schema, enrichment)
    for name in enrichment.enrichment_activities:
        if not enrichment.is_configured(name):
            continue
        found = schema.find_type(name)
        if found is None:
            yield unknown_type(name)
        else:
            yield from type_query(type_plan(name, (), enrichment), found, selects).warnings


def unknown_type(name: str) -> SchemaWarning:
    """The workspace does not have a type of this name."""
    return SchemaWarning(type=name, message=f"the workspace has no type {name}")
