"""Aggregation from stored days to `toggl_aggregated.json`: Volt next to a plain-Python reference, and how the cost grows.

CPU without imports and peak memory of processes of their own, side by side in one run; both read the same days, and their
documents are compared. Goals: at 200,000 entries at least 10 times less CPU than the reference and at most 250 MiB, at 1,000,000
entries 15 times and 600 MiB; ten times the entries cost at most 11 times the CPU and 10 times the memory.

    aggregation.py [ENTRIES…]      default 10000 100000 200000 1000000; the million takes minutes
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from measuring import Cost, call_apart, median_cost, median_ratio, print_table, scratch_folder

SIZES = (10_000, 100_000, 200_000, 1_000_000)
SMALLEST = 1_000
"""The memory of a process that aggregates so few is taken for the ground: the interpreter, the libraries, their code."""
RUNS = 3
_BYTES_PER_MIB = 1024**2


class Size(NamedTuple):
    """The costs of both sides for one number of entries, in pairs."""

    entries: int
    ours: list[Cost]
    theirs: list[Cost]
    alike: str
    """How many items both documents have alike."""


def side_by_side(folder: Path, entries: int) -> Size:
    """Volt and the reference in turn, on the same days."""
    days, volt, plain = (str(folder / name) for name in ("days", "volt.json", "plain.json"))
    call_apart("stored_days", "store_days", days, entries)
    aliases = call_apart("stored_days", "shipped_aliases").result
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(call_apart("volt_aggregation", "aggregate_with_volt", days, volt))
        theirs.append(call_apart("plain_aggregation", "aggregate_plainly", days, plain, aliases))
    same = call_apart("plain_aggregation", "agreement", volt, plain).result
    return Size(entries, ours, theirs, f"{same['alike']} of {same['items']}")


def print_sides(sizes: Sequence[Size]) -> None:
    """One line per size, then where Volt's CPU goes at the largest."""
    lines = []
    for size in sizes:
        volt, plain = median_cost(size.ours), median_cost(size.theirs)
        less = median_ratio((other.cpu_seconds, own.cpu_seconds) for own, other in zip(size.ours, size.theirs, strict=True))
        costs = (f"{volt.cpu_seconds:.2f}", f"{plain.cpu_seconds:.2f}", f"{less:.2f}x", f"{volt.peak_mib:.0f}", f"{plain.peak_mib:.0f}")
        lines.append((f"{size.entries:,}", *costs, size.alike))
    print(f"stored days to toggl_aggregated.json, median of {RUNS} pairs, imports not counted")
    print_table(("entries", "Volt CPU s", "plain CPU s", "times less CPU", "Volt MiB", "plain MiB", "items alike"), lines)
    ours = sizes[-1].ours
    parts = [(name, f"{statistics.median(one.result['parts'][name] for one in ours):.2f}") for name in ours[0].result["parts"]]
    print(f"\nwhere Volt's CPU goes at {sizes[-1].entries:,} entries")
    print_table(("part", "CPU s"), parts)


def print_growth(sizes: Sequence[Size], ground_mib: float) -> None:
    """What ten times the entries cost, and what an entry takes beyond the ground."""
    costs = {size.entries: median_cost(size.ours) for size in sizes}
    beyond = {entries: cost.peak_mib - ground_mib for entries, cost in costs.items()}
    lines = []
    for less, more in [pair for pair in combinations(sorted(costs), 2) if pair[1] == 10 * pair[0]]:
        cpu, peak = costs[more].cpu_seconds / costs[less].cpu_seconds, costs[more].peak_mib / costs[less].peak_mib
        lines.append((f"{less:,} to {more:,}", f"x{cpu:.1f}", f"x{peak:.1f}", f"x{beyond[more] / beyond[less]:.1f}"))
    print(f"\nten times the entries (goal: CPU at most x11, memory at most x10); {SMALLEST:,} entries take {ground_mib:.0f} MiB")
    print_table(("entries", "CPU", "peak", f"peak beyond {SMALLEST:,} entries"), lines)
    each = [(f"{entries:,}", f"{mib:.0f}", f"{mib * _BYTES_PER_MIB / (entries - SMALLEST):.0f}") for entries, mib in beyond.items()]
    print_table(("entries", f"MiB beyond {SMALLEST:,} entries", "bytes per entry"), each)


def ground(folder: Path) -> float:
    """The peak of a process that aggregates hardly anything, in MiB."""
    days, target = str(folder / "days"), str(folder / "volt.json")
    call_apart("stored_days", "store_days", days, SMALLEST)
    return median_cost(call_apart("volt_aggregation", "aggregate_with_volt", days, target) for _ in range(RUNS)).peak_mib


def main() -> None:
    """Every size once, in a folder of its own."""
    sizes = []
    with scratch_folder() as folder:
        ground_mib = ground(folder)
    for entries in [int(size) for size in sys.argv[1:]] or SIZES:
        with scratch_folder() as folder:
            sizes.append(side_by_side(folder, entries))
    print_sides(sizes)
    print_growth(sizes, ground_mib)


if __name__ == "__main__":
    main()
