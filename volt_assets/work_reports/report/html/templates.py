"""The HTML templates: found and checked like those of the Markdown, with HTML's own escaping.

Whatever a template prints is escaped; text with the type `Markdown` (lines.py, the writers) becomes the HTML of the same
words, `Markup` stays. The style sheet is `report.css` in the same folders and is no template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError
from markupsafe import Markup, escape

from volt_assets.errors import SettingsError
from volt_assets.work_reports.languages.language import template_functions_of
from volt_assets.work_reports.report.html.drawing import draw
from volt_assets.work_reports.report.html.policy import content_security_policy, style_of_page
from volt_assets.work_reports.report.html.prose_view import inline, words
from volt_assets.work_reports.report.html.sources import section, sources
from volt_assets.work_reports.report.markdown import Markdown, visible_line
from volt_assets.work_reports.report.templates import (
    VIEWS,
    CheckedLoader,
    check_template,
    place_of,
    template_folders,
    template_functions,
    versions_of,
)

SUFFIX = ".html.j2"
PAGES = ("report", "individual", *VIEWS)
STYLE_FILE = "report.css"
_PARTS = ("head", "top", "attention", "chart", "item", "alignment", "accounting", "quality", "foot", "view_top", "view_foot")
_CONTEXT = frozenset(("facts", "text", "footer", "charts", "files", "style", "policy", "full_feature"))
_FROM_LOOP = {
    "head": frozenset(("page_title", "page_description")),
    "view_top": frozenset(("kicker", "heading")),
    "chart": frozenset(("chart",)),
    "item": frozenset(("item",)),
}


# Private characters, which no text from outside can hold.
_STYLE_PLACE, _POLICY_PLACE = Markup("\ue010"), Markup("\ue011")


class HtmlTemplates:
    """The checked templates and the style sheet. Make them with `load_html_templates`."""

    def __init__(self, environment: Environment, style: str) -> None:
        """Keep the environment; `load_html_templates` has compiled everything in it."""
        self._environment = environment
        self._style = style

    def render(self, page: str, context: Mapping[str, Any]) -> str:
        """One page. Raises SettingsError with file and line when the template cannot be filled."""
        try:
            text = self._environment.get_template(page + SUFFIX).render({**context, "style": _STYLE_PLACE, "policy": _POLICY_PLACE})
        except TemplateError as error:
            raise SettingsError(f"{place_of(error, page + SUFFIX)}: {error}", hint="compare it with the shipped template") from error
        style = style_of_page(self._style, text)
        text = text.replace(_STYLE_PLACE, style).replace(_POLICY_PLACE, escape(content_security_policy(style)))
        return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def load_html_templates(environ: Mapping[str, str]) -> HtmlTemplates:
    """Find and check all templates. Raises SettingsError (file, line, name) for broken ones and unknown placeholders."""
    folders = template_folders(environ)
    return _loaded(folders, (*versions_of(folders, f"*{SUFFIX}"), *versions_of(folders, STYLE_FILE)))


@lru_cache(maxsize=1)
def _loaded(folders: tuple[Path, ...], _versions: tuple[tuple[str, int, int], ...]) -> HtmlTemplates:
    """Compiled once for all pages of a run."""
    environment = Environment(
        loader=CheckedLoader(folders),
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.globals = {
        **environment.globals,
        **template_functions(),
        "draw": draw,
        "paragraphs": section,
        "sources": sources,
        "words": words,
    }
    environment.globals |= template_functions_of(lambda value: escape(_printed(value)), _text)
    for name in (*PAGES, *_PARTS):
        check_template(environment, name + SUFFIX, _CONTEXT, _FROM_LOOP.get(name, frozenset()))
    return HtmlTemplates(environment, _style(folders))


def _style(folders: tuple[Path, ...]) -> str:
    file = next(path for folder in folders if (path := folder / STYLE_FILE).is_file())
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if "</" in line:
            raise SettingsError(f"{file}:{number}: '</' would end the style sheet", hint="write it as '<\\/'")
    # Every page carries it: without indentation and lines of comments. The policy has the hash of exactly this.
    return "\n".join(_tight(line) for line in lines if line.strip() and not re.fullmatch(r"\s*/\*[^*]*\*/\s*", line))


def _tight(line: str) -> str:
    """Without blanks and zeros that say nothing; a line with a quoted text stays as it is."""
    if '"' in line or "'" in line:
        return line.strip()
    return re.sub(r"(?<![\w.#])0(\.\d)", r"\1", re.sub(r"\s*([{};,])\s*|(:)\s+", r"\1\2", line.strip()).replace(";}", "}"))


def _text(message: str) -> Markup:
    """A text of ours, for an element or an attribute."""
    safe = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    return Markup(safe)  # noqa: S704 -- escaped above


def _printed(value: object) -> object:
    if isinstance(value, Markup):
        return value
    if isinstance(value, Markdown):
        return inline(value)
    return visible_line("–" if value is None else value)  # noqa: RUF001 -- the dash for nothing
