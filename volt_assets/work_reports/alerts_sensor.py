"""Dagster's part in telling operators: runs that failed without us, hang, wait, died without a word, or were missed.

Both sensors are off until somebody switches them on. They watch runs of the command line too: who is told first tells it, the other finds
it told already. Belongs here: looking. What is told, and how often, is alerts/'s.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorType  # no public way to ask which schedules are on
from dagster._utils.schedules import get_latest_completed_cron_tick  # nor when one was due

from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.alerts.alert import Alert, of_end, of_hanging, of_missed
from volt_assets.work_reports.alerts.alerting import Alerter
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.range_key import RangeKey, named_range
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_state import PARTITION_TAG, data_location_of, range_folder, settled_status, status_of
from volt_assets.work_reports.schedules import wanted_schedules

# A run's end reaches the database a moment after the clock that we compare with.
_OVERLAP = timedelta(minutes=2)
# How many runs one tick looks at.
_MOST_RUNS = 200


def alert_sensors(settings: Settings, volt: VoltResource) -> list[dg.SensorDefinition]:
    """Both sensors, switched off. `volt` gives the clock and the environment."""

    @dg.run_failure_sensor(
        name="alert_failed_runs",
        default_status=dg.DefaultSensorStatus.STOPPED,
        minimum_interval_seconds=30,
        description="Tells operators, once, of every run that failed or waits for quota (alerts in volt.yaml).",
    )
    def failed(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        if PARTITION_TAG in run.tags:
            _alerter(volt).tell(_of_ended(run, volt))

    @dg.sensor(
        name="alert_hanging_and_missed_runs",
        default_status=dg.DefaultSensorStatus.STOPPED,
        minimum_interval_seconds=60,
        description="Tells operators, once, of runs that hang, died without a word, wait, or were missed; tries again what nobody got.",
    )
    def watching(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        now = volt.now()
        since = datetime.fromisoformat(context.cursor) if context.cursor else now
        alerter = _alerter(volt)
        for key, at in _finished(context.instance, since - _OVERLAP):
            alerter.finished(key, at=at)
        found = [
            *_under_way(context.instance, volt, now),
            *_ended(context.instance, volt, since - _OVERLAP),
            *_missed(context.instance, settings, now),
        ]
        alerter.tell(*found)
        context.update_cursor(now.isoformat())
        return dg.SkipReason(f"{len(found)} reasons to tell somebody" if found else "every run is well")

    return [failed, watching]


def _alerter(volt: VoltResource) -> Alerter:
    return Alerter(DataFolder(volt.data_location()), volt.settings().alerts, volt.environ, now=volt.now)


def _of_ended(run: dg.DagsterRun, volt: VoltResource) -> Alert | None:
    key = run.tags[PARTITION_TAG]
    folder = range_folder(data_location_of(run.tags, volt.data_location()), key)
    record = RunRecord(folder, now=volt.now) if folder is not None else None
    stored = (record.archive.read(run.run_id) or record.read()) if record is not None else None
    return of_end(status_of(run), key=key, run_id=run.run_id, record=stored, now=volt.now())


def _under_way(instance: dg.DagsterInstance, volt: VoltResource, now: datetime) -> Iterator[Alert]:
    """Runs that hang. One whose process died is settled, and told of as one that has ended."""
    going = [status for status in dg.DagsterRunStatus if status.value not in ("SUCCESS", "FAILURE", "CANCELED")]
    limit = timedelta(seconds=volt.settings().alerts.hanging_after_seconds)
    for record in instance.get_run_records(dg.RunsFilter(statuses=going), limit=_MOST_RUNS, ascending=True):
        run = record.dagster_run
        if PARTITION_TAG not in run.tags or settled_status(instance, run) != "in_progress":
            continue
        created = record.create_timestamp if record.create_timestamp.tzinfo else record.create_timestamp.replace(tzinfo=UTC)
        since = datetime.fromtimestamp(record.start_time, UTC) if record.start_time else created
        if now - since > limit:
            yield of_hanging(key=run.tags[PARTITION_TAG], run_id=run.run_id, since=since, now=now)


def _ended(instance: dg.DagsterInstance, volt: VoltResource, since: datetime) -> Iterator[Alert]:
    """Runs that failed or wait since the tick before."""
    chosen = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=since)
    for record in instance.get_run_records(chosen, limit=_MOST_RUNS):
        if PARTITION_TAG in record.dagster_run.tags and (alert := _of_ended(record.dagster_run, volt)) is not None:
            yield alert


def _finished(instance: dg.DagsterInstance, since: datetime) -> Iterator[tuple[str, datetime]]:
    """Ranges of which a run finished since the tick before, and when."""
    chosen = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS], updated_after=since)
    for record in instance.get_run_records(chosen, limit=_MOST_RUNS):
        if PARTITION_TAG in record.dagster_run.tags and record.end_time:
            yield record.dagster_run.tags[PARTITION_TAG], datetime.fromtimestamp(record.end_time, UTC)


def _missed(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> Iterator[Alert]:
    """The latest due tick of each schedule that is on, when there is no run of its range."""
    scheduled = wanted_schedules(settings)
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE):
        if not state.is_running or state.name not in scheduled:
            continue
        one = scheduled[state.name]
        zone = one.timezone or settings.timezone
        due = get_latest_completed_cron_tick(one.cron, now - timedelta(seconds=settings.alerts.missed_after_seconds), zone)
        switched_on = getattr(state.instigator_data, "start_timestamp", None)
        if switched_on is not None and due.timestamp() < switched_on:
            continue
        period = named_range(one.period, now=due, zone=ZoneInfo(zone))
        key = str(RangeKey(period.start, period.end, one.team))
        # A run from before the range was over is another report; a range that goes on is reported at the tick.
        over = datetime.combine(period.end + timedelta(days=1), time(), ZoneInfo(zone))
        if not instance.get_runs_count(dg.RunsFilter(tags={PARTITION_TAG: key}, created_after=min(over, due))):
            yield of_missed(schedule=state.name, key=key, due=due, now=now)
