"""The team's report: facts and prose through its template."""

from __future__ import annotations

from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.footer import Footer
from volt_assets.work_reports.report.individual import safe_sections
from volt_assets.work_reports.report.team_models import TeamFacts
from volt_assets.work_reports.report.templates import Templates


def render_team(facts: TeamFacts, prose: Prose, footer: Footer, templates: Templates) -> str:
    """`team_summary.md`. Raises SettingsError for a template that cannot be filled."""
    return templates.render("team_summary", {"facts": facts, "text": safe_sections(prose), "footer": footer})
