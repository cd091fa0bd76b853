"""The side of `stage_validation.py` that runs in a process of its own: one week, made once and judged many times."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from volt_assets.cli.execute import execute
from volt_assets.cli.preflight import check_files, read_access
from volt_assets.cli.run_choice import Choice, asset_graph
from volt_assets.cli.run_plan import RunPlan
from volt_assets.settings import load_settings
from volt_assets.work_reports import record_watcher, steps
from volt_assets.work_reports.being_made import BeingMade
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.migrating import check_versions
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.stages import STAGES

WEEK = "2025-10-06_2025-10-12"


def measure(rounds: int) -> dict[str, Any]:
    """Seconds by check; by stage its steps, the seconds from one step's end to the next one's, and those inside them; and keeping track."""
    location = os.environ["VOLT_DATA_DIR"]
    kept = _Kept()
    end = execute(RunPlan(WEEK, location, overrides={"pace": 0}))
    if end.status != "completed":
        raise RuntimeError(f"the week ended {end.status}")
    data = DataFolder(location)
    settings = load_settings(os.environ, {"pace": 0})
    choice = Choice(RunPlan(WEEK, location), settings, data, read_access(settings, use_model=True), lambda: datetime.now(UTC))
    checks: dict[str, Callable[[], object]] = {
        "settings": lambda: load_settings(os.environ, {"pace": 0}),
        "prompts and templates": lambda: check_files(settings),
        "versions of stored documents": lambda: check_versions(data, choice.around.key),
        "asset graph": asset_graph,
        "versions again, graph, state of every asset": choice.judged,
    }
    found = {name: statistics.median(_seconds(check) for _ in range(rounds)) for name, check in checks.items()}
    counted = ("settings", "prompts and templates", "versions again, graph, state of every asset")
    found["all before a run"] = sum(found[name] for name in counted)
    return {"validation": found, "stages": _stages(data), "kept": {"seconds": kept.seconds, "assets": kept.assets}}


class _Kept:
    """What noting and keeping what assets are made from takes while it is done."""

    def __init__(self) -> None:
        self.seconds, self.assets = 0.0, 0
        in_steps, in_watcher = vars(steps), vars(record_watcher)
        in_steps["being_made"] = self._timed(in_steps["being_made"])
        BeingMade.ends = self._timed(BeingMade.ends)  # type: ignore[method-assign]
        in_watcher["files_are_there"] = self._timed(in_watcher["files_are_there"], counts=True)

    def _timed(self, plain: Callable[..., Any], *, counts: bool = False) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return plain(*given, **named)
            finally:
                self.seconds += time.perf_counter() - started
                self.assets += counts

        return timed


def _stages(data: DataFolder) -> dict[str, tuple[int, float, float]]:
    record = RunMetadata.model_validate_json((data.of_range(WEEK) / "run_metadata.json").read_bytes())
    count, whole, work = dict.fromkeys(STAGES, 0), dict.fromkeys(STAGES, 0.0), dict.fromkeys(STAGES, 0.0)
    last_end = record.created_at
    for step in sorted(record.steps, key=lambda step: step.started_at):
        if step.finished_at is not None:
            count[step.stage] += 1
            whole[step.stage] += (step.finished_at - last_end).total_seconds()
            work[step.stage] += step.duration_seconds or 0.0
            last_end = step.finished_at
    return {stage: (count[stage], whole[stage], work[stage]) for stage in STAGES}


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
