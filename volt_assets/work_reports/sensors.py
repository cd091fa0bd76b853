"""The sensors: late edits are looked for and what they concern is made anew; ranges that ended badly are run again.

Sensors ask nobody outside: the job `late_edits` does, as a run like any other. Both are off until someone switches them on.
"""

from datetime import datetime, timedelta

import dagster as dg

from volt_assets import __version__
from volt_assets.environment import data_dir
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME, work_reports_job
from volt_assets.work_reports.collect.assets import day_materialization
from volt_assets.work_reports.collect.changed_ranges import changed_ranges
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.range_data import stored_days
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.doctor_note import NOT_PASSED, has_passed
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.steps import as_dagster_failure
from volt_assets.work_reports.subjects.hiding_toggl import HidingToggl
from volt_assets.work_reports.subjects.suppression import read_suppression
from volt_assets.work_reports.unfinished_ranges import judge

AGAIN_TAG = "volt/again"
_LOOKED_AT_DAYS = 14
_EVERY_SECONDS = 60


@dg.op
async def recheck_horizon(context: dg.OpExecutionContext, volt: VoltResource) -> None:
    """Compare the stored days of the horizon with Toggl; days that differ are replaced whole."""
    with as_dagster_failure():
        settings, data = volt.settings(), DataFolder(volt.data_location())
        data.claim(volt.toggl_access(), volt.fibery_access())
        today = volt.now().date()
        horizon = [today - timedelta(days=back) for back in range(settings.toggl.recheck_days + 1)]
        known = [head.day for head in DayStore.of(data).survey(horizon, now=volt.now()).stored]
        if not known:
            context.log.info("no day of the last %d is stored", settings.toggl.recheck_days)
            return
        async with volt.toggl(settings) as client:
            source = HidingToggl(client, read_suppression(data.suppressed))
            stored = await stored_days(
                known, client=source, data=data, settings=settings, clock=volt.now, code_version=__version__, on_slice=lambda _: None
            )
            context.add_output_metadata(
                {"days": len(known), "late_edits": len(stored.download.edits), "toggl_requests": client.requests_made}
            )
    for warning in stored.download.warnings:
        context.log.warning(warning)
    edited = {edit.day for edit in stored.download.edits}
    for day in stored.days:
        if day.day in edited:
            context.log_event(day_materialization(day))


@dg.job(description="Compare the stored days of the last weeks with Toggl (two requests when nothing changed); makes no report.")
def late_edits_job() -> None:
    """One op: the store knows its days."""
    recheck_horizon()


def sensors(settings: Settings, volt: VoltResource) -> list[dg.SensorDefinition]:
    """Both sensors, switched off. `volt` gives the clock and the environment."""
    return [_late_edits(settings, volt), _unfinished_ranges(settings, volt)]


def _late_edits(settings: Settings, volt: VoltResource) -> dg.SensorDefinition:
    every = timedelta(hours=settings.schedules.late_edits_hours)

    @dg.sensor(
        name="late_edits",
        jobs=[late_edits_job, work_reports_job],
        minimum_interval_seconds=_EVERY_SECONDS,
        description="Looks for late edits in Toggl every few hours, and makes the reports anew whose days were edited.",
    )
    def late_edits(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        data, now = DataFolder(data_dir(volt.environ)), volt.now()
        if not has_passed(data):
            return dg.SkipReason(NOT_PASSED)
        requests, cursor = [], context.cursor
        if cursor is None or now - datetime.fromisoformat(cursor) >= every:
            cursor = now.isoformat()
            requests.append(dg.RunRequest(job_name=late_edits_job.name, run_key=f"late_edits {cursor}"))
        busy = keys_under_way(context.instance)
        keys = [key for key in context.instance.get_dynamic_partitions(RANGES_NAME) if key not in busy]
        for changed in changed_ranges(keys, data, now=now):
            context.log.info("%s: edited on %s", changed.key, ", ".join(changed.days))
            # The same run key until something changes again: two evaluations never make two runs.
            requests.append(dg.RunRequest(job_name=JOB_NAME, partition_key=changed.key, run_key=f"{changed.key} {changed.version}"))
        again = datetime.fromisoformat(cursor) + every
        nothing = f"no range was made from days that were edited since; Toggl is looked at again at {again:%Y-%m-%d %H:%M} UTC"
        return dg.SensorResult(run_requests=requests, cursor=cursor, skip_reason=None if requests else nothing)

    return late_edits


def _unfinished_ranges(settings: Settings, volt: VoltResource) -> dg.SensorDefinition:
    @dg.sensor(
        name="unfinished_ranges",
        job=work_reports_job,
        minimum_interval_seconds=_EVERY_SECONDS,
        description="Runs ranges again that failed, are incomplete or waited for the quota: after its reset, and not for ever.",
    )
    def unfinished_ranges(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        data, now = DataFolder(data_dir(volt.environ)), volt.now()
        if not has_passed(data):
            return dg.SkipReason(NOT_PASSED)
        requests, said = [], []
        for key, run in _latest_runs(context.instance, now).items():
            record = RunRecord(data.of_range(key), now=volt.now).read()
            if record is None or record.run_id != run.run_id or not run.is_finished:
                continue
            tried = int(run.tags.get(AGAIN_TAG) or 0)
            verdict = judge(record, tried, settings.schedules, now)
            if verdict.again:
                # One run key per run that ended badly: two evaluations never make two runs.
                again = {AGAIN_TAG: str(tried + 1)}
                requests.append(dg.RunRequest(partition_key=key, run_key=f"{key} after {run.run_id}", tags=again))
            if record.status in ("failed", "incomplete", "waiting"):
                said.append(f"{key}: {verdict.why}")
        if requests:
            context.log.info("; ".join(said))
            return dg.SensorResult(run_requests=requests)
        return dg.SkipReason("; ".join(said) or "every range is as it should be")

    return unfinished_ranges


def keys_under_way(instance: dg.DagsterInstance, *tags: str) -> set[str]:
    """Keys of ranges with a run that has not ended: it holds them, and may change them. `tags`: where else a run may name its range."""
    ended = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    going = instance.get_runs(dg.RunsFilter(statuses=[status for status in dg.DagsterRunStatus if status not in ended]))
    return {run.tags[tag] for run in going for tag in ("dagster/partition", *tags) if tag in run.tags}


def _latest_runs(instance: dg.DagsterInstance, now: datetime) -> dict[str, dg.DagsterRun]:
    """The latest run of each registered range that was run lately, however it was started."""
    keys = set(instance.get_dynamic_partitions(RANGES_NAME))
    latest: dict[str, dg.DagsterRun] = {}
    for run in instance.get_runs(dg.RunsFilter(created_after=now - timedelta(days=_LOOKED_AT_DAYS))):
        key = run.tags.get("dagster/partition")
        if key in keys:
            latest.setdefault(key, run)
    return latest
