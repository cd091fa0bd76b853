"""Tables on a terminal of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console as RichConsole

from volt_assets.cli.drawn_table import drawn_table

COLUMNS = ("Run", "Report", "Status", "Duration")
ROWS = [("7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0", "2025-10-06_2025-10-12", "in progress", "3m 42s")]


def drawn(width: int) -> list[str]:
    stream = io.StringIO()
    RichConsole(file=stream, width=width, markup=False).print(drawn_table("Runs", COLUMNS, ROWS, width))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_a_wide_terminal_gets_columns() -> None:
    assert drawn(100) == [
        "Runs",
        "Run                                   Report                 Status       Duration",
        "──────────────────────────────────────────────────────────────────────────────────",
        "7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0  2025-10-06_2025-10-12  in progress    3m 42s",
    ]


def test_a_narrow_one_gets_blocks() -> None:
    assert drawn(60) == [
        "Runs",
        "Run",
        "  Report · Status · Duration",
        "7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0",
        "  2025-10-06_2025-10-12 · in progress · 3m 42s",
    ]


@pytest.mark.parametrize("width", range(36, 120, 7))
def test_no_id_is_ever_broken_up_and_no_line_is_too_long(width: int) -> None:
    lines = drawn(width)

    assert any("7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0" in line for line in lines)
    assert any("2025-10-06_2025-10-12" in line for line in lines)
    assert max(len(line) for line in lines) <= width


def test_sentences_wrap_between_words() -> None:
    stream = io.StringIO()
    table = drawn_table(None, ("Check", "Result"), [("Toggl token", "works and reads the whole workspace of Example Inc.")], 40)
    RichConsole(file=stream, width=40, markup=False).print(table)

    assert "Toggl token  works and reads the whole" in stream.getvalue()
