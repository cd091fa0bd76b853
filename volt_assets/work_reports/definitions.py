"""The stages of this domain, its group and its key prefix, once."""

import dagster as dg

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.alerts_sensor import alert_sensors
from volt_assets.work_reports.automation import work_reports_job
from volt_assets.work_reports.checks import ALL_CHECKS
from volt_assets.work_reports.collect import assets as collect
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.work_reports.delivery_automation import deliver_job, deliveries_redrive, delivery_sensor
from volt_assets.work_reports.enrich import assets as enrich
from volt_assets.work_reports.own_files import is_own
from volt_assets.work_reports.record_watcher import RecordWatcher
from volt_assets.work_reports.report import assets as report
from volt_assets.work_reports.schedules import schedules
from volt_assets.work_reports.sensors import late_edits_job, sensors

STAGES = (collect, enrich, report)


def is_own_file(path: AnyPath) -> bool:
    """Whether this domain wrote a file: what may be removed when an asset no longer has it."""
    return is_own(path)


def watcher(volt: VoltResource) -> RecordWatcher:
    """Who keeps the records of this domain's ranges true when files are written, or cannot be."""
    return RecordWatcher(volt)


def build_defs(settings: Settings, volt: VoltResource) -> dg.Definitions:
    """Assets, checks, jobs, schedules and sensors; resources are bound by the assembly. `volt` gives these their clock and environment."""
    return dg.Definitions(
        assets=dg.load_assets_from_modules(STAGES, group_name=DOMAIN, key_prefix=DOMAIN),
        asset_checks=ALL_CHECKS,
        jobs=[work_reports_job, enrich.dead_letters_redrive, late_edits_job, deliver_job, deliveries_redrive],
        schedules=schedules(settings, volt),
        sensors=[*sensors(settings, volt), *alert_sensors(settings, volt), delivery_sensor(settings, volt)],
    )
