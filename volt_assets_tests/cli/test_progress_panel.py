"""The looks of the live display."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import IO, Any, cast

import pytest
from rich.cells import cell_len
from rich.console import Console as RichConsole

from volt_assets.cli.progress import ProgressState
from volt_assets.cli.progress_panel import progress_panel
from volt_assets.cli.safe_stream import SafeStream

START = datetime(2025, 10, 13, 6, tzinfo=UTC)
FOOTER = ("q stop watching (the run goes on)", "d open in the UI", "Ctrl-C cancel")
TYPES = {"Scrum/Task": 15, "Scrum/Bug": 20, "Product/Feature": 0, "Software Development/Sub-task": 0, "Design/Request": 0}


def enriching() -> ProgressState:
    state = ProgressState()
    steps = ["raw_toggl_data", "enriched_entities", "team_summary", "toggl_summary"]
    run_id = "7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0"
    lines: list[dict[str, Any]] = [
        {"event": "run_started", "run_id": run_id, "key": "2025-10-06_2025-10-12_users-1a2b3c4d", "steps": steps},
        {"event": "step_finished", "step": "raw_toggl_data", "stage": "collect"},
        {"event": "step_started", "step": "enriched_entities", "stage": "enrich"},
    ]
    announced = [counted(name, 0) for name in TYPES]
    done = [counted(name, done) for name, done in TYPES.items() if done]
    for second, line in zip((0, 20, 20, *[20] * len(announced), 60, 70), [*lines, *announced, *done], strict=True):
        state.apply({"at": (START + timedelta(seconds=second)).isoformat(), **line})
    return state


def counted(name: str, done: int) -> dict[str, Any]:
    return {"event": "step_progress", "step": "enriched_entities", "type": name, "done": done, "total": 20}


def screen(state: ProgressState, width: int, *, notice: str | None = None, encoding: str = "utf-8") -> list[str]:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = RichConsole(file=cast("IO[str]", SafeStream(lambda: stream)), width=width, markup=False, emoji=False)
    console.print(progress_panel(state, START + timedelta(seconds=75), terminal_width=width, footer=FOOTER, notice=notice))
    return [line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()]


def test_everything_worth_knowing_at_60_columns() -> None:
    assert screen(enriching(), 60) == [
        "╭─ Run 7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0 ───────────────╮",
        "│                                                          │",
        "│  Report      2025-10-06_2025-10-12_users-1a2b3c4d        │",
        "│  Stage       enrich                                      │",
        "│  Step 2/4    enriched_entities                           │",
        "│                                                          │",
        "│  ━━━━━━━━━━━───────────────────────   33%  ETA 2m 12s    │",
        "│                                                          │",
        "│  Current     Scrum/Task 15/20                            │",
        "│  Completed   Scrum/Bug 20/20                             │",
        "│  Remaining   Product/Feature 20, +2 more                 │",
        "│  Elapsed     1m 15s                                      │",
        "│  Rate        0.70 items/s                                │",
        "│                                                          │",
        "╰──────────────────────────────────────────────────────────╯",
        " q stop watching (the run goes on) · d open in the UI",
        " Ctrl-C cancel",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_leaves_the_terminal_and_the_frame_is_whole(width: int) -> None:
    lines = screen(enriching(), width, notice="http://127.0.0.1:3000/runs/7b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0")
    frame = [line for line in lines if line[0] in "╭│╰"]

    assert max(cell_len(line) for line in lines) <= width
    assert {cell_len(line) for line in frame} == {min(width, 96)}
    assert len(frame) == 15


def test_the_footer_takes_one_line_where_it_fits() -> None:
    assert screen(enriching(), 80)[-1] == " q stop watching (the run goes on) · d open in the UI · Ctrl-C cancel"


def test_a_terminal_without_unicode_gets_a_readable_bar_and_frame() -> None:
    lines = screen(enriching(), 60, encoding="ascii")

    assert lines[0].startswith("+- Run 7b1c2d3e")
    assert "###########......................." in lines[6]
    assert lines[-2] == " q stop watching (the run goes on) - d open in the UI"


def test_a_failure_stays_readable_and_cannot_steer_the_terminal() -> None:
    state = enriching()
    failure = "Fibery answered 401 \x1b]0;x\x07[bold]: FIBERY_API_TOKEN was rejected while reading Scrum/Task"
    for line in ({"event": "step_failed", "step": "enriched_entities", "message": failure}, {"event": "run_finished", "status": "failed"}):
        state.apply({"at": (START + timedelta(seconds=90)).isoformat(), **line})

    shown = "\n".join(screen(state, 60))

    assert "33%  failed" in shown
    assert "Failed in   enriched_entities" in shown
    assert "Fibery answered 401 [bold]: " in shown
    assert "\x1b]0;" not in shown
    assert "Current" not in shown


def test_a_run_that_said_nothing_yet() -> None:
    shown = "\n".join(screen(ProgressState(), 60))

    assert "Run, starting" in shown
    assert "0%  ETA -" in shown


def test_people_and_days_are_named_in_the_rate() -> None:
    state = enriching()
    for second, done in ((100, 0), (110, 5)):
        line = {"event": "step_progress", "step": "toggl_summary", "type": "people", "done": done, "total": 11}
        state.apply({"at": (START + timedelta(seconds=second)).isoformat(), **line})

    assert "0.50 people/s" in "\n".join(screen(state, 80))
