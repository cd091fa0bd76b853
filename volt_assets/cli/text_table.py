"""Tables as aligned plain text: for pipes, files and the long form of a run.

Belongs here: cells, widths and alignment. Drawn tables are rich's (console.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from volt_assets.cli.terminal_text import one_line

Cell = str | int | float | None
NO_VALUE = "-"
# Counts, hours, shares, and durations as durations.py writes them; dates and ids are none.
_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?( ?(%|s|h))?|<1s|\d+[mhd] \d\d[smh]", re.ASCII)


def cell_text(value: Cell) -> str:
    """A cell on one line; `-` for None."""
    return NO_VALUE if value is None else one_line(str(value))


def right_aligned(cells: Sequence[Sequence[str]], columns: int) -> list[bool]:
    """Per column, whether it holds numbers only."""
    return [_is_numeric([row[index] for row in cells]) for index in range(columns)]


def text_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[str]:
    """The lines of the table, head first, numbers to the right, nothing cut."""
    cells = [[cell_text(value) for value in row] for row in rows]
    is_right = right_aligned(cells, len(columns))
    everything = [list(columns), *cells]
    widths = [max(map(_columns_taken, column)) for column in zip(*everything, strict=True)]
    return [_aligned(row, widths, is_right) for row in everything]


def _is_numeric(column: list[str]) -> bool:
    present = [text for text in column if text not in (NO_VALUE, "")]
    return bool(present) and all(_NUMBER.fullmatch(text) for text in present)


def _columns_taken(text: str) -> int:
    """Columns on a terminal: East Asian wide characters take two, combining ones none."""
    narrow_or_wide = (0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    return sum(narrow_or_wide)


def _aligned(row: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    padded = []
    for text, width, right in zip(row, widths, is_right, strict=True):
        gap = " " * (width - _columns_taken(text))
        padded.append(gap + text if right else text + gap)
    return "  ".join(padded).rstrip()
