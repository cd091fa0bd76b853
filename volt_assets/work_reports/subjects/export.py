"""Everything that is stored and said about one person, as one ZIP file.

```
subject.json       what the person is known by
time_entries.json  their time entries, as Toggl wrote them
own/…              their reports, copied as they are
mentions.json      what other files say of them: file, place, content
```
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, TimeEntry
from volt_assets.work_reports.subjects.subject import Subject
from volt_assets.work_reports.subjects.traces import naming, passages

_OWN = "/individual/"


@dataclass(frozen=True)
class SubjectExport:
    """The file and what is in it."""

    content: bytes
    entries: int
    own_files: int
    mentions: int


def export_subject(subject: Subject, *, data: DataFolder, days: Iterable[DayFile], made_at: datetime) -> SubjectExport:
    """Collect everything; reads the whole data folder. An own file is one under `individual/` whose first line names the person."""
    entries = [entry for day in days for entry in day.entries if entry.user_id in subject.user_ids]
    own: dict[str, str] = {}
    mentions: list[dict[str, object]] = []
    for relative, _, text in naming(subject, data):
        if _OWN in relative and subject.is_named_in(text[: _heading_length(relative, text)]):
            own[relative] = text
        else:
            mentions += passages(subject, relative, text)
    known_by = {
        "emails": sorted(subject.emails),
        "names": sorted(subject.names),
        "toggl_user_ids": sorted(subject.user_ids),
        "made_at": made_at.isoformat(timespec="seconds"),
        "data_folder": data.location,
    }
    return SubjectExport(_packed(known_by, entries, own, mentions), len(entries), len(own), len(mentions))


def _heading_length(relative: str, text: str) -> int:
    # A Markdown report names its person in the first line, HTML and JSON within their head.
    return text.find("\n") if relative.endswith(".md") else 4000


def _packed(known_by: object, entries: Sequence[TimeEntry], own: dict[str, str], mentions: object) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("subject.json", _json(known_by))
        archive.writestr("time_entries.json", _json([entry.model_dump(mode="json") for entry in entries]))
        archive.writestr("mentions.json", _json(mentions))
        for relative, text in own.items():
            archive.writestr(f"own/{relative}", text)
    return packed.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
