"""`plan`: what a run would cost, for one request and without writing a thing."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.main import app
from volt_assets.cli.planning import print_plan
from volt_assets.cli.preflight import read_access
from volt_assets.cli.run_choice import Choice
from volt_assets.cli.run_plan import RunPlan
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets_tests.pipeline import WEEK, ClockedVolt, record_of, run_job

WEEK_OPTIONS = ["--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0"]
TOTALS = "POST /reports/api/v3/workspace/123456/search/time_entries/totals"


def planned(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert app([*arguments, *WEEK_OPTIONS, "--json"], standalone_mode=False) == 0
    return json.loads(capsys.readouterr().out)


def test_an_empty_store_costs_one_total_and_leaves_nothing_behind(
    environment: Path, sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sandbox.requests.by_path("toggl")
    found = planned(capsys, "plan")
    after = sandbox.requests.by_path("toggl")
    assert {path: count - before.get(path, 0) for path, count in after.items() if count != before.get(path, 0)} == {TOTALS: 1}
    assert len(found["days_to_download"]) == 7
    assert not found["entries"]["is_exact"]
    assert 200 < found["entries"]["value"] < 600
    assert found["toggl_minutes_by_plan"] == {"Free": 1, "Starter": 1, "Premium": 1}
    assert not environment.exists()


def test_a_stored_week_is_counted_without_a_request_to_the_reports(
    stored_week: Path, sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sandbox.requests.total()
    found = planned(capsys, "run", "--dry-run")
    assert sandbox.requests.total() == before
    aggregated = json.loads((stored_week / "work_reports" / "2025-10-06_2025-10-12" / "toggl_aggregated.json").read_bytes())
    assert found["days_to_download"] == []
    assert found["items"] == {
        "value": aggregated["statistics"]["unique_items"],
        "is_exact": True,
        "source": "named by the stored entries",
    }
    assert found["people"]["value"] == len(aggregated["people"])


def test_a_week_that_is_still_re_checked_costs_what_its_run_then_spends(
    stored_week: Path, sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, data, settings = RunPlan(WEEK, str(stored_week)), DataFolder(str(stored_week)), load_settings(os.environ, {"pace": 0})
    choice = Choice(plan, settings, data, read_access(settings, use_model=True), ClockedVolt().now)
    before = sandbox.requests.total()
    print_plan(choice, Console(), as_json=True)
    assert sandbox.requests.total() == before
    found = json.loads(capsys.readouterr().out)["toggl_requests"]
    assert run_job().is_success
    of_the_checks = 1
    assert found["value"] == record_of(stored_week).usage.toggl_requests + of_the_checks == 3


def test_people_that_were_looked_up_long_ago_are_looked_up_again(stored_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = planned(capsys, "plan")
    assert found["toggl_requests"]["source"] == "look-ups 3"
    (stored_week / ".volt" / "people.json").unlink()
    assert planned(capsys, "plan")["toggl_requests"]["value"] == 3


def test_a_plan_for_some_people_counts_their_items_and_reports_alone(stored_week: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = planned(capsys, "plan", "--users", "mila.petrovic@example.com,alex.kim@example.com")
    aggregated = json.loads((stored_week / "work_reports" / WEEK / "toggl_aggregated.json").read_bytes())
    theirs = [person for person in aggregated["people"] if person["email"] in ("mila.petrovic@example.com", "alex.kim@example.com")]
    assert len(theirs) == 2
    assert found["people"] == {"value": 2, "is_exact": True, "source": "stored entries"}
    assert found["items"]["value"] == len({(item["type"], item["public_id"]) for person in theirs for item in person["items"]})


def test_a_model_adds_calls_tokens_and_money(
    stored_week: Path, sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    prices = ["--set", "llm.usd_per_million_input_tokens=1", "--set", "llm.usd_per_million_output_tokens=4"]
    found = planned(capsys, "plan", *prices)
    assert found["llm_calls"]["value"] == found["people"]["value"] + 2
    assert found["cost_usd"] > 0
    assert app(["plan", *WEEK_OPTIONS], standalone_mode=False) == 0
    said = capsys.readouterr().out
    assert "≈" in said
    assert "unknown" in said
    assert stored_week.exists()


def test_days_that_are_not_adjacent_are_listed_and_the_stored_ones_between_are_not_counted(
    stored_week: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = stored_week / "work_reports" / "toggl_days"
    lost = [json.loads((days / f"2025-10-{day}.json").read_bytes()) for day in ("06", "07", "09")]
    for day in lost:
        (days / f"{day['day']}.json").unlink()
    found = planned(capsys, "plan")
    assert found["days_to_download"] == [day["day"] for day in lost]
    entries = sum(len(day["entries"]) for day in lost)
    # The other stored days tell how long an entry is, on average.
    assert found["entries"]["value"] == pytest.approx(entries, rel=0.2)
    assert app(["plan", *WEEK_OPTIONS], standalone_mode=False) == 0
    assert "2025-10-06 to 2025-10-07, 2025-10-09" in capsys.readouterr().out
