"""The people of a report, whichever document they come from, and what both documents have of them."""

from __future__ import annotations

from collections.abc import Iterator

from volt_assets.work_reports.models import EnrichedPerson, Person, TrackedItem, TrackedPerson

AnyPerson = TrackedPerson | EnrichedPerson
ItemKey = tuple[str, str]
"""Identity of a work item: type and public id."""


def tracked_items(person: AnyPerson) -> list[TrackedItem]:
    """The person's items from either document."""
    if isinstance(person, EnrichedPerson):
        return [pair.tracked for pair in person.items]
    return list(person.items)


def entry_ids(person: AnyPerson) -> Iterator[int]:
    """Every entry of the person, running ones included."""
    for item in tracked_items(person):
        yield from item.entries
    for activity in person.activities:
        yield from activity.entries
    yield from (entry.entry_id for entry in person.running)


def has_email(person: AnyPerson | Person) -> bool:
    """Whether Toggl shows an e-mail: by it people are found in Fibery, and it is the key of the people map of volt.yaml."""
    return bool((person.email or "").strip())
