"""Where a person is named in the data folder.

Belongs here: every file of the folder, and what of it speaks of the person. Does not: the day files, whose entries are told apart by
user id (export.py, forget.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.subjects.json_passages import json_passages
from volt_assets.work_reports.subjects.people_apart import PeopleApart, Whose
from volt_assets.work_reports.subjects.subject import Subject
from volt_assets.work_reports.subjects.text_passages import text_passages

_NOT_TEXT = (".parquet", ".columns", ".gz", ".zip", ".lock")


def files_of(data: DataFolder) -> Iterator[tuple[str, AnyPath]]:
    """Every file that may hold text, by its path relative to the folder; days, their columns and other packed files left out."""
    root = data.root
    for path in sorted(_files_below(root), key=str):
        relative = PurePosixPath(str(path)).relative_to(PurePosixPath(str(root))).as_posix()
        # What a killed process had begun to write is no day: it is read as text.
        is_day = relative.startswith(f"{DOMAIN}/toggl_days/") and not relative.endswith(".tmp")
        if not is_day and not relative.endswith(_NOT_TEXT):
            yield relative, path


def range_of(relative: str) -> str | None:
    """The range key whose folder the file lies in."""
    parts = relative.split("/")
    is_range = len(parts) > 2 and parts[0] == DOMAIN and parts[1][:4].isdigit()  # noqa: PLR2004 -- domain, range, file
    return parts[1] if is_range else None


def naming(subject: Subject, data: DataFolder) -> Iterator[tuple[str, AnyPath, str]]:
    """The files that name the person: relative path, path, text."""
    for relative, path in files_of(data):
        try:
            text = path.read_bytes().decode(errors="replace")
        except FileNotFoundError:
            continue  # a cache may be dropped at any time
        if subject.is_named_in(text):
            yield relative, path, text


def passages(people: PeopleApart, relative: str, text: str, *, is_theirs: bool) -> list[dict[str, Any]]:
    """What of a file speaks of the person, each with its place. `is_theirs`: the file is somebody else's."""
    found: Iterable[tuple[str, Any]]
    try:
        found = _in_json(people, relative, text, is_theirs=is_theirs)
    except ValueError:
        # Read by lines: the person is owed what it says, however damaged it is.
        found = text_passages(people, relative, text, is_theirs=is_theirs)
    return [{"file": relative, "at": at, "content": content} for at, content in found]


def _in_json(people: PeopleApart, relative: str, text: str, *, is_theirs: bool) -> Iterable[tuple[str, Any]]:
    """Raises ValueError for what is no JSON."""
    whose: Whose = "theirs" if is_theirs else "nobody"
    if ".jsonl" in relative:
        lines = [(number, json.loads(line)) for number, line in enumerate(text.splitlines(), start=1) if line]
        return [(f"line {number}, {at}", said) for number, one in lines for at, said in json_passages(people, one, "", whose)]
    if not relative.endswith(".json"):
        raise ValueError(relative)
    return list(json_passages(people, json.loads(text), "", whose))


def _files_below(folder: AnyPath) -> Iterator[AnyPath]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path
