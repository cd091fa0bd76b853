"""The pages of a week, written the way the asset writes them."""

from __future__ import annotations

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedEntities, TogglAggregated
from volt_assets.work_reports.report.html.html_set import HtmlSet, ReportData, write_html
from volt_assets.work_reports.report.html.templates import HtmlTemplates, load_html_templates
from volt_assets_tests.work_reports.report.report_set import ReportSet, report_set
from volt_assets_tests.work_reports.report.sample_week import ORIGIN

FILES = ("team_summary.md", "toggl_summary.md")


def html_set(data: TogglAggregated, items: EnrichedEntities, templates: HtmlTemplates | None = None) -> tuple[HtmlSet, ReportSet]:
    """The pages and, of the same documents, the Markdown."""
    markdown, settings = report_set(data, items), Settings()
    documents = ReportData(data, items, markdown.data, markdown.revisions)
    pages = write_html(documents, settings=settings, templates=templates or load_html_templates({}), origin=ORIGIN, files=FILES)
    return pages, markdown
