"""`fibery.entity/query`: selects (as a list or as a map), sub-queries, order, limit and offset over the store.

Everything is checked before the first row is read: one unknown field fails its whole query, with no rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from volt_assets.sandbox.fibery_errors import collection_as_vector, invalid_part, missing_part, not_primitive
from volt_assets.sandbox.fibery_paths import PathReader, Reader
from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.fibery_where import where_test
from volt_assets.sandbox.schema import FieldSpec, TypeSpec

MOST_ROWS = 1000
MOST_SUB_ROWS = 100
NO_LIMIT = "q/no-limit"
_SUB_QUERY_KEYS = frozenset({"q/from", "q/select", "q/where", "q/order-by", "q/limit", "q/offset"})


@dataclass(frozen=True)
class QueryRunner:
    """Runs queries; holds no state between them."""

    store: FiberyStore

    def run(self, query: Any, params: Any) -> list[dict[str, Any]]:
        """The rows of a query. Raises CommandError for what Fibery would refuse."""
        if not isinstance(query, dict):
            raise invalid_part("q/query", query)
        for part in ("q/from", "q/select", "q/limit"):
            if part not in query:
                raise missing_part(part)
        spec = self._paths.type_named(query["q/from"])
        table = self._table(spec, query, params if isinstance(params, dict) else {}, MOST_ROWS)
        return table(self.store.rows[spec.name].values())

    @property
    def _paths(self) -> PathReader:
        return PathReader(self.store)

    def _table(
        self, spec: TypeSpec, query: Mapping[str, Any], params: Mapping[str, Any], most: int
    ) -> Callable[[Iterable[Row]], list[dict[str, Any]]]:
        """From candidate rows to the rows of the answer."""
        select = self._select(spec, query["q/select"], params)
        test = where_test(self._paths, spec, query["q/where"], params) if query.get("q/where") is not None else None
        order = self._order(spec, query.get("q/order-by"))
        limit, offset = _limit(query["q/limit"], most), query.get("q/offset") or 0
        if not isinstance(offset, int) or offset < 0:
            raise invalid_part("q/offset", offset)

        def answer(rows: Iterable[Row]) -> list[dict[str, Any]]:
            found = [row for row in rows if test is None or test(row)]
            for key, descends in reversed(order):
                found.sort(key=key, reverse=descends)
            page = found[offset:] if limit is None else found[offset : offset + limit]
            return [select(row) for row in page]

        return answer

    def _order(self, spec: TypeSpec, expression: Any) -> list[tuple[Reader, bool]]:
        keys: list[tuple[Reader, bool]] = []
        if not isinstance(expression, list | None):
            raise invalid_part("q/order-by", expression)
        for part in expression or []:
            if not isinstance(part, list) or len(part) != 2 or part[1] not in ("q/asc", "q/desc"):  # noqa: PLR2004 -- a path and a direction
                raise invalid_part("q/order-by", expression)
            fields = self._paths.value_path(spec, part[0])
            keys.append((self._sort_key(fields), part[1] == "q/desc"))
        return keys

    def _sort_key(self, fields: list[FieldSpec]) -> Reader:
        is_number = fields[-1].type in ("fibery/int", "fibery/decimal")

        def key(row: Row) -> tuple[bool, Any]:
            value = next(iter(self._paths.values(row, fields)), None)
            return (value is not None, (float(value) if is_number else str(value)) if value is not None else 0)

        return key

    def _select(self, spec: TypeSpec, select: Any, params: Mapping[str, Any]) -> Callable[[Row], dict[str, Any]]:
        if isinstance(select, dict):
            readers = {alias: self._aliased(spec, expression, params) for alias, expression in select.items()}
        elif isinstance(select, list):
            readers = {}
            for item in select:
                readers.update(self._listed(spec, item, params))
        else:
            raise invalid_part("q/select", select)
        return lambda row: {name: read(row) for name, read in readers.items()}

    def _listed(self, spec: TypeSpec, item: Any, params: Mapping[str, Any]) -> dict[str, Reader]:
        """An item of a list: a value's name, or {relation: its own select}."""
        if isinstance(item, str):
            return {item: self._value(spec, [item])}
        if not isinstance(item, dict):
            raise invalid_part("q/select", item)
        return {name: self._relation_or_alias(spec, name, inner, params) for name, inner in item.items()}

    def _relation_or_alias(self, spec: TypeSpec, name: str, inner: Any, params: Mapping[str, Any]) -> Reader:
        if name not in spec.fields and (_is_expression(inner) or (isinstance(inner, dict) and "q/from" in inner)):
            return self._aliased(spec, inner, params)
        field = self._paths.field_named(spec, name)
        if field.is_primitive:
            raise not_primitive(spec.name, [name])
        return self._related(spec, [field], inner, params)

    def _aliased(self, spec: TypeSpec, expression: Any, params: Mapping[str, Any]) -> Reader:
        """The right-hand side of a map: a path, a sub-query, or a count."""
        if _is_expression(expression):
            return self._count(spec, expression)
        if isinstance(expression, (str, list)):
            return self._value(spec, expression)
        if not isinstance(expression, dict) or "q/from" not in expression:
            raise invalid_part("q/select", expression)
        fields = self._paths.fields_of(spec, expression["q/from"])
        if fields[-1].is_primitive:
            raise not_primitive(spec.name, [field.name for field in fields])
        return self._related(spec, fields, expression, params)

    def _value(self, spec: TypeSpec, path: Any) -> Reader:
        fields = self._paths.value_path(spec, path)
        through_collection = next((field for field in fields if field.is_collection), None)
        if through_collection is not None:
            raise collection_as_vector(spec.name, through_collection.name)
        return lambda row: next(iter(self._paths.values(row, fields)), None)

    def _count(self, spec: TypeSpec, expression: list[Any]) -> Reader:
        if expression[0] != "q/count" or len(expression) != 2:  # noqa: PLR2004 -- the operator and a path
            raise invalid_part("q/select", expression)
        fields = self._paths.fields_of(spec, expression[1])
        relations = fields[:-1] if fields[-1].is_primitive else fields
        return lambda row: len(self._paths.related(row, relations))

    def _related(self, spec: TypeSpec, fields: list[FieldSpec], inner: Any, params: Mapping[str, Any]) -> Reader:
        target = self.store.types[fields[-1].type]
        if any(field.is_collection for field in fields):
            if not isinstance(inner, dict) or not _SUB_QUERY_KEYS & set(inner):
                raise collection_as_vector(spec.name, fields[-1].name)
            for part in ("q/select", "q/limit"):
                if part not in inner:
                    raise missing_part(part)
            table, first = self._table(target, inner, params, MOST_SUB_ROWS), fields[0]
            # A collection that never had a member is null, one that lost its last is empty.
            return lambda row: None if row.get(first.name) is None else table(self._paths.related(row, fields))
        inner_select = inner["q/select"] if isinstance(inner, dict) and "q/select" in inner else inner
        select = self._select(target, inner_select, params)
        return lambda row: next((select(other) for other in self._paths.related(row, fields)), None)


def _is_expression(inner: Any) -> bool:
    return isinstance(inner, list) and bool(inner) and isinstance(inner[0], str) and inner[0].startswith("q/")


def _limit(value: Any, most: int) -> int | None:
    """Rows to give. Sub-queries stop at 100 silently; at the top level more than 1000 is refused."""
    if value == NO_LIMIT:
        return most if most == MOST_SUB_ROWS else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or (most == MOST_ROWS and value > most):
        raise invalid_part("q/limit", value)
    return min(value, most)
