"""Dagster's part in delivering: a job that sends what is due of one range, and a sensor that asks for it in the morning.

The sensor is off until somebody switches it on, and only looks: the job sends. Belongs here: looking, asking, figures of the run.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import dagster as dg

from volt_assets.environment import data_dir
from volt_assets.errors import VoltError
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.recent_ranges import recent_keys
from volt_assets.work_reports.deliver.redelivery import redeliver
from volt_assets.work_reports.deliver.sending import Planned, RangeDeliveries
from volt_assets.work_reports.doctor_note import NOT_PASSED, has_passed
from volt_assets.work_reports.sensors import keys_under_way
from volt_assets.work_reports.steps import as_dagster_failure

KEY_TAG = "volt/delivered_range"
# A person's morning is looked for so often; it lasts for hours.
_EVERY_SECONDS = 300


class RangeToDeliver(dg.Config):
    """Which range."""

    key: str


@dg.op
def deliver_range(context: dg.OpExecutionContext, config: RangeToDeliver, volt: VoltResource) -> None:
    """Send what is due; what fails is a dead letter and ends nothing. Names and texts stay out of Dagster's log."""
    with as_dagster_failure():
        deliveries = _deliveries(config.key, volt, volt.settings())
        done = deliveries.send(_is_due)
    failed = [one for one in done if one.error is not None]
    context.add_output_metadata({"sent": len(done) - len(failed), "dead_letters": len(failed)})
    for name, count in Counter(one.parcel.addressee.delivery for one in failed).items():
        context.log.warning("%s: %d not delivered; volt-agent dead-letters list says why", name, count)


@dg.job(description="Send the reports of one range to whom it is due (volt-agent deliver --key KEY --send).")
def deliver_job() -> None:
    """One op: the book of the range knows what went out."""
    deliver_range()


@dg.op
def redeliver_dead_letters(context: dg.OpExecutionContext, volt: VoltResource) -> None:
    """Send again what could not be delivered."""
    with as_dagster_failure():
        done = redeliver(DataFolder(volt.data_location()), volt.settings(), volt.environ, now=volt.now)
    context.add_output_metadata({"succeeded": len(done.succeeded), "failed_again": len(done.failed)})


@dg.job(description="Try every failed delivery of the data folder again (volt-agent dead-letters redrive).")
def deliveries_redrive() -> None:
    """One op: the letters know what to send."""
    redeliver_dead_letters()


def delivery_sensor(settings: Settings, volt: VoltResource) -> dg.SensorDefinition:
    """The sensor, switched off. `volt` gives the clock and the environment."""

    @dg.sensor(
        name="deliveries",
        job=deliver_job,
        minimum_interval_seconds=_EVERY_SECONDS,
        description="Sends finished reports to their recipients in the morning, each revision once (delivery in volt.yaml).",
    )
    def deliveries(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        data, now = DataFolder(data_dir(volt.environ)), volt.now()
        if not has_passed(data):
            return dg.SkipReason(NOT_PASSED)
        if not any(one.send for one in settings.delivery.named.values()):
            return dg.SkipReason("no delivery of volt.yaml is switched on (send: true)")
        busy = keys_under_way(context.instance, KEY_TAG)
        requests, said = [], []
        for key in recent_keys(data, now=now, zone=settings.zone, latest_days=settings.delivery.latest_days):
            if key in busy:
                continue
            try:
                planned = _deliveries(key, volt, settings).planned()
            except VoltError as error:
                said.append(f"{key}: {error}")
                continue
            said += [f"{key}: {one.delivery}: {one.why}" for one in planned if one.prospect == "held"]
            if due := [one for one in planned if _is_due(one)]:
                requests.append(_request(key, due, now))
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason("; ".join(said[:20]) or "nothing is due")

    return deliveries


def _is_due(one: Planned) -> bool:
    return one.prospect == "due" and one.parcel is not None and one.parcel.delivery.send


def _request(key: str, due: Sequence[Planned], now: datetime) -> dg.RunRequest:
    """One run per key, hour and set of messages: two evaluations never make two, and a run that died is followed by another."""
    ids = sorted(one.parcel.idempotency_key for one in due if one.parcel is not None)
    digest = hashlib.sha256(" ".join(ids).encode()).hexdigest()[:16]
    config = {"ops": {deliver_range.name: {"config": {"key": key}}}}
    return dg.RunRequest(run_key=f"{key} {digest} {now:%Y-%m-%dT%H}", run_config=config, tags={KEY_TAG: key})


def _deliveries(key: str, volt: VoltResource, settings: Settings) -> RangeDeliveries:
    return RangeDeliveries(key, DataFolder(data_dir(volt.environ)), settings, volt.environ, now=volt.now)
