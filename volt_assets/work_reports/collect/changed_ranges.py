"""Which ranges were made from days that the store has replaced since: what late edits make out of date, judged without a request.

Belongs here: comparing the days a range was made from with the stored ones. Does not: asking Toggl (recheck.py), asking for runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from volt_assets.io_managers import json_head
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayInRange, RawTogglHead


@dataclass(frozen=True)
class ChangedRange:
    """A range whose stored days are not those it was made from."""

    key: str
    days: tuple[str, ...]
    """ISO dates of the days that differ."""
    version: str
    """16 hex digits over the stored days as they are now: the same until something changes again."""


def changed_ranges(keys: Iterable[str], data: DataFolder, *, now: datetime) -> list[ChangedRange]:
    """Those of `keys` that were made once and would be made from other days now.

    A range that lacks a day, or had days that were not over, is not judged: the store cannot tell. `now` is aware.
    """
    store = DayStore.of(data)
    found = []
    for key in keys:
        head = stored_head(data.of_range(key))
        if head is None or head.in_progress:
            continue
        survey = store.survey([one.day for one in head.days], now=now)
        stored = {one.day: one for one in survey.stored}
        if survey.missing or not head.days:
            continue
        differing = [one for one in head.days if one.version != stored[one.day].version]
        if any(_concerns(head, one, store) for one in differing):
            text = "\0".join(f"{one.day} {stored[one.day].version}" for one in head.days)
            version = hashlib.sha256(text.encode()).hexdigest()[:16]
            found.append(ChangedRange(key, tuple(one.day.isoformat() for one in differing), version))
    return found


def stored_head(folder: AnyPath) -> RawTogglHead | None:
    """What a range was made from; None when it never was, or nobody can tell."""
    try:
        return RawTogglHead.model_validate_json(json_head(folder / "raw_toggl_data.json", "entries"))
    except (OSError, ValidationError):
        return None


def _concerns(head: RawTogglHead, made_from: DayInRange, store: DayStore) -> bool:
    """Whether the change of a day is about somebody of the range: edits say which entries they touched, the store whose those are."""
    if head.scope is None:
        return True
    day_file = store.read_all([made_from.day])[0]
    edits = [edit for edit in day_file.edits if edit.checked_at > made_from.data_as_of]
    # Whose a deleted entry was is not known any more, and a day that was downloaded anew has no edits: it may be about them.
    if not edits or any(edit.deleted for edit in edits):
        return True
    touched = {entry for edit in edits for entry in (*edit.added, *edit.changed)}
    people = {person.user_id for person in head.people}
    return any(entry.id in touched and entry.user_id in people for entry in day_file.entries)
