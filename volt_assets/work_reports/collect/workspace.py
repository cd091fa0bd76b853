"""The Toggl workspace and its people, looked up at most once a day.

Belongs here: the look-up, its cache, whether the token sees everybody. Does not: time entries.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import ValidationError

from volt_assets.clients.toggl_wire import Workspace
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.collect.people_directory import TogglDirectory, load_people
from volt_assets.work_reports.models import Frozen, Person

FRESH_FOR = timedelta(days=1)


class TogglAccount(TogglDirectory, Protocol):
    """What the look-up needs of a Toggl client."""

    @property
    def workspace_id(self) -> int:
        """The workspace it asks about."""

    async def workspace(self) -> Workspace:
        """The workspace and the role of the token's owner in it."""


class TogglWorkspace(Frozen):
    """What `.volt/people.json` holds."""

    checked_at: datetime
    workspace_id: int
    name: str
    sees_everybody: bool
    """False: the token's owner silently gets only their own entries."""
    people: tuple[Person, ...]


async def load_workspace(client: TogglAccount, cache: AnyPath, *, now: Callable[[], datetime], try_token: bool = False) -> TogglWorkspace:
    """The stored look-up when it is younger than a day, else at most three requests. Raises the client's errors.

    `try_token`: ask for the workspace in any case, so that a wrong token is found before a run.
    """
    stored = _read(cache, client.workspace_id, now())
    if stored is not None and not try_token:
        return stored
    workspace = await client.workspace()
    if stored is not None:
        people, checked_at = stored.people, stored.checked_at
    else:
        people, checked_at = tuple(await load_people(client, workspace)), now()
    found = TogglWorkspace(
        checked_at=checked_at,
        workspace_id=client.workspace_id,
        name=workspace.name,
        sees_everybody=workspace.sees_everybody,
        people=people,
    )
    if found != stored:
        write_atomically(cache, found.model_dump_json(indent=1).encode() + b"\n")
    return found


def read_workspace(cache: AnyPath) -> TogglWorkspace | None:
    """The stored look-up of any age; None when there is none that can be read."""
    try:
        return TogglWorkspace.model_validate_json(cache.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None  # looked up again by whoever needs it


def _read(cache: AnyPath, workspace_id: int, now: datetime) -> TogglWorkspace | None:
    stored = read_workspace(cache)
    if stored is None:
        return None
    is_fresh = timedelta(0) <= now - stored.checked_at < FRESH_FOR
    return stored if is_fresh and stored.workspace_id == workspace_id else None
