"""Aligned plain tables."""

from __future__ import annotations

import pytest

from volt_assets.cli.text_table import Cell, right_aligned, text_table


def test_columns_line_up_and_numbers_stand_to_the_right() -> None:
    rows: list[list[Cell]] = [["Ana Example", 12.25, "40%", None], ["東京", 3, "9%", "x\ny"]]

    assert text_table(["Person", "Hours", "Share", "Note"], rows) == [
        "Person       Hours  Share  Note",
        "Ana Example  12.25    40%  -",
        "東京             3     9%  x y",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    assert text_table(["A", "B"], []) == ["A  B"]


@pytest.mark.parametrize("cells", [["1", "-", "1,234.50"], ["12%", ""], ["3m 42s", "<1s", "12s"], ["1.50 h", "40.00 h"]])
def test_numbers_and_durations_are_right_aligned(cells: list[str]) -> None:
    assert right_aligned([[cell] for cell in cells], 1) == [True]


@pytest.mark.parametrize("cells", [["2025-10-06"], ["7b1c2d3e"], ["1", "one"], ["-"], []])
def test_dates_ids_and_words_are_not(cells: list[str]) -> None:
    assert right_aligned([[cell] for cell in cells], 1) == [False]
