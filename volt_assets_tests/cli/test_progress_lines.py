"""Progress as plain lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from volt_assets.cli.progress import ProgressState
from volt_assets.cli.progress_lines import ProgressLines

START = datetime(2025, 10, 13, 6, tzinfo=UTC)


def said(*events: tuple[str, float, dict[str, Any]]) -> list[str]:
    state, lines, spoken = ProgressState(), ProgressLines(), []
    for event, seconds, fields in events:
        moment = START + timedelta(seconds=seconds)
        line = {"at": moment.isoformat(), "event": event, **fields}
        state.apply(line)
        text = lines.describe(line, state, moment)
        if text is not None:
            spoken.append(text)
    return spoken


def test_a_run_from_start_to_end() -> None:
    steps = ["raw_toggl_data", "team_summary"]

    assert said(
        ("run_started", 0, {"run_id": "r1", "key": "2025-10-06_2025-10-12", "steps": steps}),
        ("step_started", 0, {"step": "raw_toggl_data", "stage": "collect"}),
        ("step_progress", 1, {"step": "raw_toggl_data", "type": "days", "done": 3, "total": 6}),
        ("step_finished", 2, {"step": "raw_toggl_data"}),
        ("step_started", 2, {"step": "team_summary", "stage": "report"}),
        ("step_finished", 3, {"step": "team_summary"}),
        ("run_finished", 222, {"status": "completed"}),
    ) == [
        "run r1 of 2025-10-06_2025-10-12 started, 2 steps",
        "[collect 1/2] raw_toggl_data … (0%)",
        "[collect 1/2] raw_toggl_data days 3/6 (25%)",
        "[collect 1/2] raw_toggl_data done (50%)",
        "[report 2/2] team_summary … (50%)",
        "[report 2/2] team_summary done (99%)",
        "run r1 completed after 3m 42s",
    ]


def test_counts_come_at_most_once_a_second() -> None:
    counts = [("step_progress", tenth / 10, {"step": "s", "done": tenth, "total": 30}) for tenth in range(31)]

    assert [text.split()[2] for text in said(*counts)] == ["0/30", "10/30", "20/30", "30/30"]


def test_a_failure_says_why_on_one_line() -> None:
    assert said(
        ("step_failed", 1, {"step": "enriched_entities", "stage": "enrich", "message": "two\nlines \x1b[31mred"}),
        ("run_finished", 2, {"status": "failed"}),
    ) == ["[enrich] enriched_entities failed: two lines red (0%)", "run failed after 1s: two lines red"]


def test_a_wait_is_told_and_forgotten_when_it_is_over() -> None:
    assert said(
        ("step_progress", 0, {"step": "raw_toggl_data", "message": "waiting for the quota until 06:05 UTC"}),
        ("step_progress", 300, {"step": "raw_toggl_data", "type": "days", "done": 7, "total": 7}),
        ("run_finished", 301, {"status": "incomplete"}),
    ) == [
        "[run] raw_toggl_data: waiting for the quota until 06:05 UTC (0%)",
        "[run] raw_toggl_data days 7/7 (0%)",
        "run incomplete after 5m 01s",
    ]


def test_a_canceled_step_did_not_fail() -> None:
    assert said(("step_failed", 1, {"step": "raw_toggl_data", "status": "canceled"})) == ["[run] raw_toggl_data canceled (0%)"]


def test_what_says_nothing_gets_no_line() -> None:
    state, lines = ProgressState(), ProgressLines()

    for line in ({}, {"at": START.isoformat(), "event": "step_started"}, {"at": START.isoformat(), "event": "other", "step": "s"}):
        assert lines.describe(line, state, START) is None
