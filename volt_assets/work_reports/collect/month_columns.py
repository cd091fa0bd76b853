"""The columnar twins of the day files: one file for each calendar month, with the heads of its days before the columns.

Belongs here: where the twins lie, their bytes, and whether they are whole. Does not: the columns of a day (day_columns.py), whether
a head still is that of its day file (day_store.py). A month and not a day, because reading a file costs as much as reading
thousands of its rows.

A twin is two lines, the checksum of the second and the heads as JSON, and then the columns as Parquet. Nothing is parsed that is not
what was written: over some damaged files the reader of Parquet ends the process, of others it makes other texts.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from zlib import crc32

import polars as pl
from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.collect.day_columns import COLUMNS, LAYOUT, DayColumns, StoredDay, is_table_of
from volt_assets.work_reports.models import Frozen

# What tells whether columns are those of their heads.
_SUMMED = ("day", "seconds", "entry_id")


class MonthHead(Frozen):
    """What a twin says of its days."""

    layout: int = LAYOUT
    columns_crc32: int
    days: tuple[StoredDay, ...]
    """Ascending."""


class MonthColumns:
    """The twins in one folder. A twin that is damaged, or cannot be used, counts as one without days: it is only faster."""

    def __init__(self, folder: AnyPath, *, on_repair: Callable[[str], None]) -> None:
        """The folder is made with the first twin; `on_repair` is told once of every damaged one."""
        self._folder = folder
        self._on_repair = on_repair
        self._named: set[AnyPath] = set()

    def path(self, day: date) -> AnyPath:
        """Where the columns of `day` lie, or would lie."""
        return self._folder / f"{month_of(day)}.columns"

    def heads(self, day: date) -> tuple[StoredDay, ...]:
        """The days of the month of `day` whose columns are there, as they were when the columns were made."""
        path = self.path(day)
        try:
            found = _month_head(path)
        except OSError as error:
            self._name_unusable(path, error)
            return ()
        if found is not None:
            return found.days
        if path.is_file():
            self._name(path)
        return ()

    def table(self, heads: Sequence[StoredDay], columns: Sequence[str]) -> pl.DataFrame | None:
        """The columns of these days, ascending, by day, person and start; None when they are not there as the heads say."""
        versions = {head.day: head.version for head in heads if head.entries}
        wanted = dict.fromkeys([*_SUMMED, *columns])
        try:
            parts = [_read(twin, versions) for twin in dict.fromkeys(map(self.path, versions))]
            table = _table_of(parts, list(wanted), [head.day for head in heads])
        except (OSError, _DamagedError, pl.exceptions.PolarsError):
            return None
        return _in_one_piece(table, columns) if is_table_of(table, heads) else None

    def put(self, days: Sequence[DayColumns]) -> None:
        """Add the columns of days of one month to its twin, or replace them there; one that cannot be written is named and done without."""
        path, replaced = self.path(days[0].head.day), {day.head.day for day in days}
        others = [head for head in self.heads(days[0].head.day) if head.day not in replaced]
        table = self.table(others, list(COLUMNS))
        if table is None:
            self._name(path)
            others, table = [], pl.DataFrame(schema=COLUMNS)
        heads = sorted([*others, *(day.head for day in days)], key=lambda head: head.day)
        whole = pl.concat([table, *(day.table for day in days)]).sort("day", maintain_order=True)
        # It can be made again after a loss of power, and would be recognised.
        try:
            write_atomically(path, _bytes_of(whole, heads), durable=False)
        except OSError as error:
            self._name_unusable(path, error)

    def remove(self, day: date) -> None:
        """Remove the twin of the month of `day`: one of its days is not what it vouches for."""
        with suppress(OSError):
            self.path(day).unlink(missing_ok=True)

    def name_damaged(self, day: date) -> None:
        """Say, once, that the twin of the month of `day` does not hold what it should."""
        self._name(self.path(day))

    def _name(self, path: AnyPath, problem: str = "is damaged or out of date; it is made again from the day files") -> None:
        if path not in self._named:
            self._named.add(path)
            self._on_repair(f"{path}: {problem}")

    def _name_unusable(self, path: AnyPath, error: OSError) -> None:
        self._name(path, f"{error.strerror or type(error).__name__}; sums are made from the day files")


def month_of(day: date) -> str:
    """YYYY-MM: the days of one twin."""
    return day.isoformat()[:7]


class _DamagedError(Exception):
    """A twin is not what was written, or not of the days in question."""


def _bytes_of(table: pl.DataFrame, heads: Iterable[StoredDay]) -> bytes:
    target = io.BytesIO()
    # Texts are stored once each by Parquet's dictionaries; what compression would save besides costs as much time as the rest of reading.
    table.write_parquet(target, compression="uncompressed", statistics=False)
    columns = target.getvalue()
    head = MonthHead(columns_crc32=crc32(columns), days=tuple(heads)).model_dump_json().encode()
    return b"%08x\n%b\n%b" % (crc32(head), head, columns)


def _month_head(twin: AnyPath) -> MonthHead | None:
    """None when there is no file, or none of this layout, or a damaged one. Raises OSError for one that cannot be read."""
    try:
        with twin.open("rb") as file:
            return _parsed_head(file.readline(), file.readline())
    except (FileNotFoundError, _DamagedError):
        return None


def _parsed_head(checksum: bytes, line: bytes) -> MonthHead:
    head = line.removesuffix(b"\n")
    if checksum != b"%08x\n" % crc32(head):
        raise _DamagedError
    try:
        found = MonthHead.model_validate_json(head)
    except ValidationError as error:  # whole, but not of this version
        raise _DamagedError from error
    if found.layout != LAYOUT:
        raise _DamagedError
    return found


def _read(twin: AnyPath, versions: Mapping[date, str]) -> bytes:
    """The columns of a twin as Parquet, as they were written; its days have to be of these versions."""
    content = twin.read_bytes()
    head_begins = content.find(b"\n") + 1
    columns_begin = content.find(b"\n", head_begins) + 1
    head, columns = _parsed_head(content[:head_begins], content[head_begins:columns_begin]), content[columns_begin:]
    there = {day.day: day.version for day in head.days}
    is_of_days = all(there.get(day) == version for day, version in versions.items() if month_of(day) == twin.stem)
    if crc32(columns) != head.columns_crc32 or not is_of_days:
        raise _DamagedError
    return columns


def _table_of(twins: list[bytes], columns: Sequence[str], days: Sequence[date]) -> pl.DataFrame:
    """The columns of the days, one below the other."""
    if not twins:
        return pl.DataFrame(schema={name: COLUMNS[name] for name in columns})
    return pl.scan_parquet(twins).filter(_is_one_of(days)).select(columns).collect()


def _in_one_piece(table: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """These columns of `table`, which is given up: whole columns are faster to pick rows from, and one at a time is held twice."""
    return pl.DataFrame([table.drop_in_place(column).rechunk() for column in columns])


def _is_one_of(days: Collection[date]) -> pl.Expr:
    first, last = min(days), max(days)
    is_without_gap = last - first == timedelta(days=len(days) - 1)
    return pl.col("day").is_between(first, last) if is_without_gap else pl.col("day").is_in(list(days))
