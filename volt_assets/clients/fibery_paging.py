"""Bounded pages of a Fibery query: from one query with `q/limit` to all its rows, however many requests it takes.

Belongs here: the cursor on `fibery/id`, the next page of a query, and halving a page that took too long. Sending is
fibery.py. Every query is ordered by `fibery/id` from its first page on, or its cursor would skip rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from volt_assets.clients.fibery_wire import CommandAnswer, CommandError
from volt_assets.errors import UnexpectedAnswerError

LARGEST_PAGE_ROWS = 1000
_ID = "fibery/id"
_UNIQUE_IN_TYPE = (_ID, "fibery/public-id")


@dataclass(frozen=True)
class EntityQuery:
    """Arguments of `fibery.entity/query`: `query` with its `q/` keys, and the values of its `$` names.

    `q/limit` is the size of a page (default and most: 1000), not of the result. Rows come ordered by `fibery/id`, whatever
    order was asked for, and hold `fibery/id`.
    """

    query: dict[str, Any]
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class QueryAnswer:
    """All rows of a query, or the error that ended it."""

    rows: tuple[dict[str, Any], ...] | None
    error: CommandError | None = None


class PagedQuery:
    """One query on its way: the next command to send, and what the answers gave so far."""

    def __init__(self, asked: EntityQuery) -> None:
        """Raise ValueError for a query without a type or with a page size that Fibery does not take."""
        self._asked = asked
        limit = asked.query.get("q/limit", LARGEST_PAGE_ROWS)
        if not isinstance(limit, int) or not 1 <= limit <= LARGEST_PAGE_ROWS:
            raise ValueError(f"q/limit must be 1 to {LARGEST_PAGE_ROWS}, not {limit!r}")
        self._limit: int = limit
        self._select, self._id_key = _select_with_id(asked.query["q/select"])
        self._most_rows = _most_rows(asked.query.get("q/where"), asked.params)
        self._cursor: str | None = None
        self._rows: dict[str, dict[str, Any]] = {}
        self.answer: QueryAnswer | None = None
        """None while pages are missing."""

    def next_command(self) -> dict[str, Any]:
        """The command that gives the next page."""
        query = {
            **self._asked.query,
            "q/select": self._select,
            "q/order-by": [[[_ID], "q/asc"]],
            "q/limit": self._limit,
        }
        params = dict(self._asked.params)
        if self._cursor is not None:
            name = "$cursor"
            while name in params:
                name += "_"
            beyond = [">", [_ID], name]
            query["q/where"] = ["q/and", query["q/where"], beyond] if query.get("q/where") else beyond
            params[name] = self._cursor
        return {"command": "fibery.entity/query", "args": {"query": query, "params": params}}

    def take(self, answer: CommandAnswer) -> None:
        """Keep the rows of a page, or decide how to go on after a failure."""
        if answer.error is not None:
            if not (answer.error.is_timeout and self.halve()):
                self.answer = QueryAnswer(None, answer.error)
            return
        ids = self._keep(answer.result)
        if len(ids) < self._limit or len(self._rows) >= self._most_rows:
            self.answer = QueryAnswer(tuple(self._rows.values()))
        else:
            self._cursor = ids[-1]

    def halve(self) -> bool:
        """Ask for half the page from now on; False when it is one row already."""
        if self._limit == 1:
            return False
        self._limit //= 2
        return True

    def _keep(self, page: Any) -> list[str]:
        rows = [] if page is None else page
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._unexpected("the result is not a list of rows")
        ids = [row.get(self._id_key) for row in rows]
        if not all(isinstance(entity_id, str) for entity_id in ids):
            raise self._unexpected("a row came without the fibery/id that was asked for")
        if ids and self._cursor is not None and all(entity_id in self._rows for entity_id in ids):
            raise self._unexpected("the page after a cursor holds only rows from before it")
        self._rows.update(zip(ids, rows, strict=True))
        return ids

    def _unexpected(self, problem: str) -> UnexpectedAnswerError:
        return UnexpectedAnswerError(f"Fibery: query of {self._asked.query.get('q/from')}: {problem}", hint="check FIBERY_BASE_URL")


def _select_with_id(select: Any) -> tuple[Any, str]:
    """The select with `fibery/id` in it, and the key under which rows hold it."""
    if isinstance(select, dict):
        known = next((key for key, expression in select.items() if expression in (_ID, [_ID])), None)
        return (select, known) if known else ({**select, _ID: [_ID]}, _ID)
    return (select if _ID in select else [_ID, *select]), _ID


def _most_rows(where: Any, params: dict[str, Any]) -> float:
    """How many rows can exist: a query for ids gives one row each, so a full page of as many is the last."""
    match where:
        case ["q/and", *parts]:
            return min((_most_rows(part, params) for part in parts), default=math.inf)
        case ["q/in", [key], str(name)] if key in _UNIQUE_IN_TYPE and isinstance(params.get(name), (list, tuple)):
            return len(set(params[name]))
        case ["=", [key], str()] if key in _UNIQUE_IN_TYPE:
            return 1
        case _:
            return math.inf
