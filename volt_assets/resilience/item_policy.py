"""How long one item of a rolling window may take, and how often it is tried.

Belongs here: the bounds around one item. The plain policy adds none, and most callers want exactly that: requests are
retried by the clients, and only one layer may retry one kind of failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from volt_assets.errors import ItemTimeoutError, RetryableError

Item = TypeVar("Item")
Result = TypeVar("Result")


def is_retryable(error: Exception) -> bool:
    """Whether the error's class says that trying again may help. "Not found" and validation errors never say so."""
    return isinstance(error, RetryableError)


@dataclass(frozen=True)
class ItemPolicy:
    """`timeout_seconds` bounds each try; `attempts` counts the first one too; `wait_seconds` lies between two tries."""

    timeout_seconds: float | None = None
    attempts: int = 1
    may_retry: Callable[[Exception], bool] = is_retryable
    wait_seconds: float = 0.0
    what: str = "an item"
    """What an item is, for the message of a timeout."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def __post_init__(self) -> None:
        """Refuse bounds that nothing could meet."""
        if self.attempts < 1 or self.wait_seconds < 0 or (self.timeout_seconds is not None and self.timeout_seconds <= 0):
            raise ValueError("an item policy needs attempts >= 1, wait_seconds >= 0 and timeout_seconds > 0 or None")

    def applied_to(self, process: Callable[[Item], Awaitable[Result]]) -> Callable[[Item], Awaitable[Result]]:
        """`process` inside these bounds; `process` itself when there are none, so that the plain window costs nothing."""
        bounded = process if self.timeout_seconds is None else self._in_time(process, self.timeout_seconds)
        return bounded if self.attempts == 1 else self._tried(bounded)

    def _in_time(self, process: Callable[[Item], Awaitable[Result]], timeout_seconds: float) -> Callable[[Item], Awaitable[Result]]:
        async def in_time(item: Item) -> Result:
            try:
                async with asyncio.timeout(timeout_seconds) as scope:
                    return await process(item)
            except TimeoutError as error:
                # A TimeoutError of the process itself is a failure like any other.
                if not scope.expired():
                    raise
                raise ItemTimeoutError(f"{self.what} was not done within {timeout_seconds:g} s") from error

        return in_time

    def _tried(self, process: Callable[[Item], Awaitable[Result]]) -> Callable[[Item], Awaitable[Result]]:
        async def tried(item: Item) -> Result:
            for _ in range(self.attempts - 1):
                try:
                    return await process(item)
                except Exception as error:
                    if not self.may_retry(error):
                        raise
                await self.sleep(self.wait_seconds)
            return await process(item)

        return tried


PLAIN = ItemPolicy()
