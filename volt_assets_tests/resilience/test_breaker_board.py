"""Open circuits are seen from outside as long as their process lives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from volt_assets.errors import ServerError
from volt_assets.resilience.breaker_board import BreakerBoard, open_circuits
from volt_assets.resilience.circuit_breaker import CircuitBreaker


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], Path]:
    return lambda: tmp_path


@pytest.mark.anyio
async def test_it_shows_what_the_breaker_does(folder: Callable[[], Path]) -> None:
    board = BreakerBoard("Toggl", 30.0, folder=folder)
    breaker = CircuitBreaker("Toggl", minimum_calls=2, cool_down_seconds=0.0, on_turn=board.turned)

    async def fails() -> None:
        raise ServerError("busy")

    async def answers() -> None:
        """It is well again."""

    for _ in range(2):
        assert open_circuits(datetime.now(UTC), folder=folder) == {}
        with pytest.raises(ServerError):
            await breaker.call(fails)
    assert open_circuits(datetime.now(UTC), folder=folder) == {"Toggl": "open"}
    await breaker.call(answers)
    assert open_circuits(datetime.now(UTC), folder=folder) == {}


def test_open_then_half_open_then_gone(folder: Callable[[], Path], tmp_path: Path) -> None:
    board, now = BreakerBoard("Language model", 30.0, folder=folder), datetime.now(UTC)
    board.turned(False)  # noqa: FBT003 -- as a breaker calls it
    assert not list(tmp_path.iterdir())
    board.turned(True)  # noqa: FBT003 -- the same
    assert open_circuits(now, folder=folder) == {"Language model": "open"}
    assert open_circuits(now + timedelta(seconds=40), folder=folder) == {"Language model": "half_open"}
    board.turned(False)  # noqa: FBT003 -- the same
    assert open_circuits(now, folder=folder) == {}


def test_what_a_dead_process_left_or_nobody_can_read_is_cleared_away(folder: Callable[[], Path], tmp_path: Path) -> None:
    BreakerBoard("Toggl", 30.0, folder=folder).turned(True)  # noqa: FBT003 -- the same
    [path] = tmp_path.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text()), "started": "1"}))
    (tmp_path / "x.breaker").write_text("{")
    assert open_circuits(datetime.now(UTC), folder=folder) == {}
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_used_shows_nothing() -> None:
    def nowhere() -> Path:
        raise PermissionError("not yours")

    BreakerBoard("Toggl", 30.0, folder=nowhere).turned(True)  # noqa: FBT003 -- the same
    assert open_circuits(datetime.now(UTC), folder=nowhere) == {}
