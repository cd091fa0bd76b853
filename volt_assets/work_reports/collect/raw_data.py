"""The entries of a range, out of its stored days: the head of `raw_toggl_data.json` and its text.

Belongs here: which people and entries a range has, whether they are proven complete, and the document line by line. Does not: what
the entries are about (aggregate.py), downloading (download.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_format import ids_of_line
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.day_stream import late_edits
from volt_assets.work_reports.collect.proving import unproven_days
from volt_assets.work_reports.collect.range_table import outdated_copies
from volt_assets.work_reports.models import DayInRange, LateEdit, Origin, Person, RawTogglHead, Reconciliation, stamped
from volt_assets.work_reports.range_key import RangeKey


@dataclass(frozen=True)
class RawTogglDocument:
    """`raw_toggl_data.json`: the head, and the entries of the stored days it was made from."""

    head: RawTogglHead
    store: DayStore
    days: Sequence[StoredDay]
    outdated: pl.DataFrame
    """`day` and `entry_id` of the copies in `days` that do not count."""
    previous_days: Sequence[StoredDay] | None

    @property
    def data_version(self) -> str:
        """The version of the content."""
        return self.head.data_version

    @property
    def data_as_of(self) -> datetime:
        """When the oldest of its data was taken."""
        return self.head.data_as_of

    @property
    def entries(self) -> int:
        """How many entries the days hold, of everybody."""
        return sum(day.entries for day in self.days)

    def parts(self) -> Iterator[bytes]:
        """The file, day by day. Raises StoredDataError when a day is no longer the one of the head."""
        yield self.head.model_dump_json(indent=2).removesuffix("\n}").encode() + b',\n  "entries": ['
        yield from self._lines(self.days, self.outdated)
        yield b'],\n  "previous_entries": '
        if self.previous_days is None:
            yield b"null"
        else:
            yield b"["
            table = self.store.table(self.previous_days, ("day", "entry_id"))
            yield from self._lines(self.previous_days, outdated_copies(table, self.previous_days))
            yield b"]"
        yield b"\n}\n"

    def _lines(self, days: Sequence[StoredDay], outdated: pl.DataFrame) -> Iterator[bytes]:
        user_ids = {person.user_id for person in self.head.people} if self.head.scope is not None else None
        is_first = True
        for day in days:
            lines = self.store.lines(day) if day.entries else b""
            left_out = set(outdated.filter(pl.col("day") == day.day).get_column("entry_id").to_list())
            if lines and (user_ids is not None or left_out):
                lines = _chosen(lines, user_ids, left_out)
            if lines:
                yield b"\n" if is_first else b",\n"
                yield lines
                is_first = False
        if not is_first:
            yield b"\n"


def raw_toggl_document(
    range_key: RangeKey,
    *,
    store: DayStore,
    people: Sequence[Person],
    scope_emails: frozenset[str] | None,
    timezone: str,
    sees_only_own: bool,
    workspace_id: int,
    origin: Origin,
) -> RawTogglDocument:
    """The document of a range whose days are all stored.

    `scope_emails` limits people and entries (any case), None means everybody; the reconciliation is always over everybody, because
    Toggl's totals are. `data_as_of` is that of the oldest day: nothing in the document is older than it says. Raises StoredDataError
    for a day that is absent or cannot be trusted.
    """
    days, previous_days = store.heads(range_key.days), store.heads_if_complete(range_key.previous.days)
    table = store.table(days, ("day", "entry_id", "user_id", "seconds", "changed_at"))
    outdated = outdated_copies(table, days)
    head = stamped(
        RawTogglHead,
        origin,
        data_as_of=min(day.data_as_of for day in days),
        start_date=range_key.start,
        end_date=range_key.end,
        timezone=timezone,
        scope=range_key.scope,
        in_progress=not all(day.is_closed for day in days),
        reconciliation=_reconciliation(days, table.join(outdated, on=["day", "entry_id"], how="semi")),
        people=tuple(_within(scope_emails, _people(store, days, table, people))),
        sees_only_own_entries=sees_only_own,
        toggl_workspace_id=workspace_id,
        days=_in_range(days),
        previous_days=_in_range(previous_days) if previous_days is not None else None,
        moved_entries=outdated.height,
        late_edits=_late_edits(days),
    )
    return RawTogglDocument(head, store, days, outdated, previous_days)


def _within(scope_emails: Collection[str] | None, everybody: Sequence[Person]) -> Sequence[Person]:
    """The people of a scope. One whose entries have no e-mail still belongs to it when the directory knows the e-mail."""
    if scope_emails is None:
        return everybody
    wanted = {email.strip().lower() for email in scope_emails}
    return [person for person in everybody if person.email and person.email.strip().lower() in wanted]


def _in_range(days: Iterable[StoredDay]) -> tuple[DayInRange, ...]:
    return tuple(DayInRange(day=day.day, version=day.version, entries=day.entries, data_as_of=day.data_as_of) for day in days)


def _late_edits(days: Iterable[StoredDay]) -> tuple[LateEdit, ...]:
    found = [edit for day in days for edit in late_edits(day.day, day.edits)]
    return tuple(sorted(found, key=lambda edit: (edit.checked_at, edit.day)))


def _chosen(lines: bytes, user_ids: Collection[int] | None, left_out: Collection[int]) -> bytes:
    """The lines of the entries of these people, without those that are left out."""
    chosen = []
    for line in lines.split(b",\n"):
        entry_id, user_id = ids_of_line(line)
        if (user_ids is None or user_id in user_ids) and entry_id not in left_out:
            chosen.append(line)
    return b",\n".join(chosen)


def _reconciliation(days: Sequence[StoredDay], outdated: pl.DataFrame) -> Reconciliation:
    """Our sum against Toggl's, from the proofs that the days carry; `outdated` are the copies that do not count.

    Days with outdated copies are not proven either: a later download has one of their entries on another day.
    """
    unproven = unproven_days(days) | set(outdated.get_column("day").to_list())
    proofs = {day.proof for day in days if day.proof is not None}
    our_seconds = sum(day.seconds for day in days) - int(outdated.get_column("seconds").sum())
    return Reconciliation(
        our_seconds=our_seconds,
        toggl_seconds=None if unproven else our_seconds - sum(proof.difference_seconds for proof in proofs),
        unproven_days=tuple(sorted(unproven)),
    )


def _people(store: DayStore, days: Sequence[StoredDay], table: pl.DataFrame, directory: Iterable[Person]) -> list[Person]:
    """The directory, and everybody with entries whom it does not know (people who left), by name then id.

    A person is a `user_id`: several may share a name, and one may change it. The directory's name is today's; what it lacks is taken
    from the entry that was changed last.
    """
    people = {person.user_id: person for person in directory}
    latest = table.group_by("user_id").agg(pl.col("changed_at").max())
    known = [person.user_id for person in people.values() if person.name and person.email]
    if (incomplete := latest.filter(~pl.col("user_id").is_in(known))).height:
        newest = table.join(incomplete, on=["user_id", "changed_at"], nulls_equal=True, how="semi").select("user_id", "day", "entry_id")
        newest = newest.sort("entry_id", "day").group_by("user_id", maintain_order=True).last()
        # Few days hold somebody's newest entry: only their names are read.
        holding = set(newest.get_column("day").to_list())
        names = store.table([day for day in days if day.day in holding], ("day", "entry_id", "user_name", "email"))
        for user_id, name, email in newest.join(names, on=["day", "entry_id"]).select("user_id", "user_name", "email").iter_rows():
            people[user_id] = _completed(people.get(user_id), user_id, name, email)
    return sorted(people.values(), key=lambda person: (person.name.casefold(), person.user_id))


def _completed(person: Person | None, user_id: int, name: str, email: str | None) -> Person:
    """What the directory left out, taken from the person's newest entry; who is not in it has left."""
    if person is None:
        return Person(user_id=user_id, name=name, email=email, is_active=False)
    return person.model_copy(update={"name": person.name or name, "email": person.email or email})
