"""The files `toggl_days/<day>.json`: one per day, everybody's entries, each written whole or not at all.

Belongs here: the file format, reading, writing, and which days are still missing. Does not: asking Toggl (download.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ValidationError

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.models import SCHEMA_VERSION, DayFile
from volt_assets.work_reports.range_key import is_closed

_REPAIR_HINT = "delete the file; the next run downloads the day again"


@dataclass(frozen=True)
class StoreSurvey:
    """What a store lacks of the days asked for."""

    missing: tuple[date, ...]
    """Not stored, or stored before the day had ended everywhere, or stored unreadably; ascending."""
    warnings: tuple[str, ...] = ()
    """One line for each file that cannot be trusted."""


class DayStore:
    """Day files in one folder, local or on any storage that fsspec knows."""

    def __init__(self, folder: AnyPath) -> None:
        """`folder` is made when the first day is written."""
        self._folder = folder

    def path(self, day: date) -> AnyPath:
        """Where the file of `day` lies."""
        return self._folder / f"{day.isoformat()}.json"

    def read(self, day: date) -> DayFile | None:
        """The stored day, or None. Raises StoredDataError, naming the file, when its content cannot be trusted."""
        path = self.path(day)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoredDataError(f"{path}: cannot be read: {error.strerror or error}", hint="check the file's rights") from error
        try:
            stored = DayFile.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole file"
            raise StoredDataError(f"{path}: is not a whole day file: {place}: {first['msg']}", hint=_REPAIR_HINT) from error
        if problem := _foreign(stored, day):
            raise StoredDataError(f"{path}: {problem}", hint=_REPAIR_HINT)
        return stored

    def write(self, day_file: DayFile) -> None:
        """Replace the file of its day; equal content gives equal bytes."""
        write_atomically(self.path(day_file.day), _as_bytes(day_file))

    def survey(self, days: Iterable[date], *, now: datetime) -> StoreSurvey:
        """Which of `days` have to be downloaded at `now` (aware). A file that cannot be trusted counts as missing."""
        missing, warnings = [], []
        for day in sorted(set(days)):
            try:
                stored = self.read(day) if is_closed(day, now=now) else None
            except StoredDataError as error:
                stored = None
                warnings.append(f"{error}; the day is downloaded again")
            if stored is None or not stored.is_closed:
                missing.append(day)
        return StoreSurvey(tuple(missing), tuple(warnings))

    def read_all(self, days: Iterable[date]) -> list[DayFile]:
        """The stored days, ascending. Raises StoredDataError when one is absent or cannot be trusted."""
        return [self._read_present(day) for day in sorted(set(days))]

    def read_if_complete(self, days: Iterable[date]) -> list[DayFile] | None:
        """The stored days, ascending; None unless every one is there, can be trusted and had ended when it was downloaded."""
        found: list[DayFile] = []
        for day in sorted(set(days)):
            try:
                stored = self.read(day)
            except StoredDataError:  # an earlier period only serves comparison: without it the report says "not stored"
                return None
            if stored is None or not stored.is_closed:
                return None
            found.append(stored)
        return found

    def _read_present(self, day: date) -> DayFile:
        stored = self.read(day)
        if stored is None:
            raise StoredDataError(f"{self.path(day)}: the day is not stored", hint="run again to download it")
        return stored


def _foreign(stored: DayFile, day: date) -> str | None:
    """Why a well-formed file is not the one of `day`."""
    if stored.schema_version != SCHEMA_VERSION:
        return f"has schema_version {stored.schema_version}, this version of volt reads {SCHEMA_VERSION}"
    if stored.day != day:
        return f"holds {stored.day}, not {day}"
    if any(entry.day != day.isoformat() for entry in stored.entries):
        return "holds entries of another day"
    if len({entry.id for entry in stored.entries}) != len(stored.entries):
        return "holds an entry twice"
    return None


def _as_bytes(day_file: DayFile) -> bytes:
    """The head on the first lines, then one line for each entry, by id: small, and a diff shows the entries that changed."""
    entries: Sequence[str] = [entry.model_dump_json() for entry in sorted(day_file.entries, key=lambda entry: entry.id)]
    head = day_file.model_dump_json(exclude={"entries"}, indent=1).removesuffix("\n}")
    listed = "\n" + ",\n".join(entries) + "\n" if entries else ""
    return f'{head},\n "entries": [{listed}]\n}}\n'.encode()
