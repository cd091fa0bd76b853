"""What the rules look at: a person's time paired with what Fibery knows, and the circumstances of the report.

Belongs here: bringing tracked and enriched items together, and who is an assignee. Rules stand in item_facts.py,
alignment.py and attention.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from volt_assets.errors import IncompleteDataError
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import Activity, AssignedItem, EnrichedEntities, EnrichedItem, Person, TrackedItem
from volt_assets.work_reports.report.figures import Hours, added, split_two_ways
from volt_assets.work_reports.report.leaf_hours import LeafHours, leaf_hours
from volt_assets.work_reports.report.local_days import local_assigned, local_item
from volt_assets.work_reports.report.people import AnyPerson, ItemKey, tracked_items
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.phases import is_long_after


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
    activities: tuple[tuple[Activity, Hours], ...]
    assigned: tuple[AssignedItem, ...]
    before: Hours | None = None
    """What the period before is shown with, when it is known."""
    is_known_in_fibery: bool = True
    called: str = ""
    """The name as reports about several people show it."""

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
    states_on: str
    """The day on which states and assignees were fetched, as shown: what they were earlier is not known."""
    hours: LeafHours
    """What is shown for the smallest parts of everybody's time, decided once for all reports."""
    team_hours: Mapping[ItemKey, Hours]
    """Everybody's hours per item in the report's data."""
    descendants: Mapping[ItemKey, frozenset[ItemKey]] = field(default_factory=dict)
    """Item -> the items of the report that have it in their parent chain."""
    people_on: Mapping[ItemKey, frozenset[int]] = field(default_factory=dict)
    """Item -> user ids of the people with time on it."""
    hours_below: Mapping[ItemKey, Hours] = field(default_factory=dict)
    """Item -> everybody's hours on those items, added up once: a large feature stands above thousands."""
    fibery_emails: Mapping[str, str] = field(default_factory=dict)
    """Toggl e-mail -> Fibery e-mail, where they differ (`people:` of volt.yaml)."""
    items: Mapping[ItemKey, EnrichedItem] = field(default_factory=dict)
    assigned: Mapping[int, tuple[AssignedItem, ...]] = field(default_factory=dict)
    called: Mapping[int, str] = field(default_factory=dict)
    """User id -> name, told apart where two people have the same one."""
    namesakes: frozenset[str] = frozenset()
    """Names that several people of the report have."""
    unknown_in_fibery: frozenset[int] = frozenset()
    """User ids of the people whom Fibery does not know."""


def circumstances(
    people: Iterable[AnyPerson],
    enriched: EnrichedEntities,
    reports: ReportSettings,
    fibery_emails: Mapping[str, str] | None = None,
    without_time: Iterable[Person] = (),
    timezone: str = "UTC",
) -> Circumstances:
    """The circumstances of all reports about `people` and those `without_time`: made once, used for everybody.

    `timezone` is that of the report: the days of items are days in it.
    """
    zone = ZoneInfo(timezone)
    people = list(people)
    everybody = [*people, *without_time]
    assigned: defaultdict[int, list[AssignedItem]] = defaultdict(list)
    for each in enriched.assigned:
        assigned[each.user_id].append(local_assigned(each, zone))
    period = Period(start=enriched.start_date, end=enriched.end_date)
    hours = leaf_hours(people, shown_hours(people))
    team_hours = hours.by_item()
    below = _below(enriched.items)
    return Circumstances(
        period=period,
        reports=reports,
        by_dates=is_long_after(enriched.fetched_at, period),
        states_on=period.day(enriched.fetched_at),
        hours=hours,
        team_hours=team_hours,
        descendants=below,
        people_on=_people_on(people),
        hours_below={key: added([team_hours[each] for each in keys if each in team_hours]) for key, keys in below.items()},
        fibery_emails=fibery_emails or {},
        items={(item.type, item.public_id): local_item(item, zone) for item in enriched.items},
        assigned={user_id: tuple(items) for user_id, items in assigned.items()},
        called=distinct_names(everybody),
        namesakes=frozenset(name for name, count in Counter(person.name for person in everybody).items() if count > 1),
        unknown_in_fibery=frozenset(person.user_id for person in enriched.unmatched_people),
    )


def _below(items: Iterable[EnrichedItem]) -> dict[ItemKey, frozenset[ItemKey]]:
    below: defaultdict[ItemKey, set[ItemKey]] = defaultdict(set)
    for item in items:
        for parent in item.parents:
            below[parent.type, parent.public_id].add((item.type, item.public_id))
    return {key: frozenset(keys) for key, keys in below.items()}


def _people_on(people: Iterable[AnyPerson]) -> dict[ItemKey, frozenset[int]]:
    found: defaultdict[ItemKey, set[int]] = defaultdict(set)
    for person in people:
        for tracked in tracked_items(person):
            if tracked.duration_seconds:
                found[tracked.type, tracked.public_id].add(person.user_id)
    return {key: frozenset(user_ids) for key, user_ids in found.items()}


def shown_hours(people: Iterable[AnyPerson]) -> dict[int, tuple[Hours, Hours]]:
    """User id -> hours on items and on other work; both rows add up to the totals of everybody."""
    listed = list(people)
    on_items, other = split_two_ways(
        [person.statistics.matched_duration_seconds for person in listed],
        [person.statistics.unmatched_duration_seconds for person in listed],
    )
    return {person.user_id: (items, rest) for person, items, rest in zip(listed, on_items, other, strict=True)}


def distinct_names(people: Iterable[AnyPerson | Person]) -> dict[int, str]:
    """User id -> name; people with equal names get the first part of their e-mail, or their user id, beside it."""
    listed = list(people)
    names = Counter(person.name for person in listed)
    tags = {person.user_id: (person.email or "").partition("@")[0] or str(person.user_id) for person in listed}
    tagged = Counter((person.name, tags[person.user_id]) for person in listed)
    return {
        person.user_id: person.name
        if names[person.name] == 1
        else f"{person.name} ({tags[person.user_id] if tagged[person.name, tags[person.user_id]] == 1 else person.user_id})"
        for person in listed
    }


def paired(person: AnyPerson, items: Mapping[ItemKey, EnrichedItem]) -> list[tuple[TrackedItem, EnrichedItem]]:
    """The person's items, most time first, with what Fibery knows. Raises IncompleteDataError when one is missing."""
    tracked = sorted(tracked_items(person), key=lambda each: (-each.duration_seconds, each.type, each.public_id))
    if missing := [each for each in tracked if (each.type, each.public_id) not in items]:
        first = missing[0]
        raise IncompleteDataError(
            f"enriched_entities.json lacks {first.type} #{first.public_id}, on which person {person.user_id} has time",
            hint="run the enrichment of this range again",
        )
    return [(each, items[each.type, each.public_id]) for each in tracked]


def person_work(person: AnyPerson, around: Circumstances) -> PersonWork:
    """The person's time with the hours shown for it. Raises IncompleteDataError when an item is missing."""
    on_items, other = around.hours.totals[person.user_id]
    hours = around.hours.items[person.user_id]
    return PersonWork(
        user_id=person.user_id,
        name=person.name,
        email=person.email,
        on_items=on_items,
        other=other,
        items=tuple(ItemWork(tracked, item, hours[tracked.type, tracked.public_id]) for tracked, item in paired(person, around.items)),
        activities=tuple(zip(person.activities, around.hours.activities[person.user_id], strict=True)),
        assigned=around.assigned.get(person.user_id, ()),
        before=around.hours.before.get(person.user_id),
        is_known_in_fibery=person.user_id not in around.unknown_in_fibery,
        called=around.called[person.user_id],
    )


def work_without_time(person: Person, around: Circumstances) -> PersonWork:
    """Somebody of the report who tracked nothing: only what is assigned."""
    nothing = Hours(seconds=0, tenths=0)
    return PersonWork(
        user_id=person.user_id,
        name=person.name,
        email=person.email,
        on_items=nothing,
        other=nothing,
        items=(),
        activities=(),
        assigned=around.assigned.get(person.user_id, ()),
        is_known_in_fibery=person.user_id not in around.unknown_in_fibery,
        called=around.called[person.user_id],
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
