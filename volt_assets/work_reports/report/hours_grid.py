"""Hours by day, week or month, on items and on other work: rows and columns add up to the totals of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from volt_assets.work_reports.models import TrackedItem
from volt_assets.work_reports.report.fact_models import Grid
from volt_assets.work_reports.report.figures import Hours, added, nearest, split_two_ways
from volt_assets.work_reports.report.periods import Period, grid_columns


def hours_grid(items: Iterable[TrackedItem], seconds_by_day: Mapping[str, int], period: Period, totals: tuple[Hours, Hours]) -> Grid:
    """The grid of the time on `items` and of the rest of `seconds_by_day`; `totals` are those shown for the two."""
    on_items: Counter[str] = Counter()
    for item in items:
        on_items.update(item.seconds_by_day)
    columns = grid_columns(period)
    first = [column.seconds_in(on_items) for column in columns]
    second = [column.seconds_in(seconds_by_day) - part for column, part in zip(columns, first, strict=True)]
    upper, lower = split_two_ways(first, second, (totals[0].tenths, totals[1].tenths))
    return Grid(columns=tuple(column.label for column in columns), items=tuple(upper), other=tuple(lower))


def hours_of_day(day: str, seconds: int, grid: Grid, period: Period) -> Hours:
    """One day as the grid shows it, where it has a column of its own."""
    for column, items, other in zip(grid_columns(period), grid.items, grid.other, strict=True):
        if column.first.isoformat() == day == column.last.isoformat():
            return added([items, other])
    return nearest(seconds)
