"""Writes the two reports about everybody: the team summary and the Toggl summary."""

from __future__ import annotations

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Origin, TogglAggregated
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.report_document import WrittenReport, report_document
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject, edits_found, entries_of, signature, spread_of
from volt_assets.work_reports.report.team import render_team
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.templates import Templates
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets.work_reports.report.toggl_summary import render_toggl_summary


async def write_team_summary(
    data: EnrichedData,
    enriched: EnrichedEntities,
    *,
    settings: Settings,
    writer: Writer,
    templates: Templates,
    origin: Origin,
    revisions: Revisions,
) -> WrittenReport:
    """`team_summary.md` and `team_summary.json`."""
    facts = team_facts(data, enriched, settings.reports, settings.people, settings.calendar)
    prose = await writer.team(facts)

    def render(draft: Draft) -> Rendered:
        foot = footer(prose, origin, data_version=data.made_from, draft=draft)
        document = report_document(
            "team_summary",
            prose,
            origin,
            scene=facts.scene,
            made_from=data.made_from,
            data_as_of=data.data_as_of,
            generated_at=draft.generated_at,
        )
        return render_team(facts, prose, foot, templates), document

    subject = _subject("team_summary", data, signature(facts, prose, templates=templates.version))
    return WrittenReport.of(revisions.current(subject, render), prose)


async def write_toggl_summary(
    aggregated: TogglAggregated, *, writer: Writer, templates: Templates, origin: Origin, revisions: Revisions
) -> WrittenReport:
    """`toggl_summary.md` and `toggl_summary.json`."""
    facts = toggl_facts(aggregated)
    prose = await writer.toggl(facts)

    def render(draft: Draft) -> Rendered:
        foot = footer(prose, origin, data_version=aggregated.data_version, draft=draft)
        document = report_document(
            "toggl_summary",
            prose,
            origin,
            scene=facts.scene,
            made_from=aggregated.data_version,
            data_as_of=aggregated.data_as_of,
            generated_at=draft.generated_at,
        )
        return render_toggl_summary(facts, prose, foot, templates), document

    subject = _subject("toggl_summary", aggregated, signature(facts, prose, templates=templates.version))
    return WrittenReport.of(revisions.current(subject, render), prose)


def _subject(name: str, data: TogglAggregated | EnrichedData, shown: str) -> Subject:
    return Subject(
        name=name,
        signature=shown,
        total_seconds=data.statistics.total_duration_seconds,
        entries=entries_of(data.people),
        time=spread_of(data.people),
        edited=edits_found(data.late_edits),
    )
