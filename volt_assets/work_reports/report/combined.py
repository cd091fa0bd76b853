"""`combined_report.md`: all reports of a range in one file, with links that stay inside it.

Belongs here: putting finished Markdown together. Does not: what it says. Every part is text of ours in which texts from outside are
escaped already, so a heading at the start of a line and a link are always ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.models.document import digest
from volt_assets.work_reports.models.revisions import CurrentRevision
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.report.revisions import Draft, Rendered, Revisions, Subject
from volt_assets.work_reports.revision_store import REVISIONS, read_index
from volt_assets.work_reports.stamp import data_version_of, footer_stamp, read_stamp

_STAMP = re.compile(r"\n<!-- volt [^\n]*-->\s*\Z")
_FOOTER = re.compile(r"\n---\n[^\n]*\n?\Z")
_HEADING = re.compile(r"#{1,5} ")
_LINK = re.compile(r"(?<!\\)\]\(([a-z0-9_/%]+\.md)\)")


class Part(NamedTuple):
    """One report."""

    path: str
    """Relative to the folder of the combined file, e.g. `individual/john_doe.md`."""
    markdown: str
    keeps_footer: bool
    """It says who wrote its sentences."""


_BY_CODE_ALONE = ("work_alignment", "unknown_entities", "config_validation", "data_quality", "billing", "tables")
WHOLE_FILES = ("team_summary", "toggl_summary", *_BY_CODE_ALONE)
"""The reports about everybody, in the order of the combined file; those of single people follow the first."""


def combined_report_text(texts: Mapping[str, str], people: Sequence[tuple[str, str]], origin: Origin, generated_at: datetime) -> str:
    """The whole file. `texts` are the Markdown of WHOLE_FILES by name, `people` slug and Markdown of each individual report."""
    first, *others = [Part(f"{name}.md", texts[name], name not in _BY_CODE_ALONE) for name in WHOLE_FILES]
    parts = [first, *(Part(f"individual/{slug}.md", text, keeps_footer=True) for slug, text in people), *others]
    about = first.markdown.splitlines()[1]
    stamp = read_stamp(first.markdown)
    put = gettext(
        "All reports in one file, put together %(moment)s · key %(key)s · run %(run)s",
        moment=moment(generated_at),
        key=origin.key,
        run=origin.run_id,
    )
    footer = f"---\n{put}"
    text = combined_markdown(f"{_title(first.markdown)} · {gettext('all reports')}", about, parts)
    return f"{text}\n{footer}\n\n{footer_stamp(origin, stamp.data_version if stamp else '')}\n"


@dataclass(frozen=True)
class StoredParts:
    """The Markdown of every report of a range, as its files hold it."""

    texts: Mapping[str, str]
    """By name, in the order of WHOLE_FILES."""
    people: Sequence[tuple[str, str]]
    """Slug and text."""
    revisions: Mapping[str, CurrentRevision]

    @property
    def made_from(self) -> str:
        """The data versions that the team's report was made from."""
        return data_version_of(self.texts["team_summary"]).decode()

    @property
    def shown(self) -> str:
        """A digest of what the parts show, and not of when they were written."""
        parts = (*self.texts, *(f"individual/{slug}" for slug, _ in self.people))
        known = self.revisions
        return digest("\0".join(f"{name} {known[name].number} {known[name].signature}" for name in parts).encode())

    def version(self, people_version: str) -> str:
        """A digest of what the parts were made from."""
        return digest(people_version.encode(), *map(data_version_of, self.texts.values()))


def read_parts(folder: AnyPath, slugs: Sequence[str]) -> StoredParts:
    """Read the reports of the range in `folder`. Raises StoredDataError for one that is not there or is not text."""
    reports = folder / "reports"
    texts = {name: _text(reports / f"{name}.md") for name in WHOLE_FILES}
    people = [(slug, _text(reports / "individual" / f"{slug}.md")) for slug in slugs]
    return StoredParts(texts, people, read_index(folder / REVISIONS).reports)


def _text(path: AnyPath) -> str:
    try:
        return path.read_bytes().decode()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        problem = "not there" if isinstance(error, FileNotFoundError) else f"is not text in UTF-8 (byte {error.start})"
        raise StoredDataError(f"{path}: {problem}", hint="make this report of the range again") from error


def combined_text(parts: StoredParts, origin: Origin, revisions: Revisions) -> str:
    """The whole file; the kept one when its parts show what they showed."""

    def render(draft: Draft) -> Rendered:
        return combined_report_text(parts.texts, parts.people, origin, draft.generated_at), None

    return revisions.current(Subject("combined_report", parts.shown), render).markdown


def combined_markdown(title: str, about: str, parts: Sequence[Part]) -> str:
    """One document: contents, then every part one level deeper. Links between parts lead to the parts."""
    anchors = {part.path: part.path.removesuffix(".md").replace("/", "-") for part in parts}
    contents = [f"- [{_title(part.markdown)}](#{anchors[part.path]})" for part in parts]
    sections = [f'<a id="{anchors[part.path]}"></a>\n\n{_deeper(part, anchors)}' for part in parts]
    return "\n\n".join([f"# {title}\n{about}", "\n".join(contents), *sections]) + "\n"


def _title(markdown: str) -> str:
    return next((line.removeprefix("# ") for line in markdown.splitlines() if line.startswith("# ")), gettext("Report"))


def _deeper(part: Part, anchors: Mapping[str, str]) -> str:
    text = _STAMP.sub("", part.markdown).rstrip()
    if not part.keeps_footer:
        text = _FOOTER.sub("", text + "\n")
    return "\n".join(_lines(text, part.path, anchors)).strip()


def _lines(text: str, path: str, anchors: Mapping[str, str]) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    fence: str | None = None
    for line in text.splitlines():
        mark = re.match(r"`{3,}", line)
        if fence is not None or mark:
            # What is shown to be copied stays as it is.
            fence = (mark[0] if mark else fence) if fence is None else None if line.strip() == fence else fence
            yield line
            continue
        yield _LINK.sub(lambda match: _inner(match, folder, anchors), "#" + line if _HEADING.match(line) else line)


def _inner(match: re.Match[str], folder: str, anchors: Mapping[str, str]) -> str:
    target = f"{folder}/{match[1]}" if folder else match[1]
    return f"](#{anchors[target]})" if target in anchors else match[0]
