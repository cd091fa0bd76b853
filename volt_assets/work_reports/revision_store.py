"""Where the revisions of reports lie: every one whole, and an index of the current ones.

```
<range>/revisions/index.json                what is current
<range>/revisions/team_summary/2.json       every revision
<range>/revisions/individual/john_doe/1.json
<range>/revisions/views/team/1.json
```
"""

from __future__ import annotations

import re

from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.models.revisions import Revision, RevisionIndex

REVISIONS = "revisions"
_INDEX = "index.json"
_NAME = re.compile(r"(?:individual/|views/)?[a-z0-9_]{1,120}")


def read_index(folder: AnyPath) -> RevisionIndex:
    """The index in a folder of revisions; an empty one when there is none or it cannot be read (all reports are then written anew)."""
    try:
        return RevisionIndex.model_validate_json((folder / _INDEX).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return RevisionIndex()


def read_revision(folder: AnyPath, report: str, number: int) -> Revision | None:
    """One revision; None when it is not there or cannot be read."""
    if not _NAME.fullmatch(report):
        return None
    try:
        return Revision.model_validate_json(_path(folder, report, number).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def latest_revision(folder: AnyPath, report: str) -> Revision | None:
    """The revision with the highest number, whatever the index says."""
    place = folder / report
    numbers = [int(path.stem) for path in place.glob("*.json") if path.stem.isdecimal()] if place.is_dir() else []
    return read_revision(folder, report, max(numbers)) if numbers else None


def write_index(folder: AnyPath, index: RevisionIndex) -> None:
    """Replace the index. One that a loss of power takes along costs nothing but a revision that says the same."""
    write_atomically(folder / _INDEX, index.model_dump_json(indent=1).encode() + b"\n", durable=False)


def write_revision(folder: AnyPath, revision: Revision) -> None:
    """Keep one revision."""
    write_atomically(_path(folder, revision.report, revision.number), revision.model_dump_json(indent=1).encode() + b"\n")


def _path(folder: AnyPath, report: str, number: int) -> AnyPath:
    return folder / report / f"{number}.json"
