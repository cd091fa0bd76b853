"""How a day is written: a head of a few lines, then one line for each entry; as JSON, compressed when large.

The last line of the head is a digest of all other bytes: well-formed JSON that is not what was written would otherwise be believed.

Belongs here: bytes <-> `DayFile`, and cutting the lines of the entries out of the bytes. Does not: files (day_store.py), the
columns for sums (day_columns.py).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import date
from gzip import compress, decompress
from hashlib import sha256

from pydantic import ValidationError

from volt_assets.errors import StoredDataError
from volt_assets.work_reports.models import SCHEMA_VERSION, DayFile, TimeEntry
from volt_assets.work_reports.range_key import is_closed
from volt_assets.work_reports.schema_versions import migrations_for, version_in

COMPRESSED_ABOVE_BYTES = 1024 * 1024
REPAIR_HINT = "the next run that needs the day downloads it again"
_SEAL = re.compile(rb'\n "content_sha256": "([0-9a-f]{64})",\n')
_BEFORE_ENTRIES, _AFTER_ENTRIES = b'\n "entries": [', b"]\n}\n"
_LINE_START = re.compile(rb'\{"id":(\d+),"user_id":(\d+),')
# Little work for most of the gain: a day is written once and its columns are what is read.
_COMPRESSION_LEVEL = 3


def day_bytes(day_file: DayFile) -> bytes:
    """The day as JSON; equal content gives equal bytes, and a diff shows the entries that changed."""
    head = day_file.model_dump_json(exclude={"entries", "content_sha256"}, indent=1).removesuffix("\n}").encode()
    lines = entry_lines(day_file.entries)
    listed = b"\n" + lines + b"\n" if lines else b""
    before, after = head + b',\n "content_sha256": "', b'",' + _BEFORE_ENTRIES + listed + _AFTER_ENTRIES
    return before + _hex_digest(before, after) + after


def _hex_digest(*parts: bytes | memoryview) -> bytes:
    sha = sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest().encode()


def is_sealed(content: bytes) -> bool:
    """Whether the bytes carry a digest; days that earlier versions wrote do not."""
    return b'\n "content_sha256": ' in content


def _is_as_written(content: bytes) -> bool:
    seal, whole = _SEAL.search(content), memoryview(content)
    return seal is not None and _hex_digest(whole[: seal.start(1)], whole[seal.end(1) :]) == seal[1]


def entry_lines(entries: Sequence[TimeEntry]) -> bytes:
    """One line for each entry, by id, with a comma at the end of all but the last."""
    return b",\n".join(entry.__pydantic_serializer__.to_json(entry) for entry in sorted(entries, key=lambda entry: entry.id))


def lines_of(content: bytes) -> bytes:
    """The entry lines of a day as `day_bytes` writes it; b'' when there are none or the bytes were written by somebody else."""
    _, _, rest = content.partition(_BEFORE_ENTRIES)
    return rest.removesuffix(_AFTER_ENTRIES).strip(b"\n") if rest.endswith(_AFTER_ENTRIES) else b""


def ids_of_line(line: bytes) -> tuple[int, int]:
    """The ids of the entry and of its person. Raises ValueError for a line that `entry_lines` does not write."""
    found = _LINE_START.match(line)
    if found is None:
        raise ValueError("not the line of an entry")
    return int(found[1]), int(found[2])


def packed(content: bytes) -> bytes:
    """Compressed the same way each time."""
    return compress(content, _COMPRESSION_LEVEL, mtime=0)


def unpacked(content: bytes, place: str) -> bytes:
    """What `packed` was given. Raises StoredDataError, naming `place`, for anything else."""
    try:
        return decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise StoredDataError(f"{place}: is not a whole day file: {error}", hint=REPAIR_HINT) from error


def parsed(content: bytes, day: date, place: str) -> DayFile:
    """The day that the bytes hold. Raises StoredDataError, naming `place`, when they cannot be trusted (NewerFileError: by this Volt).

    Bytes without a digest are taken as they are: whoever keeps them (day_store.py) writes them with one, once.
    """
    if (version := version_in(content)) is not None and version > SCHEMA_VERSION:
        migrations_for("toggl_days", version, place)
    try:
        stored = DayFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise StoredDataError(f"{place}: is not a whole day file: {where}: {first['msg']}", hint=REPAIR_HINT) from error
    problem = _foreign(stored, day)
    if problem is None and "content_sha256" in stored.model_fields_set and not _is_as_written(content):
        problem = "is damaged or was changed by hand: its content is not that of its content_sha256"
    if problem is not None:
        raise StoredDataError(f"{place}: {problem}", hint=REPAIR_HINT)
    return stored.model_copy(update={"content_sha256": None})


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
    if stored.is_closed and not is_closed(day, now=stored.data_as_of):
        return f"says that the day was over when it was downloaded at {stored.data_as_of:%Y-%m-%d %H:%M %Z}, which it was not"
    return None
