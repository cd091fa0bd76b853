"""The entries of a range, out of its day files: `raw_toggl_data.json`.

Belongs here: which people and entries a range has, and whether they are proven complete. Does not: what the entries are about
(aggregate.py), downloading (download.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from volt_assets.work_reports.collect.wire_entries import tracked_seconds
from volt_assets.work_reports.models import (
    DayFile,
    Origin,
    Person,
    Proof,
    RawTogglData,
    Reconciliation,
    TimeEntry,
    stamped,
)
from volt_assets.work_reports.range_key import RangeKey


@dataclass(frozen=True)
class _Entries:
    everybody: list[TimeEntry]
    outdated_days: frozenset[date]
    """Days whose file still holds an entry that a newer file has on another day."""


def build_raw_toggl_data(  # noqa: PLR0913 -- keyword-only: what the document says, one by one
    range_key: RangeKey,
    *,
    day_files: Sequence[DayFile],
    previous_day_files: Sequence[DayFile] | None,
    people: Sequence[Person],
    scope_emails: frozenset[str] | None,
    timezone: str,
    sees_only_own: bool,
    workspace_id: int,
    origin: Origin,
) -> RawTogglData:
    """The document of a range; `day_files` are all its days, `previous_day_files` those of the period before or None.

    `scope_emails` limits people and entries (any case), None means everybody; the reconciliation is always over everybody, because
    Toggl's totals are. `data_as_of` is that of the oldest day: nothing in the document is older than it says.
    """
    found = _entries(day_files)
    people = _people(found.everybody, people)
    if scope_emails is not None:
        wanted = {email.strip().lower() for email in scope_emails}
        # An entry without e-mail still belongs to the scope when the directory knows the person's e-mail.
        people = [person for person in people if person.email and person.email.strip().lower() in wanted]
    in_scope = {person.user_id for person in people} if scope_emails is not None else None
    return stamped(
        RawTogglData,
        origin,
        data_as_of=min(day_file.data_as_of for day_file in day_files),
        start_date=range_key.start,
        end_date=range_key.end,
        timezone=timezone,
        scope=range_key.scope,
        in_progress=not all(day_file.is_closed for day_file in day_files),
        reconciliation=_reconciliation(found, day_files),
        people=tuple(people),
        sees_only_own_entries=sees_only_own,
        entries=_of_people(found.everybody, in_scope),
        previous_entries=_of_people(_entries(previous_day_files).everybody, in_scope) if previous_day_files is not None else None,
        toggl_workspace_id=workspace_id,
    )


def _entries(day_files: Sequence[DayFile]) -> _Entries:
    """Every entry once. One that was moved to another day between two downloads counts where the newer download has it."""
    newest: dict[int, tuple[DayFile, TimeEntry]] = {}
    outdated: set[date] = set()
    for day_file in sorted(day_files, key=lambda one: (one.data_as_of, one.day)):
        for entry in day_file.entries:
            if (known := newest.get(entry.id)) is not None:
                outdated.add(known[0].day)
            newest[entry.id] = (day_file, entry)
    everybody = sorted((entry for _, entry in newest.values()), key=lambda entry: (entry.day, entry.id))
    return _Entries(everybody, frozenset(outdated))


def _of_people(entries: Iterable[TimeEntry], user_ids: set[int] | None) -> tuple[TimeEntry, ...]:
    return tuple(entry for entry in entries if user_ids is None or entry.user_id in user_ids)


def _reconciliation(found: _Entries, day_files: Sequence[DayFile]) -> Reconciliation:
    """Our sum against Toggl's, from the proofs that the files carry.

    A file is written in one go with the proof its entries took part in, so a proof speaks for the file even when other days of its
    slice were replaced since. It does not when the stored entries no longer add up to what was compared, or are known to be outdated.
    """
    slices: dict[Proof, list[DayFile]] = {}
    unproven: set[date] = set(found.outdated_days)
    for day_file in day_files:
        if day_file.proof is None or not day_file.proof.start_date <= day_file.day <= day_file.proof.end_date:
            unproven.add(day_file.day)
        else:
            slices.setdefault(day_file.proof, []).append(day_file)
    for proof, files in slices.items():
        if not _adds_up(proof, files):
            unproven.update(day_file.day for day_file in files)
    our_seconds = tracked_seconds(found.everybody)
    return Reconciliation(
        our_seconds=our_seconds,
        toggl_seconds=None if unproven else our_seconds - sum(proof.difference_seconds for proof in slices),
        unproven_days=tuple(sorted(unproven)),
    )


def _adds_up(proof: Proof, files: Sequence[DayFile]) -> bool:
    """Whether the days of a slice still hold the seconds that were compared; a part of them may hold fewer."""
    stored = sum(tracked_seconds(day_file.entries) for day_file in files)
    is_whole_slice = len(files) == (proof.end_date - proof.start_date).days + 1
    return stored == proof.our_seconds if is_whole_slice else stored <= proof.our_seconds


def _people(entries: Iterable[TimeEntry], directory: Iterable[Person]) -> list[Person]:
    """The directory, and everybody with entries whom it does not know (people who left), by name then id.

    A person is a `user_id`: several may share a name, and one may change it. The directory's name is today's; for those it
    does not know the entry that was changed last has the newest.
    """
    people = {person.user_id: person for person in directory}
    newest: dict[int, TimeEntry] = {}
    for entry in entries:
        known = newest.get(entry.user_id)
        if known is None or (known.at or "", known.id) < (entry.at or "", entry.id):
            newest[entry.user_id] = entry
    for user_id, entry in newest.items():
        if user_id not in people:
            people[user_id] = Person(user_id=user_id, name=entry.user_name, email=entry.email, is_active=False)
        else:
            people[user_id] = _completed(people[user_id], entry)
    return sorted(people.values(), key=lambda person: (person.name.casefold(), person.user_id))


def _completed(person: Person, entry: TimeEntry) -> Person:
    """What the directory left out, taken from the person's newest entry."""
    missing = {"name": entry.user_name} if not person.name else {}
    return person.model_copy(update=missing | ({"email": entry.email} if not person.email and entry.email else {}))
