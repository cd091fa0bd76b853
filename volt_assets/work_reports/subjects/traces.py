"""Where a person is named in the data folder.

Belongs here: every file of the folder, and what of it speaks of the person. Does not: the day files, whose entries are told apart by
user id (export.py, forget.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.subjects.subject import Subject

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


def passages(subject: Subject, relative: str, text: str) -> list[dict[str, Any]]:
    """What of a file speaks of the person: the innermost JSON objects that name them, else lines; each with its place."""
    if relative.endswith((".json", ".jsonl")):
        try:
            whole = [json.loads(line) for line in text.splitlines() if line] if relative.endswith(".jsonl") else [json.loads(text)]
        except ValueError:
            pass  # read by lines: the person is owed what it says, however damaged it is
        else:
            return [{"file": relative, "at": at, "content": found} for one in whole for at, found in _objects(subject, one, "")]
    lines = enumerate(text.splitlines(), start=1)
    return [{"file": relative, "at": f"line {number}", "content": line} for number, line in lines if subject.is_named_in(line)]


def _objects(subject: Subject, value: Any, at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        own = {key: one for key, one in value.items() if not isinstance(one, dict | list)}
        if subject.is_named_in(json.dumps(own, ensure_ascii=False)) or _lists_text(subject, value):
            yield at or "whole", value
            return
        for key, one in value.items():
            yield from _objects(subject, one, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _objects(subject, one, f"{at}[{number}]")


def _lists_text(subject: Subject, value: dict[str, Any]) -> bool:
    texts = [one for many in value.values() if isinstance(many, list) for one in many if isinstance(one, str)]
    return any(subject.is_named_in(text) for text in texts)


def _files_below(folder: AnyPath) -> Iterator[AnyPath]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path
