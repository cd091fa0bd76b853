"""What single runs leave in the data folder beside documents and reports: their records, progress, logs and ledgers.

Belongs here: which files of a run go with it. Does not: which runs go, and what Dagster keeps of them (the command line's pruning).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import AnyPath, is_local
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.run_archive import FOLDER, RunArchive
from volt_assets.work_reports.run_record import FILE_NAME

_RUN_FILE = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.(jsonl|json|log)")


@dataclass(frozen=True)
class Leftover:
    """A file of one run, in bytes."""

    run_id: str
    path: AnyPath
    size: int


def leftovers(data: DataFolder, run_id: str, key: str) -> list[Leftover]:
    """The files that only this run left; of the latest run of a range nothing. `key` may be one that somebody made up."""
    try:
        folder = data.of_range(key)
    except UsageError:
        return []
    if _is_latest(folder, run_id):
        return []
    places = [
        RunArchive(folder).path(run_id),
        *(data.local_cache("progress") / f"{run_id}{suffix}" for suffix in (".jsonl", ".log")),
        data.local_cache("llm_calls") / f"{run_id}.jsonl",
        *(data.cache("alerts") / f"{kind}-{run_id}.json" for kind in ("failed", "hanging")),
    ]
    return [Leftover(run_id, path, size) for path in places if path is not None and (size := _size(path)) is not None]


def orphans(data: DataFolder, *, known: Iterable[str], before: datetime) -> list[Leftover]:
    """Files of runs that no instance asked knows (`known`), untouched since `before`; on a local disk only."""
    if not is_local(data.root):
        return []
    is_known, limit = frozenset(known), before.timestamp()
    found = []
    for path in _run_files(Path(str(data.root))):
        match = _RUN_FILE.fullmatch(path.name)
        if match is None or match[1] in is_known or (path.parent.name == FOLDER and _is_latest(path.parent.parent, match[1])):
            continue
        status = path.stat()
        if status.st_mtime < limit:
            found.append(Leftover(match[1], path, status.st_size))
    return found


def _run_files(root: Path) -> Iterator[Path]:
    yield from sorted(root.glob(f"{DOMAIN}/*/{FOLDER}/*.json"))
    for name in ("progress", "llm_calls"):
        yield from sorted((root / ".volt" / name).glob("*"))


def _is_latest(folder: AnyPath, run_id: str) -> bool:
    """By the text alone: a record that cannot be read is nobody's, and is kept as everything else of its range."""
    try:
        return f'"{run_id}"' in (folder / FILE_NAME).read_bytes()[:4000].decode(errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return False


def _size(path: AnyPath) -> int | None:
    try:
        return int(path.stat().st_size)
    except (FileNotFoundError, NotADirectoryError):
        return None
