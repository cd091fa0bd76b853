"""The demo week, sandbox without latency and pace zero, next to bare Dagster running as many empty steps. Goal: at most 2 times.

All in one process on one SQLite instance, in turn, after a run of each to warm up; imports are not counted, nor the sandbox's
CPU. The week downloads its seven days, asks Fibery and writes every report. Two bare jobs stand beside it: the same graph with
nothing in it (as many partitioned assets, mapped steps and checks), which the goal is about, and a chain of as many empty ops.

    orchestration.py [ROUNDS]        default 5
"""

from __future__ import annotations

import statistics
import sys

from measuring import call_apart, median_ratio, print_table, scratch_folder, volt_environ

from volt_assets.sandbox.server import SandboxOptions, running_sandbox

ROUNDS, GOAL = 5, 2.0
NAMES = {"week": "demo week", "same graph": "the same graph, empty", "empty steps": "a chain of as many empty ops"}


def main() -> None:
    """One line each, then the ratios of each round."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    with scratch_folder() as folder, running_sandbox(SandboxOptions(pace=0)) as sandbox:
        environ = volt_environ(folder, sandbox.environ())
        told = call_apart("orchestrated_week", "alternate", str(folder), rounds, environ=environ).result
    measured, lines = told["measured"], []
    for name, title in NAMES.items():
        figures, counts = ("wall_seconds", "cpu_seconds"), told["counts"][name]
        wall, cpu = (statistics.median(one[name][figure] for one in measured) for figure in figures)
        ratios = (median_ratio((one["week"][figure], one[name][figure]) for one in measured) for figure in figures)
        times = ("", "") if name == "week" else tuple(f"{ratio:.2f}" for ratio in ratios)
        per_step = f"{wall / counts['steps'] * 1000:.0f}"
        lines.append((title, counts["steps"], counts["events"], f"{wall:.2f}", f"{cpu:.2f}", per_step, *times))
    print(f"one run on SQLite, median of {rounds} rounds (goal: the week at most {GOAL:.0f} times the same graph, empty)")
    print_table(("", "steps", "events", "wall s", "CPU s", "ms per step", "week/this, wall", "CPU"), lines)


if __name__ == "__main__":
    main()
