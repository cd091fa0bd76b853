"""The files `toggl_days/<day>.json`: one per day, everybody's entries, each written whole or not at all; and their columnar twins.

Belongs here: where the files lie, reading, writing, when columns are trusted, and which days are still missing. Does not: the
format (day_format.py), the columns (day_columns.py) and their files (month_columns.py), asking Toggl (download.py).

The JSON is the truth. Columns (in a folder that may be deleted at any time) count only while the day file has the size and the time
of change that they were made from, else by a digest over the file's bytes; those that are absent, stale or damaged are made again.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple, TypeVar

import polars as pl
from upath import UPath

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, is_local, write_atomically
from volt_assets.work_reports.collect.day_columns import DayColumns, SourceState, StoredDay, columns_of, stored_day
from volt_assets.work_reports.collect.day_format import (
    COMPRESSED_ABOVE_BYTES,
    day_bytes,
    entry_lines,
    lines_of,
    packed,
    parsed,
    unpacked,
)
from volt_assets.work_reports.collect.month_columns import MonthColumns, month_of
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, Proof
from volt_assets.work_reports.models.document import digest
from volt_assets.work_reports.range_key import is_closed

Present = TypeVar("Present")
_log = logging.getLogger("volt.days")
# Clocks of two machines that share a folder differ a little; a file from later than that is from a clock that was wrong.
_CLOCKS_DIFFER = timedelta(minutes=5)


class _State(NamedTuple):
    """What tells a file from a later one without reading it."""

    modified_ns: int | None
    """None where the storage does not say."""
    size_bytes: int


@dataclass(frozen=True)
class StoreSurvey:
    """What a store holds and lacks of the days asked for."""

    missing: tuple[date, ...]
    """Not stored, or stored before the day had ended everywhere, or stored unreadably; ascending."""
    stored: tuple[StoredDay, ...] = ()
    """The others, ascending."""
    warnings: tuple[str, ...] = ()
    """One line for each file that cannot be trusted."""


class DayStore:
    """Day files in one folder, local or on any storage that fsspec knows."""

    def __init__(
        self,
        folder: AnyPath,
        columns: AnyPath | None = None,
        *,
        compressed_above_bytes: int = COMPRESSED_ABOVE_BYTES,
        on_repair: Callable[[str], None] = _log.warning,
    ) -> None:
        """Folders are made when the first day is written; `columns`, for the twins, is `folder`/columns unless said otherwise.

        `on_repair` is told of every damaged twin that had to be made again.
        """
        self._folder = folder
        self._columns = MonthColumns(columns if columns is not None else folder / "columns", on_repair=on_repair)
        self._compressed_above_bytes = compressed_above_bytes
        self._known: dict[date, StoredDay] = {}
        """As last seen; a head counts only while it is that of its file."""
        self._months_read: set[str] = set()
        self._unkept: dict[date, DayColumns] = {}
        """Columns of one month that are not in its twin yet."""

    @classmethod
    def of(cls, data: DataFolder, *, on_repair: Callable[[str], None] = _log.warning) -> DayStore:
        """The days of a data folder; the twins lie among what can be made again."""
        return cls(data.days, data.cache("toggl_columns"), on_repair=on_repair)

    def path(self, day: date) -> AnyPath:
        """Where the file of `day` lies, or would lie."""
        return self._file(day)[0]

    def read(self, day: date) -> DayFile | None:
        """The stored day, or None. Raises StoredDataError, naming the file, when its content cannot be trusted."""
        path = self.path(day)
        content = self._content(path)
        return None if content is None else parsed(_plain(path, content), day, str(path))

    def head(self, day: date) -> StoredDay | None:
        """The stored day without its entries, or None. Raises StoredDataError as `read` does."""
        path, state = self._file(day)
        if state is None:
            return None
        known = self._last_known(day)
        if known is not None and state.modified_ns is not None and (known.source.modified_ns, known.source.size_bytes) == state:
            return known
        return self._head_by_content(day, path, known)

    def heads(self, days: Iterable[date]) -> list[StoredDay]:
        """The stored days without their entries, ascending. Raises StoredDataError when one is absent or cannot be trusted."""
        found = [self._present(day, self.head(day)) for day in sorted(set(days))]
        self.keep_columns()
        return found

    def heads_if_complete(self, days: Iterable[date]) -> list[StoredDay] | None:
        """The same; None unless every one is there, can be trusted and had ended when it was downloaded."""
        found: list[StoredDay] = []
        for day in sorted(set(days)):
            try:
                head = self.head(day)
            except StoredDataError:  # an earlier period only serves comparison: without it the report says "not stored"
                return None
            if head is None or not head.is_closed:
                return None
            found.append(head)
        self.keep_columns()
        return found

    def read_all(self, days: Iterable[date]) -> list[DayFile]:
        """The stored days, ascending. Raises StoredDataError when one is absent or cannot be trusted."""
        return [self._present(day, self.read(day)) for day in sorted(set(days))]

    def lines(self, head: StoredDay) -> bytes:
        """The lines of a day's entries. Raises StoredDataError when they are no longer those of `head`."""
        path = self.path(head.day)
        content = self._content(path)
        plain = b"" if content is None else _plain(path, content)
        lines = lines_of(plain)
        if digest(lines) != head.version:
            # Perhaps the same entries, written in another way by somebody else.
            lines = entry_lines(parsed(plain, head.day, str(path)).entries)
        if digest(lines) != head.version:
            raise StoredDataError(f"{path}: was changed while it was read", hint="run again")
        return lines

    def table(self, heads: Sequence[StoredDay], columns: Sequence[str]) -> pl.DataFrame:
        """The columns of the entries of these days, by day, person and start; twins that are damaged are made again.

        `heads` are ascending. Raises StoredDataError for a day that is no longer the one of its head.
        """
        self.keep_columns()
        table = self._columns.table(heads, columns)
        if table is not None:
            return table
        by_month = [list(month) for _, month in groupby(heads, key=lambda head: month_of(head.day))]
        return pl.concat([self._sound_table(month, columns) for month in by_month])

    def keep_columns(self) -> None:
        """Write the columns of the days that were stored or looked at; what is lost before is made again from the day files."""
        if self._unkept:
            self._columns.put(list(self._unkept.values()))
            self._unkept.clear()

    def write(self, day_file: DayFile) -> StoredDay:
        """Replace the file of its day; equal content gives equal bytes. The columns follow with `keep_columns`, at the latest."""
        content = day_bytes(day_file)
        written = self._write_content(day_file.day, content)
        return self._take_columns(day_file, lines_of(content), written)

    def promote(self, head: StoredDay, proof: Proof) -> StoredDay:
        """Store that a day is proven; its entries stay as they are. Raises StoredDataError when the file has changed since `head`."""
        day_file = self._present(head.day, self.read(head.day))
        if digest(entry_lines(day_file.entries)) != head.version:
            raise StoredDataError(f"{self.path(head.day)}: was changed while it was proven", hint="run again")
        return self.write(day_file.model_copy(update={"proof": proof}))

    def survey(self, days: Iterable[date], *, now: datetime) -> StoreSurvey:
        """Which of `days` have to be downloaded at `now` (aware). A file that cannot be trusted counts as missing."""
        missing, stored, warnings = [], [], []
        for day in sorted(set(days)):
            try:
                head = self.head(day) if is_closed(day, now=now) else None
                if head is not None and head.data_as_of > now + _CLOCKS_DIFFER:
                    problem = f"was downloaded at {head.data_as_of:%Y-%m-%d %H:%M %Z}, which is still to come: a clock was or is wrong"
                    raise StoredDataError(f"{self.path(day)}: {problem}")
            except StoredDataError as error:
                head = None
                warnings.append(f"{error}; the day is downloaded again")
            if head is None or not head.is_closed:
                missing.append(day)
            else:
                stored.append(head)
        self.keep_columns()
        return StoreSurvey(tuple(missing), tuple(stored), tuple(warnings))

    def _paths(self, day: date) -> tuple[AnyPath, AnyPath]:
        return self._folder / f"{day.isoformat()}.json", self._folder / f"{day.isoformat()}.json.gz"

    def _file(self, day: date) -> tuple[AnyPath, _State | None]:
        """The file of the day and its state, None when there is none."""
        plain, compressed = self._paths(day)
        states = _state(plain), _state(compressed)
        if states[1] is None:
            return plain, states[0]
        # Both are there only when a process died between writing one form and removing the other: the later one counts.
        is_plain = states[0] is not None and (states[0].modified_ns or 0) > (states[1].modified_ns or 0)
        return (plain, states[0]) if is_plain else (compressed, states[1])

    def _content(self, path: AnyPath) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error

    def _last_known(self, day: date) -> StoredDay | None:
        """The head as this store or the twin has it, whether it is still true or not."""
        if day not in self._known and (month := month_of(day)) not in self._months_read:
            self._months_read.add(month)
            self._known = {head.day: head for head in self._columns.heads(day)} | self._known
        return self._known.get(day)

    def _head_by_content(self, day: date, path: AnyPath, known: StoredDay | None) -> StoredDay | None:
        """Compare the columns with the bytes of the day file, and make them again when they are not of them."""
        content = self._content(path)
        if content is None:
            return None
        if known is not None and known.source.sha256 == sha256(content).hexdigest():
            return known
        day_file = parsed(_plain(path, content), day, str(path))
        return self._take_columns(day_file, entry_lines(day_file.entries), content)

    def _sound_table(self, heads: Sequence[StoredDay], columns: Sequence[str]) -> pl.DataFrame:
        """The columns of days of one month, made again from the day files when those of the twin are not of these heads."""
        table = self._columns.table(heads, columns)
        if table is not None:
            return table
        self._columns.name_damaged(heads[0].day)
        for head in heads:
            day_file = self._present(head.day, self.read(head.day))
            if digest(entry_lines(day_file.entries)) != head.version:
                raise StoredDataError(f"{self.path(head.day)}: was changed while it was read", hint="run again")
            self._unkept[head.day] = DayColumns(head, columns_of(day_file.entries))
        made = pl.concat([day.table for day in self._unkept.values()])
        self.keep_columns()
        return made.select(columns)

    def _write_content(self, day: date, content: bytes) -> bytes:
        plain, compressed = self._paths(day)
        is_large = len(content) > self._compressed_above_bytes
        target, other = (compressed, plain) if is_large else (plain, compressed)
        written = packed(content) if is_large else content
        write_atomically(target, written)
        other.unlink(missing_ok=True)
        return written

    def _take_columns(self, day_file: DayFile, lines: bytes, written: bytes) -> StoredDay:
        """Make the columns of a day whose file was `written`, to be kept with others of their month."""
        day = day_file.day
        path, state = self._file(day)
        # Another process may have replaced the file meanwhile: its time of change must not vouch for these columns.
        is_ours = state is not None and self._content(path) == written
        modified_ns = state.modified_ns if state is not None and is_ours else None
        source = SourceState(size_bytes=len(written), modified_ns=modified_ns, sha256=sha256(written).hexdigest())
        head = stored_day(day_file, version=digest(lines), source=source)
        if self._unkept and month_of(day) != month_of(next(iter(self._unkept))):
            self.keep_columns()
        self._unkept[day] = DayColumns(head, columns_of(day_file.entries))
        self._known[day] = head
        return head

    def _present(self, day: date, stored: Present | None) -> Present:
        if stored is None:
            raise StoredDataError(f"{self.path(day)}: the day is not stored", hint="run again to download it")
        return stored


def _plain(path: AnyPath, content: bytes) -> bytes:
    return unpacked(content, str(path)) if path.suffix == ".gz" else content


def _state(path: AnyPath) -> _State | None:
    """None when there is no file."""
    try:
        found = path.stat() if isinstance(path, UPath) else os.stat(path)  # noqa: PTH116 -- twice as fast, and there are many days
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error
    return _State(found.st_mtime_ns if is_local(path) else None, found.st_size)
