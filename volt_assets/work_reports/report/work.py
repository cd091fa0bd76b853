"""What the rules look at: a person's time paired with what Fibery knows, and the circumstances of the report.

Belongs here: bringing tracked and enriched items together, and who is an assignee. Rules stand in item_facts.py,
alignment.py and attention.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from volt_assets.errors import IncompleteDataError
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import AssignedItem, EnrichedEntities, EnrichedItem, EnrichedPerson, TrackedItem, TrackedPerson
from volt_assets.work_reports.report.figures import Hours, split, split_two_ways
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.phases import is_long_after

AnyPerson = TrackedPerson | EnrichedPerson
ItemKey = tuple[str, str]


@dataclass(frozen=True)
class ItemWork:
    """One person's time on one item, with the hours shown for it."""

    tracked: TrackedItem
    item: EnrichedItem
    hours: Hours

    @property
    def key(self) -> ItemKey:
        """Identity of the item."""
        return (self.tracked.type, self.tracked.public_id)


@dataclass(frozen=True)
class PersonWork:
    """One person's time on all items, most first, and the items assigned to the person."""

    user_id: int
    name: str
    email: str | None
    on_items: Hours
    other: Hours
    items: tuple[ItemWork, ...]
    assigned: tuple[AssignedItem, ...]
    is_known_in_fibery: bool = True

    @property
    def total(self) -> Hours:
        """What is shown as the person's total: the two parts added up."""
        return Hours(seconds=self.on_items.seconds + self.other.seconds, tenths=self.on_items.tenths + self.other.tenths)


@dataclass(frozen=True)
class Circumstances:
    """What every rule needs to know besides the person."""

    period: Period
    reports: ReportSettings
    by_dates: bool
    """The period is judged long after its end: by dates only."""
    team_seconds: Mapping[ItemKey, int]
    """Everybody's seconds per item in the report's data."""
    fibery_emails: Mapping[str, str] = field(default_factory=dict)
    """Toggl e-mail -> Fibery e-mail, where they differ (`people:` of volt.yaml)."""


def circumstances(
    people: Iterable[AnyPerson], enriched: EnrichedEntities, reports: ReportSettings, fibery_emails: Mapping[str, str] | None = None
) -> Circumstances:
    """The circumstances of a report about `people`."""
    period = Period(start=enriched.start_date, end=enriched.end_date)
    seconds: defaultdict[ItemKey, int] = defaultdict(int)
    for person in people:
        for tracked in tracked_items(person):
            seconds[tracked.type, tracked.public_id] += tracked.duration_seconds
    return Circumstances(period, reports, is_long_after(enriched.fetched_at, period), dict(seconds), fibery_emails or {})


def tracked_items(person: AnyPerson) -> list[TrackedItem]:
    """The person's items from either document."""
    if isinstance(person, EnrichedPerson):
        return [pair.tracked for pair in person.items]
    return list(person.items)


def shown_hours(people: Iterable[AnyPerson]) -> dict[int, tuple[Hours, Hours]]:
    """User id -> hours on items and on other work, rounded once for all reports so that the team's table adds up."""
    listed = list(people)
    on_items, other = split_two_ways(
        [person.statistics.matched_duration_seconds for person in listed],
        [person.statistics.unmatched_duration_seconds for person in listed],
    )
    return {person.user_id: (items, rest) for person, items, rest in zip(listed, on_items, other, strict=True)}


def person_work(person: AnyPerson, shown: tuple[Hours, Hours], enriched: EnrichedEntities) -> PersonWork:
    """Pair the person's items with the enriched ones. Raises IncompleteDataError when one is missing."""
    by_key = {(item.type, item.public_id): item for item in enriched.items}
    tracked = sorted(tracked_items(person), key=lambda each: (-each.duration_seconds, each.type, each.public_id))
    if missing := [each for each in tracked if (each.type, each.public_id) not in by_key]:
        first = missing[0]
        raise IncompleteDataError(
            f"enriched_entities.json lacks {first.type} #{first.public_id}, on which {person.slug} has time",
            hint="run the enrichment of this range again",
        )
    hours = split([each.duration_seconds for each in tracked], shown[0].tenths)
    return PersonWork(
        user_id=person.user_id,
        name=person.name,
        email=person.email,
        on_items=shown[0],
        other=shown[1],
        items=tuple(ItemWork(each, by_key[each.type, each.public_id], part) for each, part in zip(tracked, hours, strict=True)),
        assigned=tuple(each for each in enriched.assigned if each.user_id == person.user_id),
        is_known_in_fibery=all(unmatched.user_id != person.user_id for unmatched in enriched.unmatched_people),
    )


def is_assignee(work: PersonWork, item: EnrichedItem, around: Circumstances) -> bool | None:
    """Whether the person is among the item's assignees; None when it has none or the person is unknown in Fibery."""
    if not item.assignees or not work.is_known_in_fibery:
        return None
    own = (work.email or "").lower()
    emails = {own, around.fibery_emails.get(own, own).lower()} - {""}
    name = " ".join(work.name.casefold().split())
    return any(
        (assignee.email or "").lower() in emails if assignee.email and emails else " ".join(assignee.name.casefold().split()) == name
        for assignee in item.assignees
    )
