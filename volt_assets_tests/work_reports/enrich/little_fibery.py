"""A few types and rows behind the documented Commands, schema and documents API, with every quirk at a test's command.

Rows hold other rows: a to-one relation is the other row, a collection a list of rows, or null when empty.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from volt_assets_tests.clients.loopback_server import Asked, Told

Row = dict[str, Any]
SUB_QUERY_ROWS = 100
SYSTEM = {
    "fibery/id": "fibery/uuid",
    "fibery/public-id": "fibery/text",
    "fibery/creation-date": "fibery/date-time",
    "fibery/modification-date": "fibery/date-time",
}
STATE = {"enum/name": "fibery/text", "workflow/Final": "fibery/bool", "workflow/Type": "fibery/text"}
DOCUMENT = "Collaboration~Documents/Document"
WORKFLOW = "workflow/state_Scrum/Task"
TYPES: dict[str, dict[str, str]] = {
    "fibery/user": {"user/name": "fibery/text", "user/email": "fibery/email"},
    "comments/comment": {
        "comment/author": "fibery/user",
        "comment/document-secret": "fibery/text",
        "comments/parent": "comments/comment",
        "Scrum/Bug": "Scrum/Bug",
    },
    DOCUMENT: {"Collaboration~Documents/secret": "fibery/text", "Collaboration~Documents/modification-date": "fibery/date-time"},
    WORKFLOW: STATE,
    "Scrum/Severity_Scrum/Bug": {"enum/name": "fibery/text"},
    "Scrum/Epic": {"Scrum/Name": "fibery/text", "workflow/state": WORKFLOW},
    "Scrum/Sprint": {"Scrum/name": "fibery/text", "Scrum/Planned dates": "fibery/date-range"},
    "Scrum/Feature": {
        "Scrum/name": "fibery/text",
        "Scrum/description": DOCUMENT,
        "workflow/state": WORKFLOW,
        "Scrum/Dev Actual Start Date": "fibery/date-time",
        "Scrum/Dev Actual End Date": "fibery/date-time",
        "Scrum/Actual Release Date": "fibery/date",
        "Scrum/Dev Planned End Date": "fibery/date",
        "Scrum/Epic": "Scrum/Epic",
        "Scrum/Tasks": "Scrum/Task*",
        "Scrum/Bugs": "Scrum/Bug*",
    },
    "Scrum/Task": {
        "Scrum/Name": "fibery/text",
        "Scrum/Description": DOCUMENT,
        "workflow/state": WORKFLOW,
        "assignments/assignees": "fibery/user*",
        "comments/comments": "comments/comment*",
        "Scrum/Started Date": "fibery/date-time",
        "Scrum/Completion Date": "fibery/date-time",
        "Scrum/Planned End": "fibery/date",
        "Scrum/Story Points 🎯": "fibery/decimal",
        "Scrum/Sprint": "Scrum/Sprint",
        "Scrum/Epic": "Scrum/Epic",
        "Scrum/Acceptance Criteria ": DOCUMENT,
        "Scrum/Feature": "Scrum/Feature",
        "Scrum/Old Estimate": "deleted fibery/int",
    },
    "Scrum/Bug": {
        "Scrum/name": "fibery/text",
        "workflow/state": WORKFLOW,
        "assignments/assignees": "fibery/user*",
        "comments/comments": "comments/comment*",
        "Scrum/Started Date": "fibery/date-time",
        "Scrum/Completion Date": "fibery/date-time",
        "Scrum/Planned End": "fibery/date",
        "Scrum/Severity": "Scrum/Severity_Scrum/Bug",
        "Scrum/Feature": "Scrum/Feature",
    },
    "Scrum/Sub-task": {
        "Scrum/name": "fibery/text",
        "workflow/state": WORKFLOW,
        "Scrum/Started Date": "fibery/date-time",
        "Scrum/Completed Date": "fibery/date-time",
        "Scrum/Time Spent": "fibery/decimal",
        "Scrum/Task": "Scrum/Task",
        "Scrum/Bug": "Scrum/Bug",
    },
    "Scrum/Gone": {"Scrum/Name": "fibery/text", "deleted": ""},
}


def uuid_of(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))


class UnknownField(Exception):  # noqa: N818 -- an answer of the server, not an error of the test
    pass


@dataclass
class LittleFibery:
    """`dropped` fields are refused although `schema` still lists them; `refused` types are refused altogether."""

    types: dict[str, dict[str, str]] = field(default_factory=lambda: copy.deepcopy(TYPES))
    rows: dict[str, list[Row]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    listed_but_dropped: set[str] = field(default_factory=set)
    sees_inner_where: bool = True
    commands: list[list[dict[str, Any]]] = field(default_factory=list)
    document_requests: list[list[str]] = field(default_factory=list)
    schema_requests: list[int] = field(default_factory=list)

    def add(self, type_name: str, public_id: str, **values: Any) -> Row:
        """A row; the keys of `values` are short field names with `_` for spaces, or full names."""
        row: Row = {
            "@type": type_name,
            "fibery/id": uuid_of(type_name, public_id),
            "fibery/public-id": public_id,
            "fibery/creation-date": "2025-09-01T08:00:00.000Z",
            "fibery/modification-date": "2025-10-08T08:00:00.000Z",
        }
        names = {name.partition("/")[2].strip(): name for name in self.types[type_name]}
        for key, value in values.items():
            row[key if "/" in key else names[key.replace("_", " ")]] = value
        self.rows.setdefault(type_name, []).append(row)
        return row

    def text(self, name: str, content: str, changed: str = "2025-10-01T00:00:00.000Z") -> Row:
        """A rich-text document."""
        self.documents[uuid_of("secret", name)] = content
        values = {"Collaboration~Documents/secret": uuid_of("secret", name), "Collaboration~Documents/modification-date": changed}
        return self.add(DOCUMENT, name, **values)

    def state(self, name: str, *, final: bool | None = False, kind: str = "Started") -> Row:
        """A workflow state."""
        return self.add(WORKFLOW, name, **{"enum/name": name, "workflow/Final": final, "workflow/Type": kind})

    def person(self, name: str, email: str) -> Row:
        """A user."""
        return self.add("fibery/user", name, **{"user/name": name, "user/email": email})

    def comment(self, name: str, author: Row | None, created: str, parent: Row | None = None) -> Row:
        """A comment whose text is its name."""
        self.documents[uuid_of("secret", name)] = name
        values: dict[str, Any] = {"comment/author": author, "comment/document-secret": uuid_of("secret", name), "comments/parent": parent}
        return self.add("comments/comment", name, **values, **{"fibery/creation-date": created})

    def wire_schema(self) -> dict[str, Any]:
        return {"fibery/types": [_wire_type(name, fields, self.dropped) for name, fields in self.types.items()]}

    def script(self, asked: Asked) -> Told:
        if asked.path == "/api/schema":
            body = self.wire_schema()
            etag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:12]}"'
            status = 304 if asked.headers.get("if-none-match") == etag else 200
            self.schema_requests.append(status)
            return Told(body, status, {"ETag": etag})
        if asked.path == "/api/documents/commands":
            secrets = [one["secret"] for one in asked.json["args"]]
            self.document_requests.append(secrets)
            return Told([{"secret": one, "content": self.documents[one]} for one in secrets if one in self.documents])
        self.commands.append(asked.json)
        return Told([self._answer(one["args"]) for one in asked.json])

    def _answer(self, args: dict[str, Any]) -> dict[str, Any]:
        query, params = args["query"], args["params"]
        try:
            if query["q/from"] not in self.types:
                message = f'"{query["q/from"]}" database was not found.'
                return {"success": False, "result": {"name": "entity.error/schema-type-not-found", "message": message}}
            if query["q/from"] in self.refused:
                return {"success": False, "result": {"name": "entity.error/forbidden", "message": "No access."}}
            rows = [row for row in self.rows.get(query["q/from"], []) if self._holds(row, query["q/from"], query.get("q/where"), params)]
            rows = sorted(rows, key=lambda row: str(row["fibery/id"]))[: query["q/limit"]]
            self._known(query["q/from"], query["q/select"])
            return {"success": True, "result": [self._selected(row, query["q/select"], params) for row in rows]}
        except UnknownField as error:
            message = f'"{error.args[0]}" field was not found in "{query["q/from"]}" database.'
            return {"success": False, "result": {"name": "entity.error/schema-field-not-found", "message": message}}

    def _target(self, type_name: str, name: str) -> str:
        known = {**SYSTEM, **self.types[type_name]}
        if name not in known or name in self.dropped | self.listed_but_dropped or known[name].startswith("deleted"):
            raise UnknownField(name)
        return known[name].rstrip("*")

    def _known(self, type_name: str, select: dict[str, Any]) -> None:
        for value in select.values():
            inner = self._target(type_name, value["q/from"]) if isinstance(value, dict) else type_name
            if isinstance(value, dict):
                self._known(inner, value["q/select"])
            else:
                for step in value:
                    inner = self._target(inner, step)

    def _selected(self, row: Row, select: dict[str, Any], params: dict[str, Any]) -> Row:
        return {key: self._sub_query(row, value, params) if isinstance(value, dict) else _walk(row, value) for key, value in select.items()}

    def _sub_query(self, row: Row, query: dict[str, Any], params: dict[str, Any]) -> list[Row] | None:
        rows = row.get(query["q/from"])
        if rows is None:
            return None
        where = query.get("q/where") if self.sees_inner_where else None
        rows = [one for one in rows if self._holds(one, one["@type"], where, params)]
        rows = sorted(rows, key=lambda one: str(one["fibery/id"])) if "q/order-by" in query else rows
        return [self._selected(one, query["q/select"], params) for one in rows[: min(query["q/limit"], SUB_QUERY_ROWS)]]

    def _holds(self, row: Row, type_name: str, where: list[Any] | None, params: dict[str, Any]) -> bool:
        if where is None:
            return True
        operator, *parts = where
        if operator in ("q/and", "q/or"):
            return (all if operator == "q/and" else any)(self._holds(row, type_name, part, params) for part in parts)
        inner = type_name
        for step in parts[0]:
            inner = self._target(inner, step)
        values, wanted = _values(row, parts[0]), params[parts[1]]
        return any(_passes(operator, value, wanted) for value in values)


def _passes(operator: str, value: Any, wanted: Any) -> bool:
    if operator in ("=", "!="):
        return bool((value == wanted) == (operator == "="))
    if operator in ("q/in", "q/not-in"):
        return (value in wanted) == (operator == "q/in")
    return value is not None and bool(value > wanted or (operator == ">=" and value == wanted))


def _walk(row: Row | None, path: list[str]) -> Any:
    value: Any = row
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _values(row: Row | None, path: list[str]) -> list[Any]:
    found: list[Any] = [row]
    for step in path:
        stepped = [one.get(step) if isinstance(one, dict) else None for one in found]
        found = [inner for one in stepped for inner in (one if isinstance(one, list) else [one])]
    return found


def _wire_type(name: str, fields: dict[str, str], dropped: set[str]) -> dict[str, Any]:
    own = {**SYSTEM, **{key: kind for key, kind in fields.items() if key != "deleted"}}
    return {
        "fibery/name": name,
        "fibery/deleted?": "deleted" in fields,
        "fibery/meta": {"fibery/enum?": True} if "enum/name" in fields else {},
        "fibery/fields": [
            {
                "fibery/name": key,
                "fibery/type": kind.removeprefix("deleted ").rstrip("*"),
                "fibery/deleted?": kind.startswith("deleted") or key in dropped,
                "fibery/meta": {"fibery/collection?": True} if kind.endswith("*") else None,
            }
            for key, kind in own.items()
        ],
    }
