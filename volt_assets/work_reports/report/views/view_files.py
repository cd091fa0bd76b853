"""The views as files: each as Markdown, JSON and HTML, which are of one revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from volt_assets.work_reports.models import Origin, Prose
from volt_assets.work_reports.models.revisions import Revision
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.report.configuration_health import ConfigValidation
from volt_assets.work_reports.report.data_quality import DataQuality
from volt_assets.work_reports.report.footer import Footer, footer
from volt_assets.work_reports.report.further_reports import AnyFurtherReport
from volt_assets.work_reports.report.html.charts import Chart
from volt_assets.work_reports.report.html.html_set import HtmlSet, ReportData, write_html
from volt_assets.work_reports.report.html.templates import HtmlTemplates
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject
from volt_assets.work_reports.report.templates import Templates
from volt_assets.work_reports.report.unknown_types import UnknownEntities
from volt_assets.work_reports.report.views.operations_view import operations_view
from volt_assets.work_reports.report.views.team_view import team_view
from volt_assets.work_reports.report.views.view_charts import team_view_charts
from volt_assets.work_reports.report.whole_range import WholeRange


@dataclass(frozen=True)
class ViewMaker:
    """What every view is written with."""

    templates: Templates
    pages: HtmlTemplates
    origin: Origin
    revisions: Revisions

    def files(self, name: str, document: AnyFurtherReport, charts: Callable[[AnyFurtherReport], Sequence[Chart]]) -> Mapping[str, str]:
        """The files of the view by their path in the set. Raises SettingsError for a template that cannot be filled."""
        template = f"view_{name}"

        def render(draft: Draft) -> Rendered:
            foot = footer(Prose(sections={}), self.origin, data_version=document.made_from, draft=replace(draft, change=None))
            return self.templates.render(template, {"facts": document, "text": {}, "footer": foot}), document

        # Nothing is said of how much changed: two revisions of a group's figures must not tell of one person's entries.
        shown = Subject(f"views/{name}", f"{document.data_version}.{self.templates.version}", total_seconds=0, entries=())
        revision = self.revisions.current(shown, render)
        stored = type(document).model_validate(revision.document)
        foot = self._footer(revision)
        page = self.pages.render(template, {"facts": stored, "text": {}, "footer": foot, "charts": tuple(charts(stored))})
        return {
            f"views/{name}.json": stored.model_dump_json(indent=2) + "\n",
            f"views/{name}.md": revision.markdown,
            f"views/{name}.html": f"{page}{foot.stamp}\n",
        }

    def _footer(self, revision: Revision) -> Footer:
        draft = Draft(revision.number, revision.generated_at, None)
        origin = replace(self.origin, run_id=revision.run_id)
        return footer(Prose(sections={}), origin, data_version=revision.data_version, draft=draft)


def write_views(whole: WholeRange, data: ReportData, run: RunMetadata | None, maker: ViewMaker) -> dict[str, str]:
    """The files of both views by their path in the set. Raises IncompleteDataError when a report they are made from is missing."""
    operations = operations_view(
        whole,
        ConfigValidation.model_validate(data.kept("config_validation").document),
        UnknownEntities.model_validate(data.kept("unknown_entities").document),
        DataQuality.model_validate(data.kept("data_quality").document),
        run,
    )
    return {
        **maker.files("team", team_view(whole), team_view_charts),
        **maker.files("operations", operations, lambda _: ()),
    }


def write_set(whole: WholeRange, data: ReportData, run: RunMetadata | None, maker: ViewMaker, files: Sequence[str]) -> HtmlSet:
    """The pages of the lead and the people together with the views. `files` are the set's other files, to which the lead's page leads."""
    views = write_views(whole, data, run, maker)
    led_to = (*files, *(name for name in views if name.endswith(".html")))
    pages = write_html(data, settings=whole.settings, templates=maker.pages, origin=maker.origin, files=led_to)
    return replace(pages, files=views)
