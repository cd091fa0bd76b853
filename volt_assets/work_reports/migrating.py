"""The stored documents of a data folder, their versions, and bringing them up to date.

Belongs here: walking the folder. Does not: versions and migrations (schema_versions.py).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.range_key import RangeKey
from volt_assets.work_reports.schema_versions import HEAD_BYTES, Migration, migrated, migrations_for, version_in

DAYS = "toggl_days"


@dataclass(frozen=True)
class Outdated:
    """A document of an earlier version."""

    document: str
    path: AnyPath
    migrations: tuple[Migration, ...]


def check_versions(data: DataFolder, key: RangeKey) -> None:
    """Raise StoredDataError when a document that a run of the range reads or replaces is of another version.

    NewerFileError for one of a newer Volt; one that can be migrated is refused with its migration named.
    """
    for found in outdated(documents_of(data, key)):
        names = "; ".join(str(step) for step in found.migrations)
        raise StoredDataError(f"{found.path}: made by an older Volt: it needs the migration {names}", hint="volt-agent migrate applies it")


def documents_of(data: DataFolder, key: RangeKey) -> Iterator[tuple[str, AnyPath]]:
    """The documents of one range and its days, by kind."""
    store = DayStore.of(data)
    yield from ((DAYS, store.path(day)) for day in (*key.previous.days, *key.days))
    yield from _of_folder(data.of_range(str(key)))
    yield from _of_domain(data)


def all_documents(data: DataFolder) -> Iterator[tuple[str, AnyPath]]:
    """The documents of the whole folder."""
    domain = data.root / DOMAIN
    folders: list[AnyPath] = [*domain.iterdir()] if domain.is_dir() else []
    for folder in folders:
        if folder.name == DAYS:
            yield from ((DAYS, path) for pattern in ("*.json", "*.json.gz") for path in folder.glob(pattern))
        elif folder.name[:1].isdigit() and folder.is_dir():
            yield from _of_folder(folder)
    yield from _of_domain(data)


def outdated(documents: Iterable[tuple[str, AnyPath]]) -> Iterator[Outdated]:
    """Those of an earlier version. What is absent, or names no version, is left to who reads it. Raises as `migrations_for` does."""
    for document, path in documents:
        version = _version_of(path)
        if version is not None and (steps := migrations_for(document, version, str(path))):
            yield Outdated(document, path, steps)


def migrate(found: Outdated) -> None:
    """Replace the file by its current version, whole or not at all. Raises StoredDataError for what is no JSON."""
    is_packed = found.path.suffix == ".gz"
    content = found.path.read_bytes()
    try:
        stored = json.loads(gzip.decompress(content) if is_packed else content)
    except (ValueError, OSError, EOFError) as error:
        raise StoredDataError(f"{found.path}: is not readable JSON", hint="restore the file from a backup, or remove it") from error
    text = json.dumps(migrated(found.document, stored, str(found.path)), indent=2, ensure_ascii=False).encode() + b"\n"
    write_atomically(found.path, gzip.compress(text, mtime=0) if is_packed else text)


def _of_folder(folder: AnyPath) -> Iterator[tuple[str, AnyPath]]:
    """A document of a range is named after its asset; those beside the reports after theirs; earlier runs have records of the same kind."""
    yield from (("run_metadata", path) for path in folder.glob("runs/*.json"))
    for pattern in ("*.json", "reports/*.json", "reports/views/*.json", "reports/individual/*.json"):
        yield from ((path.stem if path.parent.name != "individual" else "report", path) for path in folder.glob(pattern))


def _of_domain(data: DataFolder) -> Iterator[tuple[str, AnyPath]]:
    yield "workspace_schema", data.root / DOMAIN / "workspace_schema.json"
    yield "suppressed", data.suppressed


def _version_of(path: AnyPath) -> int | None:
    try:
        with path.open("rb") as file:
            if path.suffix != ".gz":
                return version_in(file.read(HEAD_BYTES))
            with gzip.open(file, "rb") as plain:
                return version_in(plain.read(HEAD_BYTES))
    except (FileNotFoundError, NotADirectoryError, gzip.BadGzipFile, EOFError):
        return None
