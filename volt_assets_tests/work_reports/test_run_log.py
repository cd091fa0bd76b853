"""The log of real runs: what they did, and nobody's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from volt_assets.errors import EnvironmentVariableError
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.run_log import start_log
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import WEEK, document, record_of


def test_every_step_of_a_run_has_its_line_with_run_and_key(week: Week) -> None:
    lines = [json.loads(line) for line in (week.data / ".volt" / "logs" / "volt.jsonl").read_text().splitlines()]
    finished = [line for line in lines if line["message"] == "step finished" and line["run_id"] == week.ran.run_id]
    assert sorted(line["step"] for line in finished) == sorted(step.asset for step in record_of(week.data).steps)
    assert {line["key"] for line in finished} == {WEEK}
    assert all(float(line["seconds"]) >= 0 for line in finished)


def test_the_log_names_nobody(week: Week) -> None:
    text = (week.data / ".volt" / "logs" / "volt.jsonl").read_text()
    people = document(week.data, "toggl_aggregated")["people"]
    assert not [one["name"] for one in people if one["name"] in text or (one["email"] or "@") in text]


def test_a_level_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLT_LOG_LEVEL", "loud")
    with pytest.raises(EnvironmentVariableError, match="VOLT_LOG_LEVEL: 'loud' is no level"):
        start_log(DataFolder(str(tmp_path)))
