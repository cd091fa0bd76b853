"""Whether the time in Toggl and the state in Fibery agree: one rule per class, each item of a person in exactly one.

The order of the rules is the order of their weight: what could not be looked up comes before every judgement, a doubt
about which item is meant before a doubt about the person, that before a doubt about the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from volt_assets.work_reports.models import AssignedItem, Assignee, EnrichedItem, ItemDates
from volt_assets.work_reports.report.fact_models import AlignmentClass, AlignmentRow, AlignmentSummary, ItemName
from volt_assets.work_reports.report.figures import ATTENTION, DONE, FAILED, IN_PROGRESS, NOTHING, PLANNED, UNKNOWN, Hours, added, split
from volt_assets.work_reports.report.item_facts import item_name
from volt_assets.work_reports.report.markdown import shortened
from volt_assets.work_reports.report.periods import day_of
from volt_assets.work_reports.report.phases import phase_in
from volt_assets.work_reports.report.work import Circumstances, ItemWork, PersonWork, is_assignee

CLASS_ICONS: Mapping[AlignmentClass, str] = {
    "properly tracked": DONE,
    "just begun": IN_PROGRESS,
    "Fibery not updated": ATTENTION,
    "wrong person": ATTENTION,
    "wrong type": ATTENTION,
    "no state to judge by": UNKNOWN,
    "no dates to judge by": UNKNOWN,
    "not found": UNKNOWN,
    "fetch failed": FAILED,
    "type not configured": UNKNOWN,
    "missing in Toggl": ATTENTION,
    "open": PLANNED,
}
FULLY_TRACKED: frozenset[AlignmentClass] = frozenset(("properly tracked", "just begun", "no state to judge by", "no dates to judge by"))
"""Classes with time that ask for no action."""
_SECONDS_PER_HOUR = 3600


class _Judgement(NamedTuple):
    kind: AlignmentClass
    expected: str
    action: str
    detail: str = ""
    late_hours: Hours | None = None


def alignment(work: PersonWork, around: Circumstances) -> tuple[AlignmentRow, ...]:
    """Every item with time, most first, then assigned items without time: in progress, then open."""
    with_time = [_with_time(work, one, around) for one in work.items]
    tracked = {one.key for one in work.items}
    without = [
        row for each in work.assigned if (each.item.type, each.item.public_id) not in tracked and (row := _without_time(work, each, around))
    ]
    return (*with_time, *sorted(without, key=lambda row: (row.kind != "missing in Toggl", row.item.type, row.item.public_id)))


def _with_time(work: PersonWork, one: ItemWork, around: Circumstances) -> AlignmentRow:
    judged = _not_enriched(one.item) or _wrong(work, one, around) or _by_state(one, around)
    return AlignmentRow(
        kind=judged.kind,
        item=item_name(one.item),
        person=work.called,
        hours=one.hours,
        state=one.item.state.name if one.item.state else NOTHING,
        expected=judged.expected,
        action=judged.action,
        detail=judged.detail,
        late_hours=judged.late_hours,
    )


def _not_enriched(item: EnrichedItem) -> _Judgement | None:
    if item.status == "not found":
        action = "Correct the number in the time entries; if the item was deleted, name the new one."
        return _Judgement("not found", "an item with this number", action)
    if item.status == "failed":
        return _Judgement("fetch failed", "an answer from Fibery", "Run the range again; nothing to do for the person.")
    if item.status == "type not configured":
        return _Judgement("type not configured", "an entry for the type", f"Add {item.type} to enrichment_config.yaml.")
    return None


def _wrong(work: PersonWork, one: ItemWork, around: Circumstances) -> _Judgement | None:
    item = one.item
    if item.name_mismatch:
        action = f"Check label {one.tracked.label or 'and type'} and number in the time entries."
        written = shortened(one.tracked.names[0], 60) if one.tracked.names else "nothing"
        detail = f"{one.hours.text} logged as “{written}”, which is not its name in Fibery."
        return _Judgement("wrong type", "an item named as in the time entries", action, detail)
    if is_assignee(work, item, around) is False:
        names = ", ".join(_called(assignee, around) for assignee in item.assignees[:3])
        but = f"; on {around.states_on}" if around.by_dates else ", but"
        detail = f"{one.hours.text} logged by {work.called}{but} it is assigned to {names}."
        return _Judgement("wrong person", f"assigned to {work.called}", f"Assign {work.called} too, or correct the entries.", detail)
    return None


def _called(assignee: Assignee, around: Circumstances) -> str:
    is_ambiguous = assignee.name in around.namesakes and assignee.email
    return f"{assignee.name} ({(assignee.email or '').partition('@')[0]})" if is_ambiguous else assignee.name


def _by_state(one: ItemWork, around: Circumstances) -> _Judgement:
    item = one.item
    phase = phase_in(around.period, item.state, item.dates, by_dates=around.by_dates)
    if phase == "unknown":
        return _Judgement("no dates to judge by" if around.by_dates else "no state to judge by", NOTHING, NOTHING)
    if phase == "not started":
        return _without_start_date(one, around) if around.by_dates else _not_started(one, around)
    if phase == "done" and (late := seconds_after_finish(one)):
        # A part of what is shown for the item: never more, and all of it when all of it was late.
        shown = split([late, one.hours.seconds - late], one.hours.tenths)[0]
        detail = f"{shown.text} logged after it was finished on {around.period.day(item.dates.completed)}."
        if around.by_dates:
            action = "Correct the finish date, or the entries."
            return _Judgement("Fibery not updated", "finished after its last entry", action, detail, shown)
        return _Judgement("Fibery not updated", "in progress again", "Reopen it, or name another item in the entries.", detail, shown)
    return _Judgement("properly tracked", NOTHING, NOTHING)


def _not_started(one: ItemWork, around: Circumstances) -> _Judgement:
    state, action = one.item.state, "Set the state of the item."
    because = f"while its state is “{state.name}”" if state is not None else "but it was never started"
    if _is_much(one, around):
        return _Judgement("Fibery not updated", "in progress", action, f"{one.hours.text} logged {because}.")
    return _Judgement("just begun", "in progress", action)


def _without_start_date(one: ItemWork, around: Circumstances) -> _Judgement:
    """Long after the period: no state of then is claimed, only what the dates say, or that there still is none."""
    started, state = one.item.dates.started, one.item.state
    if started:
        because, action = f", but it was started only on {around.period.day(started)}", "Correct the start date, or the entries."
    else:
        still = f", and its state is still “{state.name}” on {around.states_on}" if state is not None else ""
        because, action = f"; it has no start date{still}", "Give it its start date, or correct the entries."
    expected = f"started by the end of the {around.period.noun}"
    if _is_much(one, around):
        return _Judgement("Fibery not updated", expected, action, f"{one.hours.text} logged{because}.")
    return _Judgement("just begun", expected, action)


def _is_much(one: ItemWork, around: Circumstances) -> bool:
    return one.tracked.duration_seconds > around.reports.not_updated_hours * _SECONDS_PER_HOUR


def seconds_after_finish(one: ItemWork) -> int:
    """Seconds logged on days after the one on which the item was finished."""
    completed = day_of(one.item.dates.completed)
    if completed is None:
        return 0
    return sum(seconds for day, seconds in one.tracked.seconds_by_day.items() if day > completed.isoformat())


def _without_time(work: PersonWork, each: AssignedItem, around: Circumstances) -> AlignmentRow | None:
    period = around.period
    dates = ItemDates(started=each.started, completed=each.completed, planned_start=each.planned_start, planned_end=each.item.planned_end)
    phase = phase_in(period, each.item.state, dates, by_dates=around.by_dates)
    completed, started = day_of(each.completed), day_of(each.started)
    if phase == "unknown" or (phase == "done" and not period.contains(completed)):
        return None
    name = ItemName(type=each.item.type, public_id=each.item.public_id, name=each.item.name, url=each.item.url)
    other = "correct the dates" if around.by_dates else "set the state back"
    is_open = phase == "not started" or (started is not None and started > period.end)
    return AlignmentRow(
        kind="open" if is_open else "missing in Toggl",
        item=name.model_copy(update={"icon": PLANNED if is_open else DONE if phase == "done" else IN_PROGRESS}),
        person=work.called,
        hours=None,
        state=each.item.state.name if each.item.state else NOTHING,
        expected="in progress by its planned start" if is_open else f"time in this {period.noun}",
        action="Start it, or plan it anew." if is_open else f"Log the time, or {other}.",
        detail=_planned(each, around) if is_open else _since(each, around),
    )


def _planned(each: AssignedItem, around: Circumstances) -> str:
    """When an item that is not started was, or is to be, started."""
    period = around.period
    if each.started is not None:
        return f"started later, on {period.day(each.started)}"
    planned = f"planned start {period.day(each.planned_start)}" if each.planned_start else "no planned start"
    return f"{planned}, no start date yet on {around.states_on}" if around.by_dates else planned


def _since(each: AssignedItem, around: Circumstances) -> str:
    """Since when an item is, or was, in progress."""
    period = around.period
    finished = f"finished {period.day(each.completed)}" if each.completed else ""
    if period.contains(day_of(each.completed)):
        return finished
    since = f"in progress since {period.day(each.started)}" if each.started else "in progress"
    return f"{since}, {finished}" if finished else since


def to_act_on(rows: Iterable[AlignmentRow]) -> tuple[AlignmentRow, ...]:
    """The rows with time that ask for an action, most hours first."""
    found = [row for row in rows if row.hours is not None and row.kind not in FULLY_TRACKED]
    return tuple(sorted(found, key=lambda row: -row.hours.seconds if row.hours else 0))


def alignment_summary(rows: Sequence[AlignmentRow]) -> tuple[AlignmentSummary, ...]:
    """The classes that occur, in the order of the legend; their hours add up to the time on items."""
    of_kind = {kind: [row for row in rows if row.kind == kind] for kind in CLASS_ICONS}
    return tuple(
        AlignmentSummary(
            kind=kind,
            icon=CLASS_ICONS[kind],
            items=len({row.item.key for row in found}),
            hours=added([row.hours for row in found if row.hours]) if any(row.hours for row in found) else None,
            people=tuple(sorted({row.person for row in found})),
        )
        for kind, found in of_kind.items()
        if found
    )
