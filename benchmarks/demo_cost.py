"""What `volt-agent demo` costs as a user types it: wall time, CPU and peak memory, and the share of them that is imports.

Each run is a process of its own over an empty folder. Right after it, another process does nothing but import the modules
that such a run has loaded at its end (the start of the interpreter included). `volt-agent --help` is timed beside them.

    demo_cost.py [RUNS]        default 5
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from measuring import VOLT_AGENT, Cost, median_cost, median_ratio, print_table, run_command, scratch_folder, volt_environ

RUNS = 5
NOTING_MODULES = """\
import atexit, json, sys
noted = sys.argv.pop(1)
atexit.register(lambda: json.dump(list(sys.modules), open(noted, "w")))
from volt_assets.cli.main import main
main()
"""
IMPORTING_THEM = """\
import importlib, json, sys
for name in json.load(open(sys.argv[1])):
    importlib.import_module(name)
"""


def demo(folder: Path, *command: str | Path) -> Cost:
    """One demo over an empty folder."""
    folder.mkdir()
    return run_command((*command, "demo", "--output-dir", folder / "data"), environ=volt_environ(folder), folder=folder)


def main() -> None:
    """Alternate demo, imports and help, so that what slows the machine slows all three."""
    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    demos: list[Cost] = []
    imports: list[Cost] = []
    helps: list[Cost] = []
    with scratch_folder() as folder:
        noted = folder / "modules.json"
        demo(folder / "noting", sys.executable, "-c", NOTING_MODULES, noted)
        for number in range(runs):
            demos.append(demo(folder / str(number), VOLT_AGENT))
            for costs, command in (
                (imports, (sys.executable, "-c", IMPORTING_THEM, noted)),
                (helps, (VOLT_AGENT, "--help")),
            ):
                costs.append(run_command(command, environ=volt_environ(folder), folder=folder))
        modules = len(json.loads(noted.read_text(encoding="utf-8")))
    print(f"volt-agent demo, median of {runs} runs; {modules} modules")
    lines = (("demo", demos), ("imports alone", imports), ("volt-agent --help", helps))
    print_table(
        ("", "wall s", "CPU s", "peak MiB"),
        [
            (name, f"{cost.wall_seconds:.2f}", f"{cost.cpu_seconds:.2f}", f"{cost.peak_mib:.0f}")
            for name, cost in ((name, median_cost(costs)) for name, costs in lines)
        ],
    )
    wall = median_ratio((loaded.wall_seconds, whole.wall_seconds) for loaded, whole in zip(imports, demos, strict=True))
    cpu = median_ratio((loaded.cpu_seconds, whole.cpu_seconds) for loaded, whole in zip(imports, demos, strict=True))
    print(f"share that is imports: {wall:.0%} of the wall time, {cpu:.0%} of the CPU")


if __name__ == "__main__":
    main()
