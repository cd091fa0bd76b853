"""Whether the time in Toggl and the state in Fibery agree: one rule per class, each item of a person in exactly one.

The order of the rules is the order of their weight: what could not be looked up comes before every judgement, a doubt
about which item is meant before a doubt about the person, that before a doubt about the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from volt_assets.work_reports.languages.language import gettext, pgettext
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
    "tracked by others": IN_PROGRESS,
    "open": PLANNED,
}
# What is printed of a class; the class itself is the same in every language.
_CLASS_NAMES: Mapping[AlignmentClass, Callable[[], str]] = {
    "properly tracked": lambda: pgettext("class", "properly tracked"),
    "just begun": lambda: pgettext("class", "just begun"),
    "Fibery not updated": lambda: pgettext("class", "Fibery not updated"),
    "wrong person": lambda: pgettext("class", "wrong person"),
    "wrong type": lambda: pgettext("class", "wrong type"),
    "no state to judge by": lambda: pgettext("class", "no state to judge by"),
    "no dates to judge by": lambda: pgettext("class", "no dates to judge by"),
    "not found": lambda: pgettext("class", "not found"),
    "fetch failed": lambda: pgettext("class", "fetch failed"),
    "type not configured": lambda: pgettext("class", "type not configured"),
    "missing in Toggl": lambda: pgettext("class", "missing in Toggl"),
    "tracked by others": lambda: pgettext("class", "tracked by others"),
    "open": lambda: pgettext("class", "open"),
}
FULLY_TRACKED: frozenset[AlignmentClass] = frozenset(("properly tracked", "just begun", "no state to judge by", "no dates to judge by"))
"""Classes with time that ask for no action."""
_ORDER = {kind: place for place, kind in enumerate(CLASS_ICONS)}
_SECONDS_PER_HOUR = 3600


def class_name(kind: AlignmentClass) -> str:
    """The class as reports print it."""
    return _CLASS_NAMES[kind]()


class _Judgement(NamedTuple):
    kind: AlignmentClass
    expected: str
    action: str
    detail: str = ""
    late_hours: Hours | None = None


def alignment(work: PersonWork, around: Circumstances) -> tuple[AlignmentRow, ...]:
    """Every item with time, most first, then assigned items without the person's time: in progress, then open."""
    with_time = [_with_time(work, one, around) for one in work.items]
    tracked = {one.key for one in work.items}
    without = [
        row for each in work.assigned if (each.item.type, each.item.public_id) not in tracked and (row := _without_time(work, each, around))
    ]
    return (*with_time, *sorted(without, key=lambda row: (_ORDER[row.kind], row.item.type, row.item.public_id)))


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
        action = gettext("Correct the number in the time entries; if the item was deleted, name the new one.")
        return _Judgement("not found", gettext("an item with this number"), action)
    if item.status == "failed":
        action = gettext("Run the range again; nothing to do for the person.")
        return _Judgement("fetch failed", gettext("an answer from Fibery"), action)
    if item.status == "type not configured":
        action = gettext("Add %(type)s to enrichment_config.yaml.", type=item.type)
        return _Judgement("type not configured", gettext("an entry for the type"), action)
    return None


def _wrong(work: PersonWork, one: ItemWork, around: Circumstances) -> _Judgement | None:
    item = one.item
    if item.name_mismatch:
        label = one.tracked.label or gettext("and type")
        action = gettext("Check label %(label)s and number in the time entries.", label=label)
        written = shortened(one.tracked.names[0], 60) if one.tracked.names else gettext("nothing")
        detail = gettext("%(hours)s logged as “%(text)s”, which is not its name in Fibery.", hours=one.hours.text, text=written)
        return _Judgement("wrong type", gettext("an item named as in the time entries"), action, detail)
    if is_assignee(work, item, around) is False:
        expected = gettext("assigned to %(person)s", person=work.called)
        action = gettext("Assign %(person)s too, or correct the entries.", person=work.called)
        return _Judgement("wrong person", expected, action, _assigned_to_others(work, one, around))
    return None


def _assigned_to_others(work: PersonWork, one: ItemWork, around: Circumstances) -> str:
    hours, names = one.hours.text, ", ".join(_called(assignee, around) for assignee in one.item.assignees[:3])
    if not around.by_dates:
        return gettext("%(hours)s logged by %(person)s, but it is assigned to %(names)s.", hours=hours, person=work.called, names=names)
    return gettext(
        "%(hours)s logged by %(person)s; on %(day)s it is assigned to %(names)s.",
        hours=hours,
        person=work.called,
        day=around.states_on,
        names=names,
    )


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
        day = around.period.day(item.dates.completed)
        detail = gettext("%(hours)s logged after it was finished on %(day)s.", hours=shown.text, day=day)
        if around.by_dates:
            action = gettext("Correct the finish date, or the entries.")
            return _Judgement("Fibery not updated", gettext("finished after its last entry"), action, detail, shown)
        action = gettext("Reopen it, or name another item in the entries.")
        return _Judgement("Fibery not updated", gettext("in progress again"), action, detail, shown)
    return _Judgement("properly tracked", NOTHING, NOTHING)


def _not_started(one: ItemWork, around: Circumstances) -> _Judgement:
    state, action, expected = one.item.state, gettext("Set the state of the item."), pgettext("state", "in progress")
    if not _is_much(one, around):
        return _Judgement("just begun", expected, action)
    if state is None:
        return _Judgement(
            "Fibery not updated", expected, action, gettext("%(hours)s logged but it was never started.", hours=one.hours.text)
        )
    detail = gettext("%(hours)s logged while its state is “%(state)s”.", hours=one.hours.text, state=state.name)
    return _Judgement("Fibery not updated", expected, action, detail)


def _without_start_date(one: ItemWork, around: Circumstances) -> _Judgement:
    """Long after the period: no state of then is claimed, only what the dates say, or that there still is none."""
    started, state, hours = one.item.dates.started, one.item.state, one.hours.text
    if started:
        action = gettext("Correct the start date, or the entries.")
        detail = gettext("%(hours)s logged, but it was started only on %(day)s.", hours=hours, day=around.period.day(started))
    else:
        action = gettext("Give it its start date, or correct the entries.")
        detail = gettext("%(hours)s logged; it has no start date.", hours=hours)
        if state is not None:
            detail = gettext(
                "%(hours)s logged; it has no start date, and its state is still “%(state)s” on %(day)s.",
                hours=hours,
                state=state.name,
                day=around.states_on,
            )
    expected = gettext("started by the end of %(period)s", period=around.period.whole)
    if _is_much(one, around):
        return _Judgement("Fibery not updated", expected, action, detail)
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
    is_open = phase == "not started" or (started is not None and started > period.end)
    judged = _open(each, around) if is_open else _in_progress(each, around, of_others=name.key in around.people_on)
    return AlignmentRow(
        kind=judged.kind,
        item=name.model_copy(update={"icon": PLANNED if is_open else DONE if phase == "done" else IN_PROGRESS}),
        person=work.called,
        hours=None,
        state=each.item.state.name if each.item.state else NOTHING,
        expected=judged.expected,
        action=judged.action,
        detail=judged.detail,
    )


def _open(each: AssignedItem, around: Circumstances) -> _Judgement:
    return _Judgement("open", gettext("in progress by its planned start"), gettext("Start it, or plan it anew."), _planned(each, around))


def _in_progress(each: AssignedItem, around: Circumstances, *, of_others: bool) -> _Judgement:
    """Without the person's own time; with time `of_others` nothing is missing in Toggl. How much theirs is stays with them."""
    since = _since(each, around)
    if of_others:
        return _Judgement("tracked by others", NOTHING, NOTHING, gettext("%(since)s; only others logged time", since=since))
    log = gettext("Log the time, or correct the dates.") if around.by_dates else gettext("Log the time, or set the state back.")
    return _Judgement("missing in Toggl", gettext("time in %(this)s", this=around.period.this), log, since)


def _planned(each: AssignedItem, around: Circumstances) -> str:
    """When an item that is not started was, or is to be, started."""
    period = around.period
    if each.started is not None:
        return gettext("started later, on %(day)s", day=period.day(each.started))
    planned = gettext("planned start %(day)s", day=period.day(each.planned_start)) if each.planned_start else gettext("no planned start")
    return planned + gettext(", no start date yet on %(day)s", day=around.states_on) if around.by_dates else planned


def _since(each: AssignedItem, around: Circumstances) -> str:
    """Since when an item is, or was, in progress."""
    period = around.period
    finished = gettext("finished %(day)s", day=period.day(each.completed)) if each.completed else ""
    if period.contains(day_of(each.completed)):
        return finished
    since = gettext("in progress since %(day)s", day=period.day(each.started)) if each.started else pgettext("state", "in progress")
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
