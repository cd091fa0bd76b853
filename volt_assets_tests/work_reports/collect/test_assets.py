"""The days as an asset of their own: downloaded ahead, one by one or many in one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets.definitions import build_defs
from volt_assets.sandbox.server import RunningSandbox
from volt_assets_tests.pipeline import QUIET, ClockedVolt, files_of, run_job

DAYS = dg.AssetKey(["work_reports", "toggl_days"])


def make_days(first: str, last: str | None = None) -> tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]:
    """One run over the days from `first` to `last`, as a backfill of the asset makes it."""
    instance = dg.DagsterInstance.ephemeral()
    defs = build_defs(volt=ClockedVolt())
    [asset] = [asset for asset in defs.assets or () if isinstance(asset, dg.AssetsDefinition) and asset.keys == {DAYS}]
    arguments: dict[str, Any] = (
        {"partition_key": first}
        if last is None
        else {"tags": {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}}
    )
    result = dg.materialize([asset], instance=instance, resources=defs.resources, run_config=QUIET, raise_on_error=False, **arguments)
    return result, instance


def version_of(instance: dg.DagsterInstance, day: str) -> tuple[str, str]:
    """Data version and code version of the latest materialization of a day."""
    [event] = instance.fetch_materializations(dg.AssetRecordsFilter(DAYS, asset_partitions=[day]), limit=1).records
    assert event.asset_materialization is not None
    tags = event.asset_materialization.tags or {}
    return tags["dagster/data_version"], tags["dagster/code_version"]


def test_a_day_is_stored_with_its_proof_and_its_figures(environment: Path) -> None:
    result, instance = make_days("2025-10-07")
    assert result.success
    [stored] = files_of(environment / "work_reports" / "toggl_days").items()
    day = json.loads(stored[1])
    assert (stored[0], day["day"], day["is_closed"]) == ("2025-10-07.json", "2025-10-07", True)
    assert day["proof"]["toggl_seconds"] == day["proof"]["our_seconds"] > 0
    [event] = instance.fetch_materializations(DAYS, limit=5).records
    assert event.asset_materialization is not None
    assert event.partition_key == "2025-10-07"
    assert {name: value.value for name, value in event.asset_materialization.metadata.items()} == {
        "entries": len(day["entries"]),
        "is_closed": True,
    }


def test_many_days_are_one_run_and_one_download_and_each_has_a_version_of_its_own(environment: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total("toggl")
    result, instance = make_days("2025-10-06", "2025-10-12")
    assert result.success
    assert len(files_of(environment / "work_reports" / "toggl_days")) == 7
    assert sandbox.requests.total("toggl") - before == 8 + 1
    days = instance.get_materialized_partitions(DAYS)
    assert days == {f"2025-10-{day:02}" for day in range(6, 13)}
    assert len({version_of(instance, day) for day in days}) == 7


def test_a_range_uses_the_days_that_were_made_ahead(environment: Path, sandbox: RunningSandbox) -> None:
    make_days("2025-10-06", "2025-10-12")
    before = sandbox.requests.by_path("toggl")
    ran = run_job(assets=["raw_toggl_data"])
    assert ran.is_success, ran.failures
    spent = {path: count - before.get(path, 0) for path, count in sandbox.requests.by_path("toggl").items()}
    # One look for late edits, nothing downloaded: neither pages nor a total.
    asked = {path.rpartition("workspace/123456/")[2]: count for path, count in spent.items() if count and "reports" in path}
    assert asked == {"summary/time_entries": 1, "search/time_entries": 1}
    del environment


def test_a_day_has_the_same_version_however_it_was_made(environment: Path) -> None:
    _, alone = make_days("2025-10-07")
    _, among_others = make_days("2025-10-06", "2025-10-08")
    for path in (environment / "work_reports" / "toggl_days").iterdir():
        path.unlink()
    as_part = run_job(assets=["raw_toggl_data"]).instance
    assert version_of(alone, "2025-10-07") == version_of(among_others, "2025-10-07") == version_of(as_part, "2025-10-07")


def test_the_days_of_another_workspace_are_refused(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_days("2025-10-07")
    before = files_of(environment)
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "7")
    result, _ = make_days("2025-10-08")
    assert not result.success
    assert files_of(environment) == before
