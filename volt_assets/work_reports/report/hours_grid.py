"""Hours by day, week or month, on items and on other work: rows and columns add up to the totals of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from volt_assets.work_reports.report.fact_models import Grid
from volt_assets.work_reports.report.figures import SECONDS_PER_TENTH, Hours, added, nearest, split_beside, split_two_ways
from volt_assets.work_reports.report.periods import GridColumn, Period, grid_columns

Parts = Sequence[tuple[Mapping[str, int], Hours]]
"""The seconds by day of what makes up a row, each with the hours shown for it."""


def hours_grid(items: Parts, other: Parts, period: Period) -> Grid:
    """The grid of the time on items and on other work; the rows add up to the hours shown for their parts."""
    columns = grid_columns(period)
    first, second = (_cells(parts, columns) for parts in (items, other))
    totals = (added([hours for _, hours in items]).tenths, added([hours for _, hours in other]).tenths)
    of_items, of_other = _whole(items, columns), _whole(other, columns)
    upper, lower = split_two_ways(first, second, totals)
    holds = _holds(upper, totals[0]) and _holds(lower, totals[1])
    if of_items or of_other or not holds:
        beside = split_beside(first, of_items, totals[0]), split_beside(second, of_other, totals[1])
        # What is shown elsewhere may leave so much for the other days that they would not be true any more.
        if _is_near(*beside) or not holds:
            upper, lower = beside
    return Grid(columns=tuple(column.label for column in columns), items=tuple(upper), other=tuple(lower))


def _cells(parts: Parts, columns: Sequence[GridColumn]) -> list[int]:
    by_day: Counter[str] = Counter()
    for seconds_by_day, _ in parts:
        by_day.update(seconds_by_day)
    return [column.seconds_in(by_day) for column in columns]


def _whole(parts: Parts, columns: Sequence[GridColumn]) -> dict[int, int]:
    """Column -> tenths, for the columns whose time is that of whole parts: there the grid must show what these show."""
    tenths: Counter[int] = Counter()
    shared: set[int] = set()
    for seconds_by_day, hours in parts:
        touched = [index for index, column in enumerate(columns) if column.seconds_in(seconds_by_day)]
        if len(touched) == 1:
            tenths[touched[0]] += hours.tenths
        else:
            shared.update(touched)
    return {index: part for index, part in tenths.items() if index not in shared}


def _holds(row: Sequence[Hours], total_tenths: int) -> bool:
    """Whether the row adds up and shows nothing where there is no time."""
    return added(row).tenths == total_tenths and all(part.seconds or not part.tenths for part in row)


def _is_near(upper: Sequence[Hours], lower: Sequence[Hours]) -> bool:
    """Whether every cell, and every day as a whole, is less than a tenth of an hour away from what it is."""
    shown = [*upper, *lower, *(added(pair) for pair in zip(upper, lower, strict=True))]
    return all(abs(part.tenths * SECONDS_PER_TENTH - part.seconds) < SECONDS_PER_TENTH for part in shown)


def hours_of_day(day: str, seconds: int, grid: Grid, period: Period) -> Hours:
    """One day as the grid shows it, where it has a column of its own."""
    for column, items, other in zip(grid_columns(period), grid.items, grid.other, strict=True):
        if column.first.isoformat() == day == column.last.isoformat():
            return added([items, other])
    return nearest(seconds)
