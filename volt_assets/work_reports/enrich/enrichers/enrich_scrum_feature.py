"""Scrum features: what tasks and bugs add up to. The dates of development count before those of the release."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Dev Actual Start Date",),
    completed=("Dev Actual End Date", "Actual Release Date"),
    planned_end=("Dev Planned End Date", "Planned Release Date"),
    parents=("Epic",),
    children=("Tasks", "Bugs"),
    linked=("Linked Requests", "Requests"),
)
