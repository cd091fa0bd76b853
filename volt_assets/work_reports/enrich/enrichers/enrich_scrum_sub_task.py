"""Scrum sub-tasks: a step of a task or of a bug, without a plan of its own."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Started Date",),
    completed=("Completed Date",),
    parents=("Task", "Bug"),
)
