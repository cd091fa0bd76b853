"""What is odd about single entries: no description, too long, zero length, overlapping another of the same person.

Belongs here: the findings of data quality that need nothing but the entries. Running entries are not judged.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from volt_assets.work_reports.models import EntryFinding

FindingKind = Literal["no description", "too long", "overlapping", "zero length"]
_COLUMNS = ("kind", "entry_id", "user_id", "day", "seconds", "overlaps_entry_id")


def findings(entries: pl.DataFrame, *, long_entry_seconds: float) -> dict[int, list[EntryFinding]]:
    """user_id -> findings, by day, entry and kind. `entries`: counted entries with `text` (white space collapsed)."""
    rows = pl.concat(
        [
            _simple(entries, pl.col("text") == "", "no description"),
            _simple(entries, pl.col("seconds") > long_entry_seconds, "too long"),
            _simple(entries, pl.col("seconds") == 0, "zero length"),
            overlapping(entries).with_columns(kind=pl.lit("overlapping")).select(_COLUMNS),
        ]
    ).sort("day", "entry_id", "kind")
    by_person: dict[int, list[EntryFinding]] = {}
    for kind, entry_id, user_id, day, seconds, overlaps in rows.iter_rows():
        finding = EntryFinding(kind=kind, entry_id=entry_id, user_id=user_id, day=day, duration_seconds=seconds, overlaps_entry_id=overlaps)
        by_person.setdefault(user_id, []).append(finding)
    return by_person


def overlapping(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that begin before an earlier one of the same person has ended; `overlaps_entry_id` is the one that lasts longest.

    A sweep: entries by begin, the latest end so far carried along. An entry lasts for its counted seconds.
    """
    timed = entries.filter((pl.col("seconds") > 0) & pl.col("started_at").is_not_null()).sort("user_id", "started_at", "entry_id")
    ends_at = pl.col("started_at") + pl.duration(seconds=pl.col("seconds"))
    swept = timed.with_columns(ends_at=ends_at).with_columns(latest_end=pl.col("ends_at").cum_max().shift(1).over("user_id"))
    extends = pl.col("latest_end").is_null() | (pl.col("ends_at") > pl.col("latest_end"))
    lasting_longest = pl.when(extends).then(pl.col("entry_id")).otherwise(None)
    return (
        swept.with_columns(setter=lasting_longest)
        .with_columns(overlaps_entry_id=pl.col("setter").forward_fill().shift(1).over("user_id"))
        .filter(pl.col("started_at") < pl.col("latest_end"))
    )


def _simple(entries: pl.DataFrame, condition: pl.Expr, kind: FindingKind) -> pl.DataFrame:
    return entries.filter(condition).with_columns(kind=pl.lit(kind), overlaps_entry_id=pl.lit(None, dtype=pl.Int64)).select(_COLUMNS)
