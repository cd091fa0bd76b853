"""Tables as CSV that people open in a spreadsheet: nothing from outside is run there, and every letter arrives.

UTF-8 with a byte-order mark, because Excel takes a file without one for its own code page; commas, decimal points, CR LF, every text
in quotes. A text that a spreadsheet would take for a formula gets an apostrophe before the sign that begins it, also behind the
separators that some take for the end of a cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from volt_assets.work_reports.report.markdown import clean

Cell = str | int | float | None
_BOM = "\ufeff"
_LONGEST_TEXT = 2_000
_FORMULA = re.compile(r"(^|[;,|])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def inert(text: str) -> str:
    """One line of visible characters that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'\2", clean(text, _LONGEST_TEXT))


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The whole file. Numbers stay numbers, None is an empty cell."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([inert(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row] for row in rows)
    return (_BOM + target.getvalue()).encode()


class TableSums(NamedTuple):
    """What the columns `hours` and `seconds` of a table add up to; tenths of an hour, exactly."""

    tenths: int
    seconds: int


def table_sums(content: bytes) -> TableSums:
    """Read a table back and add it up."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    pairs = [(round(float(row["hours"] or 0) * 10), int(row["seconds"] or 0)) for row in rows]
    return TableSums(sum(tenths for tenths, _ in pairs), sum(seconds for _, seconds in pairs))
