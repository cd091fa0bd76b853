"""What `toggl_days` and `raw_toggl_data` share: the store is brought up to date, then read."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import toggl_access
from volt_assets.errors import UsageError
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import RetrySettings, Settings, TogglSettings
from volt_assets.work_reports.collect.download import DownloadProgress, DownloadResult
from volt_assets.work_reports.collect.range_data import range_data
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import Origin, RawTogglData
from volt_assets.work_reports.range_key import RangeKey

NOW = datetime(2025, 10, 20, 12, tzinfo=UTC)
WEEK = RangeKey(date(2025, 10, 6), date(2025, 10, 12))
SECOND = RangeKey(date(2025, 10, 13), date(2025, 10, 19))


def collected(
    sandbox: RunningSandbox, data: DataFolder, key: RangeKey = WEEK, settings: Settings | None = None
) -> tuple[RawTogglData, DownloadResult, list[DownloadProgress]]:
    told: list[DownloadProgress] = []

    async def ask() -> tuple[RawTogglData, DownloadResult]:
        async with TogglClient(
            toggl_access(sandbox.environ()),
            settings=TogglSettings(),
            retries=RetrySettings(attempts=1),
            pace=0,
            now=lambda: NOW,
            environ={},
        ) as client:
            document, download = await range_data(
                key,
                client=client,
                data=data,
                settings=settings or Settings(),
                clock=lambda: NOW,
                origin=Origin(str(key), "run-1", "1"),
                on_slice=told.append,
            )
            return RawTogglData.model_validate_json(b"".join(document.parts())), download

    return (*asyncio.run(ask()), told)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(str(tmp_path))


def test_a_range_is_downloaded_reconciled_and_told_slice_by_slice(sandbox: RunningSandbox, data: DataFolder) -> None:
    raw, download, told = collected(sandbox, data)
    assert download.downloaded_days == tuple(WEEK.days)
    assert raw.reconciliation.is_reconciled
    assert len(raw.entries) == download.entries
    assert [day.day for progress in told for day in progress.stored] == WEEK.days
    assert (told[-1].days_done, told[-1].days_total) == (7, 7)
    assert (raw.in_progress, raw.previous_entries, raw.toggl_workspace_id) == (False, None, 123456)


def test_what_is_stored_is_not_asked_for_and_the_range_before_comes_along(sandbox: RunningSandbox, data: DataFolder) -> None:
    first, _, _ = collected(sandbox, data)
    again, download, told = collected(sandbox, data)
    assert (download.downloaded_days, download.requests, told) == ((), 2, [])
    assert again.entries == first.entries
    second, _, _ = collected(sandbox, data, SECOND)
    assert second.previous_entries == first.entries


def test_a_scope_limits_people_and_entries_but_not_the_days(sandbox: RunningSandbox, data: DataFolder) -> None:
    settings = Settings(teams={"pair": ("mila.petrovic@example.com", "ben.carter@example.com")})
    raw, download, _ = collected(sandbox, data, RangeKey(WEEK.start, WEEK.end, "pair"), settings)
    assert {person.name for person in raw.people} == {"Mila Petrović", "Ben Carter"}
    assert {entry.user_name for entry in raw.entries} == {"Mila Petrović"}
    assert download.entries > len(raw.entries)
    assert raw.reconciliation.our_seconds > sum(entry.seconds or 0 for entry in raw.entries)


def test_a_scope_that_nobody_defined_is_refused(sandbox: RunningSandbox, data: DataFolder) -> None:
    with pytest.raises(UsageError, match="nobody knows the scope 'ghosts'"):
        collected(sandbox, data, RangeKey(WEEK.start, WEEK.end, "ghosts"))


@pytest.mark.parametrize(("before", "after"), [('"seconds":', '"seconds":1'), ('"description":"', '"description":"9')])
def test_a_day_that_was_changed_by_hand_is_named_and_downloaded_again_and_is_nobodys_late_edit(
    sandbox: RunningSandbox, data: DataFolder, before: str, after: str
) -> None:
    first, _, _ = collected(sandbox, data)
    path = Path(str(data.days / "2025-10-08.json"))
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(before, after, 1), encoding="utf-8")
    part = RangeKey(date(2025, 10, 7), date(2025, 10, 9))
    again, download, _ = collected(sandbox, data, part)
    assert (download.downloaded_days, download.edits, again.late_edits) == ((date(2025, 10, 8),), (), ())
    assert [str(path) in warning and "downloaded again" in warning for warning in download.warnings] == [True]
    assert again.reconciliation.is_reconciled
    assert list(again.entries) == [entry for entry in first.entries if entry.day in {str(day) for day in part.days}]
    assert collected(sandbox, data)[0].entries == first.entries


def test_a_damaged_day_of_the_period_before_is_named_where_the_comparison_lacks_it(sandbox: RunningSandbox, data: DataFolder) -> None:
    collected(sandbox, data)
    path = Path(str(data.days / "2025-10-08.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('"seconds":', '"seconds":1', 1), encoding="utf-8")
    second, download, _ = collected(sandbox, data, SECOND)
    assert second.previous_entries is None
    assert [str(path) in warning and "nothing is compared with its period" in warning for warning in download.warnings] == [True]


def test_damaged_columns_are_named_among_the_warnings(sandbox: RunningSandbox, data: DataFolder) -> None:
    first, _, _ = collected(sandbox, data)
    path = Path(str(data.cache("toggl_columns") / "2025-10.columns"))
    content = path.read_bytes()
    path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    again, download, _ = collected(sandbox, data, settings=Settings(toggl=TogglSettings(recheck_days=0)))
    assert again.entries == first.entries
    assert [warning.partition(":")[0] for warning in download.warnings] == [str(path)]
