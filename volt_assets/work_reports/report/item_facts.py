"""One person's item as a report shows it: names, state, timeline, flags, texts.

Does not belong here: whether its time and state agree (alignment.py), how it is laid out (the templates).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from volt_assets.work_reports.languages.language import gettext, style
from volt_assets.work_reports.models import Comment, EnrichedItem
from volt_assets.work_reports.report.fact_models import Form, ItemDays, ItemFacts, ItemName, Said
from volt_assets.work_reports.report.features import for_one_person, own_block, parent_block, ref_name
from volt_assets.work_reports.report.figures import FAILED, UNKNOWN, counted
from volt_assets.work_reports.report.markdown import shortened
from volt_assets.work_reports.report.periods import Period, day_of
from volt_assets.work_reports.report.phases import ICONS, phase_in, phase_now
from volt_assets.work_reports.report.plain_text import first_sentences, plain
from volt_assets.work_reports.report.work import Circumstances, ItemWork, PersonWork, is_assignee

_FIELD_LENGTH = 160
_COMMENT_LENGTH = 220
_DESCRIPTION_LENGTH = 360
_MOST_COMMENTS = 2
_SECONDS_PER_HOUR = 3600
# Shown in the item's own lines already.
_SHOWN_ELSEWHERE = {"state", "dates", "description", "comments", "assignees", "name"}


def item_name(item: EnrichedItem) -> ItemName:
    """Number, name and address of an item, with the icon of its state or of what went wrong."""
    icons: Mapping[str, str] = {"not found": UNKNOWN, "failed": FAILED, "type not configured": UNKNOWN}
    icon = icons.get(item.status) or ICONS[phase_now(item.state, item.dates)]
    return ItemName(type=item.type, public_id=item.public_id, name=item.name or gettext("(no name)"), url=item.url, icon=icon)


def item_facts(work: PersonWork, one: ItemWork, around: Circumstances) -> ItemFacts:
    """Everything about one item of one person."""
    item, period = one.item, around.period
    planned_end, completed = day_of(item.dates.planned_end), day_of(item.dates.completed)
    return ItemFacts(
        name=item_name(item),
        form=_form(one, around),
        hours=one.hours,
        status=item.status,
        reason=item.reason,
        database=item.database,
        label=one.tracked.label,
        state=item.state.name if item.state else gettext("no state"),
        project=one.tracked.project,
        finished=item.completed_in_period,
        finished_on=period.day(completed) if completed else None,
        days_late=(completed - planned_end).days if completed and planned_end else None,
        overdue_days=item.overdue_days if item.is_overdue else 0,
        planned_end=period.day(planned_end) if planned_end else None,
        timeline=tuple(_timeline(item, period)),
        flags=tuple(_flags(item, period)),
        chain=tuple(ref_name(parent) for parent in item.parents),
        part_of=for_one_person(parent_block(item, around), work.user_id, around),
        progress=for_one_person(own_block(item, around), work.user_id, around),
        linked=tuple(ref_name(ref) for ref in item.linked),
        fields=tuple(_fields(item)),
        description=first_sentences(item.description, _DESCRIPTION_LENGTH),
        comments=_comments(item, period),
        names=one.tracked.names,
        guessed=one.tracked.resolution == "guess",
        assigned=is_assignee(work, item, around),
        phase=phase_in(period, item.state, item.dates, by_dates=around.by_dates),
        days=ItemDays(
            started=day_of(item.dates.started),
            finished=completed,
            planned_start=day_of(item.dates.planned_start),
            planned_end=planned_end,
        ),
        entries=one.tracked.entries,
    )


def days_counted(days: int) -> str:
    """`1 day`, `3 days`."""
    return counted(days, "day", "days")


def _form(one: ItemWork, around: Circumstances) -> Form:
    is_short = one.tracked.duration_seconds < around.reports.short_item_hours * _SECONDS_PER_HOUR
    if one.item.status != "enriched":
        return "short notice" if is_short else "notice"
    return "short" if is_short else "full"


def _timeline(item: EnrichedItem, period: Period) -> list[str]:
    dates = item.dates
    parts = []
    if dates.started:
        planned = f" ({gettext('planned %(day)s', day=period.day(dates.planned_start))})" if dates.planned_start else ""
        parts.append(gettext("started %(day)s", day=period.day(dates.started)) + planned)
    elif dates.planned_start:
        parts.append(gettext("planned start %(day)s", day=period.day(dates.planned_start)))
    completed, planned_end = day_of(dates.completed), day_of(dates.planned_end)
    if completed:
        against = _against_plan((completed - planned_end).days, period.day(planned_end)) if planned_end else ""
        parts.append(gettext("finished %(day)s", day=period.day(completed)) + against)
    elif planned_end:
        over = gettext(", %(days)s over %(at_end)s", days=days_counted(item.overdue_days), at_end=period.at_end) if item.is_overdue else ""
        parts.append(gettext("planned end %(day)s", day=period.day(planned_end)) + over)
    return parts


def _against_plan(days: int, planned: str) -> str:
    if days == 0:
        return f" ({gettext('as planned')})"
    off = days_counted(abs(days))
    if days > 0:
        return f" ({gettext('planned %(day)s, %(days)s late', day=planned, days=off)})"
    return f" ({gettext('planned %(day)s, %(days)s early', day=planned, days=off)})"


def no_context() -> str:
    """The flag of an item that says nothing of what it is about."""
    return gettext("no description, no comments")


def _flags(item: EnrichedItem, period: Period) -> list[str]:
    flags = []
    planned_end = day_of(item.dates.planned_end)
    if item.is_overdue:
        flags.append(
            gettext("overdue since %(day)s", day=period.day(planned_end + timedelta(days=1)))
            if planned_end
            else gettext("overdue by %(days)s", days=days_counted(item.overdue_days))
        )
    if item.missing_context:
        flags.append(no_context())
    if item.name_mismatch:
        flags.append(gettext("name differs from the time entries"))
    return flags


def _fields(item: EnrichedItem) -> list[tuple[str, str]]:
    shown = [(name, _value(value)) for name, value in item.fields.items() if name.strip().lower() not in _SHOWN_ELSEWHERE]
    return [(name, value) for name, value in shown if value]


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return style().integer(value) if isinstance(value, int) else style().decimal(value)
    if isinstance(value, list | tuple):
        return shortened(", ".join(filter(None, (_value(each) for each in value))), _FIELD_LENGTH)
    text = str(value)
    return text.strip() if len(text) <= _FIELD_LENGTH and "\n" not in text else shortened(plain(text), _FIELD_LENGTH)


def _comments(item: EnrichedItem, period: Period) -> tuple[Said, ...]:
    dated = sorted((comment for comment in item.comments if day_of(comment.created_at)), key=lambda comment: str(comment.created_at))
    inside = [comment for comment in dated if period.contains(day_of(comment.created_at))]
    before = [comment for comment in dated if (day_of(comment.created_at) or period.end) < period.start]
    undated = [comment for comment in item.comments if not day_of(comment.created_at)]
    chosen = inside[-_MOST_COMMENTS:] or before[-1:] or undated[-1:]
    return tuple(said for comment in chosen if (said := _said(comment, period)).text)


def _said(comment: Comment, period: Period) -> Said:
    on = day_of(comment.created_at)
    return Said(author=comment.author, day=period.day(on) if on else "", on=on, text=first_sentences(comment.text, _COMMENT_LENGTH))
