"""Scrum hotfixes: an urgent repair of a bug, or of a feature."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    completed=("Completion Date",),
    planned_end=("Planned End",),
    parents=("Bug", "Feature"),
)
