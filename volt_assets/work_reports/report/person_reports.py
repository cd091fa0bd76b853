"""Writes the individual reports of everybody with entries, a few people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedEntities, Origin, PersonReport, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.individual import render_individual
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.templates import Templates
from volt_assets.work_reports.report.work import circumstances


async def write_person_reports(
    aggregated: TogglAggregated,
    enriched: EnrichedEntities,
    *,
    settings: Settings,
    writer: Writer,
    templates: Templates,
    origin: Origin,
    generated_at: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[PersonReport, ...]:
    """One report per person of `aggregated.people`, in their order; `on_progress(done, total)` after each."""
    around = circumstances(
        aggregated.people, enriched, settings.reports, settings.people, aggregated.people_without_time, aggregated.timezone
    )

    async def write(person: TrackedPerson) -> PersonReport:
        facts = person_facts(person, aggregated, enriched, settings.reports, around)
        prose = await writer.person(facts)
        # Both documents an individual report is made from, so that either one's change shows.
        data_version = f"{aggregated.data_version}.{enriched.data_version}"
        foot = footer(prose, origin, data_version=data_version, generated_at=generated_at)
        return PersonReport(
            user_id=person.user_id,
            name=person.name,
            slug=person.slug,
            email=person.email,
            prose=prose,
            markdown=render_individual(facts, prose, foot, templates),
        )

    reports = await rolling_window(aggregated.people, write, max_concurrent=settings.llm.max_concurrent_people, on_progress=on_progress)
    return tuple(reports)
