"""Durations for people: `3m 42s`. Figures of reports do not belong here, they have their own form."""

from __future__ import annotations

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def human_duration(duration_seconds: float | None) -> str:
    """The two largest units, cut and not rounded up; `-` when it is not known."""
    if duration_seconds is None:
        return "-"
    seconds = max(0, int(duration_seconds))
    if seconds == 0:
        return "<1s" if duration_seconds > 0 else "0s"
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m {seconds % _MINUTE:02}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h {seconds % _HOUR // _MINUTE:02}m"
    return f"{seconds // _DAY}d {seconds % _DAY // _HOUR:02}h"
