"""How a Fibery schema is described here, and how it is written for `fibery.schema/query` and `GET /api/schema`.

Belongs here: the two specs, the reading of the short notation, the wire form. The company's own types are in
company_schema.py; entities are in fibery_store.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha1
from typing import Any
from uuid import NAMESPACE_URL

DOCUMENT = "Collaboration~Documents/Document"
USER = "fibery/user"
COMMENT = "comments/comment"
PRIMITIVES = {
    name: f"fibery/{name}"
    for name in (
        "text",
        "int",
        "decimal",
        "bool",
        "date",
        "date-time",
        "date-range",
        "date-time-range",
        "uuid",
        "url",
        "email",
        "json-value",
    )
}
STATES_UNLESS_NAMED = "To Do:Not started|In Progress:Started|In review:Started|Done:Finished:final|Won't do:Finished:final"


@dataclass(frozen=True)
class FieldSpec:
    """A field: of a primitive type, of another type (to-one), or a collection of another type."""

    name: str
    type: str
    is_collection: bool = False
    is_deleted: bool = False
    is_title: bool = False
    inverse: str | None = None
    """For relations: the field at the other end."""

    @property
    def is_primitive(self) -> bool:
        """A value, not an entity."""
        return self.type in _PRIMITIVE_TYPES


@dataclass(frozen=True)
class TypeSpec:
    """A database, an enum, or a system type, with its fields by name in the order of the schema."""

    name: str
    fields: Mapping[str, FieldSpec]
    is_deleted: bool = False
    is_enum: bool = False
    options: tuple[tuple[str, str | None, bool], ...] = ()
    """For enums and workflows: (name, workflow type, is final)."""

    def field_named(self, display_name: str) -> FieldSpec | None:
        """The first field whose name after the slash is exactly this one."""
        return self._by_display_name.get(display_name)

    @cached_property
    def _by_display_name(self) -> dict[str, FieldSpec]:
        return {name.partition("/")[2]: field for name, field in reversed(list(self.fields.items()))}

    @property
    def space(self) -> str:
        """The part before the slash."""
        return self.name.partition("/")[0]


_PRIMITIVE_TYPES = frozenset(PRIMITIVES.values())
_SYSTEM_FIELDS = (
    FieldSpec("fibery/id", "fibery/uuid"),
    FieldSpec("fibery/public-id", "fibery/text"),
    FieldSpec("fibery/creation-date", "fibery/date-time"),
    FieldSpec("fibery/modification-date", "fibery/date-time"),
    FieldSpec("fibery/created-by", USER),
)
_NOTATION = re.compile(r"(?P<name>[^:!]*?)(?:(?P<title>!)|: (?P<value>.+)| (?P<kind>->|<>) (?P<target>.+))?")


def stable_id(*parts: object) -> str:
    """A UUID that depends on nothing but the parts: the fifth version's, written by hand because a large company has a million."""
    digest = bytearray(sha1(NAMESPACE_URL.bytes + "/".join(map(str, parts)).encode(), usedforsecurity=False).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    written = digest.hex()
    return f"{written[:8]}-{written[8:12]}-{written[12:16]}-{written[16:20]}-{written[20:]}"


def read_types(notes: Mapping[str, Iterable[str]], *, deleted: frozenset[str]) -> dict[str, TypeSpec]:
    """The types of a workspace from the notation of company_schema.py, relations completed at both ends."""
    types: dict[str, TypeSpec] = {}
    far_ends: list[tuple[str, FieldSpec]] = []
    for type_name, fields in notes.items():
        own = {field.name: field for field in _SYSTEM_FIELDS}
        for note in fields:
            field, extra, far_end = _read_field(type_name, note)
            own[field.name] = field
            types.update({enum.name: enum for enum in extra})
            far_ends += far_end
        types[type_name] = TypeSpec(type_name, own, is_deleted=type_name in deleted)
    for target, field in far_ends:
        types[target] = replace(types[target], fields={**types[target].fields, field.name: field})
    return types


def _read_field(type_name: str, note: str) -> tuple[FieldSpec, list[TypeSpec], list[tuple[str, FieldSpec]]]:
    space = type_name.partition("/")[0]
    match = _NOTATION.fullmatch(note.removeprefix("-"))
    if match is None:
        raise ValueError(f"{type_name}: cannot read the field '{note}'")
    name, rest, is_deleted = match["name"], match["value"] or match["target"] or "", note.startswith("-")
    if name in ("state", "assignees", "comments"):
        return _extension(type_name, name, rest)
    full = name if "/" in name else f"{space}/{name}"
    if match["title"]:
        return FieldSpec(full, "fibery/text", is_title=True), [], []
    if match["kind"]:
        return _relation(type_name, full, match["kind"], rest)
    if rest.startswith("enum("):
        enum_type = f"{full}_{type_name}"
        options = tuple((option, None, False) for option in rest[5:-1].split("|"))
        return FieldSpec(full, enum_type), [_enum(enum_type, options)], []
    return FieldSpec(full, DOCUMENT if rest == "doc" else PRIMITIVES[rest], is_deleted=is_deleted), [], []


def _extension(type_name: str, kind: str, rest: str) -> tuple[FieldSpec, list[TypeSpec], list[tuple[str, FieldSpec]]]:
    if kind == "comments":
        return FieldSpec("comments/comments", COMMENT, is_collection=True), [], []
    if kind == "assignees":
        return FieldSpec(rest or "assignments/assignees", USER, is_collection=True), [], []
    field_name, _, options = rest.partition(" = ")
    enum_type = f"{field_name or 'workflow/state'}_{type_name}"
    states = [option.split(":") for option in (options or STATES_UNLESS_NAMED).split("|")]
    enum = _enum(enum_type, tuple((state[0], state[1], state[-1] == "final") for state in states))
    return FieldSpec(field_name or "workflow/state", enum_type), [enum], []


def _relation(type_name: str, full: str, kind: str, rest: str) -> tuple[FieldSpec, list[TypeSpec], list[tuple[str, FieldSpec]]]:
    target, _, far_name = rest.partition(" . ")
    far_full = f"{target.partition('/')[0]}/{far_name}"
    near = FieldSpec(full, target, is_collection=kind == "<>", inverse=far_full)
    return near, [], [(target, FieldSpec(far_full, type_name, is_collection=True, inverse=full))]


def _enum(name: str, options: tuple[tuple[str, str | None, bool], ...]) -> TypeSpec:
    fields = {
        "fibery/id": _SYSTEM_FIELDS[0],
        "fibery/public-id": _SYSTEM_FIELDS[1],
        "enum/name": FieldSpec("enum/name", "fibery/text", is_title=True),
    }
    if options and options[0][1] is not None:
        fields["workflow/Final"] = FieldSpec("workflow/Final", "fibery/bool")
        fields["workflow/Type"] = FieldSpec("workflow/Type", "fibery/text")
    return TypeSpec(name, fields, is_enum=True, options=options)


def wire_schema(types: Mapping[str, TypeSpec]) -> dict[str, Any]:
    """The result of `fibery.schema/query`: every type and field, the deleted ones too."""
    primitive = [_wire_type(TypeSpec(name, {}), {"fibery/primitive?": True}) for name in PRIMITIVES.values()]
    own = [_wire_type(spec, {"fibery/enum?": True} if spec.is_enum else {"fibery/domain?": "/" in spec.name}) for spec in types.values()]
    return {
        "fibery/id": stable_id("schema"),
        "fibery/version": 15738,
        "fibery/types": primitive + own,
        "fibery/meta": {"fibery/rel-version": "1.0.67"},
    }


def _wire_type(spec: TypeSpec, meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fibery/name": spec.name,
        "fibery/id": stable_id("type", spec.name),
        "fibery/deleted?": spec.is_deleted,
        "fibery/meta": dict(meta),
        "fibery/fields": [_wire_field(spec, field) for field in spec.fields.values()],
    }


def _wire_field(spec: TypeSpec, field: FieldSpec) -> dict[str, Any]:
    meta: dict[str, Any] = {"fibery/secured?": field.name not in ("fibery/id", "fibery/public-id")}
    if field.is_title:
        meta["ui/title?"] = True
    if field.is_collection:
        meta["fibery/collection?"] = True
    if field.inverse is not None:
        ends = sorted([f"{spec.name} {field.name}", f"{field.type} {field.inverse}"])
        meta["fibery/relation"] = stable_id("relation", *ends)
    return {
        "fibery/name": field.name,
        "fibery/type": field.type,
        "fibery/id": stable_id("field", spec.name, field.name),
        "fibery/deleted?": field.is_deleted,
        "fibery/meta": meta,
    }
