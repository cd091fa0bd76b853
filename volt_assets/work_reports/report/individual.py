"""One person's report: facts and prose through its template."""

from __future__ import annotations

from collections.abc import Mapping

from volt_assets.work_reports.models import Prose
from volt_assets.work_reports.report.fact_models import PersonFacts
from volt_assets.work_reports.report.footer import Footer
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets.work_reports.report.templates import Templates


def render_individual(facts: PersonFacts, prose: Prose, footer: Footer, templates: Templates) -> str:
    """`individual/<slug>.md`. Raises SettingsError for a template that cannot be filled."""
    return templates.render(
        "individual", {"facts": facts, "text": safe_sections(prose), "footer": footer, "full_feature": first_of_feature(facts)}
    )


def safe_sections(prose: Prose) -> Mapping[str, Markdown]:
    """The sections as a writer left them: safe already."""
    return {name: Markdown(text) for name, text in prose.texts().items()}


def first_of_feature(facts: PersonFacts) -> dict[tuple[str, str], tuple[str, str]]:
    """Feature -> the first item in full form under it: only there the feature's progress is spelled out."""
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for item in facts.items:
        if item.part_of is not None and item.form == "full":
            first.setdefault(item.part_of.feature.key, item.name.key)
    return first
