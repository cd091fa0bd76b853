"""Aggregation from stored days to `toggl_aggregated.json`: Volt next to a plain-Python reference, side by side in one run.

CPU without imports and peak memory of processes of their own; both read the same days, and their documents are compared.
Goals: at 200,000 entries at least 10 times less CPU than the reference and at most 250 MiB, at 1,000,000 entries 15 times
and 600 MiB.

    aggregation.py [ENTRIES…]      default 10000 100000 200000
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from measuring import Cost, call_apart, median_cost, median_ratio, print_table, scratch_folder

SIZES = (10_000, 100_000, 200_000)
RUNS = 3


def side_by_side(folder: Path, entries: int) -> tuple[list[Cost], list[Cost], str]:
    """The costs of Volt and of the reference in pairs, and how far the documents agree."""
    days, volt, plain = (str(folder / name) for name in ("days", "volt.json", "plain.json"))
    call_apart("stored_days", "store_days", days, entries)
    aliases = call_apart("stored_days", "shipped_aliases").result
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(call_apart("volt_aggregation", "aggregate_with_volt", days, volt))
        theirs.append(call_apart("plain_aggregation", "aggregate_plainly", days, plain, aliases))
    same = call_apart("plain_aggregation", "agreement", volt, plain).result
    return ours, theirs, f"{same['alike']} of {same['items']}"


def main() -> None:
    """One line per size, then where Volt's CPU goes at the largest."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    lines, parts = [], []
    for entries in sizes:
        with scratch_folder() as folder:
            ours, theirs, alike = side_by_side(folder, entries)
        volt, plain = median_cost(ours), median_cost(theirs)
        less = median_ratio((other.cpu_seconds, own.cpu_seconds) for own, other in zip(ours, theirs, strict=True))
        costs = (f"{volt.cpu_seconds:.2f}", f"{plain.cpu_seconds:.2f}", f"{less:.2f}x", f"{volt.peak_mib:.0f}", f"{plain.peak_mib:.0f}")
        lines.append((f"{entries:,}", *costs, alike))
        parts = [(name, f"{statistics.median(one.result['parts'][name] for one in ours):.2f}") for name in ours[0].result["parts"]]
    print(f"stored days to toggl_aggregated.json, median of {RUNS} pairs, imports not counted")
    headings = ("entries", "Volt CPU s", "plain CPU s", "times less CPU", "Volt MiB", "plain MiB", "items alike")
    print_table(headings, lines)
    print(f"\nwhere Volt's CPU goes at {sizes[-1]:,} entries")
    print_table(("part", "CPU s"), parts)


if __name__ == "__main__":
    main()
