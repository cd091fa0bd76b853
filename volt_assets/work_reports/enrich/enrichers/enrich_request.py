"""Requests of customers and colleagues, done when they are released."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Dev Actual Start",),
    completed=("Actual Release Date",),
    planned_end=("Planned Release Date",),
    linked=("Linked Features", "Features"),
)
