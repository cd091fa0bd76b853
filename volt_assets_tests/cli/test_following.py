"""A run of another process is looked at until its end; looking changes nothing."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.following import follow_run
from volt_assets.cli.run_lookup import FoundRun
from volt_assets_tests.pipeline import WEEK

START = datetime(2025, 10, 13, 6, tzinfo=UTC)


@pytest.fixture
def going(tmp_path: Path) -> FoundRun:
    return FoundRun("r1", WEEK, "in_progress", START, None, None, "volt-agent", str(tmp_path))


class World:
    """A run that ends after some looks; a second passes with each sleep."""

    def __init__(self, run: FoundRun, end: str, looks: int) -> None:
        self.run, self.end, self.looks, self.seconds = run, end, looks, 0.0

    def look(self, run_id: str) -> FoundRun:
        assert run_id == self.run.run_id
        self.looks -= 1
        return replace(self.run, status=self.end) if self.looks <= 0 else self.run

    def sleep(self, _: float) -> None:
        self.seconds += 1.0


def follow(run: FoundRun, world: World) -> tuple[tuple[FoundRun, int] | None, str]:
    said = io.StringIO()
    ended = follow_run(run, Console(stderr=said), look=world.look, monotonic=lambda: world.seconds, sleep=world.sleep)
    return ended, said.getvalue()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("completed", ExitCode.OK),
        ("incomplete", ExitCode.INCOMPLETE),
        ("failed", ExitCode.FAILED),
        ("waiting", ExitCode.WAITING),
        ("canceled", ExitCode.CANCELED),
    ],
)
def test_the_code_is_that_of_the_end_also_of_a_run_that_tells_no_end_itself(going: FoundRun, end: str, code: ExitCode) -> None:
    """Runs that Dagster started write no last line; one may also have ended before anybody looked."""
    ended, _ = follow(going, World(going, end, looks=4))
    assert ended == (replace(going, status=end), code)
    over = replace(going, status=end)
    assert follow(over, World(over, end, looks=0)) == ((over, code), "")


def test_what_the_run_tells_is_shown_as_it_comes(going: FoundRun, tmp_path: Path) -> None:
    path = tmp_path / ".volt" / "progress" / "r1.jsonl"
    path.parent.mkdir(parents=True)
    told: list[dict[str, object]] = [
        {"event": "run_started", "run_id": "r1", "key": WEEK, "steps": ["raw_toggl_data"]},
        {"event": "step_started", "step": "raw_toggl_data", "stage": "collect"},
        {"event": "step_finished", "step": "raw_toggl_data", "stage": "collect"},
    ]
    path.write_text("".join(json.dumps({"at": START.isoformat(), **line}) + "\n" for line in told))
    _, said = follow(going, World(going, "completed", looks=3))
    assert "raw_toggl_data done" in said


def test_ctrl_c_stops_the_looking_and_not_the_run(going: FoundRun) -> None:
    class Impatient(World):
        def sleep(self, _: float) -> None:
            raise KeyboardInterrupt

    ended, said = follow(going, Impatient(going, "completed", looks=9))
    assert ended is None
    assert said.endswith("the run goes on: volt-agent show-run --run-id r1\n")
