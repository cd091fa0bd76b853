"""`doctor` finds what a run would trip over, says how to fix it, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from volt_assets.cli.diagnosis import Finding, diagnose
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import document, run_job


@pytest.fixture(autouse=True)
def impatient(environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del environment
    write_config(tmp_path, monkeypatch)


def write_config(folder: Path, monkeypatch: pytest.MonkeyPatch, *, volt: str = "", enrichment: str | None = None) -> None:
    config = folder / "config"
    config.mkdir(exist_ok=True)
    (config / "volt.yaml").write_text(f"pace: 0\nretries: {{attempts: 1}}\n{volt}")
    if enrichment is not None:
        (config / "enrichment_config.yaml").write_text(enrichment)
    monkeypatch.setenv("VOLT_CONFIG", str(config))


def found(check: str) -> Finding:
    [finding] = [one for one in diagnose() if one.check == check]
    return finding


def test_all_is_well_with_the_sandbox_and_nothing_is_written(environment: Path) -> None:
    findings = diagnose()
    assert {one.verdict for one in findings} <= {"ok", "note"}
    assert next(one.check for one in findings if one.verdict == "ok") == "configuration"
    assert {"Toggl", "Fibery", "data folder", "model"} <= {one.check for one in findings}
    assert "123456" in found("Toggl").message
    assert not environment.exists()


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("TOGGL_API_TOKEN", "wrong", "Toggl"),
        ("TOGGL_WORKSPACE_ID", "x", "Toggl"),
        ("FIBERY_API_TOKEN", "wrong", "Fibery"),
        ("FIBERY_BASE_URL", "http://127.0.0.1:9", "Fibery"),
    ],
)
def test_one_failed_check_is_named_and_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str) -> None:
    monkeypatch.setenv(name, value)
    failed = [one for one in diagnose() if one.verdict == "fail"]
    assert [one.check for one in failed] == [check]
    assert name in f"{failed[0].message} {failed[0].hint}"
    assert len(diagnose()) >= 4


def test_a_model_with_a_wrong_key_fails_and_a_right_one_is_named(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    assert found("model").verdict == "ok"
    assert sandbox.openai_url in found("model").message
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    assert (found("model").verdict, found("model").message[:4]) == ("fail", "GET ")


def test_members_of_a_team_whom_toggl_does_not_know_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(tmp_path, monkeypatch, volt="teams: {pair: [mila.petrovic@example.com, nobody@example.com]}\n")
    finding = found("team pair")
    assert (finding.verdict, finding.message) == ("fail", "nobody@example.com is not in the Toggl workspace")


def test_types_and_fields_the_workspace_lacks_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(
        tmp_path,
        monkeypatch,
        enrichment=(
            "enrichment_activities:\n"
            "  Scrum/Task: {activity: enrich_scrum_task, fields: [Story Points, No such field]}\n"
            "  Nowhere/Thing: {activity: default_enrich_entity}\n"
            "aliases:\n"
            "  '[Some] [Label]': Nowhere/Thing\n"
        ),
    )
    notes = [(one.check, one.message) for one in diagnose() if one.verdict == "note"]
    assert ("Fibery", "Scrum/Task has no field called 'No such field'") in notes
    assert ("Fibery", "the workspace has no type Nowhere/Thing") in notes
    assert ("Fibery", "alias [Some] [Label]: the workspace has no type Nowhere/Thing") in notes


def test_doctor_and_the_reports_judge_the_schema_alike(stored_week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that is not there, a type that is not there, and the dates and relations that a wrong activity looks for."""
    configured = {
        "Scrum/Task": "{activity: enrich_scrum_task, fields: [No such field]}",
        "Scrum/Bug": "{activity: enrich_product_feature}",
        "Nowhere/Thing": "{activity: default_enrich_entity}",
    }
    lines = [f"  {name}: {entry}" for name, entry in configured.items()]
    write_config(tmp_path, monkeypatch, enrichment="\n".join(["enrichment_activities:", *lines]))
    assert run_job(assets=["entities_to_enrich", "enriched_entities"]).is_success
    reported = [one for one in document(stored_week, "enriched_entities")["warnings"] if one["type"] in configured]
    said = [one.message for one in diagnose() if (one.check, one.verdict) == ("Fibery", "note")]
    assert sorted(one["message"] for one in reported) == sorted(said)
    assert {one["type"] for one in reported} == set(configured)


def test_a_service_is_named_once(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_API_TOKEN", "wrong")
    monkeypatch.setenv("FIBERY_API_TOKEN", "wrong")
    lines = [line for line in command("doctor").out.splitlines() if line.startswith("fail")]
    assert [line[: line.index("/") + 1] for line in lines] == ["fail  Toggl: GET /", "fail  Fibery: GET /"]
    assert found("Toggl").message.startswith("GET /")


def test_a_broken_configuration_is_all_that_can_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(tmp_path, monkeypatch, volt="frob: 1\n")
    [finding] = diagnose()
    assert (finding.check, finding.verdict) == ("configuration", "fail")
    assert "unknown key 'frob'" in finding.message


def test_a_data_folder_of_another_workspace_fails(environment: Path) -> None:
    owner = environment / ".volt" / "workspace.json"
    owner.parent.mkdir(parents=True)
    owner.write_text(json.dumps({"toggl_host": "other", "toggl_workspace_id": 7, "fibery_host": "other"}))
    assert found("data folder").verdict == "fail"


@pytest.fixture(scope="module")
def as_member() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=3, weeks=1), pace=0, role="user")) as running:
        yield running


def test_a_token_without_the_rights_of_an_admin_is_noted(as_member: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in as_member.environ().items():
        monkeypatch.setenv(name, value)
    assert found("Toggl role").verdict == "note"


def test_zones_that_toggl_does_not_give_are_noted(sandbox: RunningSandbox) -> None:
    assert not [one for one in diagnose() if one.check == "Toggl zones"]
    with sandbox.faults.during("toggl:402-plan:1..:*/workspace_users"):
        finding = found("Toggl zones")
    assert finding.verdict == "note"
    assert finding.message.startswith("this token is not shown people's time zones: reports do not name them")


def test_the_command_shows_every_finding_and_fails_when_one_does(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = command("doctor", "--json")
    assert whole.code == 0
    assert {"check", "verdict", "message", "hint"} == set(whole.json[0])
    monkeypatch.delenv("TOGGL_API_TOKEN")
    ended = command("doctor")
    assert ended.code == 2
    lines = ended.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("fail  Toggl: TOGGL_API_TOKEN is not set"))
    assert lines[at + 1].startswith("      hint: ")


def test_a_delivery_whose_variable_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = "{audience: lead, channel: slack, url_variable: VOLT_SLACK_URL_LEADS}"
    write_config(tmp_path, monkeypatch, volt=f"delivery: {{named: {{leads: {hook}, all: {{audience: person, channel: email}}}}}}\n")
    assert (found("delivery leads").verdict, found("delivery leads").message) == ("fail", "VOLT_SLACK_URL_LEADS is not set")
    assert found("delivery all").message == "person by email, switched off (send: false)"
