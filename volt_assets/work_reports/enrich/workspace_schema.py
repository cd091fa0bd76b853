"""What a Fibery workspace has: its types and fields, found by the names people see.

Every workspace names things its own way (`Name` or `name`, emoji, trailing spaces, `?`), so nothing is assumed: a name
is looked for exactly, then without regard to case, spaces, punctuation and the "Space/" prefix. Deleted types and
fields do not exist here. Does not belong here: what is asked for (selects.py, queries.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

from volt_assets.clients.fibery_wire import FiberyField, FiberyType

Kind = Literal["text", "number", "flag", "date", "range", "choice", "state", "relation", "collection", "document", "unsupported"]

DOCUMENT_TYPE = "Collaboration~Documents/Document"
USER_TYPE = "fibery/user"
COMMENT_TYPE = "comments/comment"
_COMPUTED = ("formula/formula?", "formula/lookup?", "fibery/readonly?")
_PRIMITIVES: Mapping[str, Kind] = {
    "fibery/text": "text",
    "fibery/url": "text",
    "fibery/email": "text",
    "fibery/int": "number",
    "fibery/decimal": "number",
    "fibery/bool": "flag",
    "fibery/date": "date",
    "fibery/date-time": "date",
    "fibery/date-range": "range",
    "fibery/date-time-range": "range",
}


@dataclass(frozen=True)
class SchemaField:
    """One field: its full name, the type it holds or leads to, and whether it leads to several."""

    name: str
    type: str
    is_collection: bool = False
    is_title: bool = False
    relation: str | None = None
    """Shared by the two fields, one on either side, of one relation."""
    is_computed: bool = False
    """A formula, a look-up or a value Fibery writes itself: it may change without a change of the entity."""

    @property
    def short_name(self) -> str:
        """The part people see: `Scrum/Started Date` -> `Started Date`."""
        return self.name.partition("/")[2] or self.name


@dataclass(frozen=True)
class SchemaType:
    """One type ("Space/Type") and its fields by full name."""

    name: str
    fields: Mapping[str, SchemaField] = field(default_factory=dict)
    is_enum: bool = False

    @property
    def space(self) -> str:
        """The part before the slash."""
        return self.name.partition("/")[0]

    def has(self, name: str) -> bool:
        """Whether there is a field of exactly this full name."""
        return name in self.fields

    def find(self, name: str) -> SchemaField | None:
        """The field of this name: full, as people see it, or spelt a little differently. Own space before others.

        A name without letters and digits is found only as it is written.
        """
        if name in self.fields:
            return self.fields[name]
        wanted = normalised_name(name)
        for spelling in (lambda one: one.short_name == name, lambda one: bool(wanted) and wanted in _spellings(one.name)):
            found = [one for one in self.fields.values() if spelling(one)]
            if found:
                return min(found, key=lambda one: (one.name.partition("/")[0] != self.space, one.name))
        return None

    @property
    def title(self) -> SchemaField | None:
        """The field that holds an entity's name: marked as title, else called name in any spelling."""
        marked = next((one for one in self.fields.values() if one.is_title), None)
        return marked or self.find("enum/name" if self.is_enum else "Name")


@dataclass(frozen=True)
class WorkspaceSchema:
    """Every type by full name, and the ETag the server gave for this state of the schema."""

    types: Mapping[str, SchemaType]
    etag: str | None = None

    @classmethod
    def from_types(cls, types: Iterable[FiberyType], etag: str | None = None) -> WorkspaceSchema:
        """From the types of the client's schema answer."""
        return cls({one.name: _type(one) for one in types if not one.is_deleted}, etag)

    @cached_property
    def _by_normalised_name(self) -> dict[str, list[SchemaType]]:
        found: dict[str, list[SchemaType]] = {}
        for one in self.types.values():
            found.setdefault("/".join(normalised_name(part) for part in one.name.split("/")), []).append(one)
        return found

    def find_type(self, name: str) -> SchemaType | None:
        """The type of this name, else the only one whose name differs in case, spaces or punctuation alone."""
        if name in self.types:
            return self.types[name]
        similar = self._by_normalised_name.get("/".join(normalised_name(part) for part in name.split("/")), [])
        return similar[0] if len(similar) == 1 else None

    def kind(self, one: SchemaField) -> Kind:
        """What a value of the field is."""
        if one.is_collection:
            return "collection"
        if one.type == DOCUMENT_TYPE:
            return "document"
        if primitive := _PRIMITIVES.get(one.type):
            return primitive
        return self._kind_of_reference(one.type)

    def _kind_of_reference(self, type_name: str) -> Kind:
        target = self.types.get(type_name)
        if type_name.startswith("workflow/") or (target is not None and target.has("workflow/Final")):
            return "state"
        if target is None or target.title is None:
            return "unsupported"
        return "choice" if target.is_enum else "relation"

    def state_field(self, one: SchemaType) -> SchemaField | None:
        """The workflow state: `workflow/state`, else a field whose type is a workflow, else a choice called State."""
        states = [candidate for candidate in one.fields.values() if self.kind(candidate) == "state"]
        if states:
            return min(states, key=lambda state: (state.name != "workflow/state", normalised_name(state.short_name) != "state", state.name))
        named = one.find("State")
        return named if named is not None and self.kind(named) == "choice" else None

    def assignees_field(self, one: SchemaType) -> SchemaField | None:
        """`assignments/assignees`, `assignments/Assignees`, or another collection of people called Assignees."""
        if not any(candidate.is_collection and candidate.type == USER_TYPE for candidate in one.fields.values()):
            return None
        for name in ("assignments/assignees", "assignments/Assignees", "Assignees"):
            found = one.find(name)
            if found is not None and found.is_collection and found.type == USER_TYPE:
                return found
        return None

    @cached_property
    def assignable_types(self) -> tuple[str, ...]:
        """The types of work by name: people are assigned to them, and they have a state."""
        with_people = (one for one in self.types.values() if not one.is_enum and self.assignees_field(one) is not None)
        return tuple(sorted(one.name for one in with_people if self.state_field(one) is not None))

    def comments_field(self, one: SchemaType) -> SchemaField | None:
        """`comments/comments`, when the type has comments."""
        found = one.find("comments/comments")
        return found if found is not None and found.is_collection and found.type == COMMENT_TYPE else None

    def inverse(self, owner: SchemaType, one: SchemaField) -> SchemaField | None:
        """The field of the other side that leads back: of the same relation, else the only one of the owner's type."""
        target = self.types.get(one.type)
        if target is None:
            return None
        back = [other for other in target.fields.values() if other.type == owner.name and other.name != one.name]
        if one.relation is not None and (same := [other for other in back if other.relation == one.relation]):
            return same[0]
        return back[0] if len(back) == 1 else None

    def without(self, fields: Collection[str]) -> WorkspaceSchema:
        """The same without the fields of these full names, which the server says it does not have."""
        kept = {
            name: replace(one, fields={key: value for key, value in one.fields.items() if key not in fields})
            for name, one in self.types.items()
        }
        return WorkspaceSchema(kept, self.etag)


@lru_cache(maxsize=50_000)
def normalised_name(name: str) -> str:
    """Letters and digits only, case folded: `Started Date ` and `🚀 started date` are the same."""
    return "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold()))


def _spellings(full_name: str) -> Sequence[str]:
    return normalised_name(full_name), normalised_name(full_name.partition("/")[2])


def _type(raw: FiberyType) -> SchemaType:
    fields = {one.name: _field(one) for one in raw.fields if not one.is_deleted}
    return SchemaType(raw.name, fields, is_enum=bool(raw.meta.get("fibery/enum?")) or "enum/name" in fields)


def _field(raw: FiberyField) -> SchemaField:
    relation = raw.meta.get("fibery/relation")
    return SchemaField(
        name=raw.name,
        type=raw.type,
        is_collection=bool(raw.meta.get("fibery/collection?")),
        is_title=bool(raw.meta.get("ui/title?")),
        relation=relation if isinstance(relation, str) else None,
        is_computed=any(raw.meta.get(key) for key in _COMPUTED),
    )
