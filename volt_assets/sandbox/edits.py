"""Edits of the company while the servers run, from any thread: late time entries, work items, the role of the token.

Belongs here: only that an edit happens between two answers and that nothing remembered outlives it. What an edit does is
in time_edits.py and item_edits.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, Unpack

from volt_assets.sandbox.fault_answers import SentAnswer
from volt_assets.sandbox.item_edits import ItemChange, ItemEdits
from volt_assets.sandbox.time_edits import EntryChange, TimeEdits, ticking
from volt_assets.sandbox.toggl_server import TogglServer


@dataclass(frozen=True)
class SandboxEdits:
    """Everything that can be edited. Unknown entries, items and people raise LookupError."""

    toggl: TogglServer
    entries: TimeEdits
    items: ItemEdits
    between_answers: Callable[[Callable[[], object]], None]
    """Runs a function while no server is answering, and waits for it."""

    def entry(self, entry_id: int, **changed: Unpack[EntryChange]) -> None:
        """Change an entry: its time of change (`at`) moves too."""
        self._edit(lambda: self.entries.change(entry_id, **changed))

    def add_entry(self, user_id: int, day: date, *, seconds: int, description: str, at: time = time(7)) -> int:
        """Somebody remembers something; the id of the new entry."""
        added: list[int] = []
        self._edit(lambda: added.append(self.entries.add(user_id, day, seconds=seconds, description=description, at=at)))
        return added[0]

    def delete_entry(self, entry_id: int) -> None:
        """Delete an entry; it vanishes without a trace."""
        self._edit(lambda: self.entries.delete(entry_id))

    def delete_tag(self, tag_id: int) -> None:
        """Delete a tag: it disappears from entries without touching their time of change."""
        self._edit(lambda: self.entries.delete_tag(tag_id))

    def item(self, type_name: str, public_id: str, **changed: Unpack[ItemChange]) -> None:
        """Change a work item; with nothing to change only its modification date moves."""
        self._edit(lambda: self.items.change(type_name, public_id, **changed))

    def comment(self, type_name: str, public_id: str, text: str, author_email: str | None = None) -> None:
        """Comment on a work item, which leaves its modification date alone."""
        self._edit(lambda: self.items.comment(type_name, public_id, text, author_email))

    def delete_item(self, type_name: str, public_id: str) -> None:
        """Delete a work item."""
        self._edit(lambda: self.items.delete(type_name, public_id))

    def role(self, role: Literal["admin", "user"]) -> None:
        """Give the owner of Toggl's token another role; `user` sees only their own entries."""
        self._edit(lambda: self.toggl.take_role(role))

    def shift_page(self, kind: str, page: SentAnswer) -> None:
        """Somebody edits the page just given, so that the rows behind it move: page-shift-insert or page-shift-delete."""
        rows = json.loads(page.body)
        entry_id = int(rows[0]["time_entries"][0]["id"])
        if kind == "page-shift-insert":
            self._edit(lambda: self.entries.add_beside(entry_id))
        else:
            self._edit(lambda: self.entries.delete(entry_id))

    def _edit(self, change: Callable[[], object]) -> None:
        def edit() -> None:
            change()
            self.toggl.forget()

        self.between_answers(edit)


def edits_of(toggl: TogglServer, between_answers: Callable[[Callable[[], object]], None]) -> SandboxEdits:
    """The edits of the world that `toggl` serves."""
    world, tick = toggl.world, ticking(toggl.world.last_day)
    time_edits = TimeEdits(world.entries, world.people, toggl.rows_by_day, tick)
    return SandboxEdits(toggl, time_edits, ItemEdits(world.fibery, tick), between_answers)
