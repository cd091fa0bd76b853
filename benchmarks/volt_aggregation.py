"""Volt's own way from stored days to `toggl_aggregated.json`, as plain functions without Dagster, and what each part costs.

Called in a process of its own by aggregation.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stored_days import FIRST_DAY, LAST_DAY

from volt_assets.resilience.atomic_file import write_parts_atomically
from volt_assets.settings import load_settings
from volt_assets.work_reports.collect.aggregate import aggregate_days
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.raw_data import raw_toggl_document
from volt_assets.work_reports.models import Origin
from volt_assets.work_reports.range_key import RangeKey


@dataclass
class _Parts:
    """CPU seconds by part, in order."""

    cpu_seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.process_time()
        yield
        self.cpu_seconds[name] = time.process_time() - started


def aggregate_with_volt(days: str, target: str) -> dict[str, Any]:
    """Aggregate the stored days and write `target`; returns the sums to compare and the CPU of each part."""
    parts, key, store, settings = _Parts(), RangeKey(FIRST_DAY, LAST_DAY, None), DayStore(Path(days)), load_settings({})
    origin = Origin(key=str(key), run_id="benchmark", code_version="1")
    with parts.part("heads of the days, people, proofs"):
        raw = raw_toggl_document(
            key,
            store=store,
            people=(),
            scope_emails=None,
            timezone="UTC",
            sees_only_own=False,
            workspace_id=1,
            origin=origin,
        )
    with parts.part("aggregate the columns"):
        aggregated = aggregate_days(raw.head, store, settings.enrichment, settings.reports, origin)
    with parts.part("write toggl_aggregated.json"):
        write_parts_atomically(Path(target), aggregated.parts())
    return {"statistics": aggregated.statistics.model_dump(), "parts": parts.cpu_seconds}
