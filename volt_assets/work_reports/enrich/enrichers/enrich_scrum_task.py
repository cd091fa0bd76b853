"""Scrum tasks: a piece of a feature, planned and assigned."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Started Date",),
    completed=("Completion Date",),
    planned_end=("Planned End",),
    parents=("Feature",),
)
