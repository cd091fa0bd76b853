"""All three kinds of reports of a week, written the way the assets write them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, PersonReport, ReportDocument, TogglAggregated
from volt_assets.work_reports.models.revisions import Revision
from volt_assets.work_reports.report.enriched_data import build_enriched_data
from volt_assets.work_reports.report.html.html_set import current_revisions
from volt_assets.work_reports.report.person_reports import write_person_reports
from volt_assets.work_reports.report.prose import DeterministicWriter, Writer
from volt_assets.work_reports.report.revisions import Revisions
from volt_assets.work_reports.report.team_reports import write_team_summary, write_toggl_summary
from volt_assets.work_reports.report.templates import load_templates
from volt_assets_tests.work_reports.report.sample_week import GENERATED_AT, ORIGIN

TEMPLATES = load_templates({})


@dataclass(frozen=True)
class ReportSet:
    people: tuple[PersonReport, ...]
    data: EnrichedData
    team: str
    toggl: str
    documents: dict[str, ReportDocument]
    revisions: dict[str, Revision]

    @property
    def texts(self) -> list[str]:
        return [*(report.markdown for report in self.people), self.team, self.toggl]

    def of(self, slug: str) -> str:
        return next(report.markdown for report in self.people if report.slug == slug)


async def written(
    data: TogglAggregated, items: EnrichedEntities, writer: Writer | None = None, settings: Settings | None = None
) -> ReportSet:
    settings, writer = settings or Settings(), writer or DeterministicWriter()
    folder = Path(tempfile.mkdtemp(prefix="volt-report-set-"))
    revisions = Revisions(folder, ORIGIN, data_version="d", now=lambda: GENERATED_AT)
    people = await write_person_reports(
        data, items, settings=settings, writer=writer, templates=TEMPLATES, origin=ORIGIN, revisions=revisions
    )
    combined = build_enriched_data(data, items, people, ORIGIN)
    team = await write_team_summary(
        combined, items, settings=settings, writer=writer, templates=TEMPLATES, origin=ORIGIN, revisions=revisions
    )
    toggl = await write_toggl_summary(data, writer=writer, templates=TEMPLATES, origin=ORIGIN, revisions=revisions)
    kept = current_revisions(folder)
    shutil.rmtree(folder)
    documents = {report.document.report: report.document for report in people if report.document}
    for report in (team, toggl):
        documents[report.document.report] = report.document
    return ReportSet(people, combined, team.markdown, toggl.markdown, documents, kept)


def report_set(data: TogglAggregated, items: EnrichedEntities, writer: Writer | None = None, settings: Settings | None = None) -> ReportSet:
    return asyncio.run(written(data, items, writer, settings))
