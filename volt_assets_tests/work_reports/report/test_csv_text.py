"""CSV: every letter arrives, nothing is run."""

from __future__ import annotations

import csv
import io

import pytest

from volt_assets.work_reports.report.csv_text import Cell, csv_bytes, inert, table_sums
from volt_assets_tests.work_reports.report.injections import INJECTIONS

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "  =cmd|' /C calc'!A0",
    "\t=1",
    "\r\n=1",
    "\u200b=1",
    "\uff1d1+1",
    "'=1",
    '"=1',
    "harmless;=1+1",
    "harmless, -2",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula_wherever_a_spreadsheet_splits(text: str) -> None:
    for separator in (",", ";"):
        for cell in inert(text).split(separator):
            assert cell.lstrip(" \"'")[:1] not in set("=+-@\uff1d") or cell.lstrip().startswith("'")


def test_harmless_texts_stay_as_they_are() -> None:
    for text in ("Deploy the CRM", "C++17", "#17 مراجعة", "a-b", "2025-10-06", "1:1 with Mila", "田中 陽子"):
        assert inert(text) == text


def test_the_file_is_read_back_by_any_reader() -> None:
    rows: list[list[Cell]] = [["=1", -2.5, None, 'say "hi", you', "line\nbreak", 7], ["é", 0.1, "x", "", ";=2", 0]]
    content = csv_bytes(["a", "b", "c", "d", "e", "f"], rows)
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[1] == ["'=1", "-2.5", "", 'say "hi", you', "line break", "7"]
    assert read[2] == ["é", "0.1", "x", "", ";'=2", "0"]


def test_hostile_texts_make_no_further_rows_or_cells() -> None:
    safe = [text.encode("utf-8", "replace").decode() for text in INJECTIONS]
    read = list(csv.reader(io.StringIO(csv_bytes(["t", "u"], [(text, text) for text in safe]).decode("utf-8-sig"), newline="")))
    assert len(read) == len(safe) + 1
    assert {len(row) for row in read} == {2}


def test_tenths_are_added_up_exactly() -> None:
    assert table_sums(csv_bytes(["hours", "seconds"], [(0.1, 361), (0.2, 722), (None, None)])) == (3, 1083)
