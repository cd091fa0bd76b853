"""The entities of the Fibery workspace: rows by type and id, relations at both ends, rich text behind secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from volt_assets.sandbox.schema import COMMENT, DOCUMENT, TypeSpec, stable_id

Row = dict[str, Any]
"""Field -> value as on the wire; a to-one relation holds the other's fibery/id, a collection a list of them."""


@dataclass(frozen=True)
class FiberyStore:
    """What Fibery knows. Filled while the world is built; afterwards only item_edits.py changes it."""

    types: Mapping[str, TypeSpec]
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    """Secret -> Markdown."""
    _last_public_id: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give every enum its options."""
        for spec in self.types.values():
            self.rows[spec.name] = {}
            for number, (name, workflow_type, is_final) in enumerate(spec.options, start=1):
                row: Row = {"fibery/id": stable_id(spec.name, name), "fibery/public-id": str(number), "enum/name": name}
                if workflow_type is not None:
                    row.update({"workflow/Type": workflow_type, "workflow/Final": is_final})
                self.rows[spec.name][row["fibery/id"]] = row

    def add(self, type_name: str, public_id: str, created_at: str, values: Mapping[str, Any]) -> Row:
        """A new entity; `values` by full field name. Relations are entered at their far end as well."""
        spec = self.types[type_name]
        entity_id = stable_id(type_name, public_id)
        row: Row = {
            "fibery/id": entity_id,
            "fibery/public-id": public_id,
            "fibery/creation-date": created_at,
            "fibery/modification-date": created_at,
            **values,
        }
        if entity_id in self.rows[type_name]:
            raise ValueError(f"{type_name} #{public_id} exists twice")
        self.rows[type_name][entity_id] = row
        for name, value in values.items():
            far = spec.fields[name].inverse
            if far is None or value is None:
                continue
            for other_id in value if isinstance(value, list) else (value,):
                self.rows[spec.fields[name].type][other_id].setdefault(far, []).append(entity_id)
        return row

    def next_public_id(self, type_name: str, first: int) -> str:
        """The next free number of the type, from `first` on."""
        number = self._last_public_id.get(type_name, first - 1) + 1
        while number == DELETED_PUBLIC_ID or self.find(type_name, str(number)) is not None:
            number += 1
        self._last_public_id[type_name] = number
        return str(number)

    def add_document(self, owner: str, content: str, modified_at: str) -> str:
        """A rich-text document of `owner`; returns the id to put into the field."""
        secret = stable_id("secret", owner)
        self.documents[secret] = content
        row = self.add(
            DOCUMENT,
            owner,
            modified_at,
            {"Collaboration~Documents/secret": secret, "Collaboration~Documents/modification-date": modified_at},
        )
        return str(row["fibery/id"])

    def add_comment(self, item: Row, author_id: str | None, created_at: str, text: str, parent: Row | None = None) -> Row:
        """A comment below an item; `parent` makes it an answer."""
        public_id = self.next_public_id(COMMENT, 1)
        secret = stable_id("comment", public_id)
        self.documents[secret] = text
        values: Row = {"comment/author": author_id, "comment/document-secret": secret}
        if parent is not None:
            values["comments/parent"] = parent["fibery/id"]
        row = self.add(COMMENT, public_id, created_at, values)
        item.setdefault("comments/comments", []).append(row["fibery/id"])
        return row

    def option(self, type_name: str, field_name: str, option: str) -> str:
        """The id of an option of an enum or workflow field."""
        return stable_id(self.types[type_name].fields[field_name].type, option)

    def find(self, type_name: str, public_id: str) -> Row | None:
        """An entity by its number, which is unique within its type only."""
        return self.rows[type_name].get(stable_id(type_name, public_id))


DELETED_PUBLIC_ID = 7999
"""No type ever gives out this number: who names it names an item that is gone."""
