"""Scrum sub-bugs: a defect found while a bug or a task was tested; they have no dates."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    parents=("Bug", "Task"),
)
