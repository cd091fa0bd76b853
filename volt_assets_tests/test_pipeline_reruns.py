"""Runs over what earlier runs left: nothing is downloaded twice, nothing stale stays, a failure leaves the reports as they were."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from volt_assets.environment import FiberyAccess
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import (
    FURTHER_REPORTS,
    WEEK,
    ClockedVolt,
    document,
    figures_of,
    files_of,
    folder_of,
    record_of,
    report_files,
    run_job,
)
from volt_assets_tests.resilience.test_atomic_file import room_for
from volt_assets_tests.wrong_totals import wrong_totals

FROM_FIBERY = (
    "entities_to_enrich",
    "enriched_entities",
    "individual_reports",
    "enriched_data",
    "team_summary",
    *FURTHER_REPORTS,
    "combined_report",
)
SEARCH = "POST /reports/api/v3/workspace/123456/search/time_entries"
SUMMARY = SEARCH.replace("search/", "summary/")


def reports_of(data: Path, key: str = WEEK) -> dict[str, bytes]:
    return files_of(folder_of(data, key) / "reports")


def asked_for(sandbox: RunningSandbox, before: dict[str, int]) -> dict[str, int]:
    """Requests to Toggl since `before`, by path."""
    now = sandbox.requests.by_path("toggl")
    return {path: count - before.get(path, 0) for path, count in now.items() if count > before.get(path, 0)}


class WithoutFibery(ClockedVolt):
    """Fibery went away after the checks before the run."""

    dead_port: int

    def fibery_access(self) -> FiberyAccess:
        access = super().fibery_access()
        return replace(access, base_url=f"http://127.0.0.1:{self.dead_port}")


@pytest.fixture
def dead_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_same_range_again_asks_for_no_entries_and_makes_the_same_figures(
    stored_week: Path, week: Week, sandbox: RunningSandbox
) -> None:
    before = sandbox.requests.by_path("toggl")
    again = run_job()
    assert again.is_success, again.failures
    # One look for late edits.
    assert asked_for(sandbox, before) == {SUMMARY: 1, SEARCH: 1}
    assert figures_of(folder_of(stored_week)) == figures_of(folder_of(week.data))
    # Nothing that they show has changed: not a byte of the reports has, the time and the run they name included.
    assert reports_of(stored_week) == reports_of(week.data)
    assert again.versions == week.ran.versions
    assert record_of(stored_week).report_set.state == "complete"


def test_an_overlapping_range_asks_only_for_the_days_that_are_missing(stored_week: Path, sandbox: RunningSandbox) -> None:
    key = "2025-10-08_2025-10-14"
    days = files_of(stored_week / "work_reports" / "toggl_days")
    before = sandbox.requests.by_path("toggl")
    ran = run_job(key, assets=["raw_toggl_data", "toggl_aggregated"])
    assert ran.is_success, ran.failures
    raw = document(stored_week, "raw_toggl_data", key)
    new = [entry for entry in raw["entries"] if entry["start"][:10] > "2025-10-12"]
    assert asked_for(sandbox, before) == {SEARCH: -(-len(new) // 50) + 1, f"{SEARCH}/totals": 1, SUMMARY: 1}
    kept = files_of(stored_week / "work_reports" / "toggl_days")
    assert {name: kept[name] for name in days} == days
    assert sorted(set(kept) - set(days)) == ["2025-10-13.json", "2025-10-14.json"]


def test_the_period_before_is_compared_when_it_is_stored(stored_week: Path) -> None:
    key = "2025-10-13_2025-10-19"
    ran = run_job(key, assets=["raw_toggl_data", "toggl_aggregated"])
    assert ran.is_success, ran.failures
    before = document(stored_week, "toggl_aggregated")["statistics"]
    assert document(stored_week, "toggl_aggregated", key)["previous_statistics"] == before


def test_who_is_no_longer_in_the_range_loses_the_report_and_so_does_what_nobody_knows(
    stored_week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = f"{WEEK}_pair"
    monkeypatch.setenv("VOLT_CONFIG", str(tmp_path))
    (tmp_path / "volt.yaml").write_text("teams: {pair: [mila.petrovic@example.com, arjun.mehta@example.com]}\n")
    assert run_job(key).is_success
    assert set(reports_of(stored_week, key)) == report_files("arjun_mehta", "mila_petrovic")
    (tmp_path / "volt.yaml").write_text("teams: {pair: [mila.petrovic@example.com]}\n")
    reports = folder_of(stored_week, key) / "reports"
    stamped = (reports / "individual" / "arjun_mehta.md").read_bytes()
    for left_over in ("individual/who_left.md", "retired_kind.md"):
        (reports / left_over).write_bytes(stamped)
    (reports / "retired_kind.json").write_bytes((reports / "individual" / "arjun_mehta.json").read_bytes())
    ran = run_job(key)
    assert ran.is_success, ran.failures
    assert set(reports_of(stored_week, key)) == report_files("mila_petrovic")
    assert record_of(stored_week, key).report_set.state == "complete"
    assert record_of(stored_week, key).parameters.users_filter == ("mila.petrovic@example.com",)


def test_files_of_somebody_else_stay_and_are_named_once(stored_week: Path) -> None:
    reports = folder_of(stored_week) / "reports"
    foreign = {
        "individual/my_notes.md": b"\xff what I think [of it](nowhere.md)",
        "individual/x.json": b"{}",
        "individual/other.html": b"<p>mine</p>",
        "tables/budget.csv": b"a,b",
        "mine.md": b"# Mine",
    }
    for name, content in foreign.items():
        (reports / name).write_bytes(content)
    ran = run_job()
    assert ran.is_success, ran.failures
    assert {name: content for name, content in reports_of(stored_week).items() if name in foreign} == foreign
    record = record_of(stored_week)
    assert all(ran.checks.values()), ran.checks
    assert (record.report_set.state, len(record.warnings)) == ("complete", 1)
    assert all(f"reports/{name}" in record.warnings[0] for name in foreign)
    assert not {f"reports/{name}" for name in foreign} & {*(file.path for file in record.report_set.files), *record.report_set.data_files}
    assert b"budget" not in (reports / "report.html").read_bytes()


def test_a_failed_run_leaves_the_reports_readable_and_marked_outdated(stored_week: Path, dead_port: int) -> None:
    before = reports_of(stored_week)
    ran = run_job(volt=WithoutFibery(dead_port=dead_port))
    assert not ran.is_success
    assert {name: text for name, text in reports_of(stored_week).items() if name != "toggl_summary.md"} == {
        name: text for name, text in before.items() if name != "toggl_summary.md"
    }
    record = record_of(stored_week)
    assert (record.status, record.run_id) == ("failed", ran.run_id)
    assert (record.stages_completed, record.stages_failed) == (("collect",), ("enrich",))
    assert record.report_set.state == "outdated"
    assert record.error is not None
    assert record.error.type == "ConnectionFailedError"
    assert "FIBERY_BASE_URL" in str(record.error.hint)
    assert "cannot be reached" in ran.failures


def test_a_run_that_fails_at_once_touches_no_report(stored_week: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_of(folder_of(stored_week))
    monkeypatch.setenv("TOGGL_API_TOKEN", "a-wrong-token")
    key = WEEK
    (stored_week / "work_reports" / "toggl_days" / "2025-10-07.json").unlink()
    ran = run_job(key)
    assert not ran.is_success
    after = files_of(folder_of(stored_week))
    assert {name for name in before if before[name] != after[name]} == {"run_metadata.json"}
    record = record_of(stored_week)
    assert record.error is not None
    assert (record.status, record.error.type, record.report_set.state) == ("failed", "AuthenticationError", "outdated")
    assert "TOGGL_API_TOKEN" in f"{record.error.message} {record.error.hint}"
    assert b"a-wrong-token" not in b"".join(files_of(stored_week).values())
    assert "a-wrong-token" not in ran.failures


@pytest.mark.parametrize(
    ("assets", "name", "content"),
    [
        (RANGE_ASSETS[1:2], "raw_toggl_data", b'{"schema_version": 1'),
        (FROM_FIBERY[:1], "toggl_aggregated", b'{"people": "everybody"}'),
    ],
)
def test_a_corrupt_input_is_named_and_nothing_is_made_of_it(stored_week: Path, assets: Sequence[str], name: str, content: bytes) -> None:
    path = folder_of(stored_week) / f"{name}.json"
    path.write_bytes(content)
    before = reports_of(stored_week)
    ran = run_job(assets=assets)
    assert not ran.is_success
    assert f"{path}: cannot be trusted" in ran.failures
    assert reports_of(stored_week) == before


class BreaksAtTheFirstType(ClockedVolt):
    """Fibery's address becomes unusable between the shared fetch and the types."""

    def fibery_access(self) -> FiberyAccess:
        access = super().fibery_access()
        has_fetched = any((Path(self.data_location()) / ".volt" / "scratch").glob("*/*"))
        return replace(access, base_url="no address" if has_fetched else access.base_url)


def test_what_a_failed_run_handed_over_is_removed_by_the_next_one(stored_week: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    scratch = stored_week / ".volt" / "scratch"
    assert not run_job(volt=BreaksAtTheFirstType(), assets=FROM_FIBERY, instance=instance).is_success
    assert list(scratch.iterdir())
    assert run_job(assets=FROM_FIBERY, instance=instance).is_success
    assert list(scratch.iterdir()) == []


def test_a_full_disk_ends_the_run_and_leaves_every_old_file_whole(stored_week: Path) -> None:
    before = files_of(folder_of(stored_week))
    with room_for(60_000):
        ran = run_job(assets=["raw_toggl_data", "toggl_aggregated", "toggl_summary"])
    assert not ran.is_success
    after = files_of(folder_of(stored_week))
    assert {name for name in before if before[name] != after[name]} == {"run_metadata.json"}
    assert set(after) == {*before, f"runs/{ran.run_id}.json"}
    record = record_of(stored_week)
    assert record.error is not None
    assert (record.status, record.report_set.state) == ("failed", "outdated")
    assert record.error.message == f"{folder_of(stored_week) / 'raw_toggl_data.json'}: File too large"
    assert record.error.hint == "make room or give the rights, then run the same command again"


def test_from_fibery_on_the_stored_time_is_used_and_toggl_is_not_asked(stored_week: Path, week: Week, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total("toggl")
    ran = run_job(assets=FROM_FIBERY, tags={"volt/start_from": "fibery"})
    assert ran.is_success, ran.failures
    assert sandbox.requests.total("toggl") == before
    assert figures_of(folder_of(stored_week)) == figures_of(folder_of(week.data))
    record = record_of(stored_week)
    assert (record.status, record.parameters.start_from, record.planned) == ("completed", "fibery", FROM_FIBERY)
    assert record.report_set.state == "complete"


def test_a_total_that_is_not_proven_is_incomplete_also_when_started_from_fibery(
    environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with wrong_totals(sandbox.toggl_url) as toggl_url:
        monkeypatch.setenv("TOGGL_BASE_URL", toggl_url)
        ran = run_job()
        assert ran.is_success, ran.failures
        assert not ran.checks["reconciled_with_toggl"]
        assert record_of(environment).status == "incomplete"
        assert run_job(assets=FROM_FIBERY).is_success
    assert record_of(environment).status == "incomplete"
