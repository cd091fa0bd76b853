"""Everything an individual report shows, computed from the aggregated time and the enriched items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import Activity, EnrichedEntities, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.accounting import coverage, quality
from volt_assets.work_reports.report.alignment import FULLY_TRACKED, alignment, alignment_summary
from volt_assets.work_reports.report.attention import person_attention
from volt_assets.work_reports.report.fact_models import ActivityFacts, Grid, PersonFacts, WorkPattern
from volt_assets.work_reports.report.figures import Hours, change, nearest, percentage, split, split_two_ways
from volt_assets.work_reports.report.item_facts import item_facts
from volt_assets.work_reports.report.periods import Period, grid_columns
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.work import Circumstances, PersonWork, circumstances, person_work


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
    statistics, previous = person.statistics, person.previous_statistics
    return PersonFacts(
        scene=scene_of(aggregated, enriched=enriched, user_id=person.user_id, entries=statistics.total_entries),
        user_id=person.user_id,
        name=person.name,
        slug=person.slug,
        email=person.email,
        zone=person.zone,
        total=work.total,
        on_items=work.on_items,
        other=work.other,
        on_items_percent=percentage(work.on_items.seconds, work.total.seconds),
        change=change(statistics.total_duration_seconds - previous.total_duration_seconds) if previous else None,
        grid=_grid(person, work, around.period),
        items=items,
        activities=activity_facts([(person.name, activity) for activity in person.activities], work.other.tenths),
        attention=person_attention(rows, items, person.running, around.period, reports.needs_attention_most),
        alignment=rows,
        alignment_classes=alignment_summary(rows, work.on_items),
        to_act_on=tuple(row for row in rows if row.hours is not None and row.kind not in FULLY_TRACKED),
        coverage=coverage(work.items, work.on_items, work.other),
        quality=quality(
            [(person.name, finding) for finding in person.findings],
            [(person.name, activity) for activity in person.activities],
            [(person.name, item) for item in person.items],
            around.period,
            name_people=False,
        ),
        pattern=_pattern(person, around.period, reports),
        judged_by_dates=around.by_dates,
        unknown_in_fibery=not work.is_known_in_fibery,
    )


def activity_facts(activities: Sequence[tuple[str, Activity]], total_tenths: int) -> tuple[ActivityFacts, ...]:
    """Activities of one or several people, merged by their text, most hours first; they add up to the total."""
    seconds: Counter[tuple[str, str]] = Counter()
    entries: Counter[tuple[str, str]] = Counter()
    people: dict[tuple[str, str], dict[str, None]] = {}
    for person, activity in activities:
        key = (activity.description.strip(), activity.reason)
        seconds[key] += activity.duration_seconds
        entries[key] += len(activity.entries)
        people.setdefault(key, {})[person] = None
    ordered = sorted(seconds, key=lambda key: (-seconds[key], key))
    remarks = {"bare id": "number without a type", "tags without id": "tags without a number"}
    return tuple(
        ActivityFacts(
            text=key[0] or "(no description)", hours=hours, entries=entries[key], people=tuple(people[key]), remark=remarks.get(key[1], "")
        )
        for key, hours in zip(ordered, split([seconds[key] for key in ordered], total_tenths), strict=True)
    )


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


def _pattern(person: TrackedPerson, period: Period, reports: ReportSettings) -> WorkPattern:
    days = {day: seconds for day, seconds in person.seconds_by_day.items() if seconds > 0}
    busiest = min(days, key=lambda day: (-days[day], day), default=None)
    meetings = sum(each.duration_seconds for each in person.activities if is_meeting(each.description, reports.meeting_words))
    per_day: Hours | None = nearest(days[busiest]) if busiest else None
    return WorkPattern(
        days_with_time=len(days),
        busiest_day=period.day(busiest) if busiest else None,
        busiest_hours=per_day,
        meetings=nearest(meetings),
        meeting_percent=percentage(meetings, person.statistics.total_duration_seconds),
        switches=person.switches,
        switches_per_day=f"{person.switches / len(days):.1f}" if days else "0.0",
    )
