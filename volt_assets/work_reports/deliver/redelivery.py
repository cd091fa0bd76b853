"""Try deliveries that are dead letters again: what the command and the Dagster job share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from volt_assets.errors import StoredDataError, VoltError
from volt_assets.resilience.dead_letters import DeadLetter, DeadLetters
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.failed_deliveries import KIND, FailedDelivery
from volt_assets.work_reports.deliver.sending import RangeDeliveries


@dataclass(frozen=True)
class Redelivered:
    """What came of a redrive: the letters that are gone, and those that stay, one try older."""

    succeeded: tuple[DeadLetter, ...]
    failed: tuple[DeadLetter, ...]


def redeliver(
    data: DataFolder,
    settings: Settings,
    environ: Mapping[str, str],
    *,
    now: Callable[[], datetime],
    range_key: str | None = None,
) -> Redelivered:
    """Send the current revision of each message that failed, at any hour. Raises UsageError while another process redrives."""
    letters = DeadLetters(data.dead_letters, now=now)
    with letters.redriving(lambda one: one.kind == KIND and range_key in (None, one.payload.get("range"))) as taken:
        for letter in taken:
            try:
                _again(FailedDelivery.model_validate(letter.payload), letters, data, settings, environ, now)
            except ValidationError:
                problem = StoredDataError("the letter does not hold what Volt writes there", hint="volt-agent dead-letters forget")
                letters.add(letter.kind, letter.key, letter.payload, problem)
            except (VoltError, OSError) as error:
                letters.add(letter.kind, letter.key, letter.payload, error)
    return Redelivered(*_parted(taken, {one.id for one in letters.letters()}))


def _again(
    failed: FailedDelivery,
    letters: DeadLetters,
    data: DataFolder,
    settings: Settings,
    environ: Mapping[str, str],
    now: Callable[[], datetime],
) -> None:
    deliveries = RangeDeliveries(failed.range, data, settings, environ, now=now)
    if failed.delivery not in deliveries.wanted():
        raise StoredDataError("volt.yaml has no such delivery for this range any more", hint="volt-agent dead-letters forget ID")
    if not deliveries.wanted()[failed.delivery].send:
        raise StoredDataError("the delivery is switched off in volt.yaml (send)", hint="volt-agent dead-letters forget ID")
    planned = deliveries.planned(failed.delivery)
    held = [one for one in planned if one.parcel is None]
    ours = [one for one in planned if one.parcel is not None and one.parcel.addressee == failed.addressee]
    if held or not ours:
        raise StoredDataError(held[0].why if held else "the report is not there any more", hint="volt-agent dead-letters forget ID")
    if ours[0].prospect in ("sent", "empty"):
        letters.resolve(KIND, failed.key)
        return
    deliveries.send(lambda one: one.parcel is not None and one.parcel.addressee == failed.addressee, again=True)


def _parted(taken: Sequence[DeadLetter], kept: set[str]) -> tuple[tuple[DeadLetter, ...], tuple[DeadLetter, ...]]:
    return tuple(one for one in taken if one.id not in kept), tuple(one for one in taken if one.id in kept)
