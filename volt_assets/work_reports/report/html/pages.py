"""One page: facts, sentences and charts through its template."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.footer import Footer
from volt_assets.work_reports.report.html.charts import person_charts, team_charts
from volt_assets.work_reports.report.html.sources import told_sections
from volt_assets.work_reports.report.html.templates import HtmlTemplates
from volt_assets.work_reports.report.individual import first_of_feature
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts


def render_report(
    facts: TeamFacts, toggl: TogglFacts, prose: Prose, footer: Footer, templates: HtmlTemplates, files: Sequence[str] = ()
) -> str:
    """`report.html`. `files` are the set's other files, relative to it. Raises SettingsError for a template that cannot be filled."""
    charts = team_charts(facts, toggl)
    context = {"facts": facts, "text": told_sections(prose), "footer": footer, "charts": charts, "files": tuple(files)}
    return _stamped(templates.render("report", context), footer)


def render_person_page(facts: PersonFacts, prose: Prose, footer: Footer, templates: HtmlTemplates) -> str:
    """`individual/<slug>.html`. Raises SettingsError for a template that cannot be filled."""
    context = {"facts": facts, "text": told_sections(prose, facts.user_id), "footer": footer, "charts": person_charts(facts)}
    return _stamped(templates.render("individual", {**context, "full_feature": first_of_feature(facts)}), footer)


def _stamped(page: str, footer: Footer) -> str:
    """With the last line that says of which run and data it is."""
    return f"{page}{footer.stamp}\n"
