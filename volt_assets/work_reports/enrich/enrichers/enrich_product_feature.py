"""Product features: what is sold, with the requests that ask for it."""

from __future__ import annotations

from volt_assets.work_reports.enrich.enricher import Enricher

ENRICHER = Enricher(
    started=("Started Date", "Actual Start Date"),
    completed=("Completion Date", "Actual Release Date"),
    planned_end=("Planned End", "Planned Release Date", "Launch Date"),
    parents=("Product Area",),
    linked=("Customer Requests", "Linked Requests", "Requests"),
)
