"""Writes the two reports about everybody: the team summary and the Toggl summary."""

from __future__ import annotations

from datetime import datetime

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Origin, Prose, TeamReport, TogglAggregated, stamped
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.prose import Writer
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
    generated_at: datetime,
) -> tuple[str, Prose]:
    """`team_summary.md` and its prose."""
    facts = team_facts(data, enriched, settings.reports, settings.people)
    prose = await writer.team(facts)
    return render_team(facts, prose, footer(prose, origin, data_version=data.made_from, generated_at=generated_at), templates), prose


def team_report(data: EnrichedData, markdown: str, prose: Prose, origin: Origin) -> TeamReport:
    """What is stored of the team's report. Its version follows the data and the prose, not the time it was written."""
    whole = stamped(TeamReport, origin, data_as_of=data.data_as_of, made_from=data.made_from, prose=prose, markdown="")
    return whole.model_copy(update={"markdown": markdown})


async def write_toggl_summary(
    aggregated: TogglAggregated, *, writer: Writer, templates: Templates, origin: Origin, generated_at: datetime
) -> tuple[str, Prose]:
    """`toggl_summary.md` and its prose."""
    facts = toggl_facts(aggregated)
    prose = await writer.toggl(facts)
    foot = footer(prose, origin, data_version=aggregated.data_version, generated_at=generated_at)
    return render_toggl_summary(facts, prose, foot, templates), prose
