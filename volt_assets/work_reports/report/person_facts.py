"""Everything an individual report shows, computed from the aggregated time and the enriched items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedEntities, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.accounting import ActivityTime, coverage, quality
from volt_assets.work_reports.report.alignment import FULLY_TRACKED, alignment, alignment_summary
from volt_assets.work_reports.report.attention import person_attention
from volt_assets.work_reports.report.fact_models import ActivityFacts, Grid, PersonFacts, WorkPattern
from volt_assets.work_reports.report.figures import Hours, added, change, nearest, percentage, split_two_ways
from volt_assets.work_reports.report.item_facts import item_facts
from volt_assets.work_reports.report.late_edits import own_late_edits
from volt_assets.work_reports.report.people import has_email
from volt_assets.work_reports.report.periods import Period, grid_columns
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.work import Circumstances, PersonWork, circumstances, person_work

NO_DESCRIPTION = "(no description)"


def person_facts(
    person: TrackedPerson,
    aggregated: TogglAggregated,
    enriched: EnrichedEntities,
    reports: ReportSettings,
    around: Circumstances | None = None,
) -> PersonFacts:
    """The facts of one person. `around` are the circumstances of everybody's reports, when they are made already."""
    around = around or circumstances(aggregated.people, enriched, reports, without_time=aggregated.people_without_time)
    work = person_work(person, around)
    items = tuple(item_facts(work, one, around) for one in work.items)
    rows = alignment(work, around)
    activities = [(person.name, activity, hours) for activity, hours in work.activities]
    grid = _grid(person, work, around.period)
    return PersonFacts(
        scene=scene_of(aggregated, enriched=enriched, user_id=person.user_id, entries=person.statistics.total_entries),
        user_id=person.user_id,
        name=person.name,
        slug=person.slug,
        email=person.email,
        zone=person.zone,
        total=work.total,
        on_items=work.on_items,
        other=work.other,
        on_items_percent=percentage(work.on_items.seconds, work.total.seconds),
        change=change(work.total, work.before) if work.before else None,
        grid=grid,
        items=items,
        activities=activity_facts(activities),
        attention=person_attention(rows, items, person.running, around.period, reports.needs_attention_most),
        alignment=rows,
        alignment_classes=alignment_summary(rows),
        to_act_on=tuple(row for row in rows if row.hours is not None and row.kind not in FULLY_TRACKED),
        coverage=coverage(work.items, work.on_items, work.other),
        quality=quality(
            [(person.name, finding) for finding in person.findings],
            activities,
            [(person.name, one.tracked, one.hours) for one in work.items],
            around.period,
            name_people=False,
        ),
        late_edits=own_late_edits(aggregated.late_edits, person, around.period),
        pattern=_pattern(person, activities, grid, around.period, reports),
        judged_by_dates=around.by_dates,
        unknown_in_fibery=not work.is_known_in_fibery,
        has_email=has_email(person),
    )


def activity_facts(activities: Sequence[ActivityTime]) -> tuple[ActivityFacts, ...]:
    """Activities of one or several people, merged by their text, most hours first."""
    parts: dict[tuple[str, str], list[Hours]] = {}
    entries: Counter[tuple[str, str]] = Counter()
    people: dict[tuple[str, str], dict[str, None]] = {}
    for person, activity, part in activities:
        key = (activity.description.strip(), activity.reason)
        parts.setdefault(key, []).append(part)
        entries[key] += len(activity.entries)
        people.setdefault(key, {})[person] = None
    hours = {key: added(each) for key, each in parts.items()}
    ordered = sorted(hours, key=lambda key: (-hours[key].seconds, key))
    remarks = {"bare id": "number without a type", "tags without id": "tags without a number"}
    return tuple(
        ActivityFacts(
            text=key[0] or NO_DESCRIPTION, hours=hours[key], entries=entries[key], people=tuple(people[key]), remark=remarks.get(key[1], "")
        )
        for key in ordered
    )


def meeting_hours(activities: Iterable[ActivityTime], words: Sequence[str]) -> Hours:
    """The hours of the activities that are meetings by one of the words."""
    return added([hours for _, activity, hours in activities if is_meeting(activity.description, words)])


def is_meeting(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words stands in the text as a word, in any case."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words if word)


def _grid(person: TrackedPerson, work: PersonWork, period: Period) -> Grid:
    columns = grid_columns(period)
    on_items: Counter[str] = Counter()
    for item in person.items:
        on_items.update(item.seconds_by_day)
    first = [column.seconds_in(on_items) for column in columns]
    second = [column.seconds_in(person.seconds_by_day) - part for column, part in zip(columns, first, strict=True)]
    upper, lower = split_two_ways(first, second, (work.on_items.tenths, work.other.tenths))
    return Grid(columns=tuple(column.label for column in columns), items=tuple(upper), other=tuple(lower))


def _pattern(person: TrackedPerson, activities: Sequence[ActivityTime], grid: Grid, period: Period, reports: ReportSettings) -> WorkPattern:
    days = {day: seconds for day, seconds in person.seconds_by_day.items() if seconds > 0}
    busiest = min(days, key=lambda day: (-days[day], day), default=None)
    meetings = meeting_hours(activities, reports.meeting_words)
    return WorkPattern(
        days_with_time=len(days),
        busiest_day=period.day(busiest) if busiest else None,
        busiest_hours=_hours_of_day(busiest, days[busiest], grid, period) if busiest else None,
        meetings=meetings,
        meeting_percent=percentage(meetings.seconds, person.statistics.total_duration_seconds),
        switches=person.switches,
        switches_per_day=f"{person.switches / len(days):.1f}" if days else "0.0",
    )


def _hours_of_day(day: str, seconds: int, grid: Grid, period: Period) -> Hours:
    """As the grid shows the day, where it has a column of its own."""
    for column, items, other in zip(grid_columns(period), grid.items, grid.other, strict=True):
        if column.first.isoformat() == day == column.last.isoformat():
            return added([items, other])
    return nearest(seconds)
