"""How a run is settled that could not end by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
from dagster._core.test_utils import create_run_for_test

from volt_assets.cli.execute import RunEnd, end_for_certain
from volt_assets.cli.run_plan import RunPlan
from volt_assets.resilience.progress_log import ProgressLog
from volt_assets.resilience.time_limit import RUN_LIMITS, TimeLimit
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunParameters, Usage
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_spending import step_at_work
from volt_assets_tests.cli.command_line import progress_lines
from volt_assets_tests.pipeline import WEEK, record_of


def test_a_deaf_run_that_somebody_cancels_is_settled_before_its_process_ends(tmp_path: Path) -> None:
    ended = ends_for_certain(tmp_path, seconds_left=60, canceling=True)
    assert ended == ([RunEnd("canceled")], [130], dg.DagsterRunStatus.CANCELED)
    record = record_of(tmp_path)
    assert (record.status, record.steps[0].status, record.usage.toggl_requests) == ("canceled", "canceled", 3 + 4)


def test_a_deaf_run_past_its_limit_is_settled_too(tmp_path: Path) -> None:
    ended = ends_for_certain(tmp_path, seconds_left=0, canceling=False)
    assert ended == ([RunEnd("failed")], [130], dg.DagsterRunStatus.STARTED)
    record = record_of(tmp_path)
    assert record.error is not None
    assert (record.status, record.usage.toggl_requests) == ("failed", 3 + 4)
    assert record.error.message.startswith("the run took longer than its limit")


def ends_for_certain(data: Path, *, seconds_left: float, canceling: bool) -> tuple[list[RunEnd], list[int], dg.DagsterRunStatus]:
    """What was reported, the code the process ended with, and what the instance holds: of a run in the middle of its first step."""
    folder, said, codes = DataFolder(str(data)), list[RunEnd](), list[int]()

    def report(end: RunEnd) -> int:
        said.append(end)
        return 130

    with dg.DagsterInstance.ephemeral() as instance:
        run = create_run_for_test(instance, job_name="work_reports", status=dg.DagsterRunStatus.STARTED)
        if canceling:
            instance.report_run_canceling(run)
        plan = RunPlan(WEEK, str(data), run_id=run.run_id)
        RUN_LIMITS[run.run_id] = TimeLimit(seconds_left)
        parameters = RunParameters(
            start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), start_from="toggl", output_dir=str(data), launcher="volt-agent"
        )
        RunRecord(folder.of_range(WEEK), now=lambda: datetime.now(UTC)).step_started(
            "raw_toggl_data",
            run_id=run.run_id,
            key=WEEK,
            planned=("raw_toggl_data",),
            parameters=parameters,
            checks=Usage(toggl_requests=3),
        )
        step_at_work(run.run_id).add(Usage(toggl_requests=4))
        folder.lock(WEEK).claim(run.run_id)
        progress = ProgressLog(folder.progress_file(run.run_id), lambda: datetime.now(UTC))
        end_for_certain(plan, instance, progress, report, exit_process=codes.append)
        settled = instance.get_run_by_id(run.run_id)
        assert settled is not None
    assert progress_lines(data)[-1]["event"] == "run_finished"
    assert (data / ".volt" / "locks" / f"{WEEK}.lock").read_bytes() == b""
    return said, codes, settled.status
