"""What `deliver` does, and the part of `dead-letters redrive` that is about deliveries."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.environment import data_dir
from volt_assets.errors import EnvironmentVariableError, UsageError
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.message import plain_text
from volt_assets.work_reports.deliver.recent_ranges import recent_keys
from volt_assets.work_reports.deliver.redelivery import redeliver
from volt_assets.work_reports.deliver.sending import Outcome, Planned, RangeDeliveries

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

_REDRIVE = ": they are dead letters, volt-agent dead-letters redrive sends them again"


@dataclass(frozen=True)
class DeliverOptions:
    """What the command was asked for."""

    key: str | None
    only: str | None
    send: bool
    regardless_of_hour: bool

    def chooses(self, one: Planned) -> bool:
        """Whether the message is to go now."""
        return self.only in (None, one.delivery) and one.prospect in (("due", "later") if self.regardless_of_hour else ("due",))


def run_deliveries(options: DeliverOptions, console: Console, *, as_json: bool) -> ExitCode:
    """Print the plan of each range, or send. Raises ConfigurationError before anything is sent."""
    settings, data = load_settings(os.environ), DataFolder(data_dir(os.environ))
    if options.only is not None:
        _check_name(options.only, settings)
    ranges = [_of(key, data, settings) for key in _keys(options, data, settings)]
    for one in ranges:
        _check_variables(one, options, console)
    if not settings.delivery.named:
        console.note("no delivery is configured: see delivery in volt.yaml")
    elif not any(one.wanted(options.only) for one in ranges):
        console.note("no range here is one that a delivery is about (its team, its period, the latest days)")
    if options.send:
        return _send(ranges, options, console, as_json=as_json)
    planned = [(one, each) for one in ranges for each in one.planned(options.only)]
    if as_json:
        console.json([_as_json(one, each) for one, each in planned])
    for one, each in [] if as_json else planned:
        _print(one, each, options, console)
    return ExitCode.OK


def redrive_deliveries(range_key: str | None, console: Console) -> ExitCode:
    """Send again what failed, and say what became of each."""
    settings, data = load_settings(os.environ), DataFolder(data_dir(os.environ))
    done = redeliver(data, settings, os.environ, now=_now, range_key=range_key)
    for letter in done.succeeded:
        console.data(f"{letter.key}: delivered")
    for letter in done.failed:
        console.error(f"{letter.key}: failed again")
    console.say(f"{len(done.succeeded)} delivered, {len(done.failed)} failed again (volt-agent dead-letters list)")
    return ExitCode.INCOMPLETE if done.failed else ExitCode.OK


def _send(ranges: list[RangeDeliveries], options: DeliverOptions, console: Console, *, as_json: bool) -> ExitCode:
    done = [(one, outcome) for one in ranges for outcome in one.send(options.chooses)]
    if as_json:
        console.json([_outcome_json(outcome) for _, outcome in done])
    for one, outcome in [] if as_json else done:
        place = f"{one.key}: {outcome.parcel.addressee}"
        if outcome.error is None:
            console.data(f"{place}: revision {outcome.parcel.revision} sent: {one.channels.where(outcome.parcel)}")
        else:
            console.error(f"{place}: {outcome.error}")
    for one in ranges:
        for name, delivery in one.wanted(options.only).items():
            if not delivery.send:
                console.note(f"{one.key}: {name}: not sent, it is switched off (send: false)")
        for each in one.planned(options.only):
            if each.prospect in ("held", "later", "empty", "failed"):
                console.say(f"{one.key}: {_who(each)}: {each.why}")
    failed = sum(outcome.error is not None for _, outcome in done)
    console.say(f"{len(done) - failed} sent, {failed} failed{_REDRIVE if failed else ''}")
    return ExitCode.INCOMPLETE if failed else ExitCode.OK


def _print(one: RangeDeliveries, each: Planned, options: DeliverOptions, console: Console) -> None:
    parcel = each.parcel
    if parcel is None or each.prospect in ("sent", "empty"):
        console.say(f"{one.key}: {_who(each)}: {each.why}")
        return
    verb = "would be sent" if options.chooses(each) and parcel.delivery.send else each.why
    switched = "" if parcel.delivery.send else " (switched off: send: false)"
    with one.speaking():
        text = plain_text(parcel)
    console.data(f"== {one.key}: {_who(each)}: revision {parcel.revision} by {one.channels.where(parcel)}: {verb}{switched}\n{text}")


def _who(each: Planned) -> str:
    return str(each.parcel.addressee) if each.parcel is not None else each.delivery


def _as_json(one: RangeDeliveries, each: Planned) -> dict[str, Any]:
    found: dict[str, Any] = {"key": one.key, "delivery": each.delivery, "prospect": each.prospect, "why": each.why}
    if each.parcel is not None:
        parcel = each.parcel
        with one.speaking():
            text = plain_text(parcel)
        where, addressee = one.channels.where(parcel), parcel.addressee
        found |= {"report": addressee.report, "user_id": addressee.user_id, "revision": parcel.revision}
        found |= {"where": where, "send": parcel.delivery.send, "text": text}
    return found


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    parcel, one = outcome.parcel, outcome.parcel.addressee
    found = {"key": parcel.key, "delivery": one.delivery, "report": one.report, "user_id": one.user_id}
    return {**found, "revision": parcel.revision, "error": outcome.error}


def _keys(options: DeliverOptions, data: DataFolder, settings: Settings) -> list[str]:
    if options.key is not None:
        if not data.of_range(options.key).is_dir():
            raise UsageError(f"--key {options.key}: has no reports here", hint="volt-agent list-runs shows the keys there are")
        return [options.key]
    return recent_keys(data, now=_now(), zone=settings.zone, latest_days=settings.delivery.latest_days)


def _check_variables(one: RangeDeliveries, options: DeliverOptions, console: Console) -> None:
    """What is missing ends the command, unless the delivery is still switched off."""
    for name, delivery in one.wanted(options.only).items():
        try:
            one.channels.check(delivery)
        except EnvironmentVariableError as error:
            if delivery.send:
                raise
            console.warning(f"{name}: {error}")


def _check_name(name: str, settings: Settings) -> None:
    known = sorted(settings.delivery.named)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none yet'}"
        raise UsageError(f"--only {name[:60]}: volt.yaml has no delivery of this name", hint=hint)


def _of(key: str, data: DataFolder, settings: Settings) -> RangeDeliveries:
    return RangeDeliveries(key, data, settings, os.environ, now=_now)


def _now() -> datetime:
    return datetime.now(UTC)
