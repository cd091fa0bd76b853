"""Whether the links of finished reports lead somewhere: to a file of the set, or to a place in the same file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.own_files import is_own

# A bracket of a text from outside is escaped, so an unescaped one followed by a parenthesis is a link of ours.
_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_ELSEWHERE = re.compile(r"https?://")


def broken_links(reports: AnyPath) -> Iterator[str]:
    """`file: target` for every relative link of our Markdown files below `reports` that leads nowhere."""
    for path in filter(is_own, sorted([*reports.glob("*.md"), *reports.glob("individual/*.md")], key=str)):
        text = path.read_bytes().decode(errors="replace")
        anchors = set(_ANCHOR.findall(text))
        for target in dict.fromkeys(_LINK.findall(text)):
            if _ELSEWHERE.match(target):
                continue
            is_there = target[1:] in anchors if target.startswith("#") else (path.parent / target).is_file()
            if not is_there:
                yield f"{path.name}: {target}"
