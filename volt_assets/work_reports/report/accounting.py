"""Where every second went, and what is odd about the entries: coverage and data quality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from volt_assets.work_reports.languages.language import gettext, gettext_noop, ngettext_noop
from volt_assets.work_reports.models import Activity, EntryFinding, TrackedItem
from volt_assets.work_reports.report.data_models import CoverageRow, QualityRow
from volt_assets.work_reports.report.figures import Hours, added, nearest, percentage
from volt_assets.work_reports.report.people import ItemKey
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.sentences import more
from volt_assets.work_reports.report.work import ItemWork

_LABELS = {
    "enriched": gettext_noop("items with their facts from Fibery"),
    "not found": gettext_noop("items that Fibery does not have"),
    "failed": gettext_noop("items that could not be fetched"),
    "type not configured": gettext_noop("items of a type that is not configured"),
}
_FINDINGS = {
    "no description": ngettext_noop("entry without description", "entries without description"),
    "too long": ngettext_noop("entry over the longest plausible time", "entries over the longest plausible time"),
    "overlapping": ngettext_noop("overlapping entry", "overlapping entries"),
    "zero length": ngettext_noop("entry of zero length", "entries of zero length"),
}
_REASONS = {
    "bare id": ngettext_noop("activity with a number but no type", "activities with a number but no type"),
    "tags without id": ngettext_noop("activity with tags but no number", "activities with tags but no number"),
}
_GUESSED = ngettext_noop("item whose type was guessed", "items whose type was guessed")
_DAYS_NAMED = 4
ItemTime = tuple[str, TrackedItem, Hours]
"""Who, the item, and what is shown for it."""
ActivityTime = tuple[str, Activity, Hours]


def coverage(works: Iterable[ItemWork], on_items: Hours, other: Hours) -> tuple[CoverageRow, ...]:
    """The tracked time by what became of it; hours add up to the total."""
    parts: defaultdict[str, list[Hours]] = defaultdict(list)
    keys: defaultdict[str, set[ItemKey]] = defaultdict(set)
    for one in works:
        parts[one.item.status].append(one.hours)
        keys[one.item.status].add(one.key)
    present = [status for status in _LABELS if keys[status] or status == "enriched"]
    hours = [added(parts[status]) for status in present]
    whole = on_items.seconds + other.seconds
    rows = [
        CoverageRow(label=_LABELS[status], hours=part, percent=percentage(part.seconds, whole), items=len(keys[status]))
        for status, part in zip(present, hours, strict=True)
    ]
    return (
        *rows,
        CoverageRow(label=gettext_noop("no work item named"), hours=other, percent=percentage(other.seconds, whole), items=None),
    )


def quality(
    findings: Sequence[tuple[str, EntryFinding]],
    activities: Sequence[ActivityTime],
    items: Sequence[ItemTime],
    period: Period,
    *,
    name_people: bool,
) -> tuple[QualityRow, ...]:
    """Counts and hours per kind of finding, each with the person; with the days, or with who it was."""
    leaves = [(part.duration_seconds, part.entries, hours) for _, part, hours in activities]
    leaves += [(part.duration_seconds, part.entries, hours) for _, part, hours in items]
    rows = []
    for kind, label in _FINDINGS.items():
        found = [(person, finding) for person, finding in findings if finding.kind == kind]
        where = [person for person, _ in found] if name_people else _days([finding.day for _, finding in found], period)
        rows.append(_row(label, len(found), _of_findings([finding for _, finding in found], leaves), where))
    for reason, label in _REASONS.items():
        named = [(person, activity, hours) for person, activity, hours in activities if activity.reason == reason]
        where = [person if name_people else activity.description for person, activity, _ in named]
        rows.append(_row(label, len(named), added([hours for _, _, hours in named]), where))
    guessed = [(item, hours) for _, item, hours in items if item.resolution == "guess"]
    where = [gettext("%(label)s taken as %(type)s", label=item.label, type=item.type) for item, _ in guessed]
    rows.append(_row(_GUESSED, len(guessed), added([hours for _, hours in guessed]), where))
    return tuple(row for row in rows if row.count)


def _of_findings(findings: Sequence[EntryFinding], leaves: Iterable[tuple[int, tuple[int, ...], Hours]]) -> Hours:
    """The hours of single entries: where they are all there is of an item or activity, what is shown for that."""
    seconds = {finding.entry_id: finding.duration_seconds for finding in findings}
    whole = [
        (entries, hours)
        for leaf_seconds, entries, hours in leaves
        if all(entry in seconds for entry in entries) and sum(seconds[entry] for entry in entries) == leaf_seconds
    ]
    for entry in [entry for entries, _ in whole for entry in entries]:
        del seconds[entry]
    return added([*(hours for _, hours in whole), nearest(sum(seconds.values()))])


def _row(label: tuple[str, str], count: int, hours: Hours, where: Sequence[str]) -> QualityRow:
    return QualityRow(one=label[0], kind=label[1], count=count, hours=hours, where=_list(list(dict.fromkeys(where))))


def _days(days: Sequence[str], period: Period) -> list[str]:
    return [period.day(day) for day in sorted(set(days))]


def _list(texts: Sequence[str]) -> str:
    left = len(texts) - _DAYS_NAMED
    named = ", ".join(texts[:_DAYS_NAMED])
    return gettext("%(first)s and %(last)s", first=named, last=more(left)) if left > 0 else named
