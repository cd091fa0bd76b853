"""Counts requests per API and per path, for benchmarks and tests; safe to read while servers run."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from starlette.types import ASGIApp, Receive, Scope, Send


class RequestCounts:
    """How often each path of each API was asked, refused requests included."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self._lock = Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, api: str, path: str) -> None:
        """One more."""
        with self._lock:
            self._counts[api, path] += 1

    def total(self, api: str | None = None) -> int:
        """Requests to one API (`toggl`, `fibery`, `openai`), or to all."""
        with self._lock:
            return sum(number for (known, _), number in self._counts.items() if api in (None, known))

    def by_path(self, api: str) -> dict[str, int]:
        """`POST /api/commands` -> how often."""
        with self._lock:
            return {path: number for (known, path), number in sorted(self._counts.items()) if known == api}

    def reset(self) -> None:
        """Begin at zero again."""
        with self._lock:
            self._counts.clear()


class CountingApp:
    """An ASGI application that counts what reaches another one."""

    def __init__(self, app: ASGIApp, api: str, counts: RequestCounts) -> None:
        """Count requests to `app` as those of `api`."""
        self._app, self._api, self._counts = app, api, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counted."""
        if scope["type"] == "http":
            self._counts.count(self._api, f"{scope['method']} {scope['path']}")
        await self._app(scope, receive, send)
