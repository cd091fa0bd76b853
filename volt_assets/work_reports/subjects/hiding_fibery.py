"""Fibery as if the forgotten people had never signed anything: their names, e-mails and comments are blanked in every row.

Belongs here: blanking. Rows stay where they are, because their number says whether Fibery has cut a list short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery, QueryAnswer
from volt_assets.clients.fibery_wire import SchemaAnswer
from volt_assets.work_reports.enrich.fibery_source import FiberySource, OnLost
from volt_assets.work_reports.subjects.suppression import Suppression

# A comment's body is fetched by its secret: without one nobody asks for it.
_OF_A_COMMENT = {"author": None, "secret": None, "modified": None}


class HidingFibery:
    """A source that answers like the one it is given, without the forgotten people."""

    def __init__(self, source: FiberySource, suppression: Suppression) -> None:
        """The source stays the caller's to close."""
        self._source = source
        self._suppression = suppression

    async def schema(self, known_etag: str | None = None) -> SchemaAnswer:
        """The source's answer: a schema names no person."""
        return await self._source.schema(known_etag)

    async def query_all(
        self, queries: Sequence[EntityQuery], on_answer: Callable[[int, QueryAnswer], None] = lambda _, __: None
    ) -> Sequence[QueryAnswer]:
        """The source's answers with their names, e-mails and comments blanked."""
        if not self._suppression.subjects:
            return await self._source.query_all(queries, on_answer)
        answers = await self._source.query_all(queries, lambda number, answer: on_answer(number, self._without_them(answer)))
        return [self._without_them(answer) for answer in answers]

    async def documents(
        self, secrets: Sequence[str], on_texts: Callable[[dict[str, str]], None] = lambda _: None, on_lost: OnLost | None = None
    ) -> dict[str, str]:
        """The source's answer: their comments were never asked for."""
        return await self._source.documents(secrets, on_texts, on_lost)

    def _without_them(self, answer: QueryAnswer) -> QueryAnswer:
        return replace(answer, rows=tuple(self._blanked(row) for row in answer.rows)) if answer.rows else answer

    def _blanked(self, value: Any) -> Any:
        if isinstance(value, str):
            return None if self._suppression.hides_email(value) or self._suppression.hides_name(value) else value
        if isinstance(value, list):
            return [self._blanked(one) for one in value]
        if not isinstance(value, dict):
            return value
        blanked = {key: self._blanked(one) for key, one in value.items()}
        if "email" in value and blanked["email"] is None and value["email"] is not None and "name" in value:
            blanked["name"] = None
        if value.get("author") is not None and blanked["author"] is None:
            blanked |= _OF_A_COMMENT
        return blanked
