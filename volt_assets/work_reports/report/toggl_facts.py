"""Everything the Toggl summary shows: only what Toggl knows, so it is there before any work item is looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from volt_assets.work_reports.languages.language import gettext_noop
from volt_assets.work_reports.models import TogglAggregated, TrackedItem
from volt_assets.work_reports.report.accounting import ActivityTime, ItemTime, quality
from volt_assets.work_reports.report.activities import activity_facts
from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.figures import Hours, added, percentage, split_beside
from volt_assets.work_reports.report.hours_grid import hours_grid
from volt_assets.work_reports.report.late_edits import team_late_edits
from volt_assets.work_reports.report.leaf_hours import LeafHours, leaf_hours
from volt_assets.work_reports.report.people import ItemKey
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import NO_PROJECT, member_rows, rest_of, share_rows, total_before, totals_of
from volt_assets.work_reports.report.team_models import PartOfItem, ShareRow, TeamItem, TogglFacts
from volt_assets.work_reports.report.work import distinct_names, shown_hours

MOST_ROWS = 200
NO_ITEM = gettext_noop("no work item")


def toggl_facts(aggregated: TogglAggregated) -> TogglFacts:
    """The facts of the Toggl summary."""
    hours = leaf_hours(aggregated.people, shown_hours(aggregated.people))
    on_items, other = (added([parts[index] for parts in hours.totals.values()]) for index in (0, 1))
    called = distinct_names([*aggregated.people, *aggregated.people_without_time])
    named = _activities(aggregated, called, hours)
    tracked = [
        (called[person.user_id], item, hours.items[person.user_id][item.type, item.public_id])
        for person in aggregated.people
        for item in person.items
    ]
    items, activities = _items(tracked, hours, called), activity_facts(named)
    before = total_before(aggregated.previous_statistics, hours)
    scene = scene_of(aggregated, called)
    return TogglFacts(
        **dict(totals_of(on_items, other, before)),
        scene=scene,
        unique_items=len(items),
        members=member_rows(aggregated.people, hours, called, {}),
        items=tuple(items[:MOST_ROWS]),
        more_items=rest_of([item.hours for item in items], MOST_ROWS),
        activities=activities[:MOST_ROWS],
        more_activities=rest_of([activity.hours for activity in activities], MOST_ROWS),
        grid=hours_grid(
            [(item.seconds_by_day, part) for _, item, part in tracked],
            [(activity.seconds_by_day, part) for _, activity, part in named],
            scene.period,
        ),
        projects=_projects(aggregated.seconds_by_project, tracked, named, added([on_items, other])),
        types=_types(tracked, on_items, other),
        quality=quality(
            [(called[person.user_id], finding) for person in aggregated.people for finding in person.findings],
            named,
            tracked,
            scene.period,
            name_people=True,
        ),
        late_edits=team_late_edits(aggregated.late_edits, [(called[person.user_id], person) for person in aggregated.people], scene.period),
        people_without_time=tuple(called[person.user_id] for person in aggregated.people_without_time),
    )


def _activities(aggregated: TogglAggregated, called: Mapping[int, str], hours: LeafHours) -> list[ActivityTime]:
    return [
        (called[person.user_id], activity, part)
        for person in aggregated.people
        for activity, part in zip(person.activities, hours.activities[person.user_id], strict=True)
    ]


def _projects(
    seconds_by_project: Mapping[str, int], tracked: Iterable[ItemTime], named: Iterable[ActivityTime], total: Hours
) -> tuple[ShareRow, ...]:
    """Time by project, entry by entry; where that is the time of whole items and activities, as these are shown."""
    seconds: Counter[str] = Counter()
    for project, tracked_seconds in seconds_by_project.items():
        seconds[project or NO_PROJECT] += tracked_seconds
    leaves: dict[str, list[Hours]] = {}
    for of_project, part in [(item.project, part) for _, item, part in tracked] + [(each.project, part) for _, each, part in named]:
        leaves.setdefault(of_project or NO_PROJECT, []).append(part)
    whole = {project: added(parts) for project, parts in leaves.items()}
    labels = [label for label, part in seconds.items() if part]
    decided = {
        index: whole[label].tenths for index, label in enumerate(labels) if label in whole and whole[label].seconds == seconds[label]
    }
    return tuple(share_rows(zip(labels, split_beside([seconds[label] for label in labels], decided, total.tenths), strict=True)))


def _types(tracked: Sequence[ItemTime], on_items: Hours, other: Hours) -> tuple[ShareRow, ...]:
    """Time by item type, then the time without an item, each as the headline shows it."""
    whole = on_items.seconds + other.seconds
    rows = share_rows(((item.type, part) for _, item, part in tracked), whole=whole)
    if other.seconds:
        rows.append(ShareRow(label=NO_ITEM, hours=other, percent=percentage(other.seconds, whole)))
    return tuple(rows)


def _items(tracked: Iterable[ItemTime], hours: LeafHours, called: Mapping[int, str]) -> list[TeamItem]:
    """Each item once, most hours of everybody first."""
    texts: dict[ItemKey, TrackedItem] = {}
    parts: dict[ItemKey, list[PartOfItem]] = {}
    ids = {name: user_id for user_id, name in called.items()}
    for person, item, part in tracked:
        key = (item.type, item.public_id)
        # The words are those of most of the time; people stand in the order of the report, which is by name.
        if key not in texts or item.duration_seconds > texts[key].duration_seconds:
            texts[key] = item
        parts.setdefault(key, []).append(PartOfItem(user_id=ids[person], name=person, hours=part, entries=item.entries))
    team_hours = hours.by_item()
    return [
        TeamItem(
            name=ItemName(type=key[0], public_id=key[1], name=texts[key].names[0] if texts[key].names else ""),
            hours=team_hours[key],
            people=tuple(part.name for part in parts[key]),
            project=texts[key].project,
            label=texts[key].label,
            parts=tuple(parts[key]),
        )
        for key in sorted(team_hours, key=lambda key: (-team_hours[key].seconds, key))
    ]
