"""Design features: finished when ready for development; their work versions are the progress."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Actual Start Date",),
    completed=("Actual Ready for Dev Date",),
    planned_end=("Planned End",),
    parents=("Epic",),
    children=("Work Versions",),
)
