"""Sums over a table of time entries, as polars tables: per person, item, activity, day.

Belongs here: group-bys; integers only, so that seconds in are seconds out. Does not: documents (aggregate.py).
All tables here hold counted entries only, with their meaning; running ones are filtered out before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

ITEM_KEYS = ("user_id", "type", "public_id")
ACTIVITY_KEYS = ("user_id", "text", "toggl_project")
IS_ITEM = pl.col("type").is_not_null()
_SUMS = (pl.col("seconds").sum(), pl.len().cast(pl.Int64).alias("count"))


@dataclass(frozen=True)
class Groups:
    """Items or activities, one row each numbered by `group` in the order of the document, and their entries."""

    rows: pl.DataFrame
    entries: pl.DataFrame
    """`group`, `entry_id`, `day`, `seconds`, in the order of the first two."""
    projects: pl.DataFrame
    """`project` (null for none) and its `seconds`."""

    def totals(self) -> pl.DataFrame:
        """Seconds and entries per person."""
        return self.rows.group_by("user_id").agg(pl.col("seconds").sum(), pl.col("count").sum())


def items(entries: pl.DataFrame, meanings: pl.DataFrame) -> Groups:
    """Per person and item, as `meanings` says of its groups: label, resolution and project with most time, all names most time first.

    In the order of the document: by person, most time first, then by type and number.
    """
    matched = entries.filter(IS_ITEM)
    texts = matched.group_by(*ITEM_KEYS, "groups", "name").agg(*_SUMS).join(meanings.drop("type"), on="groups")
    rows = texts.group_by(ITEM_KEYS).agg(pl.col("seconds").sum(), pl.col("count").sum())
    rows = rows.sort(["user_id", "seconds", "type", "public_id"], descending=[False, True, False, False]).with_row_index("group")
    texts = texts.join(rows.select(*ITEM_KEYS, "group"), on=ITEM_KEYS)
    labels = _ranked(texts, ["label", "resolution"]).group_by("group").first()
    projects = _ranked(texts.filter(pl.col("item_project").is_not_null()), ["item_project"]).group_by("group").first()
    names = _ranked(texts.filter(pl.col("name") != ""), ["name"]).group_by("group", maintain_order=True).agg(names="name")
    whole = (
        rows.join(labels.select("group", "label", "resolution"), on="group", how="left")
        .join(projects.select("group", "item_project"), on="group", how="left")
        .join(names, on="group", how="left")
        .sort("group")
    )
    by_project = texts.group_by(project="item_project").agg(pl.col("seconds").sum())
    return Groups(whole, _of_groups(matched, rows, ITEM_KEYS), by_project)


def activities(entries: pl.DataFrame) -> Groups:
    """Per person, text and Toggl project without an item: reason and bare number.

    In the order of the document: by person, most time first, then by text and project.
    """
    unmatched = entries.filter(~IS_ITEM)
    rows = unmatched.group_by(ACTIVITY_KEYS).agg(*_SUMS, pl.col("reason").first(), pl.col("public_id").first())
    order = ["user_id", pl.col("seconds"), pl.col("text"), pl.col("toggl_project").fill_null("")]
    rows = rows.sort(order, descending=[False, True, False, False]).with_row_index("group")
    by_project = rows.group_by(project="toggl_project").agg(pl.col("seconds").sum())
    return Groups(rows, _of_groups(unmatched, rows, ACTIVITY_KEYS), by_project)


def per_group_and_day(groups: Groups) -> pl.DataFrame:
    """`group`, `day`, `seconds`, in order."""
    return groups.entries.group_by("group", "day").agg(pl.col("seconds").sum()).sort("group", "day")


def per_person_and_day(entries: pl.DataFrame) -> pl.DataFrame:
    """`user_id`, `day`, `seconds`, in order."""
    return entries.group_by("user_id", "day").agg(pl.col("seconds").sum()).sort("user_id", "day")


def switches(entries: pl.DataFrame) -> dict[int, int]:
    """user_id -> how often the next entry of a day is on another item or activity than the one before.

    The entries are in the order of person, day and start, as stored days give them.
    """

    def differs(column: str) -> pl.Expr:
        return pl.col(column).ne_missing(pl.col(column).shift(1))

    on_other_item = differs("type") | differs("public_id")
    on_other_activity = differs("text") | differs("toggl_project")
    is_other = differs("is_item") | pl.when("is_item").then(on_other_item).otherwise(on_other_activity)
    columns = ("user_id", "day", "type", "public_id", "text", "toggl_project")
    switched = entries.select(*columns, is_item=IS_ITEM).filter(~differs("user_id") & ~differs("day") & is_other)
    return dict(switched.group_by("user_id").agg(pl.len().cast(pl.Int64)).iter_rows())


def _of_groups(entries: pl.DataFrame, rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    numbers = rows.select(*keys, "group")
    found = entries.select("entry_id", "day", "seconds", *keys).join(numbers, on=list(keys), nulls_equal=True)
    return found.select("group", "entry_id", "day", "seconds").sort("group", "entry_id")


def _ranked(texts: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """The distinct values of each group, most time first, then by value."""
    sums = texts.group_by("group", *values).agg(pl.col("seconds").sum().alias("value_seconds"))
    return sums.sort("group", "value_seconds", *values, descending=[False, True, *[False] * len(values)])
