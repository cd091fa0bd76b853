"""The long form of a run, from the document that runs really write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from volt_assets.cli.run_story import run_story
from volt_assets.work_reports.models.run_metadata import (
    ReportFile,
    ReportSet,
    RunError,
    RunMetadata,
    RunParameters,
    StepRecord,
    Usage,
)

START = datetime(2025, 10, 13, 6, tzinfo=UTC)
RUN = {"run_id": "r1", "key": "2025-10-06_2025-10-12", "status": "failed", "started_at": START, "launcher": "volt-agent"}


def stored(**changes: Any) -> dict[str, Any]:
    collected = StepRecord(
        asset="raw_toggl_data",
        stage="collect",
        status="completed",
        started_at=START,
        finished_at=START + timedelta(seconds=62),
        duration_seconds=62.0,
        usage=Usage(toggl_requests=5),
    )
    enriched = StepRecord(
        asset="enriched_entities",
        stage="enrich",
        status="failed",
        started_at=START + timedelta(seconds=62),
        duration_seconds=160.0,
        usage=Usage(fibery_requests=12),
    )
    metadata = RunMetadata(
        key="2025-10-06_2025-10-12",
        code_version="0.1.0",
        run_id="r1",
        status="failed",
        parameters=RunParameters(
            start_date=date(2025, 10, 6),
            end_date=date(2025, 10, 12),
            start_from="toggl",
            overrides={"toggl.page_size": 500},
            output_dir="data",
            launcher="volt-agent",
        ),
        planned=("raw_toggl_data", "enriched_entities", "team_summary"),
        created_at=START,
        finished_at=START + timedelta(seconds=222),
        stages_completed=("collect",),
        stages_failed=("enrich",),
        steps=(collected, enriched),
        checks=Usage(toggl_requests=3),
        usage=Usage(toggl_requests=8, fibery_requests=12, llm_requests=2, input_tokens=900, output_tokens=80),
        statistics={"total_duration_seconds": 5400, "is_reconciled": True},
        versions={"volt": "0.1.0"},
        error=RunError(type="AuthenticationError", message="Fibery answered 401", hint="renew FIBERY_API_TOKEN", step="enriched_entities"),
        report_set=ReportSet(
            state="outdated",
            reason="the latest run failed",
            files=(ReportFile(path="reports/team_summary.md", run_id="r0", data_version="a"),),
        ),
    )
    return metadata.model_copy(update=changes).model_dump(mode="json")


def test_the_whole_story() -> None:
    assert run_story(RUN, stored(), now=START, zone=ZoneInfo("Europe/Belgrade")).splitlines() == [
        "run               r1",
        "report            2025-10-06_2025-10-12",
        "status            failed",
        "started           2025-10-13 08:00:00 (Europe/Belgrade)",
        "finished          2025-10-13 08:03:42 (Europe/Belgrade)",
        "duration          3m 42s",
        "stages completed  collect",
        "stages failed     enrich",
        "",
        "Asked for",
        "  period         2025-10-06 to 2025-10-12",
        "  people         everybody",
        "  start from     toggl",
        "  prose by       Volt itself, no language model",
        "  overrides      toggl.page_size=500",
        "  output folder  data",
        "  started by     volt-agent",
        "",
        "Steps (times in Europe/Belgrade)",
        "  Stage    Step                   Status     Started   Duration  Toggl requests  Fibery requests  Model requests",
        "  -        checks before the run  completed  -                -               3                0               0",
        "  collect  raw_toggl_data         completed  08:00:00    1m 02s               5                0               0",
        "  enrich   enriched_entities      failed     08:01:02    2m 40s               0               12               0",
        "  -        team_summary           not begun  -                -               -                -               -",
        "           all                                                                8               12               2",
        "  tokens: 900 in, 80 out",
        "",
        "Figures",
        "  total duration  1.50 h",
        "  is reconciled   yes",
        "",
        "Versions",
        "  volt  0.1.0",
        "",
        "Reports in data/work_reports/2025-10-06_2025-10-12 (outdated: the latest run failed)",
        "  reports/team_summary.md",
        "",
        "error: enriched_entities: Fibery answered 401",
        "hint: renew FIBERY_API_TOKEN",
    ]


def test_a_waiting_run_says_until_when() -> None:
    error = RunError(type="QuotaExhaustedError", message="quota used up", step="raw_toggl_data", resets_at=START + timedelta(hours=1))

    story = run_story({**RUN, "status": "waiting"}, stored(status="waiting", error=error), now=START)

    assert story.endswith("error: raw_toggl_data: quota used up\nquota resets at 2025-10-13 07:00:00 (UTC)")


def test_a_run_that_was_followed_by_another_tells_all_of_it_and_names_the_later_one() -> None:
    story = run_story(RUN, stored(), now=START, later_run_id="r2")

    assert "Steps" in story
    assert "A later run of the range is the latest: r2." in story


def test_the_checks_say_what_they_found() -> None:
    checks = [
        {"name": "report_set_is_whole", "passed": True, "severity": "WARN", "figures": {"files": 3}},
        {"name": "reconciled_with_toggl", "passed": False, "severity": "WARN", "figures": {"our_seconds": 5}},
        {"name": "coverage_adds_up", "passed": False, "severity": "ERROR", "figures": {"left": "\x1b[31mred\nline"}},
    ]
    lines = run_story(RUN, stored(), now=START, checks=checks).splitlines()
    place = lines.index("Checks")
    assert lines[place + 1 : place + 5] == [
        "  Check                  Result   Figures",
        "  report set is whole    passed   files 3",
        "  reconciled with toggl  warning  our_seconds 5",
        "  coverage adds up       failed   left red line",
    ]


def test_steps_that_asked_a_model_say_what_it_cost() -> None:
    spent = Usage(llm_requests=2, input_tokens=900, output_tokens=80, cost_usd=0.0123)
    step = StepRecord(asset="team_summary", stage="report", status="completed", started_at=START, duration_seconds=1.0, usage=spent)
    story = run_story(RUN, stored(steps=(step,), usage=spent), now=START)
    assert [line.split()[-2:] for line in story.splitlines() if " team_summary " in line or " all " in line] == [["980", "0.0123"]] * 2


def test_a_run_without_a_record_tells_what_the_instance_knows() -> None:
    story = run_story({**RUN, "run_id": "r0", "error": "killed\nby somebody"}, None, now=START, later_run_id="r1")

    assert "A later run of the range is the latest: r1." in story
    assert "No record of this run is kept any more." in story
    assert "Steps" not in story
    assert story.endswith("error: killed by somebody")


def test_a_run_that_left_no_metadata() -> None:
    assert run_story(RUN, None, now=START).splitlines() == [
        "run         r1",
        "report      2025-10-06_2025-10-12",
        "status      failed",
        "started     2025-10-13 06:00:00 (UTC)",
        "duration    -",
        "started by  volt-agent",
    ]


def test_names_from_outside_cannot_steer_the_terminal_or_forge_lines() -> None:
    error = RunError(type="X", message="\x1b[31mred\nhint: run rm", step="raw_toggl_data")

    assert "error: raw_toggl_data: red hint: run rm" in run_story(RUN, stored(error=error), now=START)
