"""Everything an individual report shows, computed from the aggregated time and the enriched items."""

from __future__ import annotations

from volt_assets.settings import ReportSettings
from volt_assets.work_reports.models import EnrichedEntities, TogglAggregated, TrackedPerson
from volt_assets.work_reports.report.accounting import coverage, quality
from volt_assets.work_reports.report.activities import activity_facts
from volt_assets.work_reports.report.alignment import alignment, alignment_summary, to_act_on
from volt_assets.work_reports.report.attention import person_attention
from volt_assets.work_reports.report.data_models import QualityRow
from volt_assets.work_reports.report.fact_models import Grid, PersonFacts
from volt_assets.work_reports.report.hours_grid import hours_grid
from volt_assets.work_reports.report.item_facts import item_facts
from volt_assets.work_reports.report.late_edits import own_late_edits
from volt_assets.work_reports.report.people import has_email
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.scene import scene_of
from volt_assets.work_reports.report.shares import totals_of
from volt_assets.work_reports.report.work import Circumstances, PersonWork, circumstances, person_work
from volt_assets.work_reports.report.work_pattern import work_pattern


def person_facts(
    person: TrackedPerson,
    aggregated: TogglAggregated,
    enriched: EnrichedEntities,
    reports: ReportSettings,
    around: Circumstances | None = None,
) -> PersonFacts:
    """The facts of one person. `around` are the circumstances of everybody's reports, when they are made already."""
    around = around or _around(aggregated, enriched, reports)
    work = person_work(person, around)
    items = tuple(item_facts(work, one, around) for one in work.items)
    rows = alignment(work, around)
    activities = [(work.called, activity, hours) for activity, hours in work.activities]
    grid = _grid(work, around.period)
    return PersonFacts(
        **dict(totals_of(work.on_items, work.other, work.before)),
        scene=scene_of(aggregated, around.called, enriched=enriched, user_id=person.user_id, entries=person.statistics.total_entries),
        user_id=person.user_id,
        name=work.called,
        slug=person.slug,
        email=person.email,
        zone=person.zone,
        grid=grid,
        items=items,
        activities=activity_facts(activities),
        attention=person_attention(rows, items, person.running, around.period, reports.needs_attention_most),
        alignment=rows,
        alignment_classes=alignment_summary(rows),
        to_act_on=to_act_on(rows),
        coverage=coverage(work.items, work.on_items, work.other),
        quality=_quality(person, work, around),
        late_edits=own_late_edits(aggregated.late_edits, person, around.period),
        pattern=work_pattern(person, activities, grid, around.period, reports),
        judged_by_dates=around.by_dates,
        unknown_in_fibery=not work.is_known_in_fibery,
        has_email=has_email(person),
    )


def _grid(work: PersonWork, period: Period) -> Grid:
    on_items = [(one.tracked.seconds_by_day, one.hours) for one in work.items]
    return hours_grid(on_items, [(activity.seconds_by_day, hours) for activity, hours in work.activities], period)


def _around(aggregated: TogglAggregated, enriched: EnrichedEntities, reports: ReportSettings) -> Circumstances:
    return circumstances(aggregated.people, enriched, reports, without_time=aggregated.people_without_time, timezone=aggregated.timezone)


def _quality(person: TrackedPerson, work: PersonWork, around: Circumstances) -> tuple[QualityRow, ...]:
    return quality(
        [(work.called, finding) for finding in person.findings],
        [(work.called, activity, hours) for activity, hours in work.activities],
        [(work.called, one.tracked, one.hours) for one in work.items],
        around.period,
        name_people=False,
    )
