"""The program as its users run it, against the sandbox: runs, repetitions, restarts, people, the model."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.instance import open_instance
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.cli.command_line import Ended, program_environ, volt_agent
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import FURTHER_REPORTS, WEEK, document, figures_of, files_of, folder_of, record_of

DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
FAST = ("--set", "pace=0")
CONFIG = """
pace: 0
people: {tane@example.org: tane.rangi@example.com}
teams:
  pair: [tane@example.org, mila.petrovic@example.com]
"""


@dataclass(frozen=True)
class Place:
    """A user's machine: a working directory with a .env, a data folder elsewhere, an empty DAGSTER_HOME."""

    home: Path
    environ: dict[str, str]

    @property
    def data(self) -> Path:
        return self.home / "elsewhere" / "data"

    def run(self, *arguments: str, **variables: str) -> Ended:
        return volt_agent(*arguments, cwd=self.home / "work", environ={**self.environ, **variables})


@pytest.fixture(scope="module")
def place(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = tmp_path_factory.mktemp("home")
    variables = sandbox.environ()
    (home / "token").write_text(f"{variables.pop('TOGGL_API_TOKEN')}\n")
    (home / "work").mkdir()
    (home / "dagster_home").mkdir()
    lines = [*(f"{name}={value}" for name, value in variables.items()), f"TOGGL_API_TOKEN_FILE={home}/token"]
    (home / "work" / ".env").write_text("\n".join(lines))
    return Place(home, program_environ(home, {"VOLT_DATA_DIR": str(home / "elsewhere" / "data")}))


@pytest.fixture(scope="module")
def asked_at_first() -> dict[str, int]:
    """What the services counted while the first run went, by API."""
    return {}


@pytest.fixture(scope="module")
def first(place: Place, sandbox: RunningSandbox, asked_at_first: dict[str, int]) -> Ended:
    """The week for the first time, as JSON."""
    before = {api: sandbox.requests.total(api) for api in ("toggl", "fibery")}
    ended = place.run("run", *DATES, *FAST, "--json")
    asked_at_first.update({api: sandbox.requests.total(api) - count for api, count in before.items()})
    return ended


@dataclass(frozen=True)
class Again:
    ended: Ended
    toggl_requests: dict[str, int]
    files_before: dict[str, bytes]


@pytest.fixture(scope="module")
def again(place: Place, first: Ended, sandbox: RunningSandbox) -> Again:
    """The same once more, as text."""
    assert first.code == 0, first
    before, files = sandbox.requests.by_path("toggl"), files_of(place.data)
    ended = place.run("run", *DATES, *FAST, "--set", "llm.max_output_tokens=600", "--force")
    asked = {path: count - before.get(path, 0) for path, count in sandbox.requests.by_path("toggl").items()}
    return Again(ended, {path: count for path, count in asked.items() if count}, files)


def test_a_run_ends_with_data_on_one_stream_and_talk_on_the_other(place: Place, first: Ended) -> None:
    assert first.code == 0, first.err
    outcome = first.json
    assert (outcome["key"], outcome["status"], outcome["error"]) == (WEEK, "completed", None)
    assert outcome["run_id"] == record_of(place.data).run_id
    assert all(Path(path).is_file() for path in outcome["reports"])
    assert len(outcome["reports"]) == 21
    assert "Traceback" not in first.err
    lines = first.err.splitlines()
    assert any("raw_toggl_data" in line and f"1/{len(RANGE_ASSETS)}" in line for line in lines)
    assert lines[-1].startswith("completed · requests: ")


def test_every_request_of_a_run_is_counted_those_of_the_checks_before_it_too(first: Ended, asked_at_first: dict[str, int]) -> None:
    usage = first.json["usage"]
    assert {"toggl": usage["toggl_requests"], "fibery": usage["fibery_requests"]} == asked_at_first
    assert f"requests: {asked_at_first['toggl']} Toggl, {asked_at_first['fibery']} Fibery" in first.err.splitlines()[-1]


def test_the_percentages_on_the_way_never_fall(first: Ended) -> None:
    shown = [int(line.rpartition("(")[2].removesuffix("%)")) for line in first.err.splitlines() if line.endswith("%)")]
    assert len(shown) > 10
    assert shown == sorted(shown)


def test_the_program_makes_the_figures_that_the_job_makes(place: Place, first: Ended, week_by_now: Week) -> None:
    assert first.code == 0
    assert figures_of(folder_of(place.data)) == figures_of(folder_of(week_by_now.data))


def test_a_run_leaves_no_token_anywhere(place: Place, first: Ended, again: Again, sandbox: RunningSandbox) -> None:
    secrets = [value for name, value in sandbox.environ(with_model=True).items() if name.endswith(("TOKEN", "KEY"))]
    left = {**files_of(place.data), **files_of(place.home / "dagster_home")}
    assert any(name.endswith(".db") for name in left), "Dagster's databases are among what is searched"
    assert sorted(name for name, content in left.items() if any(secret.encode() in content for secret in secrets)) == []
    said = first.out + first.err + again.ended.out + again.ended.err
    assert not any(secret in said for secret in secrets)


def test_a_run_is_announced_once_and_named_again_at_its_end(first: Ended) -> None:
    lines, run_id = first.err.splitlines(), first.json["run_id"]
    assert lines[0].startswith(f"run {run_id} of 2025-10-06_2025-10-12 started, ")
    assert [number for number, line in enumerate(lines) if run_id in line] == [0, len(lines) - 2, len(lines) - 1]


def test_nothing_is_written_into_the_working_directory(place: Place, first: Ended) -> None:
    assert first.code == 0
    assert list(files_of(place.home / "work")) == [".env"]


def test_the_second_run_asks_for_no_entries_at_all(again: Again) -> None:
    assert again.ended.code == 0, again.ended.err
    assert sum(count for path, count in again.toggl_requests.items() if "/reports/" in path) == 0
    assert sum(again.toggl_requests.values()) <= 1


def test_the_second_run_replaces_what_it_says_it_replaces(place: Place, again: Again) -> None:
    record = record_of(place.data)
    assert record.parameters.overrides == {"pace": 0, "llm.max_output_tokens": 600}
    assert record.report_set.state == "complete"
    assert {file.run_id for file in record.report_set.files} == {record.run_id}
    after = files_of(place.data)
    days = [name for name in after if "toggl_days" in name]
    assert len(days) == 7
    assert all(after[name] == again.files_before[name] for name in days)


def test_overrides_of_a_run_are_in_its_configuration_in_dagster_too(place: Place, again: Again) -> None:
    run_id = again.ended.err.split()[-1]
    with open_instance({"DAGSTER_HOME": str(place.home / "dagster_home")}) as instance:
        run = instance.get_run_by_id(run_id)
    assert run is not None
    resources: Any = run.run_config["resources"]
    assert resources["volt"]["config"]["overrides"] == {"pace": 0, "llm.max_output_tokens": 600}
    assert run.tags["volt/data_dir"] == str(place.data)


def test_the_headline_is_a_table_and_the_paths_of_the_reports(place: Place, again: Again) -> None:
    lines = again.ended.out.splitlines()
    assert lines[0] == "2025-10-06 to 2025-10-12"
    assert lines[1].split() == ["person", "hours", "on", "items", "other", "items"]
    assert any(line.startswith("Team ") for line in lines)
    paths = lines[lines.index("") + 1 :]
    reports = folder_of(place.data) / "reports"
    # The first one leads to the pages of the people.
    assert paths[0] == str(reports / "report.html")
    assert sorted(paths[1:]) == sorted(str(path) for path in reports.rglob("*.md"))


@pytest.fixture(scope="module")
def restarts(place: Place, again: Again, sandbox: RunningSandbox) -> tuple[int, list[Ended]]:
    """Enrichment and reports once more: by run id from another folder without a data folder of its own, and by key."""
    run_id = record_of(place.data).run_id
    before = sandbox.requests.total("toggl")
    assert again.ended.code == 0
    other = {name: value for name, value in place.environ.items() if name != "VOLT_DATA_DIR"}
    (place.home / "other").mkdir()
    (place.home / "other" / ".env").write_text((place.home / "work" / ".env").read_text())
    by_id = volt_agent("run", "--start-from", "fibery", "--run-id", run_id, *FAST, "--json", cwd=place.home / "other", environ=other)
    by_key = place.run("run", "--start-from", "fibery", "--run-id", WEEK, *FAST, "--json")
    return sandbox.requests.total("toggl") - before, [by_id, by_key]


def test_a_restart_takes_the_run_by_its_id_or_its_key_and_asks_toggl_nothing(
    place: Place, restarts: tuple[int, list[Ended]], week_by_now: Week
) -> None:
    toggl_requests, runs = restarts
    for ended in runs:
        assert ended.code == 0, ended.err
        assert (ended.json["key"], ended.json["folder"]) == (WEEK, str(folder_of(place.data)))
    assert toggl_requests == 0
    assert len({ended.json["run_id"] for ended in runs}) == 2
    record = record_of(place.data)
    assert record.parameters.start_from == "fibery"
    assert "raw_toggl_data" not in record.planned
    assert figures_of(folder_of(place.data)) == figures_of(folder_of(week_by_now.data))
    assert list(files_of(place.home / "other")) == [".env"]


def test_runs_are_listed_latest_first_with_their_ranges(place: Place, first: Ended, restarts: tuple[int, list[Ended]]) -> None:
    listed = place.run("list-runs", "--json", "--limit", "3")
    assert (listed.code, listed.err) == (0, "")
    runs = listed.json
    assert [run["run_id"] for run in runs[:2]] == [ended.json["run_id"] for ended in reversed(restarts[1])]
    assert {(run["key"], run["status"], run["launcher"]) for run in runs} == {(WEEK, "completed", "volt-agent")}
    shown = place.run("show-run", "--run-id", first.json["run_id"], "--json")
    assert (shown.code, shown.json["run_id"], shown.json["status"]) == (0, first.json["run_id"], "completed")


@pytest.fixture(scope="module")
def configured(place: Place) -> dict[str, str]:
    """A configuration folder of one's own."""
    folder = place.home / "config"
    folder.mkdir()
    (folder / "volt.yaml").write_text(CONFIG)
    return {"VOLT_CONFIG": str(folder), "VOLT_DATA_DIR": str(place.home / "people")}


@pytest.fixture(scope="module")
def team(place: Place, configured: dict[str, str], sandbox: RunningSandbox) -> tuple[Ended, int]:
    """A team, with a model at hand that is not wanted; and how often the model was asked."""
    before = sandbox.requests.total("openai")
    ended = place.run("run", *DATES, "--team", "pair", "--no-llm", "--json", **configured, **sandbox.environ(with_model=True))
    return ended, sandbox.requests.total("openai") - before


def test_a_team_is_a_range_of_its_own(place: Place, team: tuple[Ended, int]) -> None:
    ended, _ = team
    assert ended.code == 0, ended.err
    key = f"{WEEK}_pair"
    assert ended.json["key"] == key
    reports = files_of(folder_of(place.home / "people", key) / "reports" / "individual")
    assert set(reports) == {f"{slug}{suffix}" for slug in ("mila_petrovic", "tane_rangi") for suffix in (".md", ".json", ".html")}


def test_a_person_with_another_e_mail_in_fibery_is_matched_by_the_map(place: Place, team: tuple[Ended, int]) -> None:
    assert team[0].code == 0
    enriched = document(place.home / "people", "enriched_entities", f"{WEEK}_pair")
    assert enriched["unmatched_people"] == []


def test_a_model_that_is_not_wanted_is_not_asked(place: Place, team: tuple[Ended, int]) -> None:
    ended, asked = team
    assert (ended.code, asked) == (0, 0)
    assert record_of(place.home / "people", f"{WEEK}_pair").parameters.model is None
    assert "written without a model" in (folder_of(place.home / "people", f"{WEEK}_pair") / "reports" / "team_summary.md").read_text()


@pytest.fixture(scope="module")
def with_model(place: Place, team: tuple[Ended, int], configured: dict[str, str], sandbox: RunningSandbox) -> Ended:
    """Two people of an ad-hoc list, written about by the model."""
    assert team[0].code == 0
    people = "Tane@example.org,mila.petrovic@example.com"
    return place.run("run", *DATES, "--users", people, "--json", **configured, **sandbox.environ(with_model=True))


def test_a_list_of_people_is_stored_beside_the_data_it_limits(place: Place, with_model: Ended) -> None:
    assert with_model.code == 0, with_model.err
    key = with_model.json["key"]
    scope = key.removeprefix(f"{WEEK}_")
    stored = json.loads((place.home / "people" / "work_reports" / "scopes" / f"{scope}.json").read_bytes())
    assert stored == {"scope": scope, "emails": ["mila.petrovic@example.com", "tane@example.org"]}
    assert record_of(place.home / "people", key).parameters.users_filter == ("mila.petrovic@example.com", "tane@example.org")


def test_with_a_model_the_prose_is_the_models_and_the_reports_say_so(place: Place, with_model: Ended) -> None:
    key = with_model.json["key"]
    usage = with_model.json["usage"]
    assert usage["llm_requests"] == 2 + 2 + 1, "two people, two reports of the team, and the check before the run"
    assert usage["input_tokens"] > 100
    assert usage["output_tokens"] > 10
    assert record_of(place.home / "people", key).parameters.model == "sandbox-prose"
    for report in document(place.home / "people", "individual_reports", key)["reports"]:
        assert report["prose"]["written_by"] == "sandbox-prose"
        assert report["prose"]["fallback_sections"] == []
    for path in (folder_of(place.home / "people", key) / "reports").rglob("*.md"):
        by_code_alone = path.stem in (*FURTHER_REPORTS, "team", "operations")
        text = path.read_text() if path.stem == "combined_report" else path.read_text().rpartition("\n---\n")[2]
        assert ("written without a model" if by_code_alone else "sandbox-prose") in text


def test_who_writes_changes_no_figure(place: Place, team: tuple[Ended, int], with_model: Ended) -> None:
    assert team[0].code == with_model.code == 0
    keys = (f"{WEEK}_pair", with_model.json["key"])
    one, other = (document(place.home / "people", "toggl_aggregated", key) for key in keys)
    assert one["statistics"] == other["statistics"]
    assert one["people"] == other["people"]


def test_the_demo_needs_nothing_and_ends_with_reports(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = volt_agent("demo", cwd=tmp_path / "empty", environ=program_environ(tmp_path))
    assert ended.code == 0, ended.err
    assert "\nTeam " in ended.out
    reports = [Path(line) for line in ended.out.splitlines() if line.endswith(".md")]
    weeks = [{path.name for path in reports if week in path.parts} for week in (WEEK, "2025-10-13_2025-10-19")]
    assert all({"team_summary.md", "combined_report.md", "mila_petrovic.md"} < names for names in weeks)
    assert len(reports) == sum(map(len, weeks))
    assert all(path.is_file() and path.is_relative_to(tmp_path / "empty" / "demo-data") for path in reports)
    second_week = (tmp_path / "empty" / "demo-data" / "work_reports" / "2025-10-13_2025-10-19" / "reports" / "team_summary.md").read_text()
    assert re.search(r"^[\d.]+ h in the week before, [\d.]+ h this week \(", second_week, re.MULTILINE)
