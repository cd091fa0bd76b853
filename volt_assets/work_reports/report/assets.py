"""The assets of the third stage: figures and prose become Markdown and HTML."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import dagster as dg

from volt_assets import __version__
from volt_assets.resilience.result_cache import ResultCache
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import RANGES
from volt_assets.work_reports.models import (
    EnrichedData,
    EnrichedEntities,
    IndividualReports,
    PersonReport,
    Prose,
    TeamReport,
    TogglAggregated,
    content_version,
    stamped,
)
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets.work_reports.report.html.html_set import HtmlSet, ReportData, files_beside, html_version, write_html
from volt_assets.work_reports.report.html.templates import load_html_templates
from volt_assets.work_reports.report.model_prose import make_writer
from volt_assets.work_reports.report.person_reports import write_person_reports
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.stored_answers import StoredAnswers
from volt_assets.work_reports.report.team_reports import team_report, write_team_summary, write_toggl_summary
from volt_assets.work_reports.report.templates import load_templates
from volt_assets.work_reports.steps import RECORDED, Step, step

OWNERS = ["team:operations"]
MOST_BYTES_OF_ANSWERS = 256 * 1024 * 1024


@asynccontextmanager
async def writer_of(run: Step) -> AsyncIterator[Writer]:
    """The writer of this run: a model when one is configured, else the deterministic one. Counts what the model cost."""
    access = run.volt.llm_access(run.settings)
    if access is None:
        yield make_writer(None, run.settings, run.volt.environ)
        return
    answers = StoredAnswers(
        ResultCache(run.data.local_cache("results"), "answers", most_bytes=MOST_BYTES_OF_ANSWERS, now=run.volt.now),
        model=access.model,
        max_output_tokens=run.settings.llm.max_output_tokens,
    )
    async with run.volt.llm(access, run.settings) as client:
        yield make_writer(client, run.settings, run.volt.environ, answers)
        run.spent(llm_requests=client.requests_made, input_tokens=client.input_tokens, output_tokens=client.output_tokens)


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="markdown",
    owners=OWNERS,
    kinds={"markdown"},
    code_version=__version__,
)
async def toggl_summary(context: dg.AssetExecutionContext, volt: VoltResource, toggl_aggregated: TogglAggregated) -> dg.Output[str]:
    """Hours per person, item, activity, day, project and type, as Toggl alone knows them."""
    with step(context, volt, "toggl_summary") as run:
        async with run.within(run.settings.timeouts.report_seconds), writer_of(run) as writer:
            text, prose = await write_toggl_summary(
                toggl_aggregated, writer=writer, templates=load_templates(volt.environ), origin=run.origin, generated_at=volt.now()
            )
        return _markdown(run, text, prose, made_from=toggl_aggregated.data_version)


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="markdown_folder",
    owners=OWNERS,
    kinds={"markdown", "json"},
    code_version=__version__,
)
async def individual_reports(
    context: dg.AssetExecutionContext, volt: VoltResource, toggl_aggregated: TogglAggregated, enriched_entities: EnrichedEntities
) -> dg.Output[IndividualReports]:
    """One report per person with entries: what they worked on, what Fibery knows of it, what needs attention."""
    with step(context, volt, "individual_reports") as run:
        limit = run.settings.timeouts.report_seconds * max(1, len(toggl_aggregated.people))
        async with run.within(limit), writer_of(run) as writer:
            reports = await write_person_reports(
                toggl_aggregated,
                enriched_entities,
                settings=run.settings,
                writer=writer,
                templates=load_templates(volt.environ),
                origin=run.origin,
                generated_at=volt.now(),
                on_progress=lambda done, total: run.tell("people", done, total),
            )
        run.figures(individual_reports=len(reports))
        # Names and personal text stay out of Dagster's metadata: counts only, no preview.
        return run.output(_stamped_reports(run, reports, toggl_aggregated.data_as_of))


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="json",
    owners=OWNERS,
    kinds={"json"},
    code_version=__version__,
)
def enriched_data(
    context: dg.AssetExecutionContext,
    volt: VoltResource,
    toggl_aggregated: TogglAggregated,
    enriched_entities: EnrichedEntities,
    individual_reports: IndividualReports,
) -> dg.Output[EnrichedData]:
    """Time, items, prose and coverage of everybody in one document."""
    with step(context, volt, "enriched_data") as run, run.local():
        data = build_enriched_data(toggl_aggregated, enriched_entities, individual_reports.reports, run.origin)
        cover = data.coverage
        total = cover.total_duration_seconds
        # A run that starts from Fibery has not looked at Toggl: what its stored data lacks is lacking still.
        run.figures(is_reconciled=data.reconciliation.is_reconciled)
        run.figures(coverage_percent=round(100 * cover.enriched_duration_seconds / total, 1) if total else None)
        return run.output(data)


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="markdown_document",
    owners=OWNERS,
    kinds={"markdown", "json"},
    code_version=__version__,
)
async def team_summary(
    context: dg.AssetExecutionContext, volt: VoltResource, enriched_data: EnrichedData, enriched_entities: EnrichedEntities
) -> dg.Output[TeamReport]:
    """The team's period in one page, with links to every individual report."""
    with step(context, volt, "team_summary") as run:
        async with run.within(run.settings.timeouts.report_seconds), writer_of(run) as writer:
            text, prose = await write_team_summary(
                enriched_data,
                enriched_entities,
                settings=run.settings,
                writer=writer,
                templates=load_templates(volt.environ),
                origin=run.origin,
                generated_at=volt.now(),
            )
        run.metadata["preview"] = dg.MetadataValue.md(text)
        return run.output(team_report(enriched_data, text, prose, run.origin))


@dg.asset(
    partitions_def=RANGES,
    hooks=RECORDED,
    io_manager_key="html_set",
    owners=OWNERS,
    kinds={"html"},
    code_version=__version__,
)
def report(
    context: dg.AssetExecutionContext,
    volt: VoltResource,
    toggl_aggregated: TogglAggregated,
    enriched_entities: EnrichedEntities,
    enriched_data: EnrichedData,
    team_summary: TeamReport,
) -> dg.Output[HtmlSet]:
    """The whole set as HTML with charts: one page for the team, one per person."""
    with step(context, volt, "report") as run, run.local():
        data = ReportData(toggl_aggregated, enriched_entities, enriched_data, team_summary.prose)
        templates, files = load_html_templates(volt.environ), files_beside(run.data.of_range(str(run.key)))
        pages = write_html(data, settings=run.settings, templates=templates, origin=run.origin, generated_at=volt.now(), files=files)
        run.figures(html_pages=len(pages.pages), html_bytes=pages.size_bytes)
        return run.text_output(pages, html_version(data, files))


def _stamped_reports(run: Step, reports: tuple[PersonReport, ...], data_as_of: datetime) -> IndividualReports:
    """The reports with the version of the stored document: the texts beside it say by which run and when they were written."""
    whole = stamped(IndividualReports, run.origin, data_as_of=data_as_of, reports=reports)
    return whole.model_copy(update={"data_version": content_version(whole.without_texts())})


def _markdown(run: Step, text: str, prose: Prose, *, made_from: str) -> dg.Output[str]:
    """The text with a preview. Its version follows the data and the prose, not the time it was written."""
    run.metadata["preview"] = dg.MetadataValue.md(text)
    version = hashlib.sha256(f"{made_from}\n{prose.model_dump_json()}".encode()).hexdigest()[:16]
    return run.text_output(text, version)
