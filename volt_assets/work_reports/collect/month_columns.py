"""The columnar twins of the day files: one Parquet file for each calendar month, with the heads of its days in its metadata.

Belongs here: where the twins lie, their bytes, and whether columns add up to the heads. Does not: the columns of a day
(day_columns.py), whether a head still is that of its day file (day_store.py). A month and not a day, because reading a file costs
as much as reading thousands of its rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import IO

import polars as pl
from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, is_local, write_atomically
from volt_assets.work_reports.collect.day_columns import COLUMNS, LAYOUT, DayColumns, StoredDay, is_table_of
from volt_assets.work_reports.models import Frozen

_KEY = "volt_days"
# What makes the sums by which damaged columns are told.
_SUMMED = ("day", "seconds", "entry_id")


class MonthHead(Frozen):
    """What the metadata of a twin say."""

    layout: int = LAYOUT
    days: tuple[StoredDay, ...]
    """Ascending."""


class MonthColumns:
    """The twins in one folder. A twin that is damaged counts as one without days."""

    def __init__(self, folder: AnyPath, *, on_repair: Callable[[str], None]) -> None:
        """The folder is made with the first twin; `on_repair` is told once of every damaged one."""
        self._folder = folder
        self._on_repair = on_repair
        self._named: set[AnyPath] = set()

    def path(self, day: date) -> AnyPath:
        """Where the columns of `day` lie, or would lie."""
        return self._folder / f"{month_of(day)}.parquet"

    def heads(self, day: date) -> tuple[StoredDay, ...]:
        """The days of the month of `day` whose columns are there, as they were when the columns were made."""
        path = self.path(day)
        if (found := _month_head(path)) is not None:
            return found.days
        if path.is_file():
            self._name(path)
        return ()

    def table(self, heads: Sequence[StoredDay], columns: Sequence[str]) -> pl.DataFrame | None:
        """The columns of these days, ascending, by day, person and start; None when they do not add up to the heads."""
        twins = dict.fromkeys(self.path(head.day) for head in heads if head.entries)
        wanted = dict.fromkeys([*_SUMMED, *columns])
        try:
            table = _table_of(list(twins), list(wanted), [head.day for head in heads])
        except (OSError, pl.exceptions.PolarsError):
            return None
        return _in_one_piece(table, columns) if is_table_of(table, heads) else None

    def put(self, days: Sequence[DayColumns]) -> None:
        """Add the columns of days of one month to its twin, or replace them there."""
        path, replaced = self.path(days[0].head.day), {day.head.day for day in days}
        others = [head for head in self.heads(days[0].head.day) if head.day not in replaced]
        table = self.table(others, list(COLUMNS))
        if table is None:
            self._name(path)
            others, table = [], pl.DataFrame(schema=COLUMNS)
        heads = sorted([*others, *(day.head for day in days)], key=lambda head: head.day)
        whole = pl.concat([table, *(day.table for day in days)]).sort("day", maintain_order=True)
        # It can be made again after a loss of power, and would be recognised.
        write_atomically(path, _bytes_of(whole, heads), durable=False)

    def name_damaged(self, day: date) -> None:
        """Say, once, that the twin of the month of `day` does not hold what it should."""
        self._name(self.path(day))

    def _name(self, path: AnyPath) -> None:
        if path not in self._named:
            self._named.add(path)
            self._on_repair(f"{path}: is damaged or out of date; it is made again from the day files")


def month_of(day: date) -> str:
    """YYYY-MM: the days of one twin."""
    return day.isoformat()[:7]


def _bytes_of(table: pl.DataFrame, heads: Iterable[StoredDay]) -> bytes:
    target = io.BytesIO()
    metadata = {_KEY: MonthHead(days=tuple(heads)).model_dump_json()}
    # Texts are stored once each by Parquet's dictionaries; what compression would save besides costs as much time as the rest of reading.
    table.write_parquet(target, compression="uncompressed", statistics=False, metadata=metadata)
    return target.getvalue()


def _month_head(twin: AnyPath) -> MonthHead | None:
    """None when there is no file, or none of this layout."""
    try:
        source = str(twin) if is_local(twin) else io.BytesIO(twin.read_bytes())
        found = MonthHead.model_validate_json(pl.read_parquet_metadata(source).get(_KEY, ""))
    except (ValidationError, pl.exceptions.PolarsError, OSError):
        return None
    return found if found.layout == LAYOUT else None


def _table_of(twins: Sequence[AnyPath], columns: Sequence[str], days: Sequence[date]) -> pl.DataFrame:
    """The columns of the days, one below the other. Raises what polars raises for damaged files."""
    if not twins:
        return pl.DataFrame(schema={name: COLUMNS[name] for name in columns})
    if all(map(is_local, twins)):
        scan = pl.scan_parquet([str(twin) for twin in twins], glob=False)
    else:
        files: list[IO[bytes]] = [io.BytesIO(twin.read_bytes()) for twin in twins]
        scan = pl.scan_parquet(files)
    return scan.filter(_is_one_of(days)).select(columns).collect()


def _in_one_piece(table: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """These columns of `table`, which is given up: whole columns are faster to pick rows from, and one at a time is held twice."""
    return pl.DataFrame([table.drop_in_place(column).rechunk() for column in columns])


def _is_one_of(days: Collection[date]) -> pl.Expr:
    first, last = min(days), max(days)
    is_without_gap = last - first == timedelta(days=len(days) - 1)
    return pl.col("day").is_between(first, last) if is_without_gap else pl.col("day").is_in(list(days))
