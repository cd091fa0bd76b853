"""Options become a key, people and assets, or an error that names the option."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.run_plan import (
    RunOptions,
    RunPlan,
    check_start_from,
    plan_range,
    plan_restart,
    plan_scope,
)
from volt_assets.errors import UsageError
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.stages import FIBERY_ASSETS, RANGE_ASSETS
from volt_assets_tests.pipeline import WEEK

THURSDAY_NIGHT = datetime(2025, 10, 9, 23, 30, tzinfo=UTC)
SETTINGS = Settings(teams={"platform": ("mila@example.com",), "product": ("joao@example.com",)})


def key_of(**options: Any) -> str:
    return str(plan_range(RunOptions(**options), SETTINGS, now=THURSDAY_NIGHT)[0])


def test_the_plan_covers_what_dagster_has() -> None:
    assert set(RANGE_ASSETS) - set(FIBERY_ASSETS) == {"raw_toggl_data", "toggl_aggregated", "toggl_summary"}


def test_dates_and_their_names_become_a_key() -> None:
    assert key_of(start_date="2025-10-06", end_date="2025-10-12") == WEEK
    assert key_of(start_date="2025-10-06", end_date="2025-10-12", team="platform") == f"{WEEK}_platform"
    assert key_of(named="last-week") == "2025-09-29_2025-10-05"
    assert key_of(named="this-week") == "2025-10-06_2025-10-09"
    assert key_of(named="last-month") == "2025-09-01_2025-09-30"


def test_names_of_ranges_mean_days_of_the_configured_zone() -> None:
    tokyo = Settings(timezone="Asia/Tokyo")
    assert str(plan_range(RunOptions(named="this-week"), tokyo, now=THURSDAY_NIGHT)[0]) == "2025-10-06_2025-10-10"


def test_a_range_may_reach_beyond_today_but_not_begin_there() -> None:
    assert key_of(start_date="2025-10-09", end_date="2025-10-12") == "2025-10-09_2025-10-12"
    with pytest.raises(UsageError, match="wholly in the future"):
        key_of(start_date="2025-10-10", end_date="2025-10-12")


def test_a_list_of_people_has_a_scope_that_does_not_depend_on_order_case_or_repetition() -> None:
    scope, emails = plan_scope("Joao@example.com, mila@example.com,,mila@example.com", None, SETTINGS)
    assert emails == ("joao@example.com", "mila@example.com")
    assert plan_scope("mila@example.com,joao@EXAMPLE.com", None, SETTINGS) == (scope, emails)
    assert scope is not None
    assert scope.startswith("users-")


def test_an_unknown_team_is_met_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="--team plattform: no such team") as raised:
        plan_scope(None, "plattform", SETTINGS)
    assert raised.value.hint == "did you mean 'platform'?"
    with pytest.raises(UsageError, match="--team xyz") as raised:
        plan_scope(None, "xyz", SETTINGS)
    assert raised.value.hint == "teams there: platform, product"


def test_a_plan_survives_the_way_to_another_process() -> None:
    plan = RunPlan(
        "2025-10-06_2025-10-12", "/data", FIBERY_ASSETS, "fibery", {"pace": 0, "people": {"a@b": "c@d"}}, users=("mila@example.com",)
    )
    assert RunPlan.from_json(plan.to_json()) == plan


def test_every_plan_has_a_run_of_its_own() -> None:
    assert RunPlan("k", "/data").run_id != RunPlan("k", "/data").run_id


def test_a_restart_is_about_the_range_of_its_run(tmp_path: Path) -> None:
    data = DataFolder(str(tmp_path))
    options = RunOptions(start_from="fibery", run_id=WEEK)
    with pytest.raises(UsageError, match=f"{WEEK}: no Toggl data is stored in {tmp_path}"):
        plan_restart(options, SETTINGS, now=THURSDAY_NIGHT, known_key=WEEK, data=data)
    (tmp_path / "work_reports" / WEEK).mkdir(parents=True)
    (tmp_path / "work_reports" / WEEK / "toggl_aggregated.json").write_text("{}")
    assert str(plan_restart(options, SETTINGS, now=THURSDAY_NIGHT, known_key=WEEK, data=data)) == WEEK


@pytest.mark.parametrize(
    ("option", "value"),
    [("start_date", "2025-10-06"), ("end_date", "2025-10-06"), ("named", "last-week"), ("users", "mila@example.com"), ("team", "platform")],
)
def test_a_restart_takes_neither_days_nor_people(tmp_path: Path, option: str, value: str) -> None:
    options = RunOptions(**{"start_from": "fibery", "run_id": WEEK, option: value})  # type: ignore[arg-type]  # one option at a time
    with pytest.raises(UsageError, match="does not go with --start-from fibery") as raised:
        plan_restart(options, SETTINGS, now=THURSDAY_NIGHT, known_key=WEEK, data=DataFolder(str(tmp_path)))
    assert str(raised.value).startswith("--last-week" if option == "named" else f"--{option.replace('_', '-')}")


def test_a_stage_to_start_from_comes_with_a_run_or_without_one() -> None:
    assert check_start_from(RunOptions()) == "toggl"
    assert check_start_from(RunOptions(start_from="fibery", run_id=WEEK)) == "fibery"
    with pytest.raises(UsageError, match="--start-from report: there is no such stage") as raised:
        check_start_from(RunOptions(start_from="report"))
    assert raised.value.hint == "toggl or fibery"
