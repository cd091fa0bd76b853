"""The figures behind `volt-agent metrics`, read from the instance and the stored records when somebody asks.

What one reading costs is bounded, however long the history is: counts come from the database, at most RECENT_RUNS runs are looked at, and
the record of an ended run is read once. Belongs here: reading. Names and types of metrics are metrics_exposition.py's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.resilience.breaker_board import open_circuits
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_state import OUTCOME_TAG, PARTITION_TAG, data_location_of, range_folder, settled_status, status_of

if TYPE_CHECKING:
    import dagster as dg

RECENT_RUNS = 500
WINDOWS = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
QUANTILES = (0.5, 0.95, 0.99)
APIS = ("toggl", "fibery", "llm")
_LETTERS_EVERY = timedelta(seconds=60)
_SERVICES = {"Toggl": "toggl", "Fibery": "fibery", "Language model": "llm"}


@dataclass(frozen=True)
class SeenRun:
    """A run of the last seven days. `ended_at` None: under way since `began_at`."""

    status: str
    began_at: datetime | None
    ended_at: datetime | None
    record: RunMetadata | None

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.ended_at - self.began_at).total_seconds() if self.began_at and self.ended_at else None


@dataclass(frozen=True)
class Quota:
    """Requests left of an API's quota as a run last saw it, its age, and seconds until it resets if a run waits for that."""

    remaining: int
    seen_age_seconds: float
    resets_in_seconds: float | None = None


@dataclass(frozen=True)
class Reading:
    """Everything at one moment."""

    now: datetime
    runs: Mapping[str, int]
    recent: Sequence[SeenRun]
    quotas: Mapping[str, Quota]
    circuits: Mapping[str, str]
    dead_letters: int
    oldest_letter_age_seconds: float
    newest_range_age_seconds: float | None
    last_completed_age_seconds: float | None

    def within(self, window: timedelta) -> list[SeenRun]:
        """Runs that ended within the time before now."""
        return [run for run in self.recent if run.ended_at is not None and run.ended_at > self.now - window]

    def duration_quantile(self, quantile: float) -> float | None:
        """Seconds that this share of the finished runs of seven days took at most; None when there were none."""
        seconds = sorted(run.seconds for run in self.recent if run.status in ("completed", "incomplete") and run.seconds is not None)
        return seconds[max(0, math.ceil(quantile * len(seconds)) - 1)] if seconds else None

    @property
    def longest_under_way_seconds(self) -> float:
        """Of the runs under way; 0 without one."""
        return max(((self.now - run.began_at).total_seconds() for run in self.recent if run.ended_at is None and run.began_at), default=0.0)


@dataclass
class MetricsReader:
    """Reads again and again; remembers the records of ended runs."""

    instance: dg.DagsterInstance
    data: DataFolder
    now: Callable[[], datetime]
    _records: dict[str, RunMetadata | None] = field(default_factory=dict)
    _letters: tuple[datetime, int, datetime | None] | None = None

    def read(self) -> Reading:
        """The figures now."""
        now = self.now()
        recent = self._recent(now)
        letters, oldest = self._dead_letters(now)
        newest, last = self._newest()
        return Reading(
            now=now,
            runs=self._counts(),
            recent=recent,
            quotas=_quotas(recent, now),
            circuits={_SERVICES.get(service, service.lower()): state for service, state in open_circuits(now).items()},
            dead_letters=letters,
            oldest_letter_age_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
            newest_range_age_seconds=(now - newest).total_seconds() if newest else None,
            last_completed_age_seconds=(now - last).total_seconds() if last else None,
        )

    def _counts(self) -> dict[str, int]:
        import dagster as dg

        status = dg.DagsterRunStatus
        ended = (status.SUCCESS, status.FAILURE, status.CANCELED, status.CANCELING)

        def count(*statuses: dg.DagsterRunStatus, outcome: str | None = None) -> int:
            return self.instance.get_runs_count(dg.RunsFilter(statuses=statuses, tags={OUTCOME_TAG: outcome} if outcome else None))

        waiting, incomplete = count(status.FAILURE, outcome="waiting"), count(status.SUCCESS, outcome="incomplete")
        return {
            "completed": count(status.SUCCESS) - incomplete,
            "incomplete": incomplete,
            "failed": count(status.FAILURE) - waiting,
            "waiting": waiting,
            "canceled": count(status.CANCELED, status.CANCELING),
            "in_progress": count(*(one for one in status if one not in ended)),
        }

    def _recent(self, now: datetime) -> list[SeenRun]:
        import dagster as dg

        found = self.instance.get_run_records(dg.RunsFilter(updated_after=now - max(WINDOWS.values())), limit=RECENT_RUNS)
        runs = [record for record in found if PARTITION_TAG in record.dagster_run.tags]
        known = {record.dagster_run.run_id for record in runs}
        self._records = {run_id: record for run_id, record in self._records.items() if run_id in known}
        return [self._seen(record) for record in runs]

    def _seen(self, record: dg.RunRecord) -> SeenRun:
        run, ended = record.dagster_run, _time(record.end_time)
        if run.is_finished:
            return SeenRun(status_of(run), _time(record.start_time), ended, self._record_of(run))
        # One whose process died is not under way any more: whoever looks first says so.
        status = settled_status(self.instance, run)
        return SeenRun(status, _time(record.start_time), None if status == "in_progress" else self.now(), self._record_of(run))

    def _record_of(self, run: dg.DagsterRun) -> RunMetadata | None:
        if run.run_id in self._records:
            return self._records[run.run_id]
        folder = range_folder(data_location_of(run.tags, self.data.location), run.tags[PARTITION_TAG])
        stored = _stored(folder, run.run_id) if folder is not None else None
        if run.is_finished:
            self._records[run.run_id] = stored
        return stored

    def _dead_letters(self, now: datetime) -> tuple[int, datetime | None]:
        """Every letter is a file: looked at once a minute."""
        if self._letters is None or now - self._letters[0] >= _LETTERS_EVERY:
            letters = DeadLetters(self.data.dead_letters, now=self.now).letters()
            self._letters = (now, len(letters), letters[0].first_seen if letters else None)
        return self._letters[1], self._letters[2]

    def _newest(self) -> tuple[datetime | None, datetime | None]:
        """The end of the last day of the newest finished range, in UTC, and when a run last finished."""
        import dagster as dg

        found = self.instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]), limit=100)
        whole = [record for record in found if PARTITION_TAG in record.dagster_run.tags]
        days = [day for record in whole if (day := _last_day(record.dagster_run.tags[PARTITION_TAG])) is not None]
        ends = [end for record in whole if (end := _time(record.end_time)) is not None]
        return (max(days) + timedelta(days=1) if days else None), max(ends, default=None)


def _stored(folder: AnyPath, run_id: str) -> RunMetadata | None:
    record = RunRecord(folder, now=lambda: datetime.now(UTC))
    if (own := record.archive.read(run_id)) is not None:
        return own
    latest = record.read()
    return latest if latest is not None and latest.run_id == run_id else None


def _quotas(recent: Sequence[SeenRun], now: datetime) -> dict[str, Quota]:
    """Only Toggl says what is left. A run that waits has used it up until its reset."""
    records = sorted((run.record for run in recent if run.record is not None), key=lambda record: record.created_at, reverse=True)
    for record in records:
        seen = record.finished_at or record.created_at
        age = max(0.0, (now - seen).total_seconds())
        resets_at = record.error.resets_at if record.error is not None else None
        if record.status == "waiting" and resets_at is not None and resets_at > now:
            return {"toggl": Quota(0, age, (resets_at - now).total_seconds())}
        left = record.statistics.get("quota_left")
        if isinstance(left, int) and not isinstance(left, bool):
            return {"toggl": Quota(left, age)}
    return {}


def _last_day(key: str) -> datetime | None:
    try:
        return datetime.fromisoformat(key[11:21]).replace(tzinfo=UTC)
    except ValueError:
        return None


def _time(timestamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None
