"""What enrichment needs of a Fibery client, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from volt_assets.clients.fibery_documents import OnLost
from volt_assets.clients.fibery_paging import EntityQuery, QueryAnswer
from volt_assets.clients.fibery_wire import SchemaAnswer

__all__ = ["Clock", "FiberySource", "OnLost", "OnProgress"]

Clock = Callable[[], datetime]
"""Gives the time, aware."""
OnProgress = Callable[[int, int], None]
"""Told how many of how many are done."""


class FiberySource(Protocol):
    """Answers about a workspace; network and HTTP failures are raised, a refused query is an answer."""

    async def schema(self, known_etag: str | None = None) -> SchemaAnswer:
        """The schema, or that it is still the one of `known_etag`."""
        ...

    async def query_all(self, queries: Sequence[EntityQuery], on_answer: Callable[[int, QueryAnswer], None] = ...) -> Sequence[QueryAnswer]:
        """One answer per query, in their order, by as few requests as possible; `on_answer` is told each as it comes."""
        ...

    async def documents(
        self, secrets: Sequence[str], on_texts: Callable[[dict[str, str]], None] = ..., on_lost: OnLost | None = None
    ) -> dict[str, str]:
        """Markdown by secret; what Fibery does not have is absent. `on_texts` is told what comes as it comes.

        `on_lost` is told which text cannot be had and why; without it the first such failure is raised.
        """
        ...
