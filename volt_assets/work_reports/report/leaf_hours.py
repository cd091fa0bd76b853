"""Which tenths of an hour are shown for the smallest parts: a person's time on an item, and on an activity.

Decided once for all reports about the same people. Every other figure is the sum of the leaves it stands for, so equal
quantities print the same wherever they stand, and what a table lists adds up. The price is that a sum may be off by more
than half a tenth; which leaves are raised is chosen so that the sums of projects, items and types stay near to the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from volt_assets.work_reports.models import Activity
from volt_assets.work_reports.report.figures import Hours, added, split
from volt_assets.work_reports.report.people import AnyPerson, ItemKey, tracked_items

SECONDS_PER_TENTH = 360
# Group -> seconds by which what was shown of it so far is below the truth.
_Owed = Counter[Hashable]


@dataclass(frozen=True)
class LeafHours:
    """What is shown for every leaf, by user id."""

    totals: Mapping[int, tuple[Hours, Hours]]
    """On items and on other work: what the leaves add up to."""
    items: Mapping[int, Mapping[ItemKey, Hours]]
    activities: Mapping[int, tuple[Hours, ...]]
    """In the order of the person's activities."""
    before: Mapping[int, Hours]
    """Of the period before, of those for whom it is known."""

    def by_item(self) -> dict[ItemKey, Hours]:
        """Everybody's hours on each item."""
        parts: dict[ItemKey, list[Hours]] = {}
        for of_person in self.items.values():
            for key, part in of_person.items():
                parts.setdefault(key, []).append(part)
        return {key: added(each) for key, each in parts.items()}


def leaf_hours(people: Iterable[AnyPerson], totals: Mapping[int, tuple[Hours, Hours]]) -> LeafHours:
    """The leaves of `people`, which add up to their `totals`; the same for the same people from either document."""
    ordered = sorted(people, key=lambda person: person.user_id)
    owed: _Owed = Counter()
    known = {person.user_id: person.previous_statistics for person in ordered if person.previous_statistics is not None}
    before = split([statistics.total_duration_seconds for statistics in known.values()])
    return LeafHours(
        totals=totals,
        items={person.user_id: _items(person, totals[person.user_id][0].tenths, owed) for person in ordered},
        activities={person.user_id: _activities(person.activities, totals[person.user_id][1].tenths, owed) for person in ordered},
        before=dict(zip(known, before, strict=True)),
    )


def _items(person: AnyPerson, total_tenths: int, owed: _Owed) -> dict[ItemKey, Hours]:
    tracked = sorted(tracked_items(person), key=lambda item: (item.type, item.public_id))
    hours = _divided(
        [item.duration_seconds for item in tracked],
        [item.project or "" for item in tracked],
        [((item.type, item.public_id), item.type) for item in tracked],
        total_tenths,
        owed,
    )
    return {(item.type, item.public_id): part for item, part in zip(tracked, hours, strict=True)}


def _activities(activities: Sequence[Activity], total_tenths: int, owed: _Owed) -> tuple[Hours, ...]:
    hours = _divided(
        [activity.duration_seconds for activity in activities],
        [activity.project or "" for activity in activities],
        [((activity.description.strip(), activity.reason),) for activity in activities],
        total_tenths,
        owed,
    )
    return tuple(hours)


def _divided(
    seconds: Sequence[int], projects: Sequence[str], groups: Sequence[tuple[Hashable, ...]], total_tenths: int, owed: _Owed
) -> list[Hours]:
    """First the total among the projects, then each project among its parts, each time with what is owed from the people before."""
    members: dict[str, list[int]] = {}
    for index, project in enumerate(projects):
        members.setdefault(project, []).append(index)
    found: dict[int, Hours] = {}
    sums = [sum(seconds[index] for index in indices) for indices in members.values()]
    of_projects = split(sums, total_tenths, owed=[owed["project", project] for project in members])
    for (project, indices), whole in zip(members.items(), of_projects, strict=True):
        owed["project", project] += whole.seconds - whole.tenths * SECONDS_PER_TENTH
        wanted = [sum(owed[group] for group in groups[index]) for index in indices]
        for index, part in zip(indices, split([seconds[index] for index in indices], whole.tenths, owed=wanted), strict=True):
            found[index] = part
            for group in groups[index]:
                owed[group] += part.seconds - part.tenths * SECONDS_PER_TENTH
    return [found[index] for index in range(len(seconds))]
