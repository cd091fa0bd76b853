"""The schedules: weekly, monthly and those of volt.yaml, each for its period in its zone. Belongs here: what a tick asks for.

A schedule's run key does not keep two ticks apart (a changed clock repeats an hour), so a tick looks for the run of an earlier one.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import dagster as dg

from volt_assets.environment import data_dir
from volt_assets.resources import VoltResource
from volt_assets.schedule_settings import MONTHLY, WEEKLY, FurtherSchedule
from volt_assets.settings import Settings
from volt_assets.work_reports.automation import RANGES_NAME, work_reports_job
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.doctor_note import NOT_PASSED, has_passed
from volt_assets.work_reports.range_key import RangeKey, named_range

SCHEDULE_TAG = "volt/schedule"
_DESCRIPTIONS = {WEEKLY: "The week (Monday to Sunday) before the tick.", MONTHLY: "The calendar month before the tick."}
_ENDED_BADLY = (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


def schedules(settings: Settings, volt: VoltResource) -> Sequence[dg.ScheduleDefinition]:
    """All schedules, switched off until someone switches them on. `volt` knows the environment."""
    return [_schedule(name, one, settings, volt) for name, one in wanted_schedules(settings).items()]


def wanted_schedules(settings: Settings) -> dict[str, FurtherSchedule]:
    """What each schedule makes when, by its name."""
    keys = settings.schedules
    return {
        WEEKLY: FurtherSchedule(cron=keys.weekly_cron, period="last-week"),
        MONTHLY: FurtherSchedule(cron=keys.monthly_cron, period="last-month"),
        **keys.more,
    }


def _schedule(name: str, one: FurtherSchedule, settings: Settings, volt: VoltResource) -> dg.ScheduleDefinition:
    zone_name = one.timezone or settings.timezone

    @dg.schedule(
        name=name,
        job=work_reports_job,
        cron_schedule=one.cron,
        execution_timezone=zone_name,
        description=_DESCRIPTIONS.get(name) or f"{one.period}, {f'team {one.team}' if one.team else 'everybody'}.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        period = named_range(one.period, now=context.scheduled_execution_time, zone=ZoneInfo(zone_name))
        return _asked(context.instance, name, str(RangeKey(period.start, period.end, one.team)), volt)

    return tick


def _asked(instance: dg.DagsterInstance, name: str, key: str, volt: VoltResource) -> dg.RunRequest | dg.SkipReason:
    if not has_passed(DataFolder(data_dir(volt.environ))):
        return dg.SkipReason(NOT_PASSED)
    made = instance.get_runs(dg.RunsFilter(tags={"dagster/partition": key, SCHEDULE_TAG: name}))
    standing = [run for run in made if run.status not in _ENDED_BADLY]
    if standing:
        return dg.SkipReason(f"{key}: an earlier tick has asked for it already (run {standing[0].run_id})")
    instance.add_dynamic_partitions(RANGES_NAME, [key])
    return dg.RunRequest(run_key=key, partition_key=key, tags={SCHEDULE_TAG: name})
