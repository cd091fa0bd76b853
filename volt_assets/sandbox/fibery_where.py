"""`q/where`: conditions as a test of rows. Values come only through `params`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from volt_assets.sandbox.fibery_errors import CommandError, invalid_part
from volt_assets.sandbox.fibery_paths import PathReader
from volt_assets.sandbox.fibery_store import Row
from volt_assets.sandbox.schema import TypeSpec

Test = Callable[[Row], bool]


def _comparable(value: Any, param: Any) -> bool:
    return value is not None and param is not None and isinstance(value, str) == isinstance(param, str)


def _contains(value: Any, param: Any) -> bool:
    return isinstance(value, str) and isinstance(param, str) and param.lower() in value.lower()


def _within(value: Any, param: Any) -> bool:
    return value in param


_SOME: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, param: value == param,
    "<": lambda value, param: _comparable(value, param) and value < param,
    "<=": lambda value, param: _comparable(value, param) and value <= param,
    ">": lambda value, param: _comparable(value, param) and value > param,
    ">=": lambda value, param: _comparable(value, param) and value >= param,
    "q/contains": _contains,
    "q/in": _within,
}
"""True when one of the values at the end of the path passes."""
_NONE = {"!=": "=", "q/not-contains": "q/contains", "q/not-in": "q/in"}
"""True when none of them does."""
_LIST_OPERATORS = ("q/in", "q/not-in")


def where_test(paths: PathReader, spec: TypeSpec, expression: Any, params: Mapping[str, Any]) -> Test:
    """A test for rows of `spec`. Raises CommandError for what Fibery would refuse."""
    if not isinstance(expression, list) or not expression or not isinstance(expression[0], str):
        raise invalid_part("q/where", expression)
    operator, operands = expression[0], expression[1:]
    if operator in ("q/and", "q/or"):
        tests = [where_test(paths, spec, operand, params) for operand in operands]
        return (lambda row: all(test(row) for test in tests)) if operator == "q/and" else (lambda row: any(test(row) for test in tests))
    if operator not in (*_SOME, *_NONE) or len(operands) != 2:  # noqa: PLR2004 -- a field and a value
        raise invalid_part("q/where", expression)
    fields = paths.value_path(spec, operands[0])
    param = _param(operands[1], params)
    if operator in _LIST_OPERATORS and not isinstance(param, list):
        raise invalid_part("q/where", expression)
    compare = _SOME[_NONE.get(operator, operator)]
    if operator in _NONE:
        return lambda row: not any(compare(value, param) for value in paths.values(row, fields))
    if operator == "=" and param is None:
        return lambda row: all(value is None for value in paths.values(row, fields))
    if operator == "q/in":
        return _membership(paths, fields, param)
    return lambda row: any(compare(value, param) for value in paths.values(row, fields))


def _membership(paths: PathReader, fields: Any, param: list[Any]) -> Test:
    """`q/in` with many values: a set, so that a thousand numbers cost no more than one."""
    wanted = {value for value in param if isinstance(value, (str, int, float, bool))}
    return lambda row: any(value in wanted for value in paths.values(row, fields) if not isinstance(value, (dict, list)))


def _param(operand: Any, params: Mapping[str, Any]) -> Any:
    if not isinstance(operand, str) or not operand.startswith("$"):
        raise invalid_part("q/where", operand)
    if operand not in params:
        raise CommandError("entity.error/query-param-not-found", f'"{operand}" parameter was not found.', param=operand)
    return params[operand]
