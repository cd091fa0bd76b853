"""Which ranges a sensor may run again by itself: those whose latest run failed, is incomplete, or waited for a quota.

Belongs here: the decision, from what is known of the latest run of a range. Does not: asking Dagster (sensors.py), running.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from volt_assets.schedule_settings import ScheduleSettings
from volt_assets.work_reports.models.run_metadata import RunMetadata

# Nothing changes by trying again: somebody has to.
FOR_A_PERSON = frozenset(
    ("SettingsError", "EnvironmentVariableError", "UsageError", "AuthenticationError", "PlanFeatureError", "StoredDataError")
)
_AFTER_RESET = timedelta(minutes=1)


@dataclass(frozen=True)
class Verdict:
    """Whether to run a range again now, and the sentence why or why not."""

    again: bool
    why: str


def judge(record: RunMetadata, tried_again: int, keys: ScheduleSettings, now: datetime) -> Verdict:
    """`record` is of the latest run of the range, which was the `tried_again`-th in a row that nobody asked for; `now` is aware."""
    if record.status not in ("failed", "incomplete", "waiting") or record.finished_at is None:
        return Verdict(again=False, why=f"its latest run is {record.status.replace('_', ' ')}")
    if record.error is not None and record.error.type in FOR_A_PERSON:
        return Verdict(again=False, why=f"{record.error.message}: somebody has to mend that")
    if tried_again >= keys.again_most:
        return Verdict(again=False, why=f"was run again {tried_again} times already: somebody has to look at it")
    due = _due(record, tried_again, keys)
    if now < due:
        return Verdict(again=False, why=f"is run again at {due:%Y-%m-%d %H:%M} UTC")
    return Verdict(again=True, why=f"its latest run is {record.status}")


def _due(record: RunMetadata, tried_again: int, keys: ScheduleSettings) -> datetime:
    ended = record.finished_at or record.created_at
    if record.status == "waiting" and record.error is not None and record.error.resets_at is not None:
        return record.error.resets_at + _AFTER_RESET
    return ended + timedelta(minutes=keys.again_minutes * 2**tried_again)
