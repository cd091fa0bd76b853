"""Which points ask for somebody's attention, the weightiest first, each with what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from volt_assets.work_reports.languages.language import gettext, ngettext, style
from volt_assets.work_reports.models import RunningEntry
from volt_assets.work_reports.report.fact_models import AlignmentRow, AttentionPoint, FeatureBlock, ItemFacts, ItemName
from volt_assets.work_reports.report.figures import ATTENTION, FAILED, UNKNOWN, Hours
from volt_assets.work_reports.report.item_facts import days_counted, no_context
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.sentences import plain_listing
from volt_assets.work_reports.report.team_items import TeamItems
from volt_assets.work_reports.report.work import Circumstances

# Kinds of points by weight; points of one kind are ordered by the days or hours they name.
_FAILED, _NOT_UPDATED, _OVERDUE, _WRONG, _NOT_FOUND, _ENDS_SOON, _MISSING, _RUNNING, _CONTEXT = range(9)
# So many points of one kind before those of a lighter kind get a place; the lightest kinds get what is left.
_MOST_OF_A_KIND = 2
_LIGHTEST = (_RUNNING, _CONTEXT)
_NAMED = 3
# What neither the person nor a lead can put right in the item itself.
_NOBODYS = ("fetch failed", "type not configured")
_SECONDS_PER_HOUR = 3600


class _Weighed(NamedTuple):
    kind: int
    weight: int
    point: AttentionPoint


def person_attention(
    rows: Sequence[AlignmentRow], items: Sequence[ItemFacts], running: Sequence[RunningEntry], period: Period, most: int
) -> tuple[AttentionPoint, ...]:
    """The points of one person, at most `most`; an item stands there once, under its weightiest point."""
    missing = [row for row in rows if row.kind == "missing in Toggl"]
    together = [_without_time(missing, [row.item.title for row in missing])] if len(missing) > _MOST_OF_A_KIND else []
    single = [row for row in rows if not together or row.kind != "missing in Toggl"]
    points = [*together, *(weighed for row in single if (weighed := _of_alignment(row)) is not None)]
    points += [_overdue(item.name, item.overdue_days, period) for item in items if item.overdue_days and item.finished_on is None]
    points += [_without_context(item.name, item.hours) for item in items if item.form == "full" and no_context() in item.flags]
    points += [_of_running(entry, period) for entry in running]
    return _chosen(points, most)


def team_attention(
    rows: Sequence[AlignmentRow],
    items: TeamItems,
    features: Sequence[FeatureBlock],
    running: Iterable[tuple[str, RunningEntry]],
    around: Circumstances,
) -> tuple[AttentionPoint, ...]:
    """The points of everybody, each with whom it concerns; what has no time is one point for all. `running` with names."""
    period = around.period
    points = [weighed for feature in features if (weighed := _of_feature(feature, around.states_on if around.by_dates else None))]
    points += [weighed for row in rows if row.kind != "missing in Toggl" and (weighed := _of_alignment(row)) is not None]
    for item, team_item in items:
        person = plain_listing(team_item.people, _NAMED)
        if team_item.overdue_days and team_item.finished_on is None:
            points.append(_overdue(team_item.name, team_item.overdue_days, period, person))
        if item.missing_context and team_item.hours.seconds >= around.reports.short_item_hours * _SECONDS_PER_HOUR:
            points.append(_without_context(team_item.name, team_item.hours, person))
    points += [_of_running(entry, period, person) for person, entry in running]
    if missing := [row for row in rows if row.kind == "missing in Toggl"]:
        people = Counter(row.person for row in missing)
        points.append(_without_time(missing, [f"{person} ({count})" for person, count in sorted(people.items())]))
    return _chosen(points, around.reports.needs_attention_most)


def _chosen(points: Iterable[_Weighed], most: int) -> tuple[AttentionPoint, ...]:
    """Each item once; the weightiest, but of every kind a few before the rest of the weightier ones."""
    unique: list[_Weighed] = []
    named: set[tuple[str, str]] = set()
    for weighed in sorted(points, key=lambda each: (each.kind, -each.weight)):
        item = weighed.point.item
        if item is None or item.key not in named:
            unique.append(weighed)
            named.update({item.key} if item else set())
    seen: Counter[int] = Counter()
    first: list[int] = []
    rest: list[int] = []
    for index, weighed in enumerate(unique):
        (first if seen[weighed.kind] < _MOST_OF_A_KIND and weighed.kind not in _LIGHTEST else rest).append(index)
        seen[weighed.kind] += 1
    return tuple(unique[index].point for index in sorted([*first, *rest][:most]))


def _of_feature(feature: FeatureBlock, states_on: str | None) -> _Weighed | None:
    """A feature whose end is near, or past, with work left; `states_on` when its progress is that of a day long after."""
    if not (feature.overdue_days or feature.ends_soon):
        return None
    over = f" ({gettext('%(days)s over', days=days_counted(feature.overdue_days))})" if feature.overdue_days else ""
    done = gettext("%(done)s of %(total)s done", done=feature.done, total=feature.total)
    if states_on:
        done = gettext("%(done)s of %(total)s done on %(day)s", done=feature.done, total=feature.total, day=states_on)
    end = gettext("planned end %(day)s", day=feature.planned_end)
    what = f"{done}, {end}{over}, {_left(feature)}."
    overdue, soon = gettext("Set a new planned end, or cut what is left."), gettext("Confirm the date, or cut what is left.")
    action = overdue if feature.overdue_days else soon
    point = AttentionPoint(icon=ATTENTION, item=feature.feature, what=what, action=action)
    return _Weighed(_OVERDUE, feature.overdue_days, point) if over else _Weighed(_ENDS_SOON, feature.team_hours.seconds, point)


def _left(feature: FeatureBlock) -> str:
    """`3 items left, 2 of them not started`."""
    left = feature.total - feature.done
    shown, waiting = ngettext("%(number)s item left", "%(number)s items left", left, number=style().integer(left)), feature.not_started
    if waiting == left:
        return shown + ngettext(", not started", ", none of them started", left)
    if not waiting:
        return shown
    return shown + ngettext(", %(number)s of them not started", ", %(number)s of them not started", waiting, number=waiting)


def _of_alignment(row: AlignmentRow) -> _Weighed | None:
    shown = row.hours.text if row.hours else ""
    name = row.item
    found: dict[str, tuple[int, str, str]] = {
        "fetch failed": (_FAILED, FAILED, gettext("could not be fetched from Fibery (%(hours)s).", hours=shown)),
        "Fibery not updated": (_NOT_UPDATED, ATTENTION, row.detail),
        "wrong type": (_WRONG, ATTENTION, row.detail),
        "wrong person": (_WRONG, ATTENTION, row.detail),
        "not found": (_NOT_FOUND, UNKNOWN, gettext("not found in Fibery (%(hours)s).", hours=shown)),
        "type not configured": (
            _NOT_FOUND,
            UNKNOWN,
            gettext("%(hours)s on the type %(type)s, which is not configured.", hours=shown, type=name.type),
        ),
        "missing in Toggl": (_MISSING, ATTENTION, gettext("%(state)s, but nobody logged time.", state=row.detail)),
    }
    if row.kind not in found:
        return None
    kind, icon, what = found[row.kind]
    named = row.late_hours or row.hours
    person = None if row.kind in _NOBODYS else row.person
    point = AttentionPoint(icon=icon, item=name, what=what, action=row.action, person=person)
    return _Weighed(kind, named.seconds if named else 0, point)


def _overdue(name: ItemName, overdue_days: int, period: Period, person: str | None = None) -> _Weighed:
    what = gettext("overdue by %(days)s %(at_end)s.", days=days_counted(overdue_days), at_end=period.at_end)
    action = gettext("Finish it, or set a new planned end.")
    point = AttentionPoint(icon=ATTENTION, item=name, what=what, action=action, person=person)
    return _Weighed(_OVERDUE, overdue_days, point)


def _without_context(name: ItemName, hours: Hours, person: str | None = None) -> _Weighed:
    what = gettext("%(hours)s logged, but it has no description and no comments.", hours=hours.text)
    point = AttentionPoint(icon=ATTENTION, item=name, what=what, action=gettext("Write down what it is about."), person=person)
    return _Weighed(_CONTEXT, hours.seconds, point)


def _without_time(rows: Sequence[AlignmentRow], names: Sequence[str]) -> _Weighed:
    """Assigned items in progress on which nobody has time: one point for all, with the names of people or items."""
    named = plain_listing(names, _NAMED)
    items = len({row.item.key for row in rows})
    what = ngettext(
        "%(number)s assigned item in progress has no time: %(names)s.",
        "%(number)s assigned items in progress have no time: %(names)s.",
        items,
        number=style().integer(items),
        names=named,
    )
    action = gettext("Log the time, or correct state and assignees.")
    point = AttentionPoint(icon=ATTENTION, item=None, what=what, action=action)
    return _Weighed(_MISSING, len(rows), point)


def _of_running(entry: RunningEntry, period: Period, person: str | None = None) -> _Weighed:
    since = f"{period.day(entry.started_at)} {entry.started_at:%H:%M}"
    text = entry.description or gettext("without description")
    what = gettext("The entry “%(text)s” has been running since %(since)s and is not counted.", text=text, since=since)
    action = gettext("Stop it in Toggl.")
    return _Weighed(_RUNNING, 0, AttentionPoint(icon=ATTENTION, item=None, what=what, action=action, person=person))
