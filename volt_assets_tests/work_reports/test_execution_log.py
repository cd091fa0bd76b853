"""The log of executions: whole lines from many writers, a bounded size, and nothing of a person."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from volt_assets.errors import IncompleteDataError, QuotaExhaustedError, TimeLimitError, VoltError
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.execution_log import Execution, ExecutionLog, Outcome
from volt_assets.work_reports.models.run_metadata import RunParameters, Usage
from volt_assets.work_reports.run_record import RunRecord
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import WEEK, document, record_of

NOW = datetime(2025, 10, 13, 6, tzinfo=UTC)
RUN = "11111111-2222-3333-4444-555555555555"


def line(asset: str = "billing", outcome: Outcome = "success", **values: object) -> Execution:
    return Execution(at=NOW, run_id=RUN, key=WEEK, stage="report", asset=asset, outcome=outcome, **values)  # type: ignore[arg-type]


def log_in(folder: Path, **options: int) -> ExecutionLog:
    return ExecutionLog(folder, folder / "lock", **options)


def test_a_run_leaves_one_line_for_each_asset_it_made(week: Week) -> None:
    lines = list(ExecutionLog.of(DataFolder(str(week.data))).read())
    record = record_of(week.data)
    assert [one["asset"] for one in lines] == [step.asset for step in record.steps]
    assert {(one["run_id"], one["key"], one["outcome"], one["reason"]) for one in lines} == {(record.run_id, WEEK, "success", None)}
    assert {one["stage"] for one in lines} == {"collect", "enrich", "report"}
    assert all(one["duration_seconds"] >= 0 for one in lines)
    text = ExecutionLog.of(DataFolder(str(week.data))).path.read_text()
    assert not any(
        person[part] and person[part] in text
        for person in document(week.data, "toggl_aggregated")["people"]
        for part in ("email", "name", "slug")
    )


def test_many_writers_leave_whole_lines(tmp_path: Path) -> None:
    def write() -> None:
        for _ in range(20):
            log_in(tmp_path).write(line(), line("tables"))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    texts = (tmp_path / "execution_log.jsonl").read_text().splitlines()
    assert len([json.loads(text) for text in texts]) == 160
    assert [json.loads(text)["asset"] for text in texts] == ["billing", "tables"] * 80


def test_the_log_is_bounded_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    log = log_in(tmp_path, most_bytes=1000)
    for number in range(30):
        log.write(line(f"a{number}", duration_seconds=float(number)))
    assert sum(path.stat().st_size for path in tmp_path.glob("execution_log*.jsonl")) < 2 * 1400
    kept = [one["asset"] for one in log.read()]
    assert kept == [f"a{number}" for number in range(30 - len(kept), 30)]
    with log.path.open("a") as file:
        file.write('{"asset": "torn')
    assert [one["asset"] for one in log.read()] == kept


def test_the_last_duration_is_that_of_the_last_success(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    assert log.last_durations() == {}
    log.write(
        line(duration_seconds=1.5), line(duration_seconds=2.5), line("tables", "failure", duration_seconds=9.0), line("report", "skip")
    )
    assert log.last_durations() == {"billing": 2.5}


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    """A run whose first step is at work."""
    record = RunRecord(tmp_path / "work_reports" / WEEK, now=lambda: NOW)
    parameters = RunParameters(start_date=NOW.date(), end_date=NOW.date(), start_from="toggl", output_dir="/", launcher="dagster")
    record.step_started("raw_toggl_data", run_id=RUN, key=WEEK, planned=["raw_toggl_data"], parameters=parameters, checks=Usage())
    return record


def outcomes(record: RunRecord) -> list[tuple[str, str, str | None]]:
    return [(one["asset"], one["outcome"], one["reason"]) for one in ExecutionLog.beside(record.folder).read()]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (IncompleteDataError("jane@example.com has no time"), "failure"),
        (QuotaExhaustedError("used up", resets_at=NOW), "failure"),
        (TimeLimitError("too slow"), "timeout"),
        (ValueError("jane@example.com"), "failure"),
    ],
)
def test_a_failure_is_told_by_its_kind_and_never_by_its_message(record: RunRecord, error: Exception, outcome: str) -> None:
    record.step_failed("raw_toggl_data", error, usage=Usage())
    assert outcomes(record) == [("raw_toggl_data", outcome, type(error).__name__)]


def test_a_run_that_is_cut_short_is_told_by_what_ended_it(record: RunRecord) -> None:
    before = (record.folder / "run_metadata.json").read_bytes()
    for end in (record.run_was_canceled, record.run_died, lambda run_id: record.run_took_too_long(run_id, 5)):
        (record.folder / "run_metadata.json").write_bytes(before)
        end(RUN)
        end(RUN)
    assert [outcome for _, outcome, _ in outcomes(record)] == ["cancellation", "failure", "timeout"]


def test_a_run_that_was_killed_is_noted_by_the_next_one(record: RunRecord) -> None:
    stored = record.read()
    assert stored is not None
    for asset in ("raw_toggl_data", "toggl_aggregated"):
        record.step_started(asset, run_id="another", key=WEEK, planned=["raw_toggl_data"], parameters=stored.parameters, checks=Usage())
        assert outcomes(record) == [("raw_toggl_data", "failure", "RunCutShort")]


def test_a_file_that_cannot_be_written_is_a_failure(record: RunRecord) -> None:
    record.broke_outside(VoltError("no room for jane"))
    assert outcomes(record) == [("raw_toggl_data", "failure", "VoltError")]
