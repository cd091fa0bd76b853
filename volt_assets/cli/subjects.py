"""What `export` and `forget` do: the data folder, then Dagster's history of the ranges that went."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.forgetting_runs import forget_runs
from volt_assets.config_files import config_folders
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError
from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.settings import load_settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.subjects.export import export_subject
from volt_assets.work_reports.subjects.forget import forget_subject, refuse_while_runs_go
from volt_assets.work_reports.subjects.subject import Subject, find_subject
from volt_assets.work_reports.subjects.suppression import read_suppression, write_suppression

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.work_reports.models import DayFile


def export_to(email: str, output: Path | None, console: Console) -> ExitCode:
    """One ZIP file. Raises UsageError for somebody unknown and for a file that exists."""
    data, now = _data(), datetime.now(UTC)
    target = output or Path(f"subject-export-{now:%Y-%m-%d}.zip")
    if target.exists():
        raise UsageError(f"--output {target}: exists already", hint="name another file with --output")
    days = list(_days(data))
    found = export_subject(_subject(email, data, days), data=data, days=days, made_at=now)
    write_atomically(target, found.content)
    console.data(str(target))
    console.say(f"{found.entries} time entries, {found.own_files} own files, {found.mentions} mentions elsewhere")
    return ExitCode.OK


def forget_person(email: str, console: Console, *, is_sure: bool) -> ExitCode:
    """Remove the person. Raises UsageError for somebody unknown, and while a run goes."""
    data, now = _data(), datetime.now(UTC)
    refuse_while_runs_go(data)
    days = list(_days(data))
    subject = _subject(email, data, days)
    if not is_sure and not typer.confirm(f"Remove everything about {email} from {data.location}? This cannot be undone", err=True):
        raise typer.Abort
    done = forget_subject(subject, data=data, days=days, now=now)
    runs = forget_runs(done.ranges)
    console.say(f"removed: {done.entries} time entries of {len(done.days)} days, {len(done.ranges)} ranges, {runs} runs of Dagster,")
    console.say(f"{len(done.other_files)} further files, {done.dead_letters} dead letters; later downloads leave the person out")
    for key in done.ranges:
        console.say(f"make the reports of the others again: volt-agent run {_asked_for(key)}")
    for place in _in_configuration(subject):
        console.warning(f"{place} names the person; take the line out")
    return ExitCode.OK


def lift_suppression(email: str, console: Console) -> ExitCode:
    """Take somebody off the list. Raises UsageError for somebody who is not on it."""
    data = _data()
    stored = read_suppression(data.suppressed)
    if not stored.hides_email(email):
        raise UsageError(
            f"{data.location}: '{email.strip()[:80]}' is not on the list of forgotten people", hint="write the e-mail as in Toggl"
        )
    write_suppression(data.suppressed, stored.without_email(email))
    data.cache("people.json").unlink(missing_ok=True)
    console.say("later downloads have the person again; days that are stored stay without them until they are downloaded again")
    return ExitCode.OK


def _data() -> DataFolder:
    return DataFolder(data_dir(os.environ))


def _days(data: DataFolder) -> Iterator[DayFile]:
    store = DayStore.of(data)
    names = {path.name[:10] for path in data.days.iterdir()} if data.days.is_dir() else set()
    for name in sorted(names):
        try:
            day = date.fromisoformat(name)
        except ValueError:
            continue  # somebody else's file: no day of ours
        if (stored := store.read(day)) is not None:
            yield stored


def _subject(email: str, data: DataFolder, days: list[DayFile]) -> Subject:
    return find_subject(email, data=data, settings=load_settings(os.environ), days=days)


def _asked_for(key: str) -> str:
    """The options of `run` that make a range of this key."""
    start, end, scope = key[:10], key[11:21], key[22:]
    filtered = " --users …" if scope.startswith("users-") else f" --team {scope}"
    return f"--start-date {start} --end-date {end}{filtered if scope else ''}"


def _in_configuration(subject: Subject) -> Iterator[str]:
    for folder in config_folders(os.environ):
        for path in sorted(folder.glob("*.yaml")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if not line.lstrip().startswith("#") and subject.is_named_in(line):
                    yield f"{path}:{number}"
