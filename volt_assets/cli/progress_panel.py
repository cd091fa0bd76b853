"""The live display of a run in a terminal: one panel, from 60 columns up.

Belongs here: what stands where. The figures are progress.py's, the loop is watch.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from volt_assets.cli.durations import human_duration
from volt_assets.cli.progress import ProgressState, TypeProgress
from volt_assets.cli.terminal_text import one_line

WIDEST = 96
_LABEL_WIDTH = 10
# Two borders and the padding on both sides.
_FRAME_WIDTH = 6
_GAP_WIDTH = 2
_COLOURS = {"in_progress": "cyan", "completed": "green", "failed": "red"}
_COLOUR_OTHERWISE = "yellow"
_SEPARATOR = " · "


def progress_panel(
    state: ProgressState, now: datetime, *, terminal_width: int, footer: Sequence[str] = (), notice: str | None = None
) -> RenderableType:
    """The panel with its footer. `notice` is a line under it, e.g. the address that was opened."""
    width = min(terminal_width, WIDEST)
    inner_width = width - _FRAME_WIDTH
    colour = _COLOURS.get(state.status, _COLOUR_OTHERWISE)
    panel = Panel(
        Group(*_head(state, inner_width), _bar_line(state, now, inner_width), Text(), _details(state, now, inner_width)),
        title=_title(state, colour),
        title_align="left",
        border_style=colour,
        padding=(1, 2),
        width=width,
    )
    below = [Padding(Text(line, style="dim"), (0, 1)) for line in _packed(footer, width - 2)]
    if notice:
        below.insert(0, Padding(Text(one_line(notice), style="yellow", overflow="fold"), (0, 1)))
    return Group(panel, *below)


def _title(state: ProgressState, colour: str) -> Text:
    return Text(f"Run {one_line(state.run_id)}" if state.run_id else "Run, starting", style=f"bold {colour}")


def _head(state: ProgressState, width: int) -> list[RenderableType]:
    grid = _grid()
    if state.key:
        _row(grid, "Report", one_line(state.key), width, style="bold")
    _row(grid, "Stage", one_line(state.stage or "starting"), width, style="bold")
    number = f"Step {state.step_number}/{state.steps_total}" if state.steps_total else "Step"
    _row(grid, number, one_line(state.step or "-"), width, style="bold")
    return [grid, Text()]


def _bar_line(state: ProgressState, now: datetime, width: int) -> Table:
    right = state.status if state.is_finished else f"ETA {human_duration(state.eta_seconds(now))}"
    # Fixed width on the right, so that the bar keeps its length while the figures change.
    words = f"{state.percentage:3d}%  {right:<12}"
    line = Table.grid(padding=0)
    line.add_column(width=width - len(words) - _GAP_WIDTH)
    line.add_column(width=_GAP_WIDTH)
    line.add_column(no_wrap=True)
    colour = _COLOURS.get(state.status, _COLOUR_OTHERWISE)
    line.add_row(_Bar(state.fraction, colour), "", Text(words, style="bold"))
    return line


class _Bar:
    """A bar that can be read without colour and in plain ASCII, which rich's own cannot."""

    def __init__(self, fraction: float, colour: str) -> None:
        self._fraction = fraction
        self._colour = colour

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        done, left = "#." if options.ascii_only else "━─"
        length = int(options.max_width * self._fraction)
        yield Segment(done * length, Style(color=self._colour, bold=True))
        yield Segment(left * (options.max_width - length), Style(dim=True))


def _details(state: ProgressState, now: datetime, width: int) -> Table:
    grid = _grid()
    room = width - _LABEL_WIDTH - _GAP_WIDTH
    if not state.is_finished:
        for label, groups, shown in (
            ("Current", state.current_types, _done_of_total),
            ("Completed", state.completed_types, _done_of_total),
            ("Remaining", state.remaining_types, _how_many),
        ):
            if groups:
                _row(grid, label, _fitting([shown(group) for group in groups], room), width)
    _row(grid, "Elapsed", human_duration(state.elapsed_seconds(now)), width)
    rate = state.rate_per_second
    if rate is not None and not state.is_finished:
        _row(grid, "Rate", f"{rate:.2f} {_unit(state.types)}/s", width)
    if state.failed_step:
        _row(grid, "Failed in", one_line(state.failed_step), width, style="bold")
    if state.message:
        grid.add_row(Text("Message", style="dim"), Text(one_line(state.message), overflow="fold"))
    return grid


def _grid() -> Table:
    grid = Table.grid(padding=(0, _GAP_WIDTH))
    grid.add_column(width=_LABEL_WIDTH, no_wrap=True)
    grid.add_column()
    return grid


def _row(grid: Table, label: str, value: str, width: int, *, style: str = "") -> None:
    text = Text(value, style=style, no_wrap=True)
    text.truncate(width - _LABEL_WIDTH - _GAP_WIDTH, overflow="ellipsis")
    grid.add_row(Text(label, style="dim"), text)


def _done_of_total(group: TypeProgress) -> str:
    return f"{one_line(group.name)} {group.done}/{group.total}".lstrip()


def _how_many(group: TypeProgress) -> str:
    return f"{one_line(group.name)} {group.total}".lstrip()


def _unit(groups: Sequence[TypeProgress]) -> str:
    """`people`, `days`; types of work items ("Scrum/Task") and groups without a name are counted as items."""
    names = {one_line(group.name) for group in groups}
    return names.pop() if len(names) == 1 and not names & {""} and "/" not in next(iter(names)) else "items"


def _fitting(parts: Sequence[str], width: int) -> str:
    """As many parts as fit on a line, and how many more there are."""
    for shown in range(len(parts), 1, -1):
        text = ", ".join(parts[:shown]) + ("" if shown == len(parts) else f", +{len(parts) - shown} more")
        if len(text) <= width:
            return text
    return parts[0] if len(parts) == 1 else f"{parts[0]}, +{len(parts) - 1} more"


def _packed(parts: Sequence[str], width: int) -> list[str]:
    """The parts on as few lines as the width allows, never cut inside."""
    lines: list[str] = []
    for part in parts:
        joined = f"{lines[-1]}{_SEPARATOR}{part}" if lines else part
        if lines and len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines
