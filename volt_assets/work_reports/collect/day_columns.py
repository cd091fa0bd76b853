"""A day as columns: what sums need of each entry, and the head of the day with what its entries sum to.

Belongs here: the columns of a day and its head. Does not: the files they lie in (month_columns.py), when they are trusted
(day_store.py). Descriptions are parsed here, once, when a day is stored; which type a label means is configuration and is
looked up when sums are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from volt_assets.work_reports.collect.description import ParsedDescription, parse_description
from volt_assets.work_reports.models import DayEdit, DayFile, Frozen, Proof, TimeEntry

# To be raised with every change of the columns, of their meaning, or of the rules of description.py: older twins are made anew.
LAYOUT = 4
GROUP_SEPARATOR = "\x1f"
"""Between the bracket groups of a reference; white space, so that collapsed text cannot hold it."""
COLUMNS: dict[str, pl.DataType] = {
    "entry_id": pl.Int64(),
    "user_id": pl.Int64(),
    "day": pl.Date(),
    "started_at": pl.Datetime("ms", "UTC"),
    "seconds": pl.Int64(),  # null while running
    "reason": pl.Enum(["reference", "bare id", "tags without id", "no reference"]),
    "public_id": pl.Int64(),
    "groups": pl.String(),  # of a reference
    "name": pl.String(),  # the text before the number; null where no number is
    "text": pl.String(),  # the whole text, white space collapsed; null for references, except running ones
    "toggl_project": pl.String(),
    "running_start": pl.String(),  # as written, for running entries only
    "user_name": pl.String(),
    "email": pl.String(),
    "changed_at": pl.Datetime("ms", "UTC"),
    "client": pl.String(),
    "is_billable": pl.Boolean(),
    "amount_cents": pl.Int64(),  # null where the token may not see it
    "currency": pl.String(),
}


class SourceState(Frozen):
    """The bytes of the day file that columns were made from."""

    size_bytes: int
    modified_ns: int | None
    """None where the storage does not say: then the bytes are compared each time."""
    sha256: str


class StoredDay(Frozen):
    """A stored day without its entries."""

    source: SourceState
    day: date
    data_as_of: datetime
    code_version: str
    is_closed: bool
    proof: Proof | None = None
    edits: tuple[DayEdit, ...] = ()
    version: str
    """16 hex digits over the entry lines."""
    entries: int
    seconds: int
    """Of the entries that do not run."""
    ids: int
    """The sum of the entry ids: with `entries` and `seconds` it tells columns that were damaged. In 64 bits, overflowing."""


class DayColumns(NamedTuple):
    """A day as columns."""

    head: StoredDay
    table: pl.DataFrame
    """COLUMNS, by person and start."""


def columns_of(entries: Sequence[TimeEntry]) -> pl.DataFrame:
    """COLUMNS of the entries, by day, person and start."""
    parsed = [_parsed(entry.description) for entry in entries]
    is_running = [entry.is_running for entry in entries]
    is_reference = [one.reason == "reference" for one in parsed]
    table = pl.DataFrame(
        {
            "entry_id": [entry.id for entry in entries],
            "user_id": [entry.user_id for entry in entries],
            "day": pl.Series([entry.day for entry in entries], dtype=pl.String),
            "started_at": pl.Series([entry.start for entry in entries], dtype=pl.String),
            "seconds": [None if runs else entry.seconds for entry, runs in zip(entries, is_running, strict=True)],
            "reason": [one.reason for one in parsed],
            "public_id": [int(one.public_id) if one.public_id else None for one in parsed],
            "groups": [GROUP_SEPARATOR.join(one.groups) if refers else None for one, refers in zip(parsed, is_reference, strict=True)],
            "name": [one.activity if one.public_id else None for one in parsed],
            "text": [
                " ".join(entry.description.split()) if runs or not refers else None
                for entry, runs, refers in zip(entries, is_running, is_reference, strict=True)
            ],
            "toggl_project": [entry.project_name or None for entry in entries],
            "running_start": [entry.start if runs else None for entry, runs in zip(entries, is_running, strict=True)],
            "user_name": [entry.user_name for entry in entries],
            "email": [entry.email for entry in entries],
            "changed_at": pl.Series([entry.at for entry in entries], dtype=pl.String),
            "client": [entry.client_name or None for entry in entries],
            "is_billable": [entry.billable for entry in entries],
            "amount_cents": [entry.billable_amount_in_cents for entry in entries],
            "currency": [entry.currency or None for entry in entries],
        },
        schema_overrides={name: kind for name, kind in COLUMNS.items() if name not in ("day", "started_at", "changed_at")},
    )
    return table.with_columns(
        pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        # %+ is RFC 3339 with Z or an offset and any fraction.
        *(pl.col(name).str.to_datetime("%+", time_zone="UTC", time_unit="ms", strict=False) for name in ("started_at", "changed_at")),
    ).sort("day", "user_id", "started_at", "entry_id")


def stored_day(day_file: DayFile, *, version: str, source: SourceState) -> StoredDay:
    """The head of a day file with what its entries sum to."""
    return StoredDay(
        source=source,
        day=day_file.day,
        data_as_of=day_file.data_as_of,
        code_version=day_file.code_version,
        is_closed=day_file.is_closed,
        proof=day_file.proof,
        edits=day_file.edits,
        version=version,
        entries=len(day_file.entries),
        seconds=sum(entry.seconds or 0 for entry in day_file.entries if not entry.is_running),
        ids=_wrapped(sum(entry.id for entry in day_file.entries)),
    )


def _wrapped(number: int) -> int:
    """As a sum in 64 bits comes out."""
    return (number + 2**63) % 2**64 - 2**63


def is_table_of(table: pl.DataFrame, heads: Iterable[StoredDay]) -> bool:
    """Whether the rows add up to what the heads say: damaged columns do not."""
    known = list(heads)
    expected = (sum(one.entries for one in known), sum(one.seconds for one in known), _wrapped(sum(one.ids for one in known)))
    return (table.height, table.get_column("seconds").sum(), table.get_column("entry_id").sum()) == expected


@lru_cache(maxsize=50_000)
def _parsed(description: str) -> ParsedDescription:
    """Parsed once, however many entries of a download share the text."""
    return parse_description(description)
