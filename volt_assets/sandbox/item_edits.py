"""What people do to work items after the fact: another state, name, people or description, a comment, deletion.

Belongs here: edits of the Fibery store and which times of change they touch. The time of an item changes with its own
fields; a rich text carries a time of its own, and a comment is an entity of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict, Unpack

from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.item_fields import state_field
from volt_assets.sandbox.schema import DOCUMENT, USER, TypeSpec

_ASSIGNEES = ("assignments/assignees", "assignments/Assignees")


class ItemChange(TypedDict, total=False):
    """What may change of an item; `assignees` by their e-mail in Fibery."""

    state: str
    name: str
    assignees: Sequence[str]
    description: str


@dataclass(frozen=True)
class ItemEdits:
    """Edits one store. `tick` gives the moment of an edit in epoch seconds, later with each call."""

    store: FiberyStore
    tick: Callable[[], int]

    def change(self, type_name: str, public_id: str, **changed: Unpack[ItemChange]) -> None:
        """Change an item; without any change only its modification date moves."""
        spec, row = self.store.types[type_name], self._item(type_name, public_id)
        if "description" in changed:
            self._describe(spec, row, changed["description"])
        if "state" in changed:
            own = state_field(spec)
            if own is None or changed["state"] not in [option[0] for option in self.store.types[own.type].options]:
                raise LookupError(f"{type_name} has no state {changed['state']}")
            row[own.name] = self.store.option(type_name, own.name, changed["state"])
        if "name" in changed:
            row[next(own.name for own in spec.fields.values() if own.is_title)] = changed["name"]
        if "assignees" in changed:
            row[next(own for own in _ASSIGNEES if own in spec.fields)] = [self._user(email) for email in changed["assignees"]]
        if changed.keys() != {"description"}:
            row["fibery/modification-date"] = self._now()

    def comment(self, type_name: str, public_id: str, text: str, author_email: str | None = None) -> None:
        """One more comment below an item."""
        author = self._user(author_email) if author_email is not None else None
        self.store.add_comment(self._item(type_name, public_id), author, self._now(), text)

    def delete(self, type_name: str, public_id: str) -> None:
        """Delete an item: it is not found any more, and nothing refers to it."""
        gone = self._item(type_name, public_id)["fibery/id"]
        del self.store.rows[type_name][gone]
        for spec in self.store.types.values():
            relations = [own for own in spec.fields.values() if own.type == type_name]
            for row in self.store.rows[spec.name].values() if relations else ():
                for own in relations:
                    value = row.get(own.name)
                    if isinstance(value, list) and gone in value:
                        value.remove(gone)
                    elif value == gone:
                        row[own.name] = None

    def _describe(self, spec: TypeSpec, row: Row, text: str) -> None:
        names = ("description", "brief")
        own = next((own for own in spec.fields.values() if own.type == DOCUMENT and own.name.partition("/")[2].lower() in names), None)
        if own is None or row.get(own.name) is None:
            raise LookupError(f"{spec.name} has no description")
        document = self.store.rows[DOCUMENT][row[own.name]]
        self.store.documents[document["Collaboration~Documents/secret"]] = text
        document["Collaboration~Documents/modification-date"] = self._now()

    def _item(self, type_name: str, public_id: str) -> Row:
        row = self.store.find(type_name, public_id) if type_name in self.store.types else None
        if row is None:
            raise LookupError(f"there is no {type_name} #{public_id}")
        return row

    def _user(self, email: str) -> str:
        found = next((str(row["fibery/id"]) for row in self.store.rows[USER].values() if row.get("user/email") == email), None)
        if found is None:
            raise LookupError(f"nobody in Fibery has the e-mail {email}")
        return found

    def _now(self) -> str:
        return datetime.fromtimestamp(self.tick(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
