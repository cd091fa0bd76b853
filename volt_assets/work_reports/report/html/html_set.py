"""The whole set of pages of a range: the team's and everybody's, from the stored documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Origin, Prose, TogglAggregated
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.html.pages import render_person_page, render_report
from volt_assets.work_reports.report.html.templates import HtmlTemplates
from volt_assets.work_reports.report.markdown import safe_url
from volt_assets.work_reports.report.person_facts import person_facts
from volt_assets.work_reports.report.team_facts import team_facts
from volt_assets.work_reports.report.toggl_facts import toggl_facts
from volt_assets.work_reports.report.work import circumstances

_FILES_OF_EVERYBODY = ("team_summary.md", "toggl_summary.md")


@dataclass(frozen=True)
class ReportData:
    """What the pages are made from: the documents the Markdown was made from, and the prose that was written then."""

    aggregated: TogglAggregated
    enriched: EnrichedEntities
    combined: EnrichedData
    team_prose: Prose


@dataclass(frozen=True)
class HtmlSet:
    """The pages by their path in the set without extension, `report` first."""

    pages: Mapping[str, str]

    @property
    def size_bytes(self) -> int:
        """All pages together."""
        return sum(len(page.encode()) for page in self.pages.values())


def write_html(
    data: ReportData, *, settings: Settings, templates: HtmlTemplates, origin: Origin, generated_at: datetime, files: Sequence[str] = ()
) -> HtmlSet:
    """`report` and one `individual/<slug>` per person with entries. `files` are the set's other files, relative to its folder."""
    combined, reports, people = data.combined, settings.reports, settings.people
    aggregated, version = data.aggregated, combined.made_from
    facts = team_facts(combined, data.enriched, reports, people)
    foot = footer(data.team_prose, origin, data_version=version, generated_at=generated_at)
    pages = {"report": render_report(facts, toggl_facts(aggregated), data.team_prose, foot, templates, files)}
    around = circumstances(aggregated.people, data.enriched, reports, people, aggregated.people_without_time)
    prose_of = {person.user_id: person.prose for person in combined.people}
    for person in aggregated.people:
        prose = prose_of[person.user_id]
        foot = footer(prose, origin, data_version=version, generated_at=generated_at)
        page = render_person_page(person_facts(person, aggregated, data.enriched, reports, around), prose, foot, templates)
        pages[f"individual/{person.slug}"] = page
    return HtmlSet(pages)


def files_beside(folder: AnyPath) -> tuple[str, ...]:
    """The files about everybody that are there, relative to the folder `reports` of the range."""
    reports = folder / "reports"
    there = [name for name in _FILES_OF_EVERYBODY if (reports / name).is_file()]
    tables = sorted(f"tables/{path.name}" for path in reports.glob("tables/*.csv"))
    return tuple(name for name in (*there, *tables) if safe_url(name))


def html_version(data: ReportData, files: Sequence[str]) -> str:
    """16 hex digits that follow data and prose, not the time the pages were written."""
    sha = hashlib.sha256(data.combined.made_from.encode())
    for prose in (data.team_prose, *(person.prose for person in data.combined.people)):
        sha.update(b"\n" + prose.model_dump_json().encode())
    sha.update("\n".join(files).encode())
    return sha.hexdigest()[:16]
