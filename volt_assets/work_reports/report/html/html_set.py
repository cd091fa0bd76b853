"""The whole set of pages of a range: the team's and everybody's, from the stored documents.

A page shows what the Markdown of the same report shows, so it is of the same revision: the pages are equal, byte by byte, as long as
the Markdown is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from volt_assets.errors import IncompleteDataError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.settings import Settings
from volt_assets.work_reports.languages.language import spoken
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Origin, Prose, ReportDocument, TogglAggregated
from volt_assets.work_reports.models.revisions import Revision
from volt_assets.work_reports.own_files import is_own
from volt_assets.work_reports.report.combined import WHOLE_FILES
from volt_assets.work_reports.report.footer import Footer, footer
from volt_assets.work_reports.report.html.pages import render_person_page, render_report
from volt_assets.work_reports.report.html.templates import HtmlTemplates
from volt_assets.work_reports.report.markdown import safe_url
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.report_document import prose_of
from volt_assets.work_reports.report.revisions import Draft
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets.work_reports.report.work import circumstances
from volt_assets.work_reports.revision_store import REVISIONS, read_index, read_revision

_FILES_OF_EVERYBODY = (*(f"{name}.md" for name in WHOLE_FILES), "combined_report.md")

_AGAIN = "make the reports of this range again"


@dataclass(frozen=True)
class ReportData:
    """What the pages are made from: the documents the Markdown was made from, and the Markdown's revisions by report."""

    aggregated: TogglAggregated
    enriched: EnrichedEntities
    combined: EnrichedData
    revisions: Mapping[str, Revision]

    def kept(self, report: str) -> Revision:
        """The current revision of a report. Raises IncompleteDataError when it was not kept."""
        if report not in self.revisions:
            raise IncompleteDataError(f"revisions/{report}: there is none of this report", hint=_AGAIN)
        return self.revisions[report]

    def of(self, report: str) -> Revision:
        """The same of one with sentences. Raises IncompleteDataError also when it is in another language."""
        revision = self.kept(report)
        written_in = ReportDocument.model_validate(revision.document).language
        if written_in != spoken().code:
            raise IncompleteDataError(f"revisions/{report}: is in '{written_in}', the reports are to be in '{spoken().code}'", hint=_AGAIN)
        return revision


@dataclass(frozen=True)
class HtmlSet:
    """The pages by their path in the set without extension, `report` first."""

    pages: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    """The views: Markdown, JSON and HTML by their path in the set."""

    @property
    def version(self) -> str:
        """16 hex digits over all of it."""
        everything = {**self.pages, **self.files}
        return hashlib.sha256("\0".join(f"{name}\0{page}" for name, page in everything.items()).encode()).hexdigest()[:16]

    @property
    def size_bytes(self) -> int:
        """All pages together."""
        views = [page for name, page in self.files.items() if name.endswith(".html")]
        return sum(len(page.encode()) for page in (*self.pages.values(), *views))


def write_html(data: ReportData, *, settings: Settings, templates: HtmlTemplates, origin: Origin, files: Sequence[str] = ()) -> HtmlSet:
    """`report` and one `individual/<slug>` per person with entries. `files` are the set's other files, relative to its folder."""
    combined, reports, people = data.combined, settings.reports, settings.people
    aggregated = data.aggregated
    facts = team_facts(combined, data.enriched, reports, people, settings.calendar)
    team = data.of("team_summary")
    pages = {"report": render_report(facts, toggl_facts(aggregated), _prose(team), _footer(team, origin), templates, files)}
    around = circumstances(aggregated.people, data.enriched, reports, people, aggregated.people_without_time, aggregated.timezone)
    for person in aggregated.people:
        own = data.of(f"individual/{person.slug}")
        about = person_facts(person, aggregated, data.enriched, reports, around, settings.calendar)
        pages[f"individual/{person.slug}"] = render_person_page(about, _prose(own), _footer(own, origin), templates)
    return HtmlSet(pages)


def current_revisions(folder: AnyPath) -> dict[str, Revision]:
    """The current revisions of the range's reports, by report."""
    place = folder / REVISIONS
    found = {name: read_revision(place, name, current.number) for name, current in read_index(place).reports.items()}
    return {name: revision for name, revision in found.items() if revision is not None}


def _prose(revision: Revision) -> Prose:
    return prose_of(ReportDocument.model_validate(revision.document))


def _footer(revision: Revision, origin: Origin) -> Footer:
    """The footer of the Markdown: its number, its time and the run that wrote it."""
    draft = Draft(revision.number, revision.generated_at, revision.since_previous)
    written_by = replace(origin, run_id=revision.run_id)
    return footer(_prose(revision), written_by, data_version=revision.data_version, draft=draft)


def files_beside(folder: AnyPath) -> tuple[str, ...]:
    """The files about everybody that are there, relative to the folder `reports` of the range."""
    reports = folder / "reports"
    there = [name for name in _FILES_OF_EVERYBODY if (reports / name).is_file()]
    tables = sorted(f"tables/{path.name}" for path in reports.glob("tables/*.csv") if is_own(path))
    return tuple(name for name in (*there, *tables) if safe_url(name))
