"""Who is in the Toggl workspace, and which of them an e-mail means.

Belongs here: Toggl's people as `Person`. Does not: keeping the answer (workspace.py), people in
Fibery (enrich/people_match.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from volt_assets.clients.toggl_wire import Workspace, WorkspaceUser
from volt_assets.errors import AuthenticationError, NotFoundError, PlanFeatureError, RequestRejectedError, UsageError
from volt_assets.work_reports.models import Person

# The token has been accepted by then: these answers speak of rights and plans, not of the token.
_NOT_ALLOWED = (AuthenticationError, PlanFeatureError, NotFoundError, RequestRejectedError)


class TogglDirectory(Protocol):
    """What is needed of a Toggl client."""

    async def users(self) -> list[WorkspaceUser]:
        """Everybody, without zones."""

    async def workspace_users(self, organization_id: int) -> list[WorkspaceUser]:
        """Everybody, with zones; admins of the organisation only."""


async def load_people(client: TogglDirectory, workspace: Workspace) -> list[Person]:
    """Everybody in the workspace, by name then id: two requests, one when the organisation is not known.

    Without the right to ask for zones these are None, which changes no figure: an entry's day is written in its own offset. A
    token that sees only itself may lack the list, too: then it is empty.
    """
    try:
        users = await client.users()
    except _NOT_ALLOWED:
        if workspace.sees_everybody:
            raise
        users = []
    zones = await _zones(client, workspace.organization_id)
    return sorted((_person(user, zones.get(user.user_id)) for user in users), key=_by_name)


def match_emails(emails: Iterable[str], people: Sequence[Person]) -> list[Person]:
    """The people these e-mails mean (any case; somebody who is there twice is meant twice), by name then id.

    Raises UsageError for one that nobody has, with the nearest e-mail as hint.
    """
    by_email: dict[str, list[Person]] = {}
    for person in people:
        if person.email:
            by_email.setdefault(_plain(person.email), []).append(person)
    found: dict[int, Person] = {}
    for email in emails:
        if not (matches := by_email.get(_plain(email))):
            raise UsageError(f"nobody in the Toggl workspace has the e-mail '{email.strip()[:80]}'", hint=_nearest(_plain(email), people))
        found.update((person.user_id, person) for person in matches)
    return sorted(found.values(), key=_by_name)


def _nearest(email: str, people: Sequence[Person]) -> str:
    known = {_plain(person.email): person.email for person in people if person.email}
    # Somebody who wrote a name instead of an e-mail is helped as well.
    known |= {_plain(person.name): person.email for person in people if person.email and person.name}
    near = difflib.get_close_matches(email, known, n=1, cutoff=0.5)
    return f"did you mean {known[near[0]]}?" if near else "use the e-mail that Toggl shows under Manage, Members"


async def _zones(client: TogglDirectory, organization_id: int | None) -> dict[int, str]:
    if organization_id is None:
        return {}
    try:
        users = await client.workspace_users(organization_id)
    except _NOT_ALLOWED:
        return {}
    return {user.user_id: user.timezone for user in users if user.timezone and _is_zone(user.timezone)}


def _person(user: WorkspaceUser, zone: str | None) -> Person:
    return Person(user_id=user.user_id, name=" ".join(user.name.split()), email=user.email, zone=zone, is_active=user.is_active)


def _by_name(person: Person) -> tuple[str, int]:
    return person.name.casefold(), person.user_id


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
