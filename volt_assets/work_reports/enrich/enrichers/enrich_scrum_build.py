"""Scrum builds, written `[Release]` in Toggl: one candidate of a release."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    completed=("Completion Date",),
    planned_end=("Planned End",),
    parents=("Release",),
)
