"""What several parts of the tests need: one made-up company, and a process environment that knows nothing but it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets_tests.checkout import OURS

if TYPE_CHECKING:
    from volt_assets.resources import VoltResource
    from volt_assets_tests.pipeline import Ran


# How long one example takes says something of the machine that runs it, nothing of the code.
settings.register_profile("volt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("volt")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give every process a part of the tests in a row: what a file's tests share is then made once, not once per process."""
    if config.getoption("dist") != "load":
        return None
    # Without types of its own, and only there when it is asked for.
    from xdist.scheduler import WorkStealingScheduling  # type: ignore[import-untyped]  # noqa: PLC0415

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    """The usual company without limits."""
    with running_sandbox(SandboxOptions(pace=0)) as running:
        yield running


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the person who runs the tests reaches them; what a test changes is undone."""
    forget_our_variables(monkeypatch)


@pytest.fixture
def environment(sandbox: RunningSandbox, tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The process environment of somebody who uses the sandbox, in an empty working directory; returns the data folder."""
    del clean_environment
    for name, value in sandbox.environ().items():
        monkeypatch.setenv(name, value)
    data = tmp_path / "data"
    monkeypatch.setenv("VOLT_DATA_DIR", str(data))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    monkeypatch.chdir(tmp_path)
    return data


def forget_our_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out of the environment whatever Volt or Dagster would read."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")


@dataclass(frozen=True)
class Week:
    """A run of the sandbox's first week and what it left behind. For reading only."""

    data: Path
    ran: Ran
    spent: dict[str, int]
    """Requests by API, as the sandbox counted them."""


@pytest.fixture(scope="session")
def week(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The whole pipeline, run once, a week after the days it is about."""
    from volt_assets_tests.pipeline import ClockedVolt  # noqa: PLC0415 -- tests of a single module need not wait for Dagster

    return _run_week(sandbox, tmp_path_factory.mktemp("week") / "data", ClockedVolt())


@pytest.fixture(scope="session")
def week_by_now(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The same with today's clock, as programs have it: reports say when states were fetched long after their days."""
    from volt_assets.resources import VoltResource  # noqa: PLC0415 -- the same

    return _run_week(sandbox, tmp_path_factory.mktemp("week_by_now") / "data", VoltResource(overrides={"pace": 0}))


def _run_week(sandbox: RunningSandbox, data: Path, volt: VoltResource) -> Week:
    from volt_assets_tests.pipeline import run_job  # noqa: PLC0415 -- the same

    before = {api: sandbox.requests.total(api) for api in ("toggl", "fibery", "openai")}
    with pytest.MonkeyPatch.context() as monkeypatch:
        forget_our_variables(monkeypatch)
        for name, value in {**sandbox.environ(), "VOLT_DATA_DIR": str(data)}.items():
            monkeypatch.setenv(name, value)
        ran = run_job(volt=volt)
    assert ran.is_success, ran.failures
    return Week(data, ran, {api: sandbox.requests.total(api) - count for api, count in before.items()})


@pytest.fixture
def stored_week(week: Week, environment: Path) -> Path:
    """A data folder of one's own that holds the week; the environment points to it."""
    shutil.copytree(week.data, environment)
    return environment
