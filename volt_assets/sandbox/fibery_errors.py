"""The errors of Fibery's commands, with the names and messages it uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class CommandError(Exception):
    """A command that answers 200 with success false."""

    def __init__(self, name: str, message: str, **data: Any) -> None:
        """`name` is Fibery's own, e.g. entity.error/schema-field-not-found."""
        super().__init__(message)
        self.name, self.message, self.data = name, message, data

    def answer(self) -> dict[str, Any]:
        """The result as on the wire."""
        result: dict[str, Any] = {"name": self.name, "message": self.message}
        if self.data:
            result["data"] = self.data
        return {"success": False, "result": result}


def type_not_found(type_name: Any) -> CommandError:
    """A database that does not exist, or was deleted."""
    return CommandError("entity.error/schema-type-not-found", f'"{type_name}" database was not found.', type=type_name)


def field_not_found(type_name: str, field_name: Any) -> CommandError:
    """A field that does not exist, or was deleted."""
    return CommandError(
        "entity.error/schema-field-not-found",
        f'"{field_name}" field was not found in "{type_name}" database.',
        type=type_name,
        field=[field_name],
    )


def not_primitive(type_name: str, path: Sequence[Any]) -> CommandError:
    """A relation where a value is needed."""
    return CommandError(
        "entity.error/query-primitive-field-expr-invalid",
        f'"{"/".join(map(str, path))}" is not a primitive field of "{type_name}" database.',
        type=type_name,
        field=list(path),
    )


def collection_as_vector(type_name: str, field_name: str) -> CommandError:
    """A collection selected like a to-one relation."""
    return CommandError(
        "entity.error/query-select-collection-field-vector-shape-invalid",
        f'"{field_name}" of "{type_name}" database is a collection: select it with q/select and q/limit.',
        type=type_name,
        field=[field_name],
    )


def missing_part(part: str) -> CommandError:
    """A query without one of the required parts."""
    return CommandError(f"entity.error/query-{part.removeprefix('q/')}-expr-not-found", f'"{part}" is required in a query.')


def invalid_part(part: str, value: Any) -> CommandError:
    """A part of a query that cannot be read."""
    return CommandError(f"entity.error/query-{part.removeprefix('q/')}-expr-invalid", f'"{part}" expression is invalid: {value!r:.200}')
