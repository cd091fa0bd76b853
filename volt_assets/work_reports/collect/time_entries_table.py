"""Time entries as a polars table: one row each, with what the description means beside it.

Belongs here: which columns sums need, and the meaning of labels under a configuration. Does not: parsing (day_columns.py does it
when a day is stored), sums (tracked_sums.py), findings (entry_findings.py), documents (aggregate.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.collect.day_columns import GROUP_SEPARATOR, columns_of
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import TimeEntry

BILLING_COLUMNS = ("client", "is_billable", "amount_cents", "currency")
"""What only the sums of billing need."""
FULL_COLUMNS = (
    "entry_id",
    "user_id",
    "day",
    "started_at",
    "seconds",
    "reason",
    "public_id",
    "groups",
    "name",
    "text",
    "toggl_project",
    "running_start",
    *BILLING_COLUMNS,
)
EARLIER_COLUMNS = ("entry_id", "user_id", "day", "seconds", "reason", "public_id", "groups", "toggl_project")
"""What the sums of an earlier period need."""
_NO_GROUPS = ""


def entries_table(entries: Sequence[TimeEntry]) -> pl.DataFrame:
    """The columns of entries that come from a document instead of the day store."""
    return columns_of(entries).select(FULL_COLUMNS)


def meanings_of(table: pl.DataFrame, enrichment: EnrichmentSettings) -> pl.DataFrame:
    """What the labels in `table` mean: `groups` and `type`, `label`, `resolution`, `item_project`.

    `type` and `label` are enumerations in the order of their text.
    """
    resolver = TypeResolver(enrichment)
    rows: list[tuple[str, str, str, str, str | None]] = []
    for groups in table.get_column("groups").drop_nulls().unique().to_list():
        found = resolver.of_groups(tuple(groups.split(GROUP_SEPARATOR)))
        rows.append((groups, found.type, found.label, found.resolution, found.project))
    if enrichment.default_database is not None:
        rows.append((_NO_GROUPS, enrichment.default_database, "", "default database", None))
    return pl.DataFrame(
        rows,
        schema={"groups": pl.String, "type": pl.String, "label": pl.String, "resolution": pl.String, "item_project": pl.String},
        orient="row",
    ).with_columns(*(_enumerated(rows, position).alias(name) for position, name in ((1, "type"), (2, "label"))))


def with_meaning(table: pl.DataFrame, meanings: pl.DataFrame) -> pl.DataFrame:
    """Beside each row that names an item its `type`; null for the others."""
    # A bare number has no groups: it is an item exactly when there is a default database.
    key = pl.when(pl.col("reason") == "bare id").then(pl.lit(_NO_GROUPS)).otherwise(pl.col("groups"))
    return table.with_columns(groups=key).join(meanings.select("groups", "type"), on="groups", how="left", maintain_order="left")


def _enumerated(rows: Sequence[tuple[str | None, ...]], position: int) -> pl.Series:
    texts = [row[position] for row in rows]
    return pl.Series(texts, dtype=pl.Enum(sorted({text for text in texts if text is not None})))
