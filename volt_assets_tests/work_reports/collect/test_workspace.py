"""The Toggl workspace and its people are looked up at most once a day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import toggl_access
from volt_assets.errors import AuthenticationError
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.settings import RetrySettings, TogglSettings
from volt_assets.work_reports.collect.workspace import TogglWorkspace, load_workspace, read_workspace

NOON = datetime(2025, 10, 20, 12, tzinfo=UTC)


def looked_up(sandbox: RunningSandbox, cache: Path, *, at: datetime = NOON, **changes: Any) -> tuple[TogglWorkspace, int]:
    """The workspace and how many requests it took."""
    environ = {**sandbox.environ(), **changes.pop("environ", {})}

    async def ask() -> tuple[TogglWorkspace, int]:
        async with TogglClient(
            toggl_access(environ), settings=TogglSettings(), retries=RetrySettings(attempts=1), pace=0, now=lambda: at, environ={}
        ) as client:
            return await load_workspace(client, cache, now=lambda: at, **changes), client.requests_made

    return asyncio.run(ask())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / ".volt" / "people.json"


def test_the_first_look_up_takes_three_requests_and_is_kept(sandbox: RunningSandbox, cache: Path) -> None:
    found, requests = looked_up(sandbox, cache)
    assert requests == 3
    assert (found.name, found.workspace_id, found.sees_everybody) == ("Acme", 123456, True)
    assert {person.name for person in found.people} >= {"Mila Petrović", "田中 陽子", "Ben Carter"}
    assert {person.zone for person in found.people} >= {"Europe/Belgrade", "Pacific/Auckland"}
    assert read_workspace(cache) == found


@pytest.mark.parametrize(("hours", "requests"), [(0, 0), (23.9, 0), (24, 3), (-1, 3)])
def test_it_is_good_for_a_day(sandbox: RunningSandbox, cache: Path, hours: float, requests: int) -> None:
    looked_up(sandbox, cache)
    assert looked_up(sandbox, cache, at=NOON + timedelta(hours=hours))[1] == requests


def test_zones_that_the_plan_does_not_give_are_asked_for_once_a_day(sandbox: RunningSandbox, cache: Path) -> None:
    with sandbox.faults.during("toggl:402-plan:1..:*/workspace_users"):
        found, requests = looked_up(sandbox, cache)
        assert (requests, {person.zone for person in found.people}) == (3, {None})
        assert looked_up(sandbox, cache, at=NOON + timedelta(hours=23)) == (found, 0)
    assert len(found.people) > 1


def test_the_token_can_be_tried_without_asking_for_everybody_again(sandbox: RunningSandbox, cache: Path) -> None:
    looked_up(sandbox, cache)
    before = cache.read_bytes()
    assert looked_up(sandbox, cache, try_token=True)[1] == 1
    assert cache.read_bytes() == before
    with pytest.raises(AuthenticationError):
        looked_up(sandbox, cache, try_token=True, environ={"TOGGL_API_TOKEN": "wrong"})


def test_a_wrong_token_leaves_no_cache(sandbox: RunningSandbox, cache: Path) -> None:
    with pytest.raises(AuthenticationError):
        looked_up(sandbox, cache, environ={"TOGGL_API_TOKEN": "wrong"})
    assert not cache.exists()


@pytest.mark.parametrize("content", ["", "{", '{"people": 1}'])
def test_a_cache_that_cannot_be_read_is_looked_up_again(sandbox: RunningSandbox, cache: Path, content: str) -> None:
    cache.parent.mkdir()
    cache.write_text(content)
    assert read_workspace(cache) is None
    assert looked_up(sandbox, cache)[1] == 3


def test_the_cache_of_another_workspace_is_not_used(sandbox: RunningSandbox, cache: Path) -> None:
    looked_up(sandbox, cache)
    content = json.loads(cache.read_bytes())
    cache.write_text(json.dumps({**content, "workspace_id": 7}))
    assert looked_up(sandbox, cache)[0].workspace_id == 123456


@pytest.fixture(scope="module")
def as_member() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=3, weeks=1), pace=0, role="user")) as running:
        yield running


def test_a_token_that_sees_only_its_owner_is_noticed(as_member: RunningSandbox, cache: Path) -> None:
    found, _ = looked_up(as_member, cache)
    assert not found.sees_everybody
