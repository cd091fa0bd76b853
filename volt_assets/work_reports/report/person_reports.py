"""Writes the individual reports of everybody with entries, a few people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedEntities, Origin, PersonReport, Prose, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.individual import render_individual
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.report_document import report_document
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

    # Both documents an individual report is made from, so that either one's change shows.
    made_from = f"{aggregated.data_version}.{enriched.data_version}"

    async def write(person: TrackedPerson) -> PersonReport:
        facts = person_facts(person, aggregated, enriched, settings.reports, around)
        prose = await writer.person(facts)
        return _report(person, facts, prose, aggregated, made_from, templates, origin, generated_at)

    reports = await rolling_window(aggregated.people, write, max_concurrent=settings.llm.max_concurrent_people, on_progress=on_progress)
    return tuple(reports)


def _report(
    person: TrackedPerson,
    facts: PersonFacts,
    prose: Prose,
    aggregated: TogglAggregated,
    made_from: str,
    templates: Templates,
    origin: Origin,
    generated_at: datetime,
) -> PersonReport:
    foot = footer(prose, origin, data_version=made_from, generated_at=generated_at)
    return PersonReport(
        user_id=person.user_id,
        name=person.name,
        slug=person.slug,
        email=person.email,
        prose=prose.without_table(),
        markdown=render_individual(facts, prose, foot, templates),
        document=report_document(
            f"individual/{person.slug}",
            prose,
            origin,
            scene=facts.scene,
            made_from=made_from,
            data_as_of=aggregated.data_as_of,
            generated_at=generated_at,
            user_id=person.user_id,
        ),
    )
