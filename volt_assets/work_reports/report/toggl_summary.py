"""The Toggl summary: facts and prose through its template."""

from __future__ import annotations

from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.footer import Footer
from volt_assets.work_reports.report.individual import safe_sections
from volt_assets.work_reports.report.team_models import TogglFacts
from volt_assets.work_reports.report.templates import Templates


def render_toggl_summary(facts: TogglFacts, prose: Prose, footer: Footer, templates: Templates) -> str:
    """`toggl_summary.md`. Raises SettingsError for a template that cannot be filled."""
    return templates.render("toggl_summary", {"facts": facts, "text": safe_sections(prose), "footer": footer})
