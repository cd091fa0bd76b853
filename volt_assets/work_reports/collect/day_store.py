"""The files `toggl_days/<day>.json`: one per day, everybody's entries, each written whole or not at all; and their columnar twins.

Belongs here: where the files lie, reading, writing, when columns are trusted, and which days are still missing. Does not: the
format (day_format.py), the columns (day_columns.py) and their files (month_columns.py), asking Toggl (download.py).

The JSON is the truth. Columns (in a folder that may be deleted at any time) count only while the day file has the size and the time
of change that they were made from, else by a digest over the file's bytes; those that are absent, stale or damaged are made again.
They are made of a day whose bytes have the digest that the day carries; one that has not counts as missing. A day of a version that
wrote no digest is believed once, and written with one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import TypeVar

import polars as pl

from volt_assets.errors import NewerFileError, StoredDataError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.collect.day_columns import DayColumns, SourceState, StoredDay, columns_of, stored_day
from volt_assets.work_reports.collect.day_files import DayFiles, content_of, plain_of
from volt_assets.work_reports.collect.day_format import COMPRESSED_ABOVE_BYTES, day_bytes, entry_lines, is_sealed, lines_of, parsed
from volt_assets.work_reports.collect.month_columns import MonthColumns, month_of
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, Proof
from volt_assets.work_reports.models.document import digest
from volt_assets.work_reports.range_key import is_closed

Present = TypeVar("Present")
_log = logging.getLogger("volt.days")
# Clocks of two machines that share a folder differ a little; a file from later than that is from a clock that was wrong.
_CLOCKS_DIFFER = timedelta(minutes=5)


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

        `on_repair` is told of every damaged twin that had to be made again, and of every damaged day that is done without.
        """
        self._on_repair = on_repair
        self._files = DayFiles(folder, compressed_above_bytes=compressed_above_bytes)
        self._columns = MonthColumns(columns if columns is not None else folder / "columns", on_repair=on_repair)
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
        return self._files.find(day)[0]

    def read(self, day: date) -> DayFile | None:
        """The stored day, or None. Raises StoredDataError, naming the file, when its content cannot be trusted."""
        path = self.path(day)
        content = content_of(path)
        return None if content is None else self._believed(path, content, day)

    def head(self, day: date) -> StoredDay | None:
        """The stored day without its entries, or None. Raises StoredDataError as `read` does."""
        path, state = self._files.find(day)
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
            except StoredDataError as error:  # an earlier period only serves comparison: without it the report says "not stored"
                self._on_repair(f"{error}; nothing is compared with its period until the day is downloaded again")
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
        content = content_of(path)
        plain = b"" if content is None else plain_of(path, content)
        lines = lines_of(plain)
        if digest(lines) != head.version:
            # Perhaps the same entries, written in another way by somebody else.
            lines = entry_lines(self._believed(path, content or b"", head.day).entries)
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
        written = self._files.write(day_file.day, content)
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
            except NewerFileError:
                raise  # downloading the day again would replace what only a newer Volt can read
            except StoredDataError as error:
                head = None
                warnings.append(f"{error}; the day is downloaded again")
            if head is None or not head.is_closed:
                missing.append(day)
            else:
                stored.append(head)
        self.keep_columns()
        return StoreSurvey(tuple(missing), tuple(stored), tuple(warnings))

    def _believed(self, path: AnyPath, content: bytes, day: date) -> DayFile:
        """The day in the bytes of its file. One that was damaged behind the back of its columns loses them, or they would vouch for it."""
        try:
            return parsed(plain_of(path, content), day, str(path))
        except StoredDataError:
            self._known.pop(day, None)
            self._columns.remove(day)
            raise

    def _last_known(self, day: date) -> StoredDay | None:
        """The head as this store or the twin has it, whether it is still true or not."""
        if day not in self._known and (month := month_of(day)) not in self._months_read:
            self._months_read.add(month)
            self._known = {head.day: head for head in self._columns.heads(day)} | self._known
        return self._known.get(day)

    def _head_by_content(self, day: date, path: AnyPath, known: StoredDay | None) -> StoredDay | None:
        """Compare the columns with the bytes of the day file, and make them again when they are not of them."""
        content = content_of(path)
        if content is None:
            return None
        if known is not None and known.source.sha256 == sha256(content).hexdigest():
            return known
        plain = plain_of(path, content)
        day_file = parsed(plain, day, str(path))
        if not is_sealed(plain):
            with suppress(OSError):  # where nothing can be written, a day of an earlier version is still read
                return self.write(day_file)
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

    def _take_columns(self, day_file: DayFile, lines: bytes, written: bytes) -> StoredDay:
        """Make the columns of a day whose file was `written`, to be kept with others of their month."""
        day = day_file.day
        path, state = self._files.find(day)
        # Another process may have replaced the file meanwhile: its time of change must not vouch for these columns.
        is_ours = state is not None and content_of(path) == written
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
