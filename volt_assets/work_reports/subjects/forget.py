"""Remove everything about one person, and see to it that no later download brings it back.

The order makes an interrupted call harmless: first the list that keeps the person away, then what is stored; the same command goes on
where it stopped. What is derived (a range's documents and reports, caches) goes whole, because others' figures were made together with
the person's; it is made again from the stored days.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from upath import UPath

from volt_assets.resilience.atomic_file import AnyPath, is_local, write_atomically
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.resilience.owner_lock import OwnerLock
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.execution_log import ExecutionLog
from volt_assets.work_reports.models import DayFile
from volt_assets.work_reports.subjects.kept_lines import lines_without
from volt_assets.work_reports.subjects.subject import Subject
from volt_assets.work_reports.subjects.suppression import read_suppression, write_suppression
from volt_assets.work_reports.subjects.traces import naming, range_of

# Bodies of comments do not name their author: these caches go as a whole. Runs make them again.
_CACHES = ("people.json", "toggl_columns", "items", "results", "progress", "scratch")


@dataclass(frozen=True)
class Forgotten:
    """What was removed."""

    entries: int
    days: tuple[date, ...]
    ranges: tuple[str, ...]
    """Keys whose documents and reports are gone: run them again."""
    other_files: tuple[str, ...]
    dead_letters: int


def refuse_while_runs_go(data: DataFolder) -> None:
    """Raise UsageError when a run of this machine writes into the folder: it would bring back what is removed."""
    locks = data.cache("locks")
    names = [path.name for path in locks.iterdir()] if locks.is_dir() else []
    for name in sorted(names):
        OwnerLock(locks / name).check("forget")


def forget_subject(subject: Subject, *, data: DataFolder, days: Iterable[DayFile], now: datetime) -> Forgotten:
    """Remove the person from the folder. Raises StoredDataError when the list of forgotten people cannot be read."""
    keep_away = read_suppression(data.suppressed)
    subject_hashed = keep_away.with_subject(user_ids=subject.user_ids, emails=subject.emails, names=subject.names, since=now.date())
    write_suppression(data.suppressed, subject_hashed)
    entries, changed = _forget_days(subject, DayStore.of(data), days)
    named = list(naming(subject, data))
    # A range of days that had entries of the person was made from them, whether it names the person or not.
    ranges = {key for relative, _, _ in named if (key := range_of(relative)) is not None} | _ranges_over(data, changed)
    for key in ranges:
        _remove(data.of_range(key))
        _remove(data.cache("made_from") / key)
    for name in _CACHES:
        _remove(data.cache(name))
        _remove(data.local_cache(name))
    letters = DeadLetters(data.dead_letters, now=lambda: now)
    forgotten = letters.forget(lambda letter: letter.payload.get("range") in ranges or subject.is_named_in(letter.model_dump_json()))
    others = [relative for relative, path, _ in named if range_of(relative) is None and _forget_in(subject, path)]
    for path in _logs_elsewhere(data):
        _forget_in(subject, path)
    return Forgotten(entries, tuple(changed), tuple(sorted(ranges)), tuple(others), len(forgotten))


def _forget_in(subject: Subject, path: AnyPath) -> bool:
    """Take the person out of a file: a log keeps its other lines, anything else goes. Whether there was such a file."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False
    if ".jsonl" not in path.name:
        path.unlink(missing_ok=True)
    elif (kept := lines_without(subject, content)) != content:
        write_atomically(path, kept)
    return True


def _logs_elsewhere(data: DataFolder) -> Iterator[AnyPath]:
    """What this machine keeps of runs when the data itself lies in an object store."""
    if is_local(data.root):
        return
    for folder in (data.local_cache("llm_calls"), data.local_cache("logs"), ExecutionLog.of(data).path.parent):
        yield from folder.glob("*.jsonl*")


def _forget_days(subject: Subject, store: DayStore, days: Iterable[DayFile]) -> tuple[int, list[date]]:
    """Rewrite the days without the entries and the history of edits; the proofs they took part in are asked for again by the next run."""
    listed = list(days)
    theirs = {day.day: sum(entry.user_id in subject.user_ids for entry in day.entries) for day in listed}
    proofs = {day.proof for day in listed if theirs[day.day]}
    for day in listed:
        if theirs[day.day]:
            kept = tuple(entry for entry in day.entries if entry.user_id not in subject.user_ids)
            store.write(day.model_copy(update={"entries": kept, "proof": None, "edits": ()}))
        elif day.proof in proofs and day.proof is not None:
            store.write(day.model_copy(update={"proof": None}))
    return sum(theirs.values()), [day for day, entries in theirs.items() if entries]


def _ranges_over(data: DataFolder, days: Iterable[date]) -> set[str]:
    touched = [day.isoformat() for day in days]
    folders = (data.root / DOMAIN).iterdir() if (data.root / DOMAIN).is_dir() else ()
    keys = [folder.name for folder in folders if range_of(f"{DOMAIN}/{folder.name}/x") is not None]
    return {key for key in keys if any(key[:10] <= day <= key[11:21] for day in touched)}


def _remove(path: AnyPath) -> None:
    if isinstance(path, UPath) and not is_local(path):
        if path.exists():
            path.fs.rm(path.path, recursive=True)
    elif path.is_dir():
        shutil.rmtree(str(path))
    else:
        path.unlink(missing_ok=True)
