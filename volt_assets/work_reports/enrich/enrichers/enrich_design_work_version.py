"""Design work versions: one round of a design feature, from sent for review to reviewed."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Sent for Review",),
    completed=("Review Completion Date",),
    planned_end=("Planned End Date",),
    parents=("Design Feature",),
)
