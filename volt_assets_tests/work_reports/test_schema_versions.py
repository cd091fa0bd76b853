"""Stored documents of other versions: migrated where a migration leads, refused where not, and never replaced by an older Volt."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.errors import NewerFileError, StoredDataError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.migrating import all_documents, check_versions, migrate, outdated
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.range_key import RangeKey
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.schema_versions import MIGRATIONS, current_version, migrated, migrations_for, version_in
from volt_assets_tests.pipeline import AFTERWARDS, WEEK, files_of, folder_of, run_job

KEY = RangeKey(date(2025, 10, 6), date(2025, 10, 12))
NOW = datetime.fromisoformat(AFTERWARDS)


def of_the_first_version(path: Path) -> dict[str, Any]:
    """The record as the first version wrote it."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    del content["parameters"]["skipped"]
    content["schema_version"] = 1
    path.write_text(json.dumps(content, indent=2))
    return content


def with_version(path: Path, version: int) -> None:
    content = path.read_text()
    path.write_text(content.replace('"schema_version": 1', f'"schema_version": {version}', 1))


def test_every_migration_leads_to_a_version_that_is_read() -> None:
    assert [(one.document, one.from_version) for one in MIGRATIONS] == sorted({(one.document, one.from_version) for one in MIGRATIONS})
    assert all(one.from_version < current_version(one.document) for one in MIGRATIONS)


def test_a_record_of_the_first_version_is_read_and_migrated(stored_week: Path) -> None:
    path, data = folder_of(stored_week) / "run_metadata.json", DataFolder(str(stored_week))
    before = path.read_bytes()
    content = of_the_first_version(path)
    assert RunRecord(folder_of(stored_week), now=lambda: NOW).read() == RunMetadata.model_validate_json(before)
    assert RunMetadata.model_validate(migrated("run_metadata", content, "")) == RunMetadata.model_validate_json(before)
    with pytest.raises(StoredDataError, match=r"made by an older Volt: it needs the migration run_metadata 1 to 2 \(it names") as refused:
        check_versions(data, KEY)
    assert refused.value.hint == "volt-agent migrate applies it"
    for found in list(outdated(all_documents(data))):
        migrate(found)
    assert RunMetadata.model_validate_json(path.read_bytes()) == RunMetadata.model_validate_json(before)
    check_versions(data, KEY)
    assert list(outdated(all_documents(data))) == []


@pytest.mark.parametrize("name", ["toggl_aggregated.json", "run_metadata.json", "reports/billing.json"])
def test_a_document_of_a_newer_volt_is_refused_and_named(stored_week: Path, name: str) -> None:
    path = folder_of(stored_week) / name
    content = path.read_text()
    path.write_text(content.replace('"schema_version": ', '"schema_version": 9', 1))
    with pytest.raises(NewerFileError, match=r"made by a newer Volt: it has schema_version 9\d, this one reads \d") as refused:
        check_versions(DataFolder(str(stored_week)), KEY)
    assert name in str(refused.value)
    assert "upgrade Volt" in (refused.value.hint or "")


def test_a_day_of_a_newer_volt_is_not_downloaded_over(stored_week: Path) -> None:
    data, day = DataFolder(str(stored_week)), date(2025, 10, 7)
    path = Path(str(DayStore.of(data).path(day)))
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 7,\n "mood": "new"', 1))
    with pytest.raises(NewerFileError, match=r"2025-10-07\.json: made by a newer Volt"):
        DayStore.of(data).survey([day], now=NOW)
    with pytest.raises(NewerFileError):
        check_versions(data, KEY)
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    with pytest.raises(NewerFileError, match=r"2025-10-07\.json\.gz"):
        check_versions(data, KEY)


def test_a_run_of_dagsters_replaces_nothing_of_a_newer_volt_either(stored_week: Path) -> None:
    path = folder_of(stored_week) / "reports" / "billing.json"
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 2', 1))
    before = files_of(folder_of(stored_week))
    ran = run_job(assets=["billing"])
    assert not ran.is_success
    assert "made by a newer Volt" in ran.failures
    assert files_of(folder_of(stored_week)) == before


def test_the_record_of_a_newer_volt_is_not_replaced(stored_week: Path) -> None:
    path = folder_of(stored_week) / "run_metadata.json"
    path.write_text(path.read_text().replace('"schema_version": 2', '"schema_version": 3', 1))
    with pytest.raises(NewerFileError):
        RunRecord(folder_of(stored_week), now=lambda: NOW).read()


def test_a_version_to_which_nothing_leads_is_refused() -> None:
    with pytest.raises(StoredDataError, match="has schema_version 0, this Volt reads 1, and no migration leads there"):
        migrations_for("billing", 0, "billing.json")
    assert migrations_for("billing", 1, "billing.json") == ()


def test_the_version_is_in_the_first_bytes_or_nowhere() -> None:
    assert version_in(b'{\n  "schema_version": 12,') == 12
    assert version_in(b"[]") is None
    assert version_in(b'{"name": "' + b"x" * 500 + b'", "schema_version": 3}') is None


def test_what_is_current_is_left_as_it_is(stored_week: Path) -> None:
    before = files_of(stored_week)
    data = DataFolder(str(stored_week))
    assert len(list(all_documents(data))) > 30
    assert list(outdated(all_documents(data))) == []
    assert files_of(stored_week) == before
    assert WEEK in str(folder_of(stored_week))
