"""Somebody is exported, forgotten and stays away, on the week of the sandbox."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from volt_assets.errors import UsageError
from volt_assets.resilience.owner_lock import OwnerLock
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile
from volt_assets.work_reports.range_key import parse_key
from volt_assets.work_reports.subjects.export import export_subject
from volt_assets.work_reports.subjects.forget import forget_subject, refuse_while_runs_go
from volt_assets.work_reports.subjects.subject import Subject, everybody_else, find_subject
from volt_assets.work_reports.subjects.traces import files_of
from volt_assets_tests.pipeline import WEEK, document, record_of, run_job
from volt_assets_tests.work_reports.deliver.delivered_week import deliveries, due

NOW = datetime(2025, 10, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(stored_week: Path) -> DataFolder:
    return DataFolder(str(stored_week))


def days_of(data: DataFolder) -> list[DayFile]:
    return DayStore.of(data).read_all(parse_key(WEEK, today=NOW.date()).days)


def mila(data: DataFolder) -> Subject:
    email = next(one.email for day in days_of(data) for one in day.entries if one.user_name.startswith("Mila"))
    assert email is not None
    return find_subject(email.upper(), data=data, settings=Settings(), days=days_of(data))


def test_an_unknown_e_mail_is_answered_with_the_nearest(data: DataFolder) -> None:
    near = min(mila(data).emails)
    with pytest.raises(UsageError) as error:
        find_subject(f"x{near}", data=data, settings=Settings(), days=days_of(data))
    assert error.value.hint == f"did you mean {near}?"


def test_the_export_has_every_entry_every_report_and_every_mention(data: DataFolder) -> None:
    subject = mila(data)
    made = export_subject(subject, data=data, days=days_of(data), made_at=NOW)
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    entries = json.loads(archive.read("time_entries.json"))
    theirs = [entry.id for day in days_of(data) for entry in day.entries if entry.user_id in subject.user_ids]
    assert [entry["id"] for entry in entries] == theirs
    assert len(theirs) > 10
    report = f"own/work_reports/{WEEK}/reports/individual/mila_petrovic.md"
    assert archive.read(report) == (data.of_range(WEEK) / "reports" / "individual" / "mila_petrovic.md").read_bytes()
    said = json.loads(archive.read("mentions.json"))
    assert {one["file"].rsplit("/", 1)[-1] for one in said} >= {"team_summary.md", "enriched_data.json", "toggl_summary.md"}
    assert all(subject.is_named_in(json.dumps(one, ensure_ascii=False)) for one in said)


def numbers_below(value: object) -> set[int]:
    if isinstance(value, dict | list):
        return set().union(*map(numbers_below, value.values() if isinstance(value, dict) else value))
    return {value} if isinstance(value, int) else set()


def test_the_export_has_no_hours_and_no_texts_of_anybody_else(data: DataFolder) -> None:
    subject, days = mila(data), days_of(data)
    others = everybody_else(subject, data=data, days=days)
    archive = zipfile.ZipFile(io.BytesIO(export_subject(subject, data=data, days=days, made_at=NOW).content))
    own = {name for name in archive.namelist() if name.startswith("own/")}
    assert {Path(name).stem for name in own if "/reports/" in name} == {"mila_petrovic"}
    assert {Path(name).parent.name for name in own if "/revisions/" in name} == {"mila_petrovic"}
    content = json.loads(archive.read("mentions.json"))
    said = json.dumps(content, ensure_ascii=False)
    entries = [entry for day in days for entry in day.entries]
    theirs = {entry.id for entry in entries if entry.user_id in others.user_ids}
    people = document(Path(data.location), "toggl_aggregated")["people"]
    hours = {mine: numbers_below([one for one in people if (one["user_id"] in subject.user_ids) is mine]) for mine in (True, False)}
    told = numbers_below(content)
    assert theirs & told == set()
    assert {seconds for seconds in hours[False] - hours[True] if seconds > 10_000} & told == set()
    texts = {entry.description for entry in entries if entry.user_id in others.user_ids and len(entry.description) > 8}
    texts -= {text for text in texts if any(text in entry.description for entry in entries if entry.user_id in subject.user_ids)}
    # Names of items are in the label of an entry, too: only whole texts with their label are somebody's.
    assert sorted(text for text in texts if "#" in text and json.dumps(text, ensure_ascii=False)[1:-1] in said) == []
    lines = [one["content"] for one in content if isinstance(one["content"], str)]
    assert len(lines) > 50
    assert [line for line in lines if others.is_named_in(line) and re.search(r"\d h\b", line)] == []


def test_what_was_delivered_to_somebody_is_told_and_forgotten(data: DataFolder) -> None:
    subject, place = mila(data), Path(data.location)
    everybody = {"audience": "person", "channel": "email", "timezone": "UTC"}
    done = deliveries(place, {"all": everybody}, smtp_host="127.0.0.1", smtp_port=9).send(due)
    assert all(one.error for one in done)
    made = export_subject(subject, data=data, days=days_of(data), made_at=NOW)
    said = json.loads(zipfile.ZipFile(io.BytesIO(made.content)).read("mentions.json"))
    kept = [one["content"] for one in said if one["file"].endswith("deliveries.json") or "/dead_letters/" in one["file"]]
    assert [one["user_id"] for one in kept if "user_id" in one] == [*subject.user_ids] * 2
    assert forget_subject(subject, data=data, days=days_of(data), now=NOW).dead_letters == len(done)
    assert not any(subject.is_named_in(path.read_bytes().decode()) for _, path in files_of(data))


def test_a_forgotten_person_is_nowhere_and_does_not_come_back(data: DataFolder) -> None:
    subject = mila(data)
    before = document(Path(data.location), "toggl_aggregated")["statistics"]["total_duration_seconds"]
    theirs = sum(one.seconds or 0 for day in days_of(data) for one in day.entries if one.user_id in subject.user_ids and not one.is_running)
    done = forget_subject(subject, data=data, days=days_of(data), now=NOW)
    assert done.ranges == (WEEK,)
    assert done.entries > 10
    assert not data.of_range(WEEK).exists()
    assert forget_subject(subject, data=data, days=days_of(data), now=NOW).entries == 0

    # A day that is downloaded again must not bring the person back.
    DayStore.of(data).path(days_of(data)[0].day).unlink()
    ran = run_job()

    assert ran.is_success, ran.failures
    assert record_of(Path(data.location)).status == "completed"
    after = document(Path(data.location), "toggl_aggregated")
    assert after["statistics"]["total_duration_seconds"] == before - theirs
    assert after["reconciliation"]["toggl_seconds"] == before - theirs
    named = [relative for relative, path in files_of(data) if subject.is_named_in(path.read_bytes().decode(errors="replace"))]
    assert named == []
    assert not any(one.user_id in subject.user_ids for day in days_of(data) for one in day.entries)


def test_nothing_is_removed_while_a_run_goes(data: DataFolder) -> None:
    refuse_while_runs_go(data)
    lock = data.cache("locks") / f"{WEEK}.lock"
    OwnerLock(lock).claim("a-run")
    owner = json.loads(lock.read_bytes())
    lock.write_text(json.dumps({**owner, "host": "another-machine"}))
    with pytest.raises(UsageError, match="a-run of the same range is under way"):
        refuse_while_runs_go(data)


def test_the_records_of_single_runs_go_with_their_range_and_are_given_out(data: DataFolder) -> None:
    """An older run of the range may have been for chosen people: its record holds their e-mails."""
    subject = mila(data)
    stored = record_of(Path(data.location))
    asked_for = stored.parameters.model_copy(update={"users_filter": tuple(sorted(subject.emails))})
    own = data.of_range(WEEK) / "runs" / "older.json"
    own.write_bytes(stored.model_copy(update={"run_id": "older", "parameters": asked_for}).model_dump_json().encode())
    note = data.cache("alerts") / "failed-older.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_bytes(json.dumps({"reason": f"{min(subject.emails)}: tracked nothing"}).encode())
    archive = zipfile.ZipFile(io.BytesIO(export_subject(subject, data=data, days=days_of(data), made_at=NOW).content))
    said = {one["file"] for one in json.loads(archive.read("mentions.json"))}
    assert said >= {f"work_reports/{WEEK}/runs/older.json", ".volt/alerts/failed-older.json"}
    forget_subject(subject, data=data, days=days_of(data), now=NOW)
    assert not [relative for relative, _ in files_of(data) if relative.endswith("older.json")]
