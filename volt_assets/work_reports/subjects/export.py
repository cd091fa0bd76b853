"""Everything that is stored and said about one person, as one ZIP file.

```
subject.json       what the person is known by
time_entries.json  their time entries, as Toggl wrote them
own/…              their reports, copied as they are
mentions.json      what other files say of them, without what these say of others: file, place, content
```
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, TimeEntry
from volt_assets.work_reports.subjects.people_apart import PeopleApart, person_of_report
from volt_assets.work_reports.subjects.subject import Subject, everybody_else
from volt_assets.work_reports.subjects.traces import naming, passages

# It holds everybody's report one after the other: where one person's ends cannot be told line by line.
_OF_EVERYBODY = "combined_report"


@dataclass(frozen=True)
class SubjectExport:
    """The file and what is in it."""

    content: bytes
    entries: int
    own_files: int
    mentions: int


def export_subject(subject: Subject, *, data: DataFolder, days: Iterable[DayFile], made_at: datetime) -> SubjectExport:
    """Collect everything; reads the whole data folder. An own file is one under `individual/` that is about the person's user id."""
    listed = list(days)
    people = PeopleApart(subject, everybody_else(subject, data=data, days=listed))
    entries = [entry for day in listed for entry in day.entries if entry.user_id in subject.user_ids]
    own: dict[str, str] = {}
    mentions: list[dict[str, object]] = []
    for relative, path, text in naming(subject, data):
        person = person_of_report(relative)
        if person is not None and _is_own(subject, person, relative, path, text):
            own[relative] = text
        else:
            mentions += passages(people, relative, text, is_theirs=person is not None or _OF_EVERYBODY in relative)
    known_by = {
        "emails": sorted(subject.emails),
        "names": sorted(subject.names),
        "toggl_user_ids": sorted(subject.user_ids),
        "made_at": made_at.isoformat(timespec="seconds"),
        "data_folder": data.location,
    }
    return SubjectExport(_packed(known_by, entries, own, mentions), len(entries), len(own), len(mentions))


def _is_own(subject: Subject, person: str, relative: str, path: AnyPath, text: str) -> bool:
    """By the user id in the report's document; a report without one by its file name, which a namesake may have had."""
    try:
        document = json.loads(text if relative.endswith(".json") else path.with_suffix(".json").read_bytes())
        return (document.get("document") or document)["user_id"] in subject.user_ids
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return person in subject.slugs and not subject.namesakes


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
