"""What a run says when it is over, and with which code, whatever it left behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.execute import RunEnd
from volt_assets.cli.outcome import report_outcome
from volt_assets.cli.run_plan import RunPlan
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import Origin, Person
from volt_assets.work_reports.models.run_metadata import RunParameters, Usage
from volt_assets.work_reports.range_key import users_scope
from volt_assets.work_reports.run_record import RunRecord, took_too_long
from volt_assets.work_reports.stamp import footer_stamp
from volt_assets_tests.pipeline import WEEK
from volt_assets_tests.work_reports.collect.aggregated_samples import aggregated
from volt_assets_tests.work_reports.collect.tracked_samples import entry

BEGINNING = datetime(2025, 10, 13, 6, tzinfo=UTC)
RUN = "run-2"


def recorded(data: Path, reports_of: Iterable[str], *, run_id: str = RUN) -> RunRecord:
    """The record of a run whose second step is at work, over a folder with a report of each of these runs."""
    record = RunRecord(data / "work_reports" / WEEK, now=lambda: BEGINNING)
    parameters = RunParameters(
        start_date=date(2025, 10, 6), end_date=date(2025, 10, 12), start_from="toggl", output_dir=str(data), launcher="volt-agent"
    )
    for number, other in enumerate(reports_of):
        report = data / "work_reports" / WEEK / "reports" / f"report_{number}.md"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(footer_stamp(Origin(key=WEEK, run_id=other, code_version="1"), "time.items"))
    for asset in ("toggl_summary", "team_summary"):
        record.step_started(
            asset, run_id=run_id, key=WEEK, planned=("toggl_summary", "team_summary"), parameters=parameters, checks=Usage(toggl_requests=3)
        )
    return record


def said(data: Path, end: RunEnd, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    plan = RunPlan(WEEK, str(data), run_id=RUN, checks={"toggl_requests": 3, "fibery_requests": 1})
    code = report_outcome(plan, end, DataFolder(str(data)), Console(), as_json=False)
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("reports_of", "sentence"),
    [
        ((), "there are no reports of this range yet"),
        (("run-1", "run-1"), "the previous reports are as they were"),
        ((RUN,), "the reports it had written by then are there, the others are missing"),
        (("run-1", RUN), "some reports are new, the others those of an earlier run"),
    ],
)
def test_a_run_that_ended_early_says_which_reports_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reports_of: tuple[str, ...], sentence: str
) -> None:
    recorded(tmp_path, reports_of).run_was_canceled(RUN)
    code, text = said(tmp_path, RunEnd("canceled"), capsys)
    assert code == 130
    assert sentence in text


def headline(tmp_path: Path, capsys: pytest.CaptureFixture[str], **fields: Any) -> tuple[list[str], str]:
    """What is said of a run that ended well, whose people are `fields`."""
    record = recorded(tmp_path, [RUN])
    record.step_finished("toggl_summary", usage=Usage(), statistics={}, data_as_of=BEGINNING, warnings=[])
    record.step_finished("team_summary", usage=Usage(), statistics={}, data_as_of=BEGINNING, warnings=[])
    document = aggregated([entry(1)], **fields)
    (tmp_path / "work_reports" / WEEK / "toggl_aggregated.json").write_text(document.model_dump_json())
    plan = RunPlan(WEEK, str(tmp_path), run_id=RUN)
    report_outcome(plan, RunEnd("completed"), DataFolder(str(tmp_path)), Console(), as_json=False)
    heard = capsys.readouterr()
    return heard.out.splitlines(), heard.err


def test_a_period_that_goes_on_is_called_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert headline(tmp_path, capsys)[0][0] == "2025-10-06 to 2025-10-12"
    assert headline(tmp_path, capsys, in_progress=True)[0][0] == "2025-10-06 to 2025-10-12, in progress"


def test_people_are_called_as_in_the_reports_and_whoever_was_asked_for_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = [
        Person(user_id=1, name="Ada Example", email="ada@example.org"),
        Person(user_id=2, name="Ada Example", email="other@example.org", is_active=False),
    ]
    lines, said = headline(tmp_path, capsys, people=people, scope=users_scope(["ada@example.org", "other@example.org"]))
    assert any(line.startswith("Ada Example (ada) ") for line in lines)
    assert "no time tracked: Ada Example (other)\n" in said
    assert "no time tracked" not in headline(tmp_path, capsys, people=[*people, Person(user_id=3, name="Idle")])[1]


@pytest.mark.parametrize(
    ("reports_of", "sentence"), [((), "no reports of this range yet"), (("run-1",), "previous reports are as they were")]
)
def test_a_run_that_never_began_says_the_same_and_what_its_checks_spent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reports_of: tuple[str, ...], sentence: str
) -> None:
    if reports_of:
        recorded(tmp_path, reports_of, run_id="run-1")
    code, text = said(tmp_path, RunEnd("canceled"), capsys)
    assert code == 130
    assert "before the first step" in text
    assert sentence in text
    assert text.splitlines()[-1] == f"canceled · requests: 3 Toggl, 1 Fibery · run {RUN}"


def test_a_run_that_its_limit_ended_before_the_first_step_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(tmp_path, RunEnd("failed", *took_too_long(7200)), capsys)
    assert code == 1
    assert text.splitlines()[:2] == [
        "error: the run ended before its first step: the run took longer than its limit of 7200 s and was stopped",
        "hint: raise timeouts.run_seconds in volt.yaml, or ask for a shorter range",
    ]


def test_a_run_that_ended_early_for_an_unknown_reason_says_where_to_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(tmp_path, RunEnd("failed"), capsys)
    assert (code, "volt-agent ui" in text) == (1, True)
