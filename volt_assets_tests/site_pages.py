"""What the documentation site shows beside docs/: mkdocs calls it while it builds (`hooks` of mkdocs.yml).

Belongs here: pages made of files of the checkout (README, changes, the shipped configuration), and the links that lead to them.
The pages of docs/ stay as a code host shows them; nothing is copied by hand.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# A file of the checkout -> its page of the site. Markdown is shown as it is, everything else as code.
SHOWN: Mapping[str, str] = {
    "README.md": "index.md",
    "CHANGELOG.md": "checkout/changelog.md",
    "CONTRIBUTING.md": "checkout/contributing.md",
    "config/volt.yaml": "checkout/config_volt_yaml.md",
    "config/enrichment_config.yaml": "checkout/config_enrichment_config_yaml.md",
    "dagster.yaml": "checkout/dagster_yaml.md",
    ".env.example": "checkout/env_example.md",
}
_LANGUAGES = {".yaml": "yaml", ".example": "shell"}
_LINK = re.compile(r"(?<=\]\()([^)\s#:]+)((?:#[^)\s]*)?)(?=\))")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made of files outside docs/."""
    from mkdocs.structure.files import File  # noqa: PLC0415 -- the tests of this module do without mkdocs

    for source, page in SHOWN.items():
        files.append(File.generated(config, page, content=page_text(source)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """Lead the links of a page of docs/ to the pages that stand for files outside it. Pages made here have theirs already."""
    source = page.file.src_uri
    return markdown if source in SHOWN.values() else with_site_links(markdown, f"docs/{source}", source)


def page_text(source: str) -> str:
    """The page that shows a file of the checkout."""
    text = (ROOT / source).read_text(encoding="utf-8")
    if source.endswith(".md"):
        return with_site_links(text, source, SHOWN[source])
    return f"# {source}\n\nAs it is shipped.\n\n```{_LANGUAGES[Path(source).suffix]}\n{text}```\n"


def with_site_links(markdown: str, source: str, page: str) -> str:
    """The text of `source` (a path below the checkout) with its links rewritten for its place in the site, `page`."""

    def rewritten(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[1]))
        if (ROOT / target).is_dir():
            target = f"{target}/README.md"
        shown = SHOWN.get(target) or target.removeprefix("docs/")
        return posixpath.relpath(shown, posixpath.dirname(page) or ".") + match[2]

    pieces = _FENCE.split(markdown)
    return "".join(piece if piece.startswith("```") else _LINK.sub(rewritten, piece) for piece in pieces)
