"""Time entries as a polars table: one row each, with what the description says beside it.

Belongs here: the columns. Does not: sums (tracked_sums.py), findings (entry_findings.py), documents (aggregate.py).
Every distinct description is parsed once, however many entries share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from volt_assets.work_reports.collect.description import parse_description
from volt_assets.work_reports.collect.work_item_alias import TypeResolver
from volt_assets.work_reports.models import TimeEntry

ENTRY_COLUMNS: dict[str, pl.DataType] = {
    "entry_id": pl.Int64(),
    "user_id": pl.Int64(),
    "start": pl.String(),
    "stop": pl.String(),
    "seconds": pl.Int64(),
    "description": pl.String(),
    "toggl_project": pl.String(),
}
MEANING_COLUMNS: dict[str, pl.DataType] = {
    "description": pl.String(),
    "text": pl.String(),
    "reason": pl.String(),
    "public_id": pl.String(),
    "name": pl.String(),
    "type": pl.String(),
    "label": pl.String(),
    "resolution": pl.String(),
    "item_project": pl.String(),
}


def entries_table(entries: Sequence[TimeEntry]) -> pl.DataFrame:
    """One row per entry: ENTRY_COLUMNS, and `day`, `started_at` (UTC), `is_running`; `seconds` is null while running."""
    raw = pl.DataFrame(
        {
            "entry_id": [entry.id for entry in entries],
            "user_id": [entry.user_id for entry in entries],
            "start": [entry.start for entry in entries],
            "stop": [entry.stop for entry in entries],
            "seconds": [entry.seconds for entry in entries],
            "description": [entry.description for entry in entries],
            "toggl_project": [entry.project_name or None for entry in entries],
        },
        schema=ENTRY_COLUMNS,
    )
    is_running = pl.col("stop").is_null() | pl.col("seconds").is_null() | (pl.col("seconds") < 0)
    return raw.with_columns(
        day=pl.col("start").str.slice(0, 10),
        # %+ is RFC 3339 with Z or an offset and any fraction.
        started_at=pl.col("start").str.to_datetime("%+", time_zone="UTC", time_unit="ms", strict=False),
        is_running=is_running,
        seconds=pl.when(is_running).then(None).otherwise(pl.col("seconds")),
    )


def with_meaning(table: pl.DataFrame, resolver: TypeResolver) -> pl.DataFrame:
    """Beside each row what its description means.

    `text` (white space collapsed), `reason`, `public_id`, `name` (the text before the reference) always; `type`, `label`,
    `resolution`, `item_project` where it names an item; `project`: of the description for items, else Toggl's own, '' for none.
    """
    distinct = table.get_column("description").unique().sort().to_list()
    meanings = pl.DataFrame([_meaning(text, resolver) for text in distinct], schema=MEANING_COLUMNS, orient="row")
    own_project = pl.when(pl.col("type").is_null()).then(pl.col("toggl_project")).otherwise(pl.col("item_project"))
    return table.join(meanings, on="description", how="left").with_columns(project=own_project.fill_null(""))


def _meaning(description: str, resolver: TypeResolver) -> tuple[str | None, ...]:
    parsed = parse_description(description)
    resolved = resolver.of_description(parsed)
    item: Iterable[str | None] = (resolved.type, resolved.label, resolved.resolution, resolved.project) if resolved else (None,) * 4
    return (description, " ".join(description.split()), parsed.reason, parsed.public_id, parsed.activity, *item)
