"""Whether Volt wrote a file in the folder of a range: what somebody else put there is neither removed nor taken for a report.

Belongs here: the judgement of one file. Does not: the stamp (stamp.py), removing files (io_managers.py, run_record.py).
"""

from __future__ import annotations

import json

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.stamp import Stamp, read_document_stamp, read_stamp

_HEAD_BYTES = 2_000


def is_own(path: AnyPath) -> bool:
    """A report with the stamp of the range it lies in, or a table that the report beside its folder lists. Never raises."""
    try:
        if not path.is_file():
            return False
        if path.suffix == ".csv":
            return f"{path.parent.name}/{path.name}" in listed_tables(path.parent.with_suffix(".json"))
        stamp = stamp_of(path)
    except OSError:
        return False
    return stamp is not None and stamp.key in path.parts


def stamp_of(path: AnyPath) -> Stamp | None:
    """What a report file says it was made from. A file that somebody else left here may hold anything."""
    if path.suffix != ".json":
        return read_stamp(path.read_bytes().decode(errors="replace"))
    with path.open("rb") as file:
        return read_document_stamp(file.read(_HEAD_BYTES).decode(errors="replace"))


def listed_tables(document: AnyPath) -> frozenset[str]:
    """The files that the document of a report with tables lists, relative to its folder; none when it is not one."""
    try:
        tables = json.loads(document.read_bytes())["tables"]
        return frozenset(str(table["file"]) for table in tables)
    except (OSError, ValueError, TypeError, KeyError):
        return frozenset()
