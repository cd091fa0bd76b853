"""The items of everybody's time, each once however many people worked on it."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.models import EnrichedItem
from volt_assets.work_reports.report.item_facts import item_name
from volt_assets.work_reports.report.people import ItemKey
from volt_assets.work_reports.report.periods import day_of
from volt_assets.work_reports.report.phases import phase_in
from volt_assets.work_reports.report.team_models import PartOfItem, TeamItem
from volt_assets.work_reports.report.work import Circumstances, ItemWork, PersonWork

TeamItems = Sequence[tuple[EnrichedItem, TeamItem]]


def team_items(works: Sequence[PersonWork], around: Circumstances) -> TeamItems:
    """Each item once, most hours of everybody first; its hours are what the individual reports show, added up."""
    by_item: dict[ItemKey, list[tuple[PersonWork, ItemWork]]] = {}
    for work in works:
        for one in work.items:
            by_item.setdefault(one.key, []).append((work, one))
    ordered = sorted(by_item, key=lambda key: (-around.team_hours[key].seconds, key))
    return [_team_item(by_item[key], around) for key in ordered]


def _team_item(works: Sequence[tuple[PersonWork, ItemWork]], around: Circumstances) -> tuple[EnrichedItem, TeamItem]:
    # People stand in the order of the report, which is by name; the project is that of most of the time.
    _, most = min(works, key=lambda pair: (-pair[1].hours.seconds, pair[0].called))
    item = most.item
    return item, TeamItem(
        name=item_name(item),
        hours=around.team_hours[most.key],
        people=tuple(work.called for work, _ in works),
        project=most.tracked.project,
        overdue_days=item.overdue_days if item.is_overdue else 0,
        finished_on=around.period.day(item.dates.completed) if item.dates.completed else None,
        finished=item.completed_in_period,
        finished_day=day_of(item.dates.completed),
        phase=phase_in(around.period, item.state, item.dates, by_dates=around.by_dates),
        parts=tuple(
            PartOfItem(user_id=work.user_id, name=work.called, hours=one.hours, entries=one.tracked.entries) for work, one in works
        ),
    )
