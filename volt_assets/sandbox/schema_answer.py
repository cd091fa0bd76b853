"""An instance of any JSON schema, its strings written from facts: what a model that keeps to a response format answers.

Belongs here: shapes. The sentences are fact_sentences.py. Where the facts have nothing for a place, it holds the least that
the schema allows, never something invented.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.sandbox.fact_sentences import FactTeller

_DEEPEST = 12
_MOST_MEMBERS = 50
Schema = Mapping[str, Any]


def answer_for(schema: Any, teller: FactTeller, sections: Sequence[str]) -> Any:
    """An instance of `schema` about the facts of `teller`; `sections` fill an object whose names are free."""
    root = schema if isinstance(schema, Mapping) else {}
    return _Shaper(root, teller, tuple(sections), json.dumps(teller.facts, ensure_ascii=False)).instance(root, "", 0)


@dataclass(frozen=True)
class _Shaper:
    root: Schema
    teller: FactTeller
    sections: tuple[str, ...]
    facts: str
    """The facts as text: a member of a closed list counts as meant when it stands there."""

    def instance(self, schema: Any, name: str, depth: int) -> Any:
        """The value of a place; `name` is the property or the member of a closed list that it is about."""
        schema = self._resolved(schema, depth)
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return next(iter(self._meant(schema["enum"])), schema["enum"][0])
        kinds = _kinds(schema)
        if depth > _DEEPEST:
            return None if "null" in kinds else [] if "array" in kinds else {}
        if "object" in kinds or "array" in kinds:
            return self._object(schema, name, depth) if "object" in kinds else self._array(schema, name, depth)
        return self._plain(schema, name, kinds)

    def _plain(self, schema: Schema, name: str, kinds: Sequence[str]) -> Any:
        text = _fitting(self.teller.about(name or "summary"), schema.get("maxLength")) if "string" in kinds else ""
        if "null" in kinds and not text:
            return None
        if "string" in kinds:
            return text
        return False if "boolean" in kinds else schema.get("minimum", 0)

    def _resolved(self, schema: Any, depth: int) -> Schema:
        """Without references and alternatives: the first alternative that is not null, unless the end has to be near."""
        for _ in range(_DEEPEST):
            if not isinstance(schema, Mapping):
                return {}
            if isinstance(schema.get("$ref"), str):
                schema = self._referenced(schema["$ref"])
            elif isinstance(schema.get("allOf"), list):
                schema = _merged([{key: value for key, value in schema.items() if key != "allOf"}, *schema["allOf"]])
            elif alternatives := next((schema[key] for key in ("anyOf", "oneOf") if isinstance(schema.get(key), list)), None):
                nulls = [one for one in alternatives if isinstance(one, Mapping) and one.get("type") == "null"]
                others = [one for one in alternatives if one not in nulls]
                schema = next(iter(nulls if nulls and depth > 1 else others or nulls), {})
            else:
                return schema
        return {}

    def _referenced(self, reference: str) -> Any:
        found: Any = self.root
        for part in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
        return found

    def _object(self, schema: Schema, name: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties")
        if isinstance(properties, Mapping) and properties:
            about = next((one for one in properties if self._members(properties[one])), None)
            subject = name if about is not None and name in self._members(properties[about]) else None
            return {
                key: subject if key == about and subject else self.instance(inner, subject or key, depth + 1)
                for key, inner in properties.items()
            }
        free = schema.get("additionalProperties")
        return {section: self.instance(free, section, depth + 1) for section in self.sections} if free is not False else {}

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        items = self._resolved(schema.get("items"), depth)
        least, most = _number(schema, "minItems", 0), _number(schema, "maxItems", _MOST_MEMBERS)
        if isinstance(items.get("enum"), list):
            found = self._meant(items["enum"]) or items["enum"][:least]
        elif subjects := self._subjects(items):
            found = [self.instance(items, subject, depth + 1) for subject in subjects]
        elif "string" in _kinds(items):
            found = [self.instance(items, name, depth + 1)]
        else:
            found = [self.instance(items, name, depth + 1) for _ in range(least)]
        return found[:most]

    def _subjects(self, items: Schema) -> list[str]:
        """The members of the closed list that says what each object of an array is about."""
        properties = items.get("properties")
        lists = [self._members(inner) for inner in properties.values()] if isinstance(properties, Mapping) else []
        return next((members for members in lists if members), [])

    def _members(self, schema: Any) -> list[str]:
        members = self._resolved(schema, 0).get("enum")
        return members if isinstance(members, list) and all(isinstance(one, str) for one in members) else []

    def _meant(self, members: Sequence[Any]) -> list[Any]:
        return [one for one in members if json.dumps(one, ensure_ascii=False) in self.facts][:_MOST_MEMBERS]


def _kinds(schema: Schema) -> tuple[str, ...]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return (kind,)
    if isinstance(kind, list) and kind:
        return tuple(str(one) for one in kind)
    if schema.get("properties") or "additionalProperties" in schema:
        return ("object",)
    return ("array",) if "items" in schema else ("string",)


def _merged(parts: Sequence[Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Mapping):
            own = part.get("properties")
            properties = {**result.get("properties", {}), **(own if isinstance(own, Mapping) else {})}
            result = {**result, **part, "properties": properties}
    return result


def _number(schema: Schema, name: str, unless_said: int) -> int:
    value = schema.get(name)
    return value if isinstance(value, int) and 0 <= value <= _MOST_MEMBERS else unless_said


def _fitting(text: str, longest: Any) -> str:
    """As many whole sentences as fit."""
    if not isinstance(longest, int) or len(text) <= longest:
        return text
    return text[:longest].rpartition(". ")[0] + ("." if ". " in text[:longest] else "")
