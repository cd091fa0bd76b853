from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.figures import Hours, added
from volt_assets.work_reports.report.hours_grid import Parts, hours_grid
from volt_assets.work_reports.report.periods import Period
from volt_assets_tests.work_reports.report.sample_week import MONDAY, SUNDAY, days

PERIOD = Period(start=MONDAY, end=SUNDAY)
DAYS = [f"2025-10-{day:02d}" for day in range(6, 13)]


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    """Seconds by day, and tenths rounded down or up as other tables wanted them."""
    found = []
    for by_day in draw(st.lists(st.dictionaries(st.sampled_from(DAYS), st.integers(1, 30_000), max_size=3), max_size=6)):
        seconds = sum(by_day.values())
        tenths = seconds // 360 + (draw(st.booleans()) if seconds % 360 else 0)
        found.append((by_day, Hours(seconds=seconds, tenths=tenths)))
    return found


def is_near(shown: Sequence[Hours]) -> bool:
    return all(abs(part.tenths * 360 - part.seconds) < 360 for part in shown)


def test_a_day_with_one_activity_shows_what_the_activity_shows() -> None:
    other = [(days(0, 0, 0, 0, 0, 13.25), Hours(seconds=47_700, tenths=132)), (days(1.05, 1.0), Hours(seconds=7_380, tenths=21))]
    grid = hours_grid([(days(2.0), Hours(seconds=7_200, tenths=20))], other, PERIOD)
    assert [str(part) for part in grid.other] == ["1.1", "1.0", "0.0", "0.0", "0.0", "13.2", "0.0"]


@given(parts(), parts())
def test_rows_add_up_and_days_of_whole_parts_show_their_hours(items: Parts, other: Parts) -> None:
    grid = hours_grid(items, other, PERIOD)
    shows_parts = True
    for row, made_of in ((grid.items, items), (grid.other, other)):
        total = added([hours for _, hours in made_of])
        assert added(row) == total
        assert all(part.tenths >= 0 for part in row)
        whole = {day for day in DAYS if all(set(by_day) <= {day} for by_day, _ in made_of if day in by_day)}
        for column, day in enumerate(DAYS):
            if day in whole:
                shows_parts &= row[column].tenths == sum(hours.tenths for by_day, hours in made_of if day in by_day)
    # Where a day would be a tenth or more from the truth for it, the truth of the days comes first.
    assert shows_parts or is_near([*grid.items, *grid.other])


def test_no_day_is_a_tenth_from_the_truth_because_other_days_show_their_parts() -> None:
    items = [(days(0, 2.0, 2.05), Hours(seconds=14_580, tenths=40)), (days(3.33, 0.05), Hours(seconds=12_168, tenths=33))]
    other = [
        (days(1.05), Hours(seconds=3_780, tenths=11)),
        (days(0, 2.64), Hours(seconds=9_504, tenths=27)),
        (days(0, 0, 2.04), Hours(seconds=7_344, tenths=20)),
    ]
    grid = hours_grid(items, other, PERIOD)
    together = [added(pair) for pair in zip(grid.items, grid.other, strict=True)]
    assert is_near([*grid.items, *grid.other, *together])
