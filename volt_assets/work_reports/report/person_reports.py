"""Writes the individual reports of everybody with entries, a few people at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from volt_assets.resilience.rolling_window import rolling_window
from volt_assets.settings import Settings
from volt_assets.work_reports.models import (
    EnrichedEntities,
    Origin,
    PersonReport,
    Prose,
    ReportDocument,
    TogglAggregated,
    TrackedPerson,
)
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.individual import render_individual
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.report_document import report_document
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject, edits_found, entries_of, signature, spread_of
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
    revisions: Revisions,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[PersonReport, ...]:
    """One report per person of `aggregated.people`, in their order; `on_progress(done, total)` after each."""
    around = circumstances(
        aggregated.people, enriched, settings.reports, settings.people, aggregated.people_without_time, aggregated.timezone
    )
    # Both documents an individual report is made from, so that either one's change shows.
    made_from = f"{aggregated.data_version}.{enriched.data_version}"
    publisher = _Publisher(aggregated, made_from, templates, origin, revisions)

    async def write(person: TrackedPerson) -> PersonReport:
        facts = person_facts(person, aggregated, enriched, settings.reports, around, settings.calendar)
        return publisher.report(person, facts, await writer.person(facts))

    reports = await rolling_window(aggregated.people, write, max_concurrent=settings.llm.max_concurrent_people, on_progress=on_progress)
    return tuple(reports)


@dataclass(frozen=True)
class _Publisher:
    """Turns facts and prose into the current revision of a report."""

    aggregated: TogglAggregated
    made_from: str
    templates: Templates
    origin: Origin
    revisions: Revisions

    def report(self, person: TrackedPerson, facts: PersonFacts, prose: Prose) -> PersonReport:
        """The report of one person, written anew only when it shows something else."""
        name = f"individual/{person.slug}"

        def render(draft: Draft) -> Rendered:
            foot = footer(prose, self.origin, data_version=self.made_from, draft=draft)
            document = report_document(
                name,
                prose,
                self.origin,
                scene=facts.scene,
                made_from=self.made_from,
                data_as_of=self.aggregated.data_as_of,
                generated_at=draft.generated_at,
                user_id=person.user_id,
            )
            return render_individual(facts, prose, foot, self.templates), document

        subject = Subject(
            name=name,
            signature=signature(facts, prose, templates=self.templates.version),
            total_seconds=person.statistics.total_duration_seconds,
            entries=entries_of([person]),
            time=spread_of([person]),
            edited=edits_found(self.aggregated.late_edits),
        )
        revision = self.revisions.current(subject, render)
        return PersonReport(
            user_id=person.user_id,
            name=person.name,
            slug=person.slug,
            email=person.email,
            prose=prose.without_table(),
            markdown=revision.markdown,
            document=ReportDocument.model_validate(revision.document),
        )
