"""The vendors' limits with an injected clock: requests a second as a leaky bucket, requests an hour as a quota.

`pace` scales time: 1 is real, 0.1 ten times as fast, 0 has no limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
"""Seconds that only grow, such as time.monotonic."""


@dataclass
class RateLimit:
    """`per_second` requests a second on average, `burst` at once; one bucket per key."""

    per_second: float
    burst: int
    pace: float
    clock: Clock
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allows(self, key: str) -> bool:
        """Count a request; False when it comes too soon (and is not counted)."""
        if self.pace == 0:
            return True
        now = self.clock()
        level, since = self._levels.get(key, (0.0, now))
        level = max(0.0, level - (now - since) * self.per_second / self.pace)
        if level > self.burst - 1 + 1e-9:
            self._levels[key] = (level, now)
            return False
        self._levels[key] = (level + 1, now)
        return True


@dataclass
class HourlyQuota:
    """`total` requests in a window of an hour (times `pace`) that begins with the first request."""

    total: int
    pace: float
    clock: Clock
    is_enforced: bool = True
    window_seconds: float | None = None
    """Another window than an hour times `pace`."""
    _used: int = 0
    _began: float | None = None

    @property
    def remaining(self) -> int:
        """Requests left in this window."""
        self._roll()
        return max(0, self.total - self._used)

    @property
    def resets_in_seconds(self) -> int:
        """Whole seconds until the window ends, at least 1 while it runs."""
        self._roll()
        return math.ceil(self._window_seconds if self._began is None else self._began + self._window_seconds - self.clock())

    def allows(self) -> bool:
        """Count a request; False when none is left. Without enforcement nothing is counted."""
        if not self.is_enforced:
            return True
        self._roll()
        if self._began is None:
            self._began = self.clock()
        if self._used >= self.total:
            return False
        self._used += 1
        return True

    @property
    def _window_seconds(self) -> float:
        return 3600 * (self.pace or 1) if self.window_seconds is None else self.window_seconds

    def _roll(self) -> None:
        if self._began is not None and self.clock() - self._began >= self._window_seconds:
            self._began, self._used = None, 0
