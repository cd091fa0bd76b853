"""The Jinja templates of the reports: found, checked and rendered so that untrusted text is always escaped.

A template in the `templates` folder beside volt.yaml replaces the shipped one of the same name. What a template prints is
escaped unless it has the type `Markdown`; a filter or an operator loses that type, so a mistake escapes too much, never
too little.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)

from volt_assets.config_files import PACKAGE_DIR, config_folders
from volt_assets.errors import SettingsError
from volt_assets.work_reports.languages.language import spoken, style, template_functions_of
from volt_assets.work_reports.report import late_edit_lines, lines
from volt_assets.work_reports.report.alignment import CLASS_ICONS, class_name
from volt_assets.work_reports.report.calendar_lines import attendance_line, days_of, table_link, trend_table
from volt_assets.work_reports.report.figures import counted, percentage
from volt_assets.work_reports.report.finding_names import finding_name, findings_name, suspicion_names
from volt_assets.work_reports.report.labels import label_of
from volt_assets.work_reports.report.markdown import Markdown, code_block, email, escape, joined, link, table
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.report.person_prose import item_section
from volt_assets.work_reports.report.sentences import and_more, listing
from volt_assets.work_reports.report.shares import rest_of
from volt_assets.work_reports.report.views import view_lines
from volt_assets.work_reports.report.workspace_messages import warning_line

SUFFIX = ".md.j2"
FURTHER = ("work_alignment", "unknown_entities", "config_validation", "data_quality", "billing", "tables")
VIEWS = ("view_team", "view_operations")
REPORTS = ("toggl_summary", "individual", "team_summary", *FURTHER, *VIEWS)
_PARTS = ("top", "further_top", "view_footer", "trend", "item", "attention", "alignment", "accounting", "footer")
_CONTEXT = frozenset(("facts", "text", "footer"))
# Set by a loop of the template that includes it.
_FROM_LOOP = {"item": frozenset(("item", "full_feature"))}


class CheckedLoader(ChoiceLoader):
    """Finds templates, and gives out what was compiled when they were checked: each is parsed once."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """The first folder that has a template wins."""
        super().__init__([FileSystemLoader(folder) for folder in folders])
        self.compiled: dict[str, CodeType] = {}

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:  # noqa: A002 -- Jinja's name
        """The checked template; one that only a template of the user includes is compiled now."""
        if name not in self.compiled:
            return super().load(environment, name, globals)
        return environment.template_class.from_code(environment, self.compiled[name], environment.make_globals(globals))


class Templates:
    """The checked templates. Make them with `load_templates`."""

    def __init__(self, environment: Environment, version: str) -> None:
        """Keep the environment; `load_templates` has compiled everything in it. `version` is a digest over the templates' text."""
        self._environment = environment
        self._version = version

    @property
    def version(self) -> str:
        """What the texts of a report come from: the templates, and the language when it is another than English as shipped."""
        language = spoken().version
        return f"{self._version} {language}" if language else self._version

    def render(self, report: str, context: Mapping[str, Any]) -> str:
        """One report as Markdown. Raises SettingsError with file and line when the template cannot be filled."""
        try:
            text = self._environment.get_template(report + SUFFIX).render(context)
        except TemplateError as error:
            raise SettingsError(f"{place_of(error, report + SUFFIX)}: {error}", hint="compare it with the shipped template") from error
        return _tidied(text)


def load_templates(environ: Mapping[str, str]) -> Templates:
    """Find and check all templates. Raises SettingsError (file, line, name) for broken ones and unknown placeholders."""
    folders = template_folders(environ)
    return _loaded(folders, versions_of(folders, f"*{SUFFIX}"))


def template_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where templates are looked for, the first one wins."""
    return (*(folder / "templates" for folder in config_folders(environ)), PACKAGE_DIR / "templates")


def versions_of(folders: Sequence[Path], pattern: str) -> tuple[tuple[str, int, int], ...]:
    """What tells an edited template from the one that was checked before."""
    stats = [(path, path.stat()) for folder in folders for path in sorted(folder.glob(pattern))]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@lru_cache(maxsize=1)
def _loaded(folders: tuple[Path, ...], _versions: tuple[tuple[str, int, int], ...]) -> Templates:
    """Compiled once for all reports of a run."""
    environment = Environment(
        loader=CheckedLoader(folders),
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- the output is Markdown: `finalize` escapes for it
    )
    environment.globals = {**environment.globals, **template_functions(), **template_functions_of(_printed, Markdown)}
    sources = [check_template(environment, name + SUFFIX, _CONTEXT, _FROM_LOOP.get(name, frozenset())) for name in (*REPORTS, *_PARTS)]
    return Templates(environment, sha256("\0".join(sources).encode()).hexdigest()[:16])


def _printed(value: object) -> str:
    return "–" if value is None else escape(value)  # noqa: RUF001 -- the dash for nothing


def template_functions() -> dict[str, Any]:
    """What templates call by name."""
    return {
        "and_more": and_more,
        "few_people_line": view_lines.few_people_line,
        "group_label": view_lines.group_label,
        "held_back_line": view_lines.held_back_line,
        "shared_by_line": view_lines.shared_by_line,
        "view_about": view_lines.view_about,
        "view_limits": view_lines.view_limits,
        "counted": counted,
        "finding_name": finding_name,
        "findings_name": findings_name,
        "suspicion_names": suspicion_names,
        "integer": lambda number: style().integer(number),
        "label_of": label_of,
        "code_block": code_block,
        "email": email,
        "class_name": class_name,
        "icon_of": CLASS_ICONS.__getitem__,
        "item_section": item_section,
        "joined": lambda *parts: joined(parts),
        "link": link,
        "moment": moment,
        "listing": listing,
        "safe": Markdown,
        "table": table,
        "warning_line": warning_line,
        "percentage": percentage,
        "rest_of": rest_of,
        "about": lines.about,
        "limited_to": lines.limited_to,
        "change_line": lines.change_line,
        "headline": lines.headline,
        "headline_text": lines.headline_text,
        "assigned_line": lines.assigned_line,
        "hours_table": lines.hours_table,
        "attendance_line": attendance_line,
        "days_of": days_of,
        "table_link": table_link,
        "trend_table": trend_table,
        "item_link": lines.item_link,
        "item_links": lines.item_links,
        "short_link": lines.short_link,
        "feature_line": lines.feature_line,
        "children_line": lines.children_line,
        "chain_line": lines.chain_line,
        "late_edits_line": late_edit_lines.late_edits_line,
        "own_late_edits_line": late_edit_lines.own_late_edits_line,
        "notice_line": lines.notice_line,
        "short_line": lines.short_line,
    }


def check_template(environment: Environment, name: str, context: frozenset[str], from_loop: frozenset[str] = frozenset()) -> str:
    """Compile one template, look for names that nobody provides, return its text. Raises SettingsError (file, line, name)."""
    try:
        loader = environment.loader
        if not isinstance(loader, CheckedLoader):
            raise TemplateNotFound(name)
        source, file, _ = loader.get_source(environment, name)
        tree = environment.parse(source, name=name, filename=file)
        loader.compiled[name] = environment.compile(tree, name=name, filename=file)
    except TemplateNotFound as error:
        raise SettingsError(f"template {error}: not found", hint="reinstall volt, or restore the file") from error
    except TemplateSyntaxError as error:
        raise SettingsError(f"{error.filename}:{error.lineno}: {error.message}", hint="compare it with the shipped template") from error
    # A name that is set in a branch only is the template's own: when the branch is not taken, filling it says so.
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    known = context | set(environment.globals) | from_loop | own
    for unknown in sorted(meta.find_undeclared_variables(tree) - known):
        line = min((node.lineno for node in tree.find_all(nodes.Name) if node.name == unknown), default=1)
        raise SettingsError(f"{file}:{line}: unknown placeholder '{unknown}'", hint=f"known here: {', '.join(sorted(context))}")
    return source


def place_of(error: TemplateError, name: str) -> str:
    """`file:line` of the innermost template on the way to the error; `name` where none is known."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name


def _tidied(text: str) -> str:
    """No trailing blanks, never two empty lines in a row, one line break at the end."""
    kept: list[str] = []
    for line in (each.rstrip() for each in text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
