"""The demo week as Dagster runs it for Volt, and two bare jobs of as many steps in which nothing is done, in one process.

Called in a process of its own by orchestration.py, which serves the sandbox: its work is not counted here.
"""

from __future__ import annotations

import gc
import logging
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
from empty_jobs import empty_graph, empty_steps
from measuring import WEEK

from volt_assets.cli.instance import open_instance
from volt_assets.definitions import build_defs
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME

KEY = "_".join(WEEK[1::2])
_SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def alternate(folder: str, pairs: int) -> dict[str, Any]:
    """Each once to warm up, then in turn: by name the wall and CPU seconds of every run, and the steps and events of one."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    week = build_defs().resolve_job_def(JOB_NAME)
    gc.collect()
    gc.freeze()  # as the command does before it runs, here for all three jobs
    gc.set_threshold(50_000, 20, 20)
    with open_instance() as instance:
        instance.add_dynamic_partitions(RANGES_NAME, [KEY])

        def run_week(number: int) -> dict[str, Any]:
            os.environ["VOLT_DATA_DIR"] = str(Path(folder) / f"data-{number}")
            volt = {"resources": {"volt": {"config": {"overrides": {"pace": 0}, "use_model": False}}}}
            return _timed(lambda: week.execute_in_process(instance=instance, partition_key=KEY, run_config={**volt, **_SILENT}))

        keys = _successful_steps(instance, run_week(-1)["run_id"])
        same_graph, empty = empty_graph(keys, RANGES_NAME), empty_steps(len(keys))
        runs: dict[str, Callable[[int], dict[str, Any]]] = {
            "week": run_week,
            "same graph": lambda _: _timed(lambda: same_graph.execute_in_process(instance=instance, partition_key=KEY, run_config=_SILENT)),
            "empty steps": lambda _: _timed(lambda: empty.execute_in_process(instance=instance, run_config=_SILENT)),
        }
        counts = {}
        for name, run in runs.items():
            run_id = run(-2)["run_id"]
            counts[name] = {"steps": len(_successful_steps(instance, run_id)), "events": len(instance.all_logs(run_id))}
        if len({one["steps"] for one in counts.values()}) > 1:
            raise RuntimeError(f"the jobs differ in their steps: {counts}")
        return {"counts": counts, "measured": [{name: run(number) for name, run in runs.items()} for number in range(pairs)]}


def _timed(run: Callable[[], dg.ExecuteInProcessResult]) -> dict[str, Any]:
    wall_started, cpu_started = time.perf_counter(), time.process_time()
    result = run()
    seconds = {"wall_seconds": time.perf_counter() - wall_started, "cpu_seconds": time.process_time() - cpu_started}
    return {**seconds, "run_id": result.run_id}


def _successful_steps(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    events = (one.dagster_event for one in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS))
    return [event.step_key or "" for event in events if event is not None]
