"""The assets of the third stage: figures and prose become Markdown and HTML."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from volt_assets import __version__
from volt_assets.resources import VoltResource
from volt_assets.work_reports.automation import RANGES
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.work_reports.models import (
    EnrichedData,
    EnrichedEntities,
    IndividualReports,
    PersonReport,
    Prose,
    TogglAggregated,
    content_version,
    stamped,
)
from volt_assets.work_reports.report.at_work import revisions_of, workspace_seen_by, writer_of
from volt_assets.work_reports.report.combined import WHOLE_FILES, combined_text, read_parts
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets.work_reports.report.further_kinds import FurtherDocument, further_documents
from volt_assets.work_reports.report.further_reports import WrittenFurtherReport, write_further_report
from volt_assets.work_reports.report.html.html_set import HtmlSet, ReportData, current_revisions, files_beside
from volt_assets.work_reports.report.html.templates import load_html_templates
from volt_assets.work_reports.report.person_reports import write_person_reports
from volt_assets.work_reports.report.report_document import WrittenReport
from volt_assets.work_reports.report.team_reports import write_team_summary, write_toggl_summary
from volt_assets.work_reports.report.templates import FURTHER, load_templates
from volt_assets.work_reports.report.views.view_files import ViewMaker, write_set
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.steps import Step, step

OWNERS = ["team:operations"]


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_markdown",
    owners=OWNERS,
    kinds={"markdown"},
    code_version=__version__,
)
async def toggl_summary(
    context: dg.AssetExecutionContext, volt: VoltResource, toggl_aggregated: TogglAggregated
) -> dg.Output[WrittenReport]:
    """Hours per person, item, activity, day, project and type, as Toggl alone knows them."""
    with step(context, volt, "toggl_summary") as run:
        async with run.within(run.settings.timeouts.report_seconds), writer_of(run) as writer:
            report = await write_toggl_summary(
                toggl_aggregated,
                writer=writer,
                templates=load_templates(volt.environ),
                origin=run.origin,
                revisions=revisions_of(run, toggl_aggregated.data_version),
            )
        # Texts of time entries stay out of Dagster's metadata: figures only, no preview.
        tracked = toggl_aggregated.statistics
        run.metadata.update(entries=tracked.total_entries, people_with_time=tracked.people_with_time)
        return _markdown(run, report, made_from=toggl_aggregated.data_version)


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_markdown_folder",
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
                revisions=revisions_of(run, f"{toggl_aggregated.data_version}.{enriched_entities.data_version}"),
                on_progress=lambda done, total: run.tell("people", done, total),
            )
        run.figures(individual_reports=len(reports))
        _ask_again(run, *(report.prose for report in reports))
        # Names and personal text stay out of Dagster's metadata: counts only, no preview.
        return run.output(_stamped_reports(run, reports, toggl_aggregated.data_as_of))


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_json",
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
    io_manager_key="volt_markdown",
    owners=OWNERS,
    kinds={"markdown", "json"},
    code_version=__version__,
)
async def team_summary(
    context: dg.AssetExecutionContext, volt: VoltResource, enriched_data: EnrichedData, enriched_entities: EnrichedEntities
) -> dg.Output[WrittenReport]:
    """The team's period in one page, with links to every individual report."""
    with step(context, volt, "team_summary") as run:
        async with run.within(run.settings.timeouts.report_seconds), writer_of(run) as writer:
            report = await write_team_summary(
                enriched_data,
                enriched_entities,
                settings=run.settings,
                writer=writer,
                templates=load_templates(volt.environ),
                origin=run.origin,
                revisions=revisions_of(run, enriched_data.made_from),
            )
        run.metadata["preview"] = dg.MetadataValue.md(report.markdown)
        return _markdown(run, report, made_from=enriched_data.made_from)


def _further(description: str, kind: str = "volt_markdown") -> dg.AssetOut:
    return dg.AssetOut(
        io_manager_key=kind,
        is_required=False,
        dagster_type=WrittenFurtherReport,
        description=description,
        owners=OWNERS,
        kinds={"markdown", "json"},
        code_version=__version__,
    )


# One step for all of them: each is milliseconds of work on the same two documents, and a step costs more than that.
@dg.multi_asset(
    name="further_reports",
    can_subset=True,
    outs={
        "work_alignment": _further("Every item of everybody: whether time and state agree, what is expected, what to do."),
        "unknown_entities": _further("Types with time that have no entry of their own: their weight, and what to paste."),
        "config_validation": _further("Whether configuration and workspace fit, and what changed in the workspace."),
        "data_quality": _further("What is odd about the entries, who tracked nothing on a working day, what was edited late."),
        "billing": _further("Billable hours and share by client and project, and amounts where the token may see them."),
        "tables": _further("Every table with all of its rows as CSV, and the list of them.", "volt_tables"),
    },
    partitions_def=RANGES,
)
def further_reports(
    context: dg.AssetExecutionContext, volt: VoltResource, toggl_aggregated: TogglAggregated, enriched_entities: EnrichedEntities
) -> Iterator[dg.Output[WrittenFurtherReport]]:
    """The reports for team leads and operations, by code alone."""
    documents: Iterator[FurtherDocument] | None = None
    for name in (name for name in FURTHER if name in context.op_execution_context.selected_output_names):
        with step(context, volt, name) as run, run.local():
            # The first step's settings and origin are those of all: it is one run.
            documents = documents or further_documents(
                WholeRange(toggl_aggregated, enriched_entities, run.settings, run.origin, workspace_seen_by(run))
            )
            made = next(one for one in documents if one.name == name)
            written = write_further_report(made, run.origin, load_templates(volt.environ), revisions_of(run, made.document.made_from))
            run.data_as_of = made.document.data_as_of
            # Names and personal text stay out of Dagster's metadata: figures only, no preview.
            run.metadata.update(made.document.plotted)
            output = run.text_output(written, made.document.data_version, name)
        yield output


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_markdown",
    owners=OWNERS,
    kinds={"markdown"},
    code_version=__version__,
    # It reads the files themselves: as inputs, each would cost several entries in the event log and tell it nothing.
    deps=[dg.AssetKey([DOMAIN, name]) for name in WHOLE_FILES],
)
def combined_report(context: dg.AssetExecutionContext, volt: VoltResource, individual_reports: IndividualReports) -> dg.Output[str]:
    """All reports of the range in one file, with links that stay inside it."""
    with step(context, volt, "combined_report") as run, run.local():
        parts = read_parts(run.data.of_range(str(run.key)), [report.slug for report in individual_reports.reports])
        text = combined_text(parts, run.origin, revisions_of(run, parts.made_from))
        run.figures(combined_parts=len(parts.texts) + len(parts.people))
        # It holds what individual reports say: no preview.
        return run.text_output(text, parts.version(individual_reports.data_version))


@dg.asset(
    partitions_def=RANGES,
    io_manager_key="volt_html_set",
    owners=OWNERS,
    kinds={"html"},
    code_version=__version__,
    # Its links lead to all files, and this one is made last of them.
    deps=[combined_report],
)
def report(
    context: dg.AssetExecutionContext,
    volt: VoltResource,
    toggl_aggregated: TogglAggregated,
    enriched_entities: EnrichedEntities,
    enriched_data: EnrichedData,
) -> dg.Output[HtmlSet]:
    """The whole set as HTML with charts: one page for the lead, one per person; and the views of the team and of operations."""
    with step(context, volt, "report") as run, run.local():
        folder = run.data.of_range(str(run.key))
        data = ReportData(toggl_aggregated, enriched_entities, enriched_data, current_revisions(folder))
        whole = WholeRange(toggl_aggregated, enriched_entities, run.settings, run.origin)
        maker = ViewMaker(load_templates(volt.environ), load_html_templates(volt.environ), run.origin, revisions_of(run, whole.made_from))
        pages = write_set(whole, data, RunRecord(folder, now=volt.now).read(), maker, files_beside(folder))
        run.figures(html_pages=len(pages.pages), html_bytes=pages.size_bytes)
        return run.text_output(pages, pages.version)


def _ask_again(run: Step, *written: Prose) -> None:
    if any(prose.failure is not None for prose in written):
        run.not_the_last_word("the model did not answer")


def _stamped_reports(run: Step, reports: tuple[PersonReport, ...], data_as_of: datetime) -> IndividualReports:
    """The reports with the version of the stored document: the texts beside it say by which run and when they were written."""
    whole = stamped(IndividualReports, run.origin, data_as_of=data_as_of, reports=reports)
    return whole.model_copy(update={"data_version": content_version(whole.without_texts())})


def _markdown(run: Step, report: WrittenReport, *, made_from: str) -> dg.Output[WrittenReport]:
    """The report. Its version follows the data and the prose, not the time it was written."""
    _ask_again(run, report.prose)
    version = hashlib.sha256(f"{made_from}\n{report.prose.without_table().model_dump_json()}".encode()).hexdigest()[:16]
    return run.text_output(report, version)
