"""Toggl as if the forgotten people were not in it: what a download, a proof and a re-check see.

Belongs here: leaving people out of every answer, and out of Toggl's own total, so that what is left still reconciles to the second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import TypeVar

from volt_assets.clients.toggl import TogglClient
from volt_assets.clients.toggl_wire import SummaryPart, TimeEntryRow, Workspace, WorkspaceUser
from volt_assets.work_reports.subjects.suppression import Suppression

Row = TypeVar("Row", TimeEntryRow, WorkspaceUser)


class HidingToggl:
    """A client with the methods of TogglClient that collecting uses. Without forgotten people it costs nothing."""

    def __init__(self, client: TogglClient, suppression: Suppression) -> None:
        """The client stays the caller's to close."""
        self._client = client
        self._suppression = suppression
        self._hidden_ids: set[int] = set()
        self._has_looked_up = False

    @property
    def workspace_id(self) -> int:
        """The client's."""
        return self._client.workspace_id

    @property
    def requests_made(self) -> int:
        """Every attempt counts."""
        return self._client.requests_made

    async def workspace(self) -> Workspace:
        """The client's answer."""
        return await self._client.workspace()

    async def users(self) -> list[WorkspaceUser]:
        """Everybody but them, without zones."""
        return self._without_hidden(await self._client.users())

    async def workspace_users(self, organization_id: int) -> list[WorkspaceUser]:
        """Everybody but them, with zones."""
        return self._without_hidden(await self._client.workspace_users(organization_id))

    async def search_pages(self, start: date, end: date) -> AsyncIterator[list[TimeEntryRow]]:
        """Page by page; a page may become empty."""
        async for page in self._client.search_pages(start, end):
            yield self._without_hidden(page)

    async def latest_changes(self, start: date, end: date) -> tuple[list[TimeEntryRow], bool]:
        """The entries of others that were changed last, and whether there are more."""
        rows, has_more = await self._client.latest_changes(start, end)
        return self._without_hidden(rows), has_more

    async def summary(self, start: date, end: date) -> list[SummaryPart]:
        """The parts of everybody else."""
        parts = await self._client.summary(start, end)
        return [part for part in parts if not self._hides(part.user_id, None)]

    async def total_seconds(self, start: date, end: date) -> int:
        """Toggl's total without theirs: one request more for a workspace in which somebody was forgotten."""
        total = await self._client.total_seconds(start, end)
        if self._suppression.subjects and not self._hidden_ids and not self._has_looked_up:
            # The ids themselves are not kept anywhere; Toggl knows them as long as the people are in the workspace.
            self._has_looked_up = True
            await self.users()
        if not self._hidden_ids:
            return total
        return total - await self._client.total_seconds(start, end, user_ids=sorted(self._hidden_ids))

    def _without_hidden(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if not self._hides(row.user_id, row.email)]

    def _hides(self, user_id: int | None, email: str | None) -> bool:
        hides = self._suppression.hides_user(user_id, email)
        if hides and user_id is not None:
            self._hidden_ids.add(user_id)
        return hides
