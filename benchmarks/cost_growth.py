"""How the cost of an aggregation grows: CPU and peak memory of Volt for 10,000 and 100,000 entries of one year.

Goal: ten times the entries cost at most 11 times the CPU and 10 times the memory. Imports are no CPU here; the memory is that
of the process, and beside it what it has beyond one that aggregates a thousand entries.

    cost_growth.py [--million]      1,000,000 entries as well: minutes, and many GiB
"""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import Cost, call_apart, median_cost, print_table, scratch_folder

SMALLEST, SIZES, MILLION = 1_000, (10_000, 100_000), 1_000_000
RUNS = 3


def cost_of(folder: Path, entries: int) -> Cost:
    """The median of a few aggregations of as many entries."""
    days, target = str(folder / str(entries)), str(folder / "aggregated.json")
    call_apart("stored_days", "store_days", days, entries)
    return median_cost(call_apart("volt_aggregation", "aggregate_with_volt", days, target) for _ in range(RUNS))


def main() -> None:
    """One line per size, each next to the one before."""
    sizes = [*SIZES, *([MILLION] if "--million" in sys.argv[1:] else [])]
    with scratch_folder() as folder:
        ground_mib = cost_of(folder, SMALLEST).peak_mib
        costs = [cost_of(folder, entries) for entries in sizes]
    lines, before = [], None
    for entries, cost in zip(sizes, costs, strict=True):
        growth = ("", "", "")
        if before is not None:
            growth = (
                f"x{cost.cpu_seconds / before.cpu_seconds:.1f}",
                f"x{cost.peak_mib / before.peak_mib:.1f}",
                f"x{(cost.peak_mib - ground_mib) / (before.peak_mib - ground_mib):.1f}",
            )
        beyond = cost.peak_mib - ground_mib
        lines.append((f"{entries:,}", f"{cost.cpu_seconds:.2f}", growth[0], f"{cost.peak_mib:.0f}", growth[1], f"{beyond:.0f}", growth[2]))
        before = cost
    print(f"stored days to toggl_aggregated.json, median of {RUNS} runs")
    print_table(("entries", "CPU s", "", "peak MiB", "", f"beyond {SMALLEST:,} entries", ""), lines)


if __name__ == "__main__":
    main()
