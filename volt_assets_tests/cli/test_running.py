"""What is settled before a run: overrides, the data folder, what the checks find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from volt_assets.cli.console import Console
from volt_assets.cli.preflight import caches_aside, check_before_run, read_access
from volt_assets.cli.run_plan import RunOptions, RunPlan
from volt_assets.cli.running import RunRequest, run_to_the_end
from volt_assets.errors import UsageError
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets_tests.pipeline import AFTERWARDS, WEEK, ClockedVolt, files_of

OVERRIDES = {"pace": 0, "retries.attempts": 1}


def check(data: Path, *, users: tuple[str, ...] = (), start_from: str = "toggl") -> Usage:
    settings = load_settings(os.environ, OVERRIDES)
    plan = RunPlan(WEEK, str(data), users=users, start_from="fibery" if start_from == "fibery" else "toggl")
    access = read_access(settings, use_model=True)
    return check_before_run(plan, access, settings=settings, data=DataFolder(str(data)), now=ClockedVolt(at=AFTERWARDS).now)


def test_the_checks_leave_only_what_the_run_would_look_up_again(environment: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.by_path("toggl"), sandbox.requests.by_path("fibery")
    assert check(environment) == Usage(toggl_requests=3, fibery_requests=1)
    assert set(files_of(environment)) == {".volt/people.json", ".volt/fibery_schema.json"}
    asked = [
        sum(sandbox.requests.by_path(api).values()) - sum(count.values()) for api, count in zip(("toggl", "fibery"), before, strict=True)
    ]
    assert asked == [3, 1]
    check(environment)
    asked = [
        sum(sandbox.requests.by_path(api).values()) - sum(count.values()) for api, count in zip(("toggl", "fibery"), before, strict=True)
    ]
    assert asked == [3 + 1, 1 + 1]


def test_a_restart_does_not_ask_toggl(environment: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total("toggl")
    check(environment, start_from="fibery")
    assert sandbox.requests.total("toggl") == before


def test_checks_that_fail_half_way_leave_nothing(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIBERY_API_TOKEN", "wrong")
    with pytest.raises(UsageError):
        check(environment)
    assert not environment.exists()
    monkeypatch.undo()


def test_somebody_unknown_is_found_before_fibery_is_asked(environment: Path, sandbox: RunningSandbox) -> None:
    before = sandbox.requests.total("fibery")
    with pytest.raises(UsageError, match="nobody in the Toggl workspace"):
        check(environment, users=("nobody@example.com",))
    assert sandbox.requests.total("fibery") == before
    assert not environment.exists()


def test_a_model_that_answers_is_asked_once(environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    before = sandbox.requests.total("openai")
    assert check(environment).llm_requests == 1
    assert sandbox.requests.total("openai") == before + 1


def test_caches_are_worked_on_aside(tmp_path: Path) -> None:
    data = DataFolder(str(tmp_path))
    data.cache("people.json").parent.mkdir()
    data.cache("people.json").write_bytes(b"stored")
    with caches_aside(data) as aside:
        assert aside.cache("people.json").read_bytes() == b"stored"
        assert not aside.cache("fibery_schema.json").exists()
        aside.cache("people.json").write_bytes(b"changed")
        place = Path(aside.location)
    assert data.cache("people.json").read_bytes() == b"stored"
    assert not place.exists()


def test_a_wrong_override_is_refused_before_anything_else(environment: Path) -> None:
    request = RunRequest(RunOptions(start_date="2025-10-06", end_date="2025-10-12"), ("reports.needs_attention_most=9",))
    with pytest.raises(UsageError, match=r"reports\.needs_attention_most"):
        run_to_the_end(request, Console(), as_json=False)
    assert not environment.exists()
