"""What a run makes of what it was asked for, with the services asked for real."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.preflight import read_access
from volt_assets.cli.run_choice import Choice
from volt_assets.cli.run_plan import RunPlan
from volt_assets.errors import UsageError
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.run_selection import assets_from
from volt_assets.work_reports.stages import ASSETS_OF, RANGE_ASSETS
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import WEEK, ClockedVolt, files_of, folder_of

DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0")


def choice(data: Path, *, assets: tuple[str, ...] = RANGE_ASSETS, force: bool = False, **overrides: Any) -> Choice:
    changed = {name.replace("__", "."): value for name, value in overrides.items()}
    settings = load_settings(os.environ, {"pace": 0, "retries.attempts": 1, **changed})
    plan = RunPlan(WEEK, str(data), assets=assets, force=force)
    return Choice(plan, settings, DataFolder(str(data)), read_access(settings, use_model=True), ClockedVolt().now)


def settled(chosen: Choice) -> tuple[tuple[str, ...], Usage]:
    selection, spent = chosen.settled(lambda _: None)
    assert set(selection.assets) | set(selection.skipped) == set(chosen.plan.assets)
    return selection.assets, spent


def test_a_second_run_asks_and_has_nothing_to_do(stored_week: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total("toggl"), sandbox.requests.total("fibery")
    made, spent = settled(choice(stored_week))
    assert made == ()
    # The workspace and the two of the fingerprint; the schema and the items.
    assert (spent.toggl_requests, spent.fibery_requests) == (3, 2)
    assert (sandbox.requests.total("toggl") - before[0], sandbox.requests.total("fibery") - before[1]) == (3, 2)


def test_a_forced_run_makes_everything_and_asks_only_what_every_run_asks(stored_week: Path) -> None:
    made, spent = settled(choice(stored_week, force=True))
    assert made == RANGE_ASSETS
    assert (spent.toggl_requests, spent.fibery_requests) == (1, 1)


def test_a_setting_of_reports_makes_these_alone(stored_week: Path) -> None:
    made, _ = settled(choice(stored_week, reports__short_item_hours=3))
    assert made == ("individual_reports", "enriched_data", "team_summary", "combined_report", "report")


def test_fibery_is_not_asked_about_what_is_made_again_anyway(stored_week: Path) -> None:
    made, spent = settled(choice(stored_week, reports__long_entry_hours=3))
    assert made == RANGE_ASSETS[1:]
    assert spent.fibery_requests == 1


def test_reports_alone_ask_nobody(stored_week: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total()
    made, spent = settled(choice(stored_week, assets=ASSETS_OF["report"], reports__short_item_hours=3))
    assert made == ("individual_reports", "enriched_data", "team_summary", "combined_report", "report")
    assert spent == Usage()
    assert sandbox.requests.total() == before


def test_a_stage_whose_input_is_absent_is_refused(stored_week: Path) -> None:
    (folder_of(stored_week) / "enriched_entities.json").unlink()
    with pytest.raises(UsageError, match=r"stage report needs enriched_entities\.json, which is not there and not planned"):
        choice(stored_week, assets=assets_from("report")).judged()
    choice(stored_week, assets=assets_from("enrich")).judged()


def test_a_lost_record_makes_an_asset_again_but_not_its_equal_offspring(stored_week: Path) -> None:
    plan = choice(stored_week, assets=ASSETS_OF["report"])
    (stored_week / ".volt" / "made_from" / WEEK / "billing.json").unlink()
    assert plan.of(plan.judged()).assets == ("billing", "combined_report", "report")
    narrow = replace(plan, plan=replace(plan.plan, assets=("billing",)))
    assert narrow.of(narrow.judged()).assets == ("billing",)


def test_the_command_says_that_there_is_nothing_to_do(command: Command, stored_week: Path) -> None:
    before = files_of(folder_of(stored_week))
    ended = command("run", *DATES)
    assert ended.code == 0, ended
    assert "nothing to do" in ended.err
    assert "skipped, fresh: raw_toggl_data, " in ended.err
    assert "Team " in ended.out
    assert files_of(folder_of(stored_week)) == before
    lines = (stored_week / "work_reports" / "execution_log.jsonl").read_text().splitlines()
    assert [line for line in lines if '"skip"' in line] == lines[-len(RANGE_ASSETS) :]
    quiet = command("run", *DATES, "--quiet")
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out == ended.out
    as_json = command("run", *DATES, "--json", "--from", "report").json
    assert (as_json["made"], set(as_json["skipped"].values())) == ([], {"fresh"})


def test_a_plan_tells_each_asset_with_its_reason(command: Command, stored_week: Path, sandbox: RunningSandbox) -> None:
    del stored_week
    before = sandbox.requests.total()
    found = command("plan", *DATES, "--json", "--set", "reports.short_item_hours=3").json["assets"]
    assert sandbox.requests.total() == before
    assert [one["asset"] for one in found] == list(RANGE_ASSETS)
    told = {one["asset"]: (one["state"], one["run"], one["reasons"]) for one in found}
    assert told["toggl_aggregated"] == ("fresh", "skips it", [])
    assert told["enriched_entities"][:2] == ("fresh", "asks Fibery first")
    assert told["individual_reports"] == ("stale", "makes it", ["configuration changed: reports.short_item_hours"])
    assert told["enriched_data"] == ("stale", "makes it", ["upstream individual_reports"])
    second = command("run", *DATES, "--dry-run")
    assert "nothing to do, unless Fibery says otherwise" in second.err


def test_a_plan_counts_the_questions_of_what_it_makes(
    command: Command, stored_week: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    del stored_week
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    whole, summary = command("plan", *DATES, "--json"), command("plan", *DATES, "--json", "--stage", "toggl")
    assert whole.json["llm_calls"]["value"] >= whole.json["people"]["value"] + 2
    assert summary.json["llm_calls"]["value"] == 1
    assert summary.json["fibery_requests"] == {"value": 0, "is_exact": True, "source": "not asked"}


def test_a_plan_of_an_empty_store_says_that_nothing_was_made(command: Command, environment: Path) -> None:
    ended = command("plan", *DATES)
    assert ended.code == 0
    assert "makes 16 of 16 assets" in ended.err
    assert ended.out.count("never made") == 16
    assert not environment.exists()


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (("--stage", "reprot"), "--stage reprot: there is no such stage", "did you mean 'report'?"),
        (("--from", "enrihc"), "--from enrihc: there is no such stage", "did you mean 'enrich'?"),
        (("--from", "report"), "needs toggl_aggregated.json, enriched_entities.json, which is not there", "--from collect"),
        (("--stage", "report", "--from", "report"), "--stage and --from exclude each other", "use one of them"),
        (("--from", "report", "--start-from", "fibery"), "--start-from does not go with --stage and --from", "the same"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_asked(
    command: Command, environment: Path, sandbox: RunningSandbox, options: tuple[str, ...], message: str, hint: str
) -> None:
    before = sandbox.requests.total()
    ended = command("run", *DATES, *options)
    assert ended.code == 2
    assert message in ended.err
    assert hint in ended.err
    assert sandbox.requests.total() == before
    assert not environment.exists()


def test_the_stages_are_listed_with_what_they_are_made_from(command: Command, stored_week: Path) -> None:
    collect, enrich, report = command("list-stages", "--json").json
    assert collect["requires"] == [] == collect["depends_on"]
    assert enrich["requires"] == ["toggl_aggregated.json"]
    assert enrich["produces"] == ["entities_to_enrich.json", "enriched_entities.json"]
    assert (enrich["depends_on"], report["depends_on"]) == (["collect"], ["collect", "enrich"])
    assert report["requires"] == ["toggl_aggregated.json", "enriched_entities.json"]
    assert "reports/tables/*.csv" in report["produces"]
    assert all(one["last_duration_seconds"] is not None for one in (collect, enrich, report))
    assert "reports/combined_report.md" in command("list-stages").out
    assert stored_week.exists()


def test_a_newer_file_is_refused_before_a_run_and_an_older_one_names_its_migration(command: Command, stored_week: Path) -> None:
    path = folder_of(stored_week) / "run_metadata.json"
    current = path.read_text()
    path.write_text(current.replace('"schema_version": 2', '"schema_version": 3', 1))
    refused = command("run", *DATES)
    assert refused.code == 2
    assert "made by a newer Volt" in refused.err
    path.write_text(current.replace('"schema_version": 2', '"schema_version": 1', 1))
    refused = command("plan", *DATES)
    assert refused.code == 2
    assert "volt-agent migrate" in refused.err
    assert "run_metadata 1 to 2" in command("migrate", "--dry-run").out
    assert command("run", *DATES).code == 2
    assert command("migrate").code == 0
    assert command("run", *DATES).code == 0
    assert "every document has the version" in command("migrate").err
