"""The columns of a range's entries, out of its stored days, each entry once.

Belongs here: which copy of an entry counts when two days hold one, and that the days are still those a document was made from.
Does not: the columns (day_columns.py), sums.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from volt_assets.errors import StoredDataError
from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.models import DayInRange


class StaleDaysError(StoredDataError):
    """A stored day is no longer the one that a document was made from."""


def range_table(
    store: DayStore, days: Sequence[DayInRange], columns: Sequence[str], user_ids: Collection[int] | None, *, may_have_copies: bool = True
) -> pl.DataFrame:
    """The columns of every entry of these days and people, by day, person and start; each once when days `may_have_copies`.

    Raises StaleDaysError for a day that was replaced since.
    """
    heads = store.heads(day.day for day in days)
    for head, day in zip(heads, sorted(days, key=lambda one: one.day), strict=True):
        if head.version != day.version:
            raise StaleDaysError(
                f"{store.path(head.day)}: has changed since raw_toggl_data was made", hint="make raw_toggl_data of this key again"
            )
    table = store.table(heads, columns)
    if may_have_copies:
        outdated = outdated_copies(table, days)
        table = table.join(outdated, on=["day", "entry_id"], how="anti", maintain_order="left")
    return table if user_ids is None else table.filter(pl.col("user_id").is_in(list(user_ids)))


def outdated_copies(table: pl.DataFrame, days: Sequence[DayInRange | StoredDay]) -> pl.DataFrame:
    """`day` and `entry_id` of the entries that another day, downloaded later, has too: they were moved between two downloads."""
    if table.get_column("entry_id").n_unique() == table.height:
        return table.select("day", "entry_id").clear()
    twice = table.filter(pl.col("entry_id").is_duplicated()).select("day", "entry_id")
    in_order = sorted(days, key=lambda day: (day.data_as_of, day.day))
    ranks = pl.DataFrame({"day": [day.day for day in in_order], "rank": range(len(in_order))}, schema={"day": pl.Date, "rank": pl.Int64})
    ranked = twice.join(ranks, on="day")
    return ranked.filter(pl.col("rank") < pl.col("rank").max().over("entry_id")).select("day", "entry_id")
