"""A Fibery of one type, in memory: answers queries by their `q/where`, `q/order-by` and `q/limit`, as the facts say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from volt_assets_tests.clients.loopback_server import Asked, Told


@dataclass
class SmallWorkspace:
    """`rows` of Scrum/Task with ids in no order; pages above `slow_above` rows time out."""

    count: int
    slow_above: int = 10_000
    limits: list[int] = field(default_factory=list)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [{"fibery/id": f"{number * 7919 % 100_003:08d}", "fibery/public-id": str(number)} for number in range(1, self.count + 1)]

    def __call__(self, asked: Asked) -> Told:
        return Told([self._answer(command["args"]) for command in asked.json])

    def _answer(self, args: dict[str, Any]) -> dict[str, Any]:
        query, params = args["query"], args["params"]
        self.limits.append(query["q/limit"])
        if query["q/from"] != "Scrum/Task":
            error = {"name": "entity.error/schema-type-not-found", "message": f'"{query["q/from"]}" database was not found.'}
            return {"success": False, "result": error}
        if query["q/limit"] > self.slow_above:
            return {"success": False, "result": {"name": "entity.error/unknown", "message": "Query timeout exceeded"}}
        rows = [row for row in self.rows if _holds(query.get("q/where"), row, params)]
        if query.get("q/order-by") == [[["fibery/id"], "q/asc"]]:
            rows.sort(key=lambda row: str(row["fibery/id"]))
        return {"success": True, "result": [_selected(query["q/select"], row) for row in rows[: query["q/limit"]]]}


def _selected(select: Any, row: dict[str, Any]) -> dict[str, Any]:
    if isinstance(select, dict):
        return {key: row[expression if isinstance(expression, str) else expression[0]] for key, expression in select.items()}
    return {name: row[name] for name in select}


def _holds(where: Any, row: dict[str, Any], params: dict[str, Any]) -> bool:
    if where is None:
        return True
    operator, *arguments = where
    if operator == "q/and":
        return all(_holds(part, row, params) for part in arguments)
    (key,), name = arguments
    if operator == ">":
        return bool(row[key] > params[name])
    return bool(row[key] in params[name] if operator == "q/in" else row[key] == params[name])
