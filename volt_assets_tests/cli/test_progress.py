"""How far a run is, from any lines whatever."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.cli.progress import ProgressState, TypeProgress, tail

START = datetime(2025, 10, 13, 6, tzinfo=UTC)
STEPS = ["raw_toggl_data", "toggl_aggregated", "enriched_entities", "team_summary"]


def line(event: str, seconds: float = 0, **fields: Any) -> dict[str, Any]:
    return {"at": (START + timedelta(seconds=seconds)).isoformat(), "event": event, **fields}


def state_after(*lines: dict[str, Any]) -> ProgressState:
    state = ProgressState()
    for one in lines:
        state.apply(one)
    return state


def started(**fields: Any) -> dict[str, Any]:
    return line("run_started", run_id="r1", key="2025-10-06_2025-10-12", steps=STEPS, **fields)


def counted(seconds: float, name: str, done: int, total: int) -> dict[str, Any]:
    return line("step_progress", seconds, step="enriched_entities", type=name, done=done, total=total)


ENRICHING = (
    started(),
    line("step_started", 0, step="raw_toggl_data", stage="collect"),
    line("step_finished", 10, step="raw_toggl_data"),
    line("step_started", 10, step="toggl_aggregated"),
    line("step_finished", 20, step="toggl_aggregated"),
    line("step_started", 20, step="enriched_entities", stage="enrich"),
    counted(20, "Scrum/Task", 0, 20),
    counted(20, "Scrum/Bug", 0, 8),
    counted(20, "Product/Feature", 0, 12),
    counted(30, "Scrum/Bug", 8, 8),
    counted(40, "Scrum/Task", 12, 20),
)


def test_a_run_under_way() -> None:
    state = state_after(*ENRICHING)

    assert (state.run_id, state.key, state.stage, state.step) == ("r1", "2025-10-06_2025-10-12", "enrich", "enriched_entities")
    assert (state.step_number, state.steps_total) == (3, 4)
    # Two of four steps, and 20 of the 40 items of the third.
    assert state.percentage == 62
    assert state.current_types == [TypeProgress("Scrum/Task", 12, 20)]
    assert state.completed_types == [TypeProgress("Scrum/Bug", 8, 8)]
    assert state.remaining_types == [TypeProgress("Product/Feature", 0, 12)]
    assert state.remaining_types[0].remaining == 12
    assert state.rate_per_second == 1.0
    assert state.status == "in_progress"


def test_elapsed_and_eta_go_by_the_clock() -> None:
    state = state_after(*ENRICHING)

    # 62.5 % took 40 seconds, so 24 were to go then.
    assert state.elapsed_seconds(START + timedelta(seconds=45)) == 45
    assert state.eta_seconds(START + timedelta(seconds=40)) == pytest.approx(24)
    assert state.eta_seconds(START + timedelta(seconds=50)) == pytest.approx(14)
    assert state.eta_seconds(START + timedelta(seconds=99)) is None


def test_nothing_is_known_before_the_first_line() -> None:
    state = ProgressState()

    assert (state.percentage, state.steps_total, state.step_number, state.types) == (0, 0, 0, [])
    assert state.elapsed_seconds(START) == 0
    assert state.eta_seconds(START) is None
    assert state.rate_per_second is None


def test_only_a_completed_run_is_at_100() -> None:
    everything = [line("step_finished", 5, step=step) for step in STEPS]

    assert state_after(started(), *everything).percentage == 99
    done = state_after(started(), *everything, line("run_finished", 9, status="completed"))
    assert (done.percentage, done.status, done.is_finished) == (100, "completed", True)
    assert done.elapsed_seconds(START + timedelta(hours=1)) == 9
    assert done.eta_seconds(START) is None
    incomplete = state_after(started(), *everything, line("run_finished", 9, status="incomplete"))
    assert (incomplete.percentage, incomplete.status) == (99, "incomplete")


def test_a_failed_step_is_named() -> None:
    failed = line("step_failed", 41, step="enriched_entities", message="Fibery answered 401")
    state = state_after(*ENRICHING, failed, line("run_finished", 42))

    assert (state.status, state.failed_step, state.message) == ("failed", "enriched_entities", "Fibery answered 401")
    assert state.percentage == 62


def test_a_restarted_step_and_a_growing_total_do_not_take_back_what_was_shown() -> None:
    state = state_after(*ENRICHING)

    state.apply(counted(50, "Scrum/Task", 0, 2000))

    assert state.percentage == 62
    assert state.types[0] == TypeProgress("Scrum/Task", 0, 2000)


def test_steps_outside_the_plan_do_not_count() -> None:
    state = state_after(started(), line("step_finished", 1, step="toggl_days"))

    assert (state.percentage, state.step_number) == (0, 0)


def test_another_run_and_what_comes_after_the_end_change_nothing() -> None:
    state = state_after(started(), line("step_finished", 1, step="team_summary", run_id="r2"))
    assert state.percentage == 0

    state.apply(line("run_finished", 2, status="canceled"))
    state.apply(started())
    state.apply(line("step_finished", 3, step="team_summary"))
    assert (state.status, state.percentage) == ("canceled", 0)


EVENTS = ["run_started", "step_started", "step_progress", "step_finished", "step_failed", "run_finished", "something_else"]
LINES = st.fixed_dictionaries(
    {"event": st.sampled_from(EVENTS)},
    optional={
        "at": st.one_of(st.datetimes().map(lambda moment: moment.isoformat()), st.just(START.isoformat()), st.none(), st.text(max_size=5)),
        "run_id": st.sampled_from(["r1", "r2", ""]),
        "steps": st.one_of(st.lists(st.sampled_from([*STEPS, "other"])), st.none(), st.just([1, None])),
        "stage": st.sampled_from(["collect", "enrich", 7]),
        "step": st.sampled_from([*STEPS, "other", None, 3]),
        "type": st.sampled_from(["Scrum/Task", "Scrum/Bug", None]),
        "done": st.one_of(st.integers(-3, 30), st.none(), st.text(max_size=2), st.booleans()),
        "total": st.one_of(st.integers(-3, 30), st.none(), st.floats()),
        "status": st.sampled_from(["completed", "failed", "canceled", "incomplete", "waiting", "strange", None]),
        "message": st.text(max_size=5),
    },
)


@given(st.lists(LINES, max_size=40))
def test_the_percentage_never_falls_and_100_is_kept_for_success(lines: list[dict[str, Any]]) -> None:
    state = ProgressState()
    shown = 0
    for one in lines:
        state.apply(one)
        assert shown <= state.percentage <= 100
        assert (state.percentage == 100) == (state.status == "completed")
        assert state.elapsed_seconds(START) >= 0
        assert (state.eta_seconds(START) or 0) >= 0
        assert state.step_number <= state.steps_total or state.steps_total == 0
        assert sorted([*state.current_types, *state.completed_types, *state.remaining_types], key=lambda group: group.name) == sorted(
            state.types, key=lambda group: group.name
        )
        shown = state.percentage


def test_a_file_that_is_not_there_yet_has_no_lines(tmp_path: Path) -> None:
    assert tail(tmp_path / "later.jsonl", 0) == ([], 0)


def test_half_a_line_waits_for_its_other_half(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    whole = json.dumps({"event": "step_started", "message": "ö"}, ensure_ascii=False).encode() + b"\n"
    path.write_bytes(whole + whole[:-4])

    lines, position = tail(path, 0)
    assert (len(lines), position) == (1, len(whole))
    assert tail(path, position) == ([], position)
    path.write_bytes(whole + whole)
    assert tail(path, position) == ([{"event": "step_started", "message": "ö"}], 2 * len(whole))


def test_torn_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b'{"event": "a"}\n{"event": "b\n\n[1]\n\xff\xfe\n{"event": "c"}\n')

    assert [one["event"] for one in tail(path, 0)[0]] == ["a", "c"]


def test_a_file_that_was_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b'{"event": "new"}\n')

    assert tail(path, 1000) == ([{"event": "new"}], 17)
