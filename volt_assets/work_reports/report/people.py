"""The people of a report, whichever document they come from, and what both documents have of them."""

from __future__ import annotations

from volt_assets.work_reports.models import EnrichedPerson, Person, TrackedItem, TrackedPerson

AnyPerson = TrackedPerson | EnrichedPerson
ItemKey = tuple[str, str]
"""Identity of a work item: type and public id."""


def tracked_items(person: AnyPerson) -> list[TrackedItem]:
    """The person's items from either document."""
    if isinstance(person, EnrichedPerson):
        return [pair.tracked for pair in person.items]
    return list(person.items)


def has_email(person: AnyPerson | Person) -> bool:
    """Whether Toggl shows an e-mail: by it people are found in Fibery, and it is the key of the people map of volt.yaml."""
    return bool((person.email or "").strip())
