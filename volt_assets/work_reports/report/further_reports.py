"""What the further reports share: a document that is shown by a template of its name, and lies beside the Markdown as JSON.

Belongs here: the head of these documents, their version, and rendering. Does not: what one of them says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from volt_assets.work_reports.models import Document, Origin, Prose, content_version
from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.footer import footer
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject
from volt_assets.work_reports.report.templates import Templates
from volt_assets.work_reports.report.whole_range import WholeRange


class FurtherReport(Document):
    """The head of a further report."""

    times_of_looking: ClassVar[tuple[str, ...]] = ()
    """Fields that say when something was seen, which changes nothing of what was seen: no part of the version."""
    made_from: str
    """The data versions of `toggl_aggregated` and `enriched_entities`, joined by a dot, as the report files are stamped."""
    scene: Scene

    @property
    def plotted(self) -> dict[str, int]:
        """Figures worth a plot over time; no text."""
        return {}


AnyFurtherReport = TypeVar("AnyFurtherReport", bound=FurtherReport)


class MadeTable(Protocol):
    """A table with all of its rows."""

    @property
    def name(self) -> str:
        """Of the file, without its ending."""
        ...

    @property
    def content(self) -> bytes:
        """The file."""
        ...


class MadeReport(Protocol):
    """A report before it is rendered."""

    @property
    def name(self) -> str:
        """Of its template and files."""
        ...

    @property
    def document(self) -> FurtherReport:
        """What it says."""
        ...

    @property
    def tables(self) -> Sequence[MadeTable]:
        """What lies beside it."""
        ...


@dataclass(frozen=True)
class WrittenFurtherReport:
    """A report as it is stored."""

    document: FurtherReport
    markdown: str
    files: Mapping[str, bytes]
    """Tables beside it, by file name."""


def further_report(kind: type[AnyFurtherReport], whole: WholeRange, **content: Any) -> AnyFurtherReport:
    """A document of this kind about the range; `content` may hold another scene than that of the reports without states."""
    origin = whole.origin
    scene: Scene = content.pop("scene", whole.scene_without_states)
    draft = kind(
        key=origin.key,
        run_id=origin.run_id,
        code_version=origin.code_version,
        data_as_of=whole.aggregated.data_as_of,
        data_version="",
        made_from=whole.made_from,
        scene=scene,
        **content,
    )
    # A notice may quote when something was looked up, which changes nothing of what was found.
    quiet = draft.model_copy(update={"scene": scene.model_copy(update={"notices": ()}), **dict.fromkeys(kind.times_of_looking)})
    return draft.model_copy(update={"data_version": content_version(quiet)})


def write_further_report(made: MadeReport, origin: Origin, templates: Templates, revisions: Revisions) -> WrittenFurtherReport:
    """The document through the template of its name. Raises SettingsError for a template that cannot be filled."""

    def render(draft: Draft) -> Rendered:
        foot = footer(Prose(sections={}), origin, data_version=made.document.made_from, draft=draft)
        return templates.render(made.name, {"facts": made.document, "text": {}, "footer": foot}), made.document

    # The version of the document follows what it says; it says nothing of single entries.
    shown = f"{made.document.data_version}.{templates.version}"
    revision = revisions.current(Subject(made.name, shown), render)
    document = type(made.document).model_validate(revision.document)
    return WrittenFurtherReport(document, revision.markdown, {f"{table.name}.csv": table.content for table in made.tables})
