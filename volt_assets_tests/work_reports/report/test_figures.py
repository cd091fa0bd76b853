from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.figures import Hours, added, change, counted, nearest, percentage, split, split_two_ways

SECONDS = st.integers(min_value=0, max_value=400_000)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 h"), (179, "0.0 h"), (180, "0.1 h"), (138_960, "38.6 h"), (3_600 * 12_345 + 1_800, "12,345.5 h")],
)
def test_hours_have_one_decimal(seconds: int, text: str) -> None:
    assert nearest(seconds).text == text


@given(st.lists(SECONDS, max_size=40))
def test_parts_add_up_and_none_is_far_off(parts: list[int]) -> None:
    hours = split(parts)
    assert sum(part.tenths for part in hours) == nearest(sum(parts)).tenths
    assert all(abs(part.tenths * 360 - part.seconds) < 360 for part in hours)
    assert [part.seconds for part in hours] == parts
    assert all(part.tenths == 0 for part in hours if part.seconds == 0)


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=40))
def test_two_rows_add_up_along_and_across(pairs: list[tuple[int, int]]) -> None:
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    upper, lower = split_two_ways(first, second)
    assert sum(part.tenths for part in (*upper, *lower)) == nearest(sum(first) + sum(second)).tenths
    assert sum(part.tenths for part in upper) == nearest(sum(first)).tenths
    assert all(abs(part.tenths * 360 - part.seconds) < 360 for part in (*upper, *lower))
    assert all(abs(added(column).tenths * 360 - added(column).seconds) < 720 for column in zip(upper, lower, strict=True))


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=20), st.data())
def test_a_part_can_be_split_again_to_its_shown_total(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    upper, _ = split_two_ways([one for one, _ in pairs], [other for _, other in pairs])
    whole = data.draw(st.sampled_from(upper))
    cut = data.draw(st.integers(min_value=0, max_value=whole.seconds))
    parts = split([cut, whole.seconds - cut], whole.tenths)
    assert sum(part.tenths for part in parts) == whole.tenths
    assert all(abs(part.tenths * 360 - part.seconds) < 360 for part in parts)


@given(SECONDS, SECONDS)
def test_a_percentage_is_the_nearest_whole_one_halves_up(part: int, rest: int) -> None:
    whole = part + rest
    exact = Fraction(100 * part, whole) if whole else Fraction(0)
    assert percentage(part, whole) == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(("tenths", "text"), [((410, 389), "+2.1"), ((0, 40), "\u22124.0"), ((7, 7), "±0.0"), ((10_001, 1), "+1,000.0")])
def test_a_change_has_a_true_sign(tenths: tuple[int, int], text: str) -> None:
    now, before = (Hours(seconds=0, tenths=each) for each in tenths)
    assert change(now, before) == text


def test_small_words_and_cells() -> None:
    assert counted(1, "item") == "1 item"
    assert counted(1_200, "entry", "entries") == "1,200 entries"
    assert Hours(seconds=0, tenths=0).cell == "\u2013"
    assert nearest(30).cell == "0.0"
    assert percentage(1, 0) == 0
