"""Everything the Toggl summary shows: only what Toggl knows, so it is there before any work item is looked up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from volt_assets.work_reports.models import TogglAggregated, TrackedItem
from volt_assets.work_reports.report.accounting import quality
from volt_assets.work_reports.report.fact_models import Grid, ItemName
from volt_assets.work_reports.report.figures import Hours, added, change, nearest, percentage, split, split_two_ways
from volt_assets.work_reports.report.periods import Period, grid_columns
from volt_assets.work_reports.report.person_facts import activity_facts
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import NO_PROJECT, member_rows, rest_of, share_rows
from volt_assets.work_reports.report.team_models import PartOfItem, ShareRow, TeamItem, TogglFacts
from volt_assets.work_reports.report.work import ItemKey, distinct_names, shown_hours

MOST_ROWS = 200
NO_ITEM = "no work item"


def toggl_facts(aggregated: TogglAggregated) -> TogglFacts:
    """The facts of the Toggl summary."""
    shown = shown_hours(aggregated.people)
    on_items, other = added([parts[0] for parts in shown.values()]), added([parts[1] for parts in shown.values()])
    total = added([on_items, other])
    called = distinct_names(aggregated.people)
    named = [(called[person.user_id], activity) for person in aggregated.people for activity in person.activities]
    tracked = [(person.user_id, called[person.user_id], item) for person in aggregated.people for item in person.items]
    items, activities = _items(tracked, on_items.tenths), activity_facts(named, other.tenths)
    previous = aggregated.previous_statistics
    scene = scene_of(aggregated)
    return TogglFacts(
        scene=scene,
        total=total,
        on_items=on_items,
        other=other,
        on_items_percent=percentage(on_items.seconds, total.seconds),
        change=change(total.seconds - previous.total_duration_seconds) if previous else None,
        unique_items=len(items),
        members=member_rows(aggregated.people, shown, called, {}),
        items=tuple(items[:MOST_ROWS]),
        more_items=rest_of([item.hours for item in items], MOST_ROWS),
        activities=activities[:MOST_ROWS],
        more_activities=rest_of([activity.hours for activity in activities], MOST_ROWS),
        grid=_grid(aggregated, scene.period, on_items, other),
        projects=tuple(share_rows(_labelled(aggregated.seconds_by_project, NO_PROJECT), total.tenths)),
        types=_types(aggregated, on_items, other),
        quality=quality(
            [(called[person.user_id], finding) for person in aggregated.people for finding in person.findings],
            named,
            [(name, item) for _, name, item in tracked],
            scene.period,
            name_people=True,
        ),
        people_without_time=tuple(person.name for person in aggregated.people_without_time),
    )


def _labelled(seconds: dict[str, int], nothing: str) -> dict[str, int]:
    named: Counter[str] = Counter()
    for label, part in seconds.items():
        named[label or nothing] += part
    return {label: part for label, part in named.items() if part}


def _types(aggregated: TogglAggregated, on_items: Hours, other: Hours) -> tuple[ShareRow, ...]:
    """Time by item type, then the time without an item, each as the headline shows it."""
    whole = on_items.seconds + other.seconds
    share = percentage(on_items.seconds, whole)
    by_type = {label: seconds for label, seconds in aggregated.seconds_by_type.items() if label}
    rows = share_rows(by_type, on_items.tenths, whole=whole, target=share)
    if other.seconds:
        rows.append(ShareRow(label=NO_ITEM, hours=other, percent=100 - share))
    return tuple(rows)


def _items(tracked: Iterable[tuple[int, str, TrackedItem]], total_tenths: int) -> list[TeamItem]:
    seconds: Counter[ItemKey] = Counter()
    texts: dict[ItemKey, TrackedItem] = {}
    people: dict[ItemKey, dict[str, None]] = {}
    parts: dict[ItemKey, list[PartOfItem]] = {}
    for user_id, person, item in sorted(tracked, key=lambda each: -each[2].duration_seconds):
        key = (item.type, item.public_id)
        seconds[key] += item.duration_seconds
        texts.setdefault(key, item)
        people.setdefault(key, {})[person] = None
        part = PartOfItem(user_id=user_id, name=person, hours=nearest(item.duration_seconds), entries=item.entries)
        parts.setdefault(key, []).append(part)
    ordered = sorted(seconds, key=lambda key: (-seconds[key], key))
    hours = split([seconds[key] for key in ordered], total_tenths)
    return [
        TeamItem(
            name=ItemName(type=key[0], public_id=key[1], name=texts[key].names[0] if texts[key].names else ""),
            hours=part,
            people=tuple(people[key]),
            project=texts[key].project,
            label=texts[key].label,
            parts=tuple(parts[key]),
        )
        for key, part in zip(ordered, hours, strict=True)
    ]


def _grid(aggregated: TogglAggregated, period: Period, on_items: Hours, other: Hours) -> Grid:
    columns = grid_columns(period)
    by_day: Counter[str] = Counter()
    for person in aggregated.people:
        for item in person.items:
            by_day.update(item.seconds_by_day)
    first = [column.seconds_in(by_day) for column in columns]
    second = [column.seconds_in(aggregated.seconds_by_day) - part for column, part in zip(columns, first, strict=True)]
    upper, lower = split_two_ways(first, second, (on_items.tenths, other.tenths))
    return Grid(columns=tuple(column.label for column in columns), items=tuple(upper), other=tuple(lower))
