"""Scrum bugs: a defect in a feature, planned and assigned, often reported through requests."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Started Date",),
    completed=("Completion Date",),
    planned_end=("Planned End",),
    parents=("Feature",),
    linked=("Linked Requests", "Requests"),
)
