"""Fibery's GraphQL of one Space: `findTasks(publicId: {in: [...]}, limit: 100) { … }` in camelCase, default limit 100."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, SelectionSetNode, Undefined, parse, value_from_ast_untyped

from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.schema import DOCUMENT, TypeSpec

DEFAULT_LIMIT = 100
_CONDITIONS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "isNot": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value in wanted,
    "notIn": lambda value, wanted: value not in wanted,
    "contains": lambda value, wanted: str(wanted).lower() in str(value).lower(),
}


_OF_LISTS = ("in", "notIn")


def camel_case(name: str) -> str:
    """`Planned End` -> `plannedEnd`, `public-id` -> `publicId`."""
    words = [word for word in re.split(r"[^0-9A-Za-z]+", name.partition("/")[2] or name) if word]
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return joined[:1].lower() + joined[1:]


@dataclass(frozen=True)
class GraphQlSpace:
    """The find queries of one Space."""

    store: FiberyStore
    space: str

    def execute(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a document: `data`, or `errors` when anything in it is unknown."""
        try:
            definitions = [node for node in parse(document).definitions if isinstance(node, OperationDefinitionNode)]
            data: dict[str, Any] = {}
            for operation in definitions[:1]:
                for node in _fields(operation.selection_set):
                    data[_answer_name(node)] = self._find(node, variables)
        except GraphQLError as error:
            return {"errors": [{"message": error.message}]}
        return {"data": data}

    def _find(self, node: FieldNode, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
        spec = next((spec for spec in self._types() if node.name.value == f"find{_plural(camel_case(spec.name))}"), None)
        if spec is None:
            raise GraphQLError(f"Cannot query field '{node.name.value}' on type 'Query'.")
        arguments = {one.name.value: value_from_ast_untyped(one.value, dict(variables)) for one in node.arguments}
        limit, offset = _whole(arguments, "limit") or DEFAULT_LIMIT, _whole(arguments, "offset")
        rows = [row for row in self.store.rows[spec.name].values() if self._passes(spec, row, arguments)]
        return [self._write(spec, row, node.selection_set) for row in rows[offset : offset + limit]]

    def _types(self) -> list[TypeSpec]:
        return [spec for spec in self.store.types.values() if spec.space == self.space and not spec.is_enum and not spec.is_deleted]

    def _passes(self, spec: TypeSpec, row: Row, arguments: Mapping[str, Any]) -> bool:
        for name, conditions in arguments.items():
            value = row.get(self._names(spec, name))
            if not isinstance(conditions, dict | None):
                raise GraphQLError(f"Expected conditions for '{name}', found {conditions!r:.40}.")
            for condition, wanted in (conditions or {}).items():
                if condition not in _CONDITIONS or (condition in _OF_LISTS and not isinstance(wanted, list)):
                    raise GraphQLError(f"Unknown condition '{condition}: {wanted!r:.40}'.")
                if not _CONDITIONS[condition](value, wanted):
                    return False
        return True

    def _names(self, spec: TypeSpec, camel: str) -> str:
        field = next((field.name for field in spec.fields.values() if not field.is_deleted and camel_case(field.name) == camel), None)
        if field is None:
            raise GraphQLError(f"Cannot query field '{camel}' on type '{spec.name}'.")
        return field

    def _write(self, spec: TypeSpec, row: Row, selection: SelectionSetNode | None) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for node in _fields(selection):
            field = spec.fields[self._names(spec, node.name.value)]
            value = row.get(field.name)
            if field.is_primitive == bool(node.selection_set):
                raise GraphQLError(f"Field '{node.name.value}' must {'not ' * field.is_primitive}have a selection of subfields.")
            if not field.is_primitive:
                value = self._write_related(field.type, value, node)
            answer[_answer_name(node)] = value
        return answer

    def _write_related(self, type_name: str, value: Any, node: FieldNode) -> Any:
        if type_name == DOCUMENT:
            return None if value is None else self._write_document(value, node)
        target, rows = self.store.types[type_name], self.store.rows[type_name]
        if isinstance(value, list):
            return [self._write(target, rows[one], node.selection_set) for one in value[:DEFAULT_LIMIT]]
        return None if value is None else self._write(target, rows[value], node.selection_set)

    def _write_document(self, entity_id: str, node: FieldNode) -> dict[str, Any]:
        secret = self.store.rows[DOCUMENT][entity_id]["Collaboration~Documents/secret"]
        content = self.store.documents[secret]
        known = {"md": content, "text": content, "secret": secret}
        unknown = next((inner.name.value for inner in _fields(node.selection_set) if inner.name.value not in known), None)
        if unknown is not None:
            raise GraphQLError(f"Cannot query field '{unknown}' on type 'RichField'.")
        return {_answer_name(inner): known[inner.name.value] for inner in _fields(node.selection_set)}


def _whole(arguments: dict[str, Any], name: str) -> int:
    """A whole number among the arguments, taken out of them; 0 when it is left out."""
    value = arguments.pop(name, None)
    if value is None or value is Undefined:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GraphQLError(f"Expected a number that is not negative for '{name}', found {value!r:.40}.")
    return value


def _answer_name(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _fields(selection: SelectionSetNode | None) -> list[FieldNode]:
    return [node for node in selection.selections if isinstance(node, FieldNode)] if selection else []


def _plural(camel: str) -> str:
    name = camel[:1].upper() + camel[1:]
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
