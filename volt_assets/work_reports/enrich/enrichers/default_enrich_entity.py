"""Every other type: the usual names are tried, and none of them has to exist."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Started Date", "Start Date", "Actual Start Date", "Actual Start"),
    completed=("Completion Date", "Completed Date", "Actual Release Date", "Actual End Date"),
    planned_end=("Planned End", "Planned End Date", "Planned Release Date", "Planned dates", "Due Date", "Due", "Deadline"),
    parents=("Parent", "Feature", "Design Feature", "Epic"),
    names_are_guesses=True,
)
