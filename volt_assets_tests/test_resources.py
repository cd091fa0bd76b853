"""Configuration and environment become clients; secrets stay in the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.toggl import TogglClient
from volt_assets.errors import EnvironmentVariableError, UsageError
from volt_assets.resources import VoltResource
from volt_assets.sandbox.server import RunningSandbox
from volt_assets_tests.pipeline import ClockedVolt


def test_overrides_reach_the_settings_and_a_wrong_one_is_refused(environment: Path) -> None:
    del environment
    assert VoltResource(overrides={"toggl.page_size": 7}).settings().toggl.page_size == 7
    with pytest.raises(UsageError, match=r"unknown key 'toggl\.pagesize'"):
        VoltResource(overrides={"toggl.pagesize": 7}).settings()


def test_clients_are_made_for_what_the_environment_names(environment: Path, sandbox: RunningSandbox) -> None:
    del environment
    volt = ClockedVolt()
    settings = volt.settings()
    assert isinstance(volt.toggl(settings), TogglClient)
    assert isinstance(volt.fibery(settings), FiberyClient)
    assert volt.toggl_access().base_url == sandbox.toggl_url
    assert volt.fibery_access().base_url == sandbox.fibery_url
    assert volt.data_location().endswith("/data")


def test_a_model_is_used_exactly_when_there_is_a_key_and_the_run_wants_it(
    environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    del environment
    settings = VoltResource().settings()
    assert VoltResource().llm_access(settings) is None
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    access = VoltResource().llm_access(settings)
    assert access is not None
    assert access.base_url == sandbox.openai_url
    assert VoltResource(use_model=False).llm_access(settings) is None


def test_a_missing_variable_is_named_when_a_client_is_made_and_not_before(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del environment
    monkeypatch.delenv("FIBERY_API_TOKEN")
    volt = VoltResource()
    settings = volt.settings()
    volt.toggl(settings)
    with pytest.raises(EnvironmentVariableError, match="FIBERY_API_TOKEN is not set"):
        volt.fibery(settings)


def test_no_secret_becomes_a_part_of_the_resource(environment: Path, sandbox: RunningSandbox) -> None:
    del environment
    volt = VoltResource(overrides={"pace": 0})
    shown = f"{volt!r} {volt.model_dump()} {volt.settings()!r} {volt.toggl_access()!r} {volt.fibery_access()!r}"
    assert all(secret not in shown for name, secret in sandbox.environ().items() if name.endswith("TOKEN"))


def test_the_clock_is_utc_and_can_be_another_one() -> None:
    assert VoltResource().now().tzinfo is UTC
    assert ClockedVolt(at="2025-10-09T12:00:00+00:00").now() == datetime(2025, 10, 9, 12, tzinfo=UTC)


def test_no_model_is_asked_in_a_language_in_which_nothing_could_check_it(
    environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    del environment
    for name, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(name, value)
    volt = VoltResource(overrides={"reports.language": "ru"})
    assert volt.llm_access(volt.settings()) is None
    assert volt.configured_llm(volt.settings()) is not None
