"""The entries that `raw_toggl_data.json` lists, read line by line: what a check counts without holding a year of them.

Belongs here: ids and seconds of the lines. Does not: writing them (raw_data.py), the stored days.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.collect.day_format import ids_of_line
from volt_assets.work_reports.collect.wire_entries import tracked_seconds
from volt_assets.work_reports.models import RawTogglData

_LIST_BEGINS, _LIST_ENDS = b'  "entries": [', b"]"
# The first match is the entry's own: quotes inside a text are written as \", and only texts stand before these keys.
_TIMES = re.compile(rb',"stop":(null|"[^"]*"),"seconds":(null|-?\d+),')


@dataclass
class ListedEntries:
    """What the lines hold."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    seconds: int = 0
    """Of the entries that do not run."""


def listed_entries(path: AnyPath) -> ListedEntries:
    """The entries of the range in the file (those of the period before left out). Raises ValueError for a line that is no entry."""
    found = ListedEntries()
    is_in_list = is_known_layout = False
    with path.open("rb") as file:
        for line in file:
            if is_in_list and line.startswith(_LIST_ENDS):
                break
            if is_in_list:
                _add(found, line)
            elif line.startswith(_LIST_BEGINS):
                is_known_layout, is_in_list = True, not line.startswith(_LIST_BEGINS + _LIST_ENDS)
    return found if is_known_layout else _by_parsing(path)


def _by_parsing(path: AnyPath) -> ListedEntries:
    """The same for a file that somebody wrote in another layout."""
    entries = RawTogglData.model_validate_json(path.read_bytes()).entries
    return ListedEntries(array("q", (entry.id for entry in entries)), tracked_seconds(entries))


def _add(found: ListedEntries, line: bytes) -> None:
    entry_id, _ = ids_of_line(line)
    times = _TIMES.search(line)
    if times is None:
        raise ValueError(f"entry {entry_id} is listed without its times")
    found.ids.append(entry_id)
    stop, seconds = times[1], times[2]
    if stop != b"null" and seconds != b"null" and int(seconds) >= 0:
        found.seconds += int(seconds)
