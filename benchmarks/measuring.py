"""How a cost is measured, once for all benchmarks: processes, pairs, medians, tables.

Belongs here: the measuring. Does not: what is measured. Nothing of Volt is imported here: on Linux a child's peak memory
begins at what its parent had when it was started, so a parent that measures stays small.

Run as a script this module is the child of `call_apart`: it imports the module named first and calls its function. Without
arguments it does nothing.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

VOLT_AGENT = Path(sys.executable).with_name("volt-agent")
WEEK = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
"""The week of the demo, as options of `volt-agent run`."""
_RESULT = "benchmark result: "
_MIB_PER_MAXRSS = 1 / (1024 * 1024 if sys.platform == "darwin" else 1024)
_OWN_VARIABLES = ("TOGGL_", "FIBERY_", "OPENAI_", "VOLT_", "DAGSTER_")


@dataclass(frozen=True)
class Cost:
    """What one process, or one call in a process of its own, cost."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of all threads."""
    peak_mib: float
    """Largest resident set of the process."""
    result: dict[str, Any] = field(default_factory=dict)
    """What a called function returned."""


def run_command(command: Sequence[str | Path], *, environ: Mapping[str, str], folder: Path) -> Cost:
    """Run a command in `folder` and measure its process from start to end. Raises RuntimeError with its output when it fails."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 -- commands of this folder, no shell
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=dict(environ), cwd=folder
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{text[-4000:]}")
    result = next((line.removeprefix(_RESULT) for line in text.splitlines() if line.startswith(_RESULT)), "{}")
    return Cost(wall_seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MIB_PER_MAXRSS, json.loads(result))


def call_apart(module: str, function: str, *arguments: object, environ: Mapping[str, str] | None = None) -> Cost:
    """Call a function of this folder in a process of its own; the import of its module costs nothing here.

    The function may return a dictionary of what JSON can hold. The peak is that of the whole process, imports included.
    """
    command: list[str | Path] = [sys.executable, Path(__file__), module, function, json.dumps(arguments)]
    told = run_command(command, environ=os.environ if environ is None else environ, folder=Path(tempfile.gettempdir())).result
    return Cost(told["wall_seconds"], told["cpu_seconds"], told["peak_mib"], told["result"])


def volt_environ(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment without any setting of Volt or Dagster, and with an instance of its own below `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_VARIABLES)}
    return {**kept, "DAGSTER_HOME": str(folder / "dagster"), "NO_COLOR": "1", **(more or {})}


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder, removed with everything in it when the block ends."""
    with tempfile.TemporaryDirectory(prefix="volt-benchmark-") as folder:
        yield Path(folder)


def median_cost(costs: Iterable[Cost]) -> Cost:
    """Each figure's own median; the result of the first."""
    known = list(costs)
    figures = [(cost.wall_seconds, cost.cpu_seconds, cost.peak_mib) for cost in known]
    wall_seconds, cpu_seconds, peak_mib = (statistics.median(column) for column in zip(*figures, strict=True))
    return Cost(wall_seconds, cpu_seconds, peak_mib, known[0].result)


def median_ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """The median of first / second: each pair ran side by side, so what slows the machine slows both."""
    return statistics.median(first / second for first, second in pairs)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns under their headings; everything but the first column to the right."""
    lines = [[str(cell) for cell in line] for line in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip())


def _answer_call(module: str, function: str, arguments: str) -> None:
    called, given = getattr(import_module(module), function), json.loads(arguments)
    wall_started, cpu_started = time.perf_counter(), time.process_time()
    result = called(*given)
    costs = {
        "wall_seconds": time.perf_counter() - wall_started,
        "cpu_seconds": time.process_time() - cpu_started,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MIB_PER_MAXRSS,
        "result": result or {},
    }
    print(_RESULT + json.dumps(costs))


if __name__ == "__main__" and sys.argv[1:]:
    _answer_call(*sys.argv[1:])
