"""The record of a range stays true through every transition of a run."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from volt_assets.errors import QuotaExhaustedError, StoredDataError, VoltError
from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.models.run_metadata import RunMetadata, RunParameters, Usage
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.stages import STAGE_OF
from volt_assets.work_reports.stamp import footer_stamp
from volt_assets_tests.pipeline import WEEK

BEGINNING = datetime(2025, 10, 13, 6, tzinfo=UTC)
ALL = tuple(STAGE_OF)
PARAMETERS = RunParameters(
    start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), start_from="toggl", output_dir="/data", launcher="volt-agent"
)


class Clock:
    """A second passes whenever it is read."""

    def __init__(self) -> None:
        self.time = BEGINNING

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    return RunRecord(tmp_path / WEEK, now=Clock())


def start(record: RunRecord, asset: str, *, run_id: str = "run-1", planned: tuple[str, ...] = ALL, checks: Usage | None = None) -> None:
    record.step_started(asset, run_id=run_id, key=WEEK, planned=planned, parameters=PARAMETERS, checks=checks or Usage())


def finish(record: RunRecord, asset: str, **statistics: float | bool | None) -> RunMetadata:
    return record.step_finished(asset, usage=Usage(), statistics=statistics, data_as_of=BEGINNING)


def complete(record: RunRecord, *, run_id: str = "run-1", **statistics: float | bool | None) -> RunMetadata:
    for asset in ALL:
        start(record, asset, run_id=run_id)
        finish(record, asset, **statistics)
    return stored(record)


def stored(record: RunRecord) -> RunMetadata:
    found = record.read()
    assert found is not None
    return found


def write_report(tmp_path: Path, name: str, *, run_id: str = "run-1", data: str = "time.items") -> None:
    path = tmp_path / WEEK / "reports" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {name}\n{footer_stamp(Origin(key=WEEK, run_id=run_id, code_version='1'), data)}\n")


def test_a_run_is_in_progress_until_its_last_planned_step_has_ended(record: RunRecord) -> None:
    for number, asset in enumerate(ALL):
        start(record, asset)
        assert stored(record).status == "in_progress"
        assert finish(record, asset).status == ("completed" if number == len(ALL) - 1 else "in_progress")
    whole = stored(record)
    assert whole.stages_completed == ("collect", "enrich", "report")
    assert whole.stages_failed == ()
    assert whole.finished_at is not None
    assert [step.asset for step in whole.steps] == list(ALL)
    assert {step.status for step in whole.steps} == {"completed"}
    assert all(step.duration_seconds for step in whole.steps)
    assert whole.data_as_of == BEGINNING
    assert set(whole.versions) == {"volt", "python", "dagster", "polars", "pydantic"}


def test_a_stage_counts_as_completed_when_its_planned_steps_are(record: RunRecord) -> None:
    planned = ("enriched_entities", "toggl_summary")
    start(record, "toggl_summary", planned=planned)
    finish(record, "toggl_summary")
    assert stored(record).stages_completed == ("report",)
    assert stored(record).planned == planned


def test_requests_of_parts_and_steps_add_up(record: RunRecord) -> None:
    start(record, "enriched_entities", planned=("enriched_entities",))
    record.add_usage("enriched_entities", Usage(fibery_requests=3))
    record.add_usage("enriched_entities", Usage(fibery_requests=2))
    ended = record.step_finished("enriched_entities", usage=Usage(input_tokens=5), statistics={}, data_as_of=None)
    assert ended.usage == ended.steps[0].usage == Usage(fibery_requests=5, input_tokens=5)


def test_what_the_checks_before_a_run_spent_is_counted_once(record: RunRecord) -> None:
    spent = Usage(toggl_requests=3, fibery_requests=1)
    start(record, "raw_toggl_data", checks=spent)
    record.step_finished("raw_toggl_data", usage=Usage(toggl_requests=9), statistics={}, data_as_of=None)
    start(record, "toggl_aggregated", checks=spent)
    assert stored(record).checks == spent
    assert stored(record).usage == Usage(toggl_requests=12, fibery_requests=1)
    assert [step.usage.toggl_requests for step in stored(record).steps] == [9, 0]


def test_a_total_that_is_not_proven_makes_the_run_incomplete(record: RunRecord) -> None:
    assert complete(record, is_reconciled=False).status == "incomplete"
    assert complete(record, run_id="run-2", is_reconciled=True).status == "completed"


def test_a_failed_step_says_why_and_what_to_do(record: RunRecord) -> None:
    start(record, "raw_toggl_data")
    failed = record.step_failed("raw_toggl_data", StoredDataError("the file is gone", hint="fetch it"), usage=Usage(toggl_requests=2))
    assert (failed.status, failed.stages_failed, failed.usage.toggl_requests) == ("failed", ("collect",), 2)
    assert failed.error is not None
    assert (failed.error.type, failed.error.message, failed.error.hint, failed.error.step) == (
        "StoredDataError",
        "the file is gone",
        "fetch it",
        "raw_toggl_data",
    )


def test_what_goes_on_beside_a_failed_step_does_not_hide_the_failure(record: RunRecord) -> None:
    start(record, "toggl_summary")
    record.step_failed("toggl_summary", StoredDataError("the file is gone"), usage=Usage())
    start(record, "enriched_entities")
    finish(record, "enriched_entities")
    assert stored(record).status == "failed"
    assert stored(record).error is not None


def test_an_error_that_is_not_ours_is_not_quoted(record: RunRecord) -> None:
    start(record, "raw_toggl_data")
    failed = record.step_failed("raw_toggl_data", RuntimeError("Authorization: Basic c2VjcmV0"), usage=Usage())
    assert "c2VjcmV0" not in failed.model_dump_json()


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "make room or give the rights, then run the same command again"),
        (errno.EACCES, "make room or give the rights, then run the same command again"),
        (errno.EISDIR, "move away what lies there, then run the same command again"),
    ],
)
@pytest.mark.parametrize("end", [lambda record, error: record.step_failed("raw_toggl_data", error, usage=Usage()), RunRecord.broke_outside])
def test_a_file_that_cannot_be_written_is_named_with_what_to_do(
    record: RunRecord, end: Callable[[RunRecord, Exception], object], number: int, hint: str
) -> None:
    start(record, "raw_toggl_data")
    end(record, OSError(number, "c2VjcmV0", "/data/toggl_days/2025-10-07.json"))
    error = stored(record).error
    assert error is not None
    assert (error.message, error.hint) == (f"/data/toggl_days/2025-10-07.json: {os.strerror(number)}", hint)


def test_an_error_of_the_system_without_a_file_or_a_number_is_not_quoted(record: RunRecord) -> None:
    start(record, "raw_toggl_data")
    without_file = record.step_failed("raw_toggl_data", OSError(errno.ENOSPC, "c2VjcmV0"), usage=Usage()).error
    assert without_file is not None
    assert (without_file.message, str(without_file.hint)[:9]) == ("raw_toggl_data: No space left on device", "make room")
    without_number = record.step_failed("raw_toggl_data", OSError("c2VjcmV0"), usage=Usage()).error
    assert without_number is not None
    assert without_number.message == "OSError in raw_toggl_data; the log of the run has the details"


def test_a_used_up_quota_is_waiting_and_says_until_when(record: RunRecord) -> None:
    start(record, "raw_toggl_data")
    resets_at = BEGINNING + timedelta(hours=1)
    waiting = record.step_failed("raw_toggl_data", QuotaExhaustedError("used up", resets_at=resets_at), usage=Usage())
    assert waiting.status == "waiting"
    assert waiting.error is not None
    assert waiting.error.resets_at == resets_at


def test_a_failure_outside_a_step_ends_the_run_once(record: RunRecord) -> None:
    start(record, "raw_toggl_data")
    finish(record, "raw_toggl_data")
    record.broke_outside(OSError(28, "No space left on device", "/data/x.json"))
    first = stored(record)
    assert first.status == "failed"
    assert first.error is not None
    assert first.error.message == "/data/x.json: No space left on device"
    record.broke_outside(StoredDataError("a later one"))
    assert stored(record) == first


@pytest.mark.parametrize(("end", "status"), [(RunRecord.run_died, "failed"), (RunRecord.run_was_canceled, "canceled")])
def test_an_unfinished_run_is_cut_short(record: RunRecord, end: Callable[[RunRecord, str, Usage], None], status: str) -> None:
    start(record, "raw_toggl_data", checks=Usage(toggl_requests=3))
    end(record, "run-1", Usage(toggl_requests=2))
    cut = stored(record)
    assert cut.status == cut.steps[0].status == status
    assert (cut.usage.toggl_requests, cut.steps[0].usage.toggl_requests) == (5, 2)
    assert cut.steps[0].finished_at == cut.finished_at
    assert cut.steps[0].duration_seconds
    assert cut.stages_failed == ("collect",)
    assert cut.error is not None
    assert cut.error.hint


@pytest.mark.parametrize("end", [RunRecord.run_died, RunRecord.run_was_canceled])
def test_a_finished_run_and_a_run_of_somebody_else_are_not_cut_short(record: RunRecord, end: Callable[[RunRecord, str], None]) -> None:
    start(record, "raw_toggl_data")
    under_way = stored(record)
    end(record, "run-0")
    assert stored(record) == under_way
    whole = complete(record)
    end(record, "run-1")
    assert stored(record) == whole


def test_nothing_recorded_stays_nothing(record: RunRecord, tmp_path: Path) -> None:
    record.run_died("run-1")
    record.broke_outside(RuntimeError("x"))
    record.add_usage("raw_toggl_data", Usage())
    assert record.refresh() is None
    assert not (tmp_path / WEEK).exists()


def test_a_record_that_vanished_under_the_run_is_an_error(record: RunRecord) -> None:
    with pytest.raises(VoltError, match="vanished"):
        finish(record, "raw_toggl_data")


def test_a_record_that_cannot_be_read_is_written_anew(record: RunRecord, tmp_path: Path) -> None:
    start(record, "raw_toggl_data")
    (tmp_path / WEEK / "run_metadata.json").write_text('{"status": "compl')
    assert record.read() is None
    start(record, "raw_toggl_data")
    assert stored(record).status == "in_progress"


def test_the_next_run_begins_a_new_record(record: RunRecord) -> None:
    complete(record)
    start(record, "entities_to_enrich", run_id="run-2")
    assert (stored(record).run_id, len(stored(record).steps), stored(record).error) == ("run-2", 1, None)


def test_reports_of_one_run_are_complete(record: RunRecord, tmp_path: Path) -> None:
    write_report(tmp_path, "toggl_summary", data="time")
    write_report(tmp_path, "team_summary")
    write_report(tmp_path, "individual/mila")
    whole = complete(record).report_set
    assert (whole.state, whole.reason) == ("complete", None)
    assert [file.path for file in whole.files] == ["reports/individual/mila.md", "reports/team_summary.md", "reports/toggl_summary.md"]
    assert {file.run_id for file in whole.files} == {"run-1"}


def test_documents_beside_the_reports_belong_to_the_set(record: RunRecord, tmp_path: Path) -> None:
    write_report(tmp_path, "team_summary")
    head = '{"schema_version": 1, "key": "k", "data_as_of": "t", "code_version": "c", "run_id": "run-1", '
    head += '"data_version": "v", "made_from": "%s"'
    (tmp_path / WEEK / "reports" / "team_summary.json").write_text(head % "time.items" + ', "sentences": []}')
    assert [file.path for file in complete(record).report_set.files] == ["reports/team_summary.json", "reports/team_summary.md"]
    assert stored(record).report_set.state == "complete"
    (tmp_path / WEEK / "reports" / "team_summary.json").write_text(head % "other.items" + "}")
    record.refresh()
    assert stored(record).report_set.state == "half remade"


def test_reports_of_an_earlier_run_are_outdated_while_one_goes_and_after_it_failed(record: RunRecord, tmp_path: Path) -> None:
    complete(record)
    write_report(tmp_path, "team_summary")
    start(record, "raw_toggl_data", run_id="run-2")
    assert stored(record).report_set.state == "outdated"
    failed = record.step_failed("raw_toggl_data", StoredDataError("x"), usage=Usage()).report_set
    assert failed.state == "outdated"
    assert failed.reason == "the latest run ended failed; these reports are of an earlier one"


def test_what_a_first_run_has_written_is_its_own_and_of_no_earlier_one(record: RunRecord, tmp_path: Path) -> None:
    start(record, "toggl_summary")
    write_report(tmp_path, "toggl_summary", data="time")
    finish(record, "toggl_summary")
    start(record, "team_summary")
    assert (stored(record).report_set.state, stored(record).report_set.reason) == (
        "unfinished",
        "a run is under way; these reports are its own, the others are not written yet",
    )
    failed = record.step_failed("team_summary", StoredDataError("x"), usage=Usage()).report_set
    assert (failed.state, failed.reason) == ("unfinished", "the latest run ended failed; these reports are its own, the others are missing")


def test_reports_of_two_runs_over_the_same_data_are_told_apart(record: RunRecord, tmp_path: Path) -> None:
    complete(record)
    write_report(tmp_path, "team_summary")
    start(record, "toggl_summary", run_id="run-2")
    write_report(tmp_path, "toggl_summary", run_id="run-2", data="time")
    waiting = record.step_failed("toggl_summary", QuotaExhaustedError("x", resets_at=BEGINNING), usage=Usage()).report_set
    assert waiting.state == "outdated"
    assert waiting.reason == "the latest run waits for its quota; some of these reports are its own, the others of an earlier one"


@pytest.mark.parametrize("others", [("other.items",), ("time.other",), ("other",)])
def test_reports_of_different_data_are_half_remade(record: RunRecord, tmp_path: Path, others: tuple[str, ...]) -> None:
    write_report(tmp_path, "team_summary")
    for number, data in enumerate(others):
        write_report(tmp_path, f"individual/person_{number}", data=data)
    assert complete(record).report_set.state == "half remade"


@pytest.mark.parametrize("content", [b"# no stamp\n", b"\xff\xfe not text", b""])
def test_a_report_without_a_stamp_is_half_of_a_set_and_breaks_nothing(record: RunRecord, tmp_path: Path, content: bytes) -> None:
    write_report(tmp_path, "team_summary")
    (tmp_path / WEEK / "reports" / "toggl_summary.md").write_bytes(content)
    assert complete(record).report_set.state == "half remade"


def test_files_of_somebody_else_are_no_part_of_the_set_and_named_once(record: RunRecord, tmp_path: Path) -> None:
    write_report(tmp_path, "team_summary")
    reports = tmp_path / WEEK / "reports"
    (reports / "mine.md").write_text("# Mine")
    (reports / "tables").mkdir()
    (reports / "tables" / "bud\x1bget.csv").write_text("a,b")
    found = complete(record).report_set
    assert (found.state, found.foreign_files) == ("complete", ("reports/mine.md", "reports/tables/bud\x1bget.csv"))
    record.remove_retired_reports()
    said = [record.name_foreign_files() for _ in range(2)]
    assert said == ["reports/mine.md, reports/tables/bud?get.csv: not written by Volt, left as they are; keep your own files elsewhere"] * 2
    assert stored(record).warnings == (said[0],)
    assert (reports / "mine.md").exists()


def test_kinds_of_report_that_no_longer_exist_are_removed_after_a_whole_run_only(record: RunRecord, tmp_path: Path) -> None:
    write_report(tmp_path, "team_summary")
    write_report(tmp_path, "retired_kind", run_id="run-0", data="old.old")
    start(record, "raw_toggl_data")
    record.remove_retired_reports()
    assert (tmp_path / WEEK / "reports" / "retired_kind.md").exists()
    complete(record)
    record.remove_retired_reports()
    assert [file.path for file in stored(record).report_set.files] == ["reports/team_summary.md"]
    assert stored(record).report_set.state == "complete"


def test_the_verdict_on_an_asset_goes_with_the_run_that_makes_it_anew(record: RunRecord) -> None:
    complete(record)
    record.check_evaluated("tables_add_up", held=False)
    record.check_evaluated("coverage_adds_up", held=True)
    start(record, "team_summary", run_id="run-2", planned=("team_summary", "enriched_data"))
    assert stored(record).verdicts == {"tables_add_up": False}
