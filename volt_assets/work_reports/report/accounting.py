"""Where every second went, and what is odd about the entries: coverage and data quality."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from volt_assets.work_reports.models import Activity, EntryFinding, TrackedItem
from volt_assets.work_reports.report.fact_models import CoverageRow, QualityRow
from volt_assets.work_reports.report.figures import Hours, nearest, percentage, percentages, split
from volt_assets.work_reports.report.periods import Period
from volt_assets.work_reports.report.work import ItemKey, ItemWork

_LABELS = {
    "enriched": "items with their facts from Fibery",
    "not found": "items that Fibery does not have",
    "failed": "items that could not be fetched",
    "type not configured": "items of a type that is not configured",
}
_FINDINGS = {
    "no description": "entries without description",
    "too long": "entries longer than the limit",
    "overlapping": "overlapping entries",
    "zero length": "entries of zero length",
}
_DAYS_NAMED = 4


def coverage(works: Iterable[ItemWork], on_items: Hours, other: Hours) -> tuple[CoverageRow, ...]:
    """The tracked time by what became of it; hours add up to the total, percentages to 100."""
    seconds: Counter[str] = Counter()
    keys: defaultdict[str, set[ItemKey]] = defaultdict(set)
    for one in works:
        seconds[one.item.status] += one.tracked.duration_seconds
        keys[one.item.status].add(one.key)
    present = [status for status in _LABELS if keys[status] or status == "enriched"]
    hours = split([seconds[status] for status in present], on_items.tenths)
    whole = on_items.seconds + other.seconds
    on_items_percent = percentage(on_items.seconds, whole)
    shares = percentages([part.seconds for part in hours], whole=whole, target=on_items_percent)
    rows = [
        CoverageRow(label=_LABELS[status], hours=part, percent=share, items=len(keys[status]))
        for status, part, share in zip(present, hours, shares, strict=True)
    ]
    return (*rows, CoverageRow(label="no work item named", hours=other, percent=100 - on_items_percent if whole else 0, items=None))


def quality(
    findings: Sequence[tuple[str, EntryFinding]],
    activities: Sequence[tuple[str, Activity]],
    items: Sequence[tuple[str, TrackedItem]],
    period: Period,
    *,
    name_people: bool,
) -> tuple[QualityRow, ...]:
    """Counts and hours per kind of finding, each paired with the person; with the days, or with who it was."""
    rows = []
    for kind, label in _FINDINGS.items():
        found = [(person, finding) for person, finding in findings if finding.kind == kind]
        if found:
            where = sorted({person for person, _ in found}) if name_people else _days([finding.day for _, finding in found], period)
            rows.append(
                QualityRow(kind=label, count=len(found), hours=nearest(sum(each.duration_seconds for _, each in found)), where=_list(where))
            )
    for reason, label in (("bare id", "activities with a number but no type"), ("tags without id", "activities with tags but no number")):
        named = [(person, activity) for person, activity in activities if activity.reason == reason]
        if named:
            where = sorted({person for person, _ in named}) if name_people else [activity.description for _, activity in named]
            rows.append(
                QualityRow(kind=label, count=len(named), hours=nearest(sum(each.duration_seconds for _, each in named)), where=_list(where))
            )
    guessed = [(person, item) for person, item in items if item.resolution == "guess"]
    if guessed:
        where = sorted({f"{item.label} taken as {item.type}" for _, item in guessed})
        rows.append(
            QualityRow(
                kind="items whose type was guessed",
                count=len(guessed),
                hours=nearest(sum(each.duration_seconds for _, each in guessed)),
                where=_list(where),
            )
        )
    return tuple(rows)


def _days(days: Sequence[str], period: Period) -> list[str]:
    return [period.day(day) for day in sorted(set(days))]


def _list(texts: Sequence[str]) -> str:
    more = len(texts) - _DAYS_NAMED
    return ", ".join(texts[:_DAYS_NAMED]) + (f" and {more} more" if more > 0 else "")
