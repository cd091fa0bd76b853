"""Which points ask for somebody's attention, the weightiest first, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.models import RunningEntry
from volt_assets.work_reports.report.fact_models import AlignmentRow, AttentionPoint, FeatureBlock, ItemFacts
from volt_assets.work_reports.report.figures import ATTENTION, FAILED, UNKNOWN, counted
from volt_assets.work_reports.report.item_facts import days_counted
from volt_assets.work_reports.report.periods import Period

# Weight of a point; points of equal weight are ordered by hours.
_FAILED, _NOT_UPDATED, _OVERDUE, _WRONG, _NOT_FOUND, _MISSING, _RUNNING, _CONTEXT = range(8)
_Weighed = tuple[int, int, AttentionPoint]


def person_attention(
    rows: Sequence[AlignmentRow], items: Sequence[ItemFacts], running: Sequence[RunningEntry], period: Period, most: int
) -> tuple[AttentionPoint, ...]:
    """The points of one person, at most `most`; an item stands there once, under its weightiest point."""
    points = [weighed for row in rows if (weighed := _of_alignment(row)) is not None]
    points += [weighed for item in items for weighed in _of_item(item, period)]
    points += [_of_running(entry, period) for entry in running]
    chosen: list[AttentionPoint] = []
    named = set()
    for _, _, point in sorted(points, key=lambda each: (each[0], -each[1])):
        if point.item is None or point.item.key not in named:
            chosen.append(point)
            named.add(point.item.key if point.item else None)
    return tuple(chosen[:most])


def feature_attention(feature: FeatureBlock, states_on: str | None = None) -> AttentionPoint | None:
    """A feature whose end is near, or past, with work left; `states_on` when its progress is that of a day long after."""
    if not feature.ends_soon or feature.planned_end is None:
        return None
    left = feature.total - feature.done
    waiting = f", {feature.not_started} of them not started" if feature.not_started else ""
    on = f" on {states_on}" if states_on else ""
    what = f"{feature.done} of {feature.total} done{on}, planned end {feature.planned_end}, {counted(left, 'item')} left{waiting}."
    return AttentionPoint(icon=ATTENTION, item=feature.feature, what=what, action="Confirm the date, or cut what is left.")


def _of_alignment(row: AlignmentRow) -> _Weighed | None:
    shown = row.hours.text if row.hours else ""
    weight = row.hours.seconds if row.hours else 0
    name = row.item
    found: dict[str, tuple[int, str, str]] = {
        "fetch failed": (_FAILED, FAILED, f"could not be fetched from Fibery ({shown})."),
        "Fibery not updated": (_NOT_UPDATED, ATTENTION, row.detail),
        "wrong type": (_WRONG, ATTENTION, row.detail),
        "wrong person": (_WRONG, ATTENTION, row.detail),
        "not found": (_NOT_FOUND, UNKNOWN, f"not found in Fibery ({shown})."),
        "type not configured": (_NOT_FOUND, UNKNOWN, f"{shown} on the type {name.type}, which is not configured."),
        "missing in Toggl": (_MISSING, ATTENTION, f"{row.detail}, but no time logged."),
    }
    if row.kind not in found:
        return None
    rank, icon, what = found[row.kind]
    return rank, weight, AttentionPoint(icon=icon, item=name, what=what, action=row.action, person=row.person)


def _of_item(item: ItemFacts, period: Period) -> list[_Weighed]:
    points = []
    if item.overdue_days:
        what = f"overdue by {days_counted(item.overdue_days)} at the end of the {period.noun}."
        point = AttentionPoint(icon=ATTENTION, item=item.name, what=what, action="Finish it, or set a new planned end.")
        points.append((_OVERDUE, item.overdue_days * 86_400, point))
    if any("no description" in flag for flag in item.flags) and item.form == "full":
        what = f"{item.hours.text} logged, but it has no description and no comments."
        point = AttentionPoint(icon=ATTENTION, item=item.name, what=what, action="Write down what it is about.")
        points.append((_CONTEXT, item.hours.seconds, point))
    return points


def _of_running(entry: RunningEntry, period: Period) -> _Weighed:
    since = f"{period.day(entry.started_at)} {entry.started_at:%H:%M}"
    what = f"The entry “{entry.description or 'without description'}” has been running since {since} and is not counted."
    return _RUNNING, 0, AttentionPoint(icon=ATTENTION, item=None, what=what, action="Stop it in Toggl.")
