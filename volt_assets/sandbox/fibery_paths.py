"""Field paths: from a row through relations to a value, checked against the schema before any row is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.sandbox.fibery_errors import field_not_found, invalid_part, not_primitive, type_not_found
from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.schema import FieldSpec, TypeSpec

Reader = Callable[[Row], Any]


@dataclass(frozen=True)
class PathReader:
    """Resolves types, fields and paths of one workspace. Deleted ones count as not there."""

    store: FiberyStore

    def type_named(self, name: Any) -> TypeSpec:
        """The type, or Fibery's error."""
        spec = self.store.types.get(name) if isinstance(name, str) else None
        if spec is None or spec.is_deleted:
            raise type_not_found(name)
        return spec

    def field_named(self, spec: TypeSpec, name: Any) -> FieldSpec:
        """The field, or Fibery's error."""
        field = spec.fields.get(name) if isinstance(name, str) else None
        if field is None or field.is_deleted:
            raise field_not_found(spec.name, name)
        return field

    def fields_of(self, spec: TypeSpec, path: Any) -> list[FieldSpec]:
        """Every field of a path; a bare name is a path of one."""
        names = [path] if isinstance(path, str) else path
        if not isinstance(names, list) or not names:
            raise invalid_part("q/field", path)
        fields: list[FieldSpec] = []
        for position, name in enumerate(names):
            field = self.field_named(spec, name)
            fields.append(field)
            if position + 1 < len(names):
                if field.is_primitive:
                    raise field_not_found(field.type, names[position + 1])
                spec = self.store.types[field.type]
        return fields

    def value_path(self, spec: TypeSpec, path: Any) -> list[FieldSpec]:
        """The fields of a path that ends in a value."""
        fields = self.fields_of(spec, path)
        if not fields[-1].is_primitive:
            raise not_primitive(spec.name, [field.name for field in fields])
        return fields

    def values(self, row: Row, fields: Sequence[FieldSpec]) -> Iterator[Any]:
        """Every value at the end of a path: one through to-one relations, any number through collections."""
        field, rest = fields[0], fields[1:]
        value = row.get(field.name)
        if not rest:
            yield value
            return
        if value is None:
            if not field.is_collection:
                yield None
            return
        for entity_id in value if field.is_collection else (value,):
            yield from self.values(self.store.rows[field.type][entity_id], rest)

    def related(self, row: Row, fields: Sequence[FieldSpec]) -> list[Row]:
        """The entities at the end of a path of relations."""
        rows = [row]
        for field in fields:
            ids = [row.get(field.name) for row in rows]
            flat = [one for ref in ids if ref is not None for one in (ref if isinstance(ref, list) else [ref])]
            rows = [self.store.rows[field.type][one] for one in flat]
        return rows
