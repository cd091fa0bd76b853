"""Revisions: a report whose content did not change stays as it is, byte by byte; one that did becomes the next revision.

Belongs here: the decision whether something changed, and what. Does not: what a report shows, where revisions lie (revision_store.py).
The signature leaves out when the data was looked at and by which run, since a look that finds nothing new is no news.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pydantic import BaseModel

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.models import Activity, EnrichedPerson, LateEdit, Origin, Prose, TrackedItem, TrackedPerson
from volt_assets.work_reports.models.revisions import Change, CurrentRevision, Revision
from volt_assets.work_reports.revision_store import REVISIONS, latest_revision, read_index, read_revision, write_index, write_revision

# Of the scene: moments of looking. A notice quotes one; that there is a notice shows in the rest of the facts.
_MOMENTS = {"data_as_of", "fetched_at", "notices"}
_OF_THE_WRITING = {"input_tokens", "output_tokens"}


@dataclass(frozen=True)
class Subject:
    """What a report is about, for telling how it differs from its last revision."""

    name: str
    signature: str
    total_seconds: int | None = None
    """None: the report does not know of single entries, so nothing is said of how they changed."""
    entries: Collection[int] = ()
    time: str = ""
    """Digest over what counts where, from `spread_of`."""
    edited: Iterable[tuple[datetime, Collection[int]]] = ()
    """Late edits of its days: when they were found, and the ids of the entries that were changed."""


@dataclass(frozen=True)
class Draft:
    """A report that is rendered now: number, time, and what differs."""

    number: int
    generated_at: datetime
    change: Change | None


Rendered = tuple[str, BaseModel | None]
"""The Markdown, and the document beside it."""


class Revisions:
    """The revisions of the reports of one range; `folder` is the range's, `now` gives aware times."""

    def __init__(self, folder: AnyPath, origin: Origin, *, data_version: str, now: Callable[[], datetime]) -> None:
        """Nothing is made before the first report is kept."""
        self._folder = folder / REVISIONS
        self._origin = origin
        self._data_version = data_version
        self._now = now

    def current(self, subject: Subject, render: Callable[[Draft], Rendered]) -> Revision:
        """The stored revision when nothing that it shows has changed, else a new one, rendered and kept."""
        known = read_index(self._folder).reports.get(subject.name)
        before = read_revision(self._folder, subject.name, known.number) if known is not None else None
        if before is None:
            before = latest_revision(self._folder, subject.name)
        if known is not None and before is not None and (known.number, known.signature) == (before.number, subject.signature):
            self._note(subject, before)
            return before
        change = _change(before, subject) if before is not None else None
        draft = Draft(number=before.number + 1 if before is not None else 1, generated_at=self._now(), change=change)
        markdown, document = render(draft)
        revision = Revision(
            report=subject.name,
            number=draft.number,
            generated_at=draft.generated_at,
            run_id=self._origin.run_id,
            data_version=self._data_version,
            total_seconds=subject.total_seconds,
            entries=tuple(sorted(subject.entries)),
            time=subject.time,
            since_previous=change,
            markdown=markdown,
            document=document.model_dump(mode="json") if document is not None else None,
        )
        # The revision before the index: an index never names a revision that is not there.
        write_revision(self._folder, revision)
        self._note(subject, revision)
        return revision

    def _note(self, subject: Subject, revision: Revision) -> None:
        current = CurrentRevision(
            number=revision.number,
            signature=subject.signature,
            data_version=revision.data_version,
            confirmed_data=self._data_version,
            confirmed_run_id=self._origin.run_id,
        )
        index = read_index(self._folder)
        changed = index.model_copy(update={"reports": dict(sorted({**index.reports, subject.name: current}.items()))})
        write_index(self._folder, changed)


def signature(facts: BaseModel, prose: Prose, *, templates: str) -> str:
    """Digest over what a report shows. `templates`: the version of the templates it is rendered with."""
    shown = facts.model_dump_json(exclude={"scene": _MOMENTS})
    said = prose.model_dump_json(exclude=_OF_THE_WRITING)
    return sha256(f"{shown}\n{said}\n{templates}".encode()).hexdigest()[:16]


def entries_of(people: Iterable[TrackedPerson | EnrichedPerson]) -> frozenset[int]:
    """Every entry that counts in the time of these people."""
    return frozenset(entry for person in people for part in _parts(person) for entry in part.entries)


def spread_of(people: Iterable[TrackedPerson | EnrichedPerson]) -> str:
    """Digest over what these people's time counts for: equal when each item and activity has the same entries and seconds."""
    spread = sorted(
        (person.user_id, _named(part), part.duration_seconds, sorted(part.entries)) for person in people for part in _parts(person)
    )
    return sha256(repr(spread).encode()).hexdigest()[:16]


def _named(part: TrackedItem | Activity) -> str:
    """By the words of the description; by its project too, because entries move between projects."""
    words = f"{part.label} #{part.public_id}" if isinstance(part, TrackedItem) else part.description
    return f"{words} [{part.project}]"


def _parts(person: TrackedPerson | EnrichedPerson) -> tuple[TrackedItem | Activity, ...]:
    items = [each.tracked for each in person.items] if isinstance(person, EnrichedPerson) else person.items
    return (*items, *person.activities)


def edits_found(edits: Iterable[LateEdit]) -> list[tuple[datetime, Collection[int]]]:
    """When late edits were found, and what they changed."""
    return [(edit.checked_at, edit.changed) for edit in edits]


def _change(before: Revision, subject: Subject) -> Change | None:
    if subject.total_seconds is None or before.total_seconds is None:
        return None
    known, now = set(before.entries), set(subject.entries)
    edited = {entry for found_at, entries in subject.edited if found_at >= before.generated_at for entry in entries}
    found = Change(
        previous=before.number,
        seconds=subject.total_seconds - before.total_seconds,
        added=tuple(sorted(now - known)),
        changed=tuple(sorted(edited & now & known)),
        deleted=tuple(sorted(known - now)),
    )
    is_unseen = not found.is_of_entries and bool(before.time) and before.time != subject.time
    return found.model_copy(update={"is_spread_anew": is_unseen})
