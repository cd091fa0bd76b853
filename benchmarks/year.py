"""A year of a large company, 805,000 entries of 365 stored days: its 53 weeks as plain functions, and all of it as one range.

Goal: the weeks, from stored days to `toggl_aggregated.json`, in less than 10 seconds and 600 MiB. The whole year goes through
Dagster's own assets: the document that lists every entry, the sums, the summary, and their checks. Nothing is asked of anybody.

    year.py [ENTRIES]        default 805000; the days take minutes to make
"""

from __future__ import annotations

import sys

from measuring import call_apart, print_table, scratch_folder, volt_environ

ENTRIES = 805_000


def main() -> None:
    """Both on the same days, each in a process of its own."""
    entries = int(sys.argv[1]) if sys.argv[1:] else ENTRIES
    with scratch_folder() as folder:
        environ, data = volt_environ(folder), str(folder / "data")
        made = call_apart("stored_days", "store_year", data, entries).result
        weeks = call_apart("stored_year", "weekly_aggregates", data, environ=environ)
        year = call_apart("stored_year", "one_range", data, environ=environ)
    sums = [{name: cost.result[name] for name in ("entries", "seconds")} for cost in (weeks, year)]
    if sums[0] != sums[1]:
        raise RuntimeError(f"the weeks sum to {sums[0]}, the year to {sums[1]}")
    print(f"{made['entries']:,} entries of {made['people']} people, imports not counted")
    print(
        f"{weeks.result['weeks']} weekly aggregates from stored days: {weeks.wall_seconds:.1f} s wall, {weeks.cpu_seconds:.1f} s CPU, "
        f"{weeks.peak_mib:.0f} MiB (goal: less than 10 s and 600 MiB)"
    )
    print("\nthe year as one range, through Dagster's assets")
    lines = []
    for step in year.result["steps"]:
        figures = ("wall_seconds", "{:.1f}"), ("cpu_seconds", "{:.1f}"), ("peak_mib", "{:.0f}"), ("file_mib", "{:.1f}")
        lines.append((step["name"], *(form.format(step[figure]) for figure, form in figures)))
    lines.append(("in all", f"{year.wall_seconds:.1f}", f"{year.cpu_seconds:.1f}", f"{year.peak_mib:.0f}", ""))
    print_table(("asset with its checks", "wall s", "CPU s", "peak MiB so far", "file MiB"), lines)


if __name__ == "__main__":
    main()
