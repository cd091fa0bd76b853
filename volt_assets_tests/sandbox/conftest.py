"""One sandbox without limits for the tests that only ask, and the recorded exchanges to compare with."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.openai_server import OPENAI_KEY
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import World, WorldOptions, build_world

Recorded = Callable[[str], Any]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(pace=0)) as running:
        yield running


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(WorldOptions())


@pytest.fixture
def toggl(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.toggl_url, auth=(sandbox.environ()["TOGGL_API_TOKEN"], "api_token")) as client:
        yield client


@pytest.fixture
def fibery(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Token {sandbox.environ()['FIBERY_API_TOKEN']}"}
    with httpx.Client(base_url=sandbox.fibery_url, headers=headers) as client:
        yield client


@pytest.fixture
def model(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.openai_url, headers={"Authorization": f"Bearer {OPENAI_KEY}"}) as client:
        yield client


@pytest.fixture
def recorded() -> Recorded:
    """A recorded exchange by its path below fixtures/."""
    folder = Path(__file__).parent / "fixtures"
    return lambda path: json.loads((folder / path).read_text(encoding="utf-8"))
