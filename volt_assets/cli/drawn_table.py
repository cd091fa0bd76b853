"""Tables for a terminal: columns when they fit, else each row as a short block, so that no name is broken up.

Belongs here: looks. Cells and alignment are text_table.py's; console.py prints.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from volt_assets.cli.text_table import right_aligned

_GAP_WIDTH = 2
_BLOCK_INDENT = 2


def drawn_table(title: str | None, columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> RenderableType:
    """The table for a terminal of `width` columns; `cells` are clean one-line texts."""
    # Narrower than this, words themselves would be broken.
    narrowest = sum(_word_widths(columns, cells)) + _GAP_WIDTH * (len(columns) - 1)
    table = _in_columns(columns, cells) if narrowest <= width else _in_blocks(columns, cells)
    return Group(Text(title, style="bold"), table) if title else table


def _word_widths(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """Per column, the width of its longest word."""
    return [max(_longest_word(text) for text in column) for column in zip(columns, *cells, strict=True)]


def _longest_word(text: str) -> int:
    return max((cell_len(word) for word in text.split()), default=0)


def _in_columns(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    for name, is_right, width in zip(columns, right_aligned(cells, len(columns)), _word_widths(columns, cells), strict=True):
        table.add_column(Text(name), justify="right" if is_right else "left", min_width=width)
    for row in cells:
        table.add_row(*[Text(cell) for cell in row])
    return table


def _in_blocks(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> Group:
    """The first cell on a line of its own, the others under it."""
    blocks: list[RenderableType] = [Text(columns[0], style="dim"), _rest(columns, style="dim")]
    for row in cells:
        blocks += [Text(row[0], style="bold"), _rest(row)]
    return Group(*blocks)


def _rest(row: Sequence[str], *, style: str = "") -> Padding:
    return Padding(Text(" · ".join(row[1:]), style=style), (0, 0, 0, _BLOCK_INDENT))
