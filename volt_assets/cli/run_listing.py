"""Runs as rows of a table and as JSON objects, for `list-runs` and `show-run`.

Belongs here: the form. Finding runs and judging whether one is dead is not; the long form of one run is run_story.py's.
A run is a plain mapping with any of: run_id, key, status, started_at, finished_at (aware datetime or ISO text),
duration_seconds, launcher, data_dir, error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from volt_assets.cli.durations import human_duration
from volt_assets.cli.text_table import Cell

_FIELDS = ("run_id", "key", "status", "started_at", "finished_at", "duration_seconds", "launcher", "data_dir", "error")
RUN_COLUMNS = ("Run", "Report", "Status", "Started", "Duration", "Started by")


def run_table_title(zone: tzinfo = UTC) -> str:
    """What stands above the table: the zone of its times."""
    return f"Runs (times in {zone})"


def run_rows(runs: Iterable[Mapping[str, Any]], *, now: datetime, zone: tzinfo = UTC) -> list[list[Cell]]:
    """One row per run, in the given order, under RUN_COLUMNS; a run in progress has lasted until `now`."""
    return [
        [
            run.get("run_id"),
            run.get("key"),
            status_word(run.get("status")),
            human_time(run.get("started_at"), zone, form="%Y-%m-%d %H:%M"),
            human_duration(duration_seconds(run, now=now)),
            run.get("launcher"),
        ]
        for run in runs
    ]


def run_object(run: Mapping[str, Any], metadata: Mapping[str, Any] | None = None, *, now: datetime) -> dict[str, Any]:
    """The run for `--json`: all fields of a run, null where unknown, times in UTC; then what `metadata` adds.

    `metadata` is the content of run_metadata.json. Of a range that was run again it belongs to the later run: then it
    adds nothing.
    """
    known = {name: run.get(name) for name in _FIELDS}
    known["duration_seconds"] = duration_seconds(run, now=now)
    for name in ("started_at", "finished_at"):
        moment = as_time(run.get(name))
        known[name] = moment.astimezone(UTC).isoformat() if moment else None
    if metadata is None or not describes(metadata, run):
        return known
    added = {name: value for name, value in metadata.items() if known.get(name) is None}
    return {**known, **added}


def describes(metadata: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    """Whether run_metadata.json is about this very run, and not about a later one of the same range."""
    return metadata.get("run_id") == run.get("run_id")


def duration_seconds(run: Mapping[str, Any], *, now: datetime) -> float | None:
    """As recorded, else from start to end, else from the start until `now` while it is in progress."""
    recorded = run.get("duration_seconds")
    if recorded is not None:
        return float(recorded)
    started, finished = as_time(run.get("started_at")), as_time(run.get("finished_at"))
    if finished is None and run.get("status") == "in_progress":
        finished = now
    return round((finished - started).total_seconds(), 3) if started and finished else None


def status_word(status: Any) -> str | None:
    """`in progress` for in_progress."""
    return str(status).replace("_", " ") if status else None


def human_time(value: Any, zone: tzinfo = UTC, *, form: str = "%Y-%m-%d %H:%M:%S") -> str | None:
    """`2025-10-13 06:00:00` in `zone`, or the part of it that `form` asks for."""
    moment = as_time(value)
    return moment.astimezone(zone).strftime(form) if moment else None


def as_time(value: Any) -> datetime | None:
    """An aware time from a datetime or ISO text; None for anything else. Without an offset it is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
