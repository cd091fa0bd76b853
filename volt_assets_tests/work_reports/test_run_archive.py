"""Every run keeps its own record beside that of the range's latest run."""

from __future__ import annotations

from pathlib import Path

from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.run_record import RunRecord
from volt_assets_tests.pipeline import WEEK
from volt_assets_tests.work_reports.test_run_record import complete, record, start, stored

__all__ = ["record"]


def test_every_run_keeps_a_record_of_its_own_from_its_first_step_on(record: RunRecord, tmp_path: Path) -> None:
    start(record, "raw_toggl_data", run_id="run-1")
    own = tmp_path / WEEK / "runs" / "run-1.json"
    assert own.read_bytes() == (tmp_path / WEEK / "run_metadata.json").read_bytes()
    complete(record, run_id="run-2")
    assert RunMetadata.model_validate_json(own.read_bytes()).steps[0].status == "in_progress"
    record.run_died("run-1")
    assert RunMetadata.model_validate_json(own.read_bytes()).status == "failed"
    assert (stored(record).run_id, stored(record).status) == ("run-2", "completed")


def test_an_id_that_is_no_name_of_a_file_costs_only_the_own_record(record: RunRecord, tmp_path: Path) -> None:
    start(record, "raw_toggl_data", run_id="../../evil")
    assert stored(record).run_id == "../../evil"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [WEEK, "run_metadata.json"]
