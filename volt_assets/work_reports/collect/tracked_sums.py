"""Sums over a table of time entries, as polars tables: per person, item, activity, day.

Belongs here: group-bys; integers only, so that seconds in are seconds out. Does not: documents (aggregate.py).
All tables here hold counted entries only: running ones are filtered out by `counted`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

ITEM_KEYS = ("user_id", "type", "public_id")
ACTIVITY_KEYS = ("user_id", "text", "toggl_project")
_IS_ITEM = pl.col("type").is_not_null()


def counted(table: pl.DataFrame) -> pl.DataFrame:
    """The entries that are time: all that do not run any more."""
    return table.filter(~pl.col("is_running"))


def statistics(entries: pl.DataFrame) -> pl.DataFrame:
    """One row per person: the six figures of `Statistics`."""
    return entries.group_by("user_id").agg(
        total_duration_seconds=pl.col("seconds").sum(),
        matched_duration_seconds=pl.col("seconds").filter(_IS_ITEM).sum(),
        unmatched_duration_seconds=pl.col("seconds").filter(~_IS_ITEM).sum(),
        total_entries=pl.len().cast(pl.Int64),
        matched_entries=_IS_ITEM.sum().cast(pl.Int64),
        unmatched_entries=(~_IS_ITEM).sum().cast(pl.Int64),
    )


def seconds_by(entries: pl.DataFrame, column: str) -> dict[str, int]:
    """Value -> seconds, most time first, then by value; null counts as ''."""
    sums = entries.group_by(pl.col(column).fill_null("")).agg(pl.col("seconds").sum())
    return dict(sums.sort(["seconds", column], descending=[True, False]).select(column, "seconds").iter_rows())


def seconds_by_day(entries: pl.DataFrame) -> dict[str, int]:
    """Day -> seconds, in the order of the days."""
    return dict(entries.group_by("day").agg(pl.col("seconds").sum()).sort("day").select("day", "seconds").iter_rows())


def items(entries: pl.DataFrame) -> pl.DataFrame:
    """One row per (person, item): seconds, sorted entry ids, days, label and resolution and project with most time, all names."""
    matched = entries.filter(_IS_ITEM)
    rows = _grouped(matched, ITEM_KEYS)
    labels = _ranked(matched, ITEM_KEYS, ["label", "resolution"]).group_by(ITEM_KEYS, maintain_order=True).first()
    projects = _ranked(matched.filter(pl.col("item_project").is_not_null()), ITEM_KEYS, ["item_project"])
    names = _ranked(matched.filter(pl.col("name") != ""), ITEM_KEYS, ["name"])
    return (
        rows.join(labels.select(*ITEM_KEYS, "label", "resolution"), on=ITEM_KEYS, how="left")
        .join(_first(projects, ITEM_KEYS, "item_project"), on=ITEM_KEYS, how="left")
        .join(names.group_by(ITEM_KEYS, maintain_order=True).agg(names="name"), on=ITEM_KEYS, how="left")
        # Public ids are digits without leading zeros: by length, then by text, is by number.
        .sort([pl.col("seconds"), "type", pl.col("public_id").str.len_bytes(), "public_id"], descending=[True, False, False, False])
    )


def activities(entries: pl.DataFrame) -> pl.DataFrame:
    """One row per (person, text, Toggl project) without an item: seconds, sorted entry ids, days, reason, bare id."""
    unmatched = entries.filter(~_IS_ITEM)
    meaning = unmatched.group_by("text").agg(pl.col("reason").first(), pl.col("public_id").first())
    order = [pl.col("seconds"), pl.col("text"), pl.col("toggl_project").fill_null("")]
    return _grouped(unmatched, ACTIVITY_KEYS).join(meaning, on="text", how="left").sort(order, descending=[True, False, False])


def switches(entries: pl.DataFrame) -> pl.DataFrame:
    """One row per person: how often the next entry of a day is on another item or activity than the one before."""
    subject = (
        pl.when(_IS_ITEM)
        .then(pl.struct(a=pl.col("type"), b=pl.col("public_id"), c=pl.lit(1)))
        .otherwise(pl.struct(a=pl.col("text"), b=pl.col("toggl_project").fill_null(""), c=pl.lit(0)))
    )
    in_order = entries.sort("user_id", "day", "started_at", "entry_id").with_columns(subject=subject.rank("dense"))
    before = pl.col("subject").shift(1).over("user_id", "day")
    return (
        in_order.with_columns(switched=(pl.col("subject") != before).fill_null(value=False))
        .group_by("user_id")
        .agg(switches=pl.col("switched").sum().cast(pl.Int64))
    )


def _grouped(entries: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    sums = entries.group_by(keys).agg(pl.col("seconds").sum(), entries=pl.col("entry_id").sort())
    days = entries.group_by(*keys, "day").agg(pl.col("seconds").sum().alias("day_seconds")).sort("day")
    per_day = days.group_by(keys, maintain_order=True).agg("day", "day_seconds")
    return sums.join(per_day, on=keys, how="left", nulls_equal=True)


def _ranked(entries: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.DataFrame:
    """The distinct values of each group, most time first, then by value."""
    sums = entries.group_by(*keys, *values).agg(pl.col("seconds").sum().alias("value_seconds"))
    return sums.sort("value_seconds", *values, descending=[True, *[False] * len(values)])


def _first(ranked: pl.DataFrame, keys: Sequence[str], value: str) -> pl.DataFrame:
    return ranked.group_by(keys, maintain_order=True).agg(pl.col(value).first())
