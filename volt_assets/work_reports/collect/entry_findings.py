"""What is odd about single entries: no description, too long, zero length, overlapping another of the same person.

Belongs here: the findings of data quality that need nothing but the entries. Running entries are not judged.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

FindingKind = Literal["no description", "too long", "overlapping", "zero length"]
# Begins lie between the years 1 and 9999, 3.2e14 ms; times 20,000 people this still fits 64 bits.
_LONGER_THAN_HISTORY_MS = 4 * 10**14
_COLUMNS = ("kind", "entry_id", "user_id", "day", "seconds", "overlaps_entry_id")


def findings(entries: pl.DataFrame, *, long_entry_seconds: float) -> pl.DataFrame:
    """One row per finding, by day, entry and kind. `entries`: counted entries with `text` (null for references)."""
    return pl.concat(
        [
            _simple(entries, pl.col("text") == "", "no description"),
            _simple(entries, pl.col("seconds") > long_entry_seconds, "too long"),
            _simple(entries, pl.col("seconds") == 0, "zero length"),
            overlapping(entries).with_columns(kind=pl.lit("overlapping")).select(_COLUMNS),
        ]
    ).sort("day", "entry_id", "kind")


def overlapping(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that begin before an earlier one of the same person has ended; `overlaps_entry_id` is the one that lasts longest.

    A sweep: entries by begin, the latest end so far carried along. An entry lasts for its counted seconds.
    """
    timed = _by_start(entries.filter((pl.col("seconds") > 0) & pl.col("started_at").is_not_null()))
    # People are put so far apart in time that one running maximum serves all of them.
    person = (pl.col("user_id") != pl.col("user_id").shift(1)).fill_null(value=False).cast(pl.Int64).cum_sum()
    begins = pl.col("started_at").dt.epoch("ms") + person * _LONGER_THAN_HISTORY_MS
    swept = timed.lazy().with_columns(begins=begins).with_columns(ends=pl.col("begins") + 1000 * pl.col("seconds"))
    latest_end = pl.col("ends").cum_max().shift(1)
    lasting_longest = pl.when((pl.col("ends") > latest_end).fill_null(value=True)).then(pl.col("entry_id")).otherwise(None)
    return (
        swept.with_columns(latest_end=latest_end, setter=lasting_longest)
        .with_columns(overlaps_entry_id=pl.col("setter").forward_fill().shift(1))
        .filter(pl.col("begins") < pl.col("latest_end"))
        .collect()
    )


def _by_start(entries: pl.DataFrame) -> pl.DataFrame:
    """By person, start and id. Entries by day are in this order already, unless somebody's zone changed."""
    columns = ("user_id", "started_at", "entry_id")
    narrow = entries.select(*columns, "seconds", "day")
    user_id, started_at, entry_id = map(pl.col, columns)
    is_later = (started_at > started_at.shift(1)) | ((started_at == started_at.shift(1)) & (entry_id > entry_id.shift(1)))
    in_order = (user_id > user_id.shift(1)) | ((user_id == user_id.shift(1)) & is_later)
    return narrow if narrow.select(in_order.fill_null(value=True).all()).item() else narrow.sort(columns)


def _simple(entries: pl.DataFrame, condition: pl.Expr, kind: FindingKind) -> pl.DataFrame:
    return entries.filter(condition).with_columns(kind=pl.lit(kind), overlaps_entry_id=pl.lit(None, dtype=pl.Int64)).select(_COLUMNS)
