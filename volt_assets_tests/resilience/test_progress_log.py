"""The writer of progress files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from volt_assets.resilience.progress_log import ProgressLog


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 10, 13, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_what_and_the_given_fields(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "progress" / "run.jsonl"
    log = ProgressLog(path, clock)

    log.write("run_started", run_id="r1", key="2025-10-06_2025-10-12", steps=("raw_toggl_data", "team_summary"))

    assert read(path) == [
        {
            "at": "2025-10-13T06:00:00+00:00",
            "event": "run_started",
            "run_id": "r1",
            "key": "2025-10-06_2025-10-12",
            "steps": ["raw_toggl_data", "team_summary"],
        }
    ]


def test_without_a_path_nothing_is_written(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    ProgressLog(None, clock).write("step_started", step="raw_toggl_data")

    assert list(tmp_path.iterdir()) == []


def test_progress_gets_through_a_few_times_a_second_and_always_when_complete(tmp_path: Path, clock: Clock) -> None:
    log = ProgressLog(tmp_path / "run.jsonl", clock)

    for done in range(101):
        log.write("step_progress", step="enriched_entities", type="Scrum/Task", done=done, total=100)
        clock.move(0.01)

    assert [line["done"] for line in read(tmp_path / "run.jsonl")] == [0, 25, 50, 75, 100]


def test_each_step_and_type_has_its_own_pace(tmp_path: Path, clock: Clock) -> None:
    log = ProgressLog(tmp_path / "run.jsonl", clock)

    for name in ("Scrum/Task", "Scrum/Bug"):
        log.write("step_progress", step="enriched_entities", type=name, done=0, total=5)
    log.write("step_progress", step="individual_reports", type="people", done=0, total=5)
    log.write("step_progress", step="enriched_entities", type="Scrum/Bug", done=1, total=5)

    assert [line["type"] for line in read(tmp_path / "run.jsonl")] == ["Scrum/Task", "Scrum/Bug", "people"]


def test_other_events_are_never_held_back(tmp_path: Path, clock: Clock) -> None:
    log = ProgressLog(tmp_path / "run.jsonl", clock)

    log.write("step_started", step="toggl_summary")
    log.write("step_finished", step="toggl_summary")
    log.write("step_started", step="team_summary")

    assert [line["event"] for line in read(tmp_path / "run.jsonl")] == ["step_started", "step_finished", "step_started"]


def test_a_clock_that_is_set_back_does_not_silence_the_log(tmp_path: Path, clock: Clock) -> None:
    log = ProgressLog(tmp_path / "run.jsonl", clock)

    log.write("step_progress", step="s", done=1, total=9)
    clock.move(-3600)
    log.write("step_progress", step="s", done=2, total=9)

    assert [line["done"] for line in read(tmp_path / "run.jsonl")] == [1, 2]


def test_half_a_line_of_a_killed_writer_does_not_spoil_the_next(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text('{"at": "2025-10-13T05:00:00+00:00", "event": "step_sta', encoding="utf-8")

    ProgressLog(path, clock).write("step_started", step="team_summary")

    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["step"] == "team_summary"


def test_every_line_is_readable_at_once_and_a_closed_log_goes_on(tmp_path: Path, clock: Clock) -> None:
    log = ProgressLog(tmp_path / "run.jsonl", clock)

    log.write("step_started", step="s", message="two\nlines of Ünïcode \ud800")
    assert read(tmp_path / "run.jsonl")[0]["message"] == "two\nlines of Ünïcode \ud800"
    log.close()
    log.close()
    log.write("step_finished", step="s")

    assert len(read(tmp_path / "run.jsonl")) == 2
