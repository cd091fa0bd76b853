"""Sends what is due of one range: once per revision, after its checks, in the recipient's morning; what fails becomes a dead letter.

A process may die between sending and noting it. On a channel where a second copy does no harm (webhook, folder) the message is then
sent again: at least once. To people (Slack, e-mail) it is not: at most once, and a dead letter says that nobody knows whether it
arrived; a redrive sends it again. Each message is tried once by itself; a failed one waits for a redrive.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from volt_assets.delivery_settings import Delivery
from volt_assets.errors import ConnectionFailedError, VoltError
from volt_assets.resilience.owner_lock import OwnerLock
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.channels import REPEATABLE, Channels
from volt_assets.work_reports.deliver.delivery_book import DeliveryBook
from volt_assets.work_reports.deliver.failed_deliveries import FailedDeliveries, FailedDelivery
from volt_assets.work_reports.deliver.parcel import Parcel, RangeFiles
from volt_assets.work_reports.deliver.readiness import is_for, is_morning, next_morning, why_held
from volt_assets.work_reports.languages.catalog import language_of
from volt_assets.work_reports.languages.language import gettext, ngettext, speaking
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.range_key import parse_key
from volt_assets.work_reports.run_record import RunRecord

Prospect = Literal["due", "later", "sent", "failed", "held", "empty"]
# So many messages of a delivery in a row that reach nobody, then the others do not wait for the same.
_UNREACHED_MOST = 3
_log = logging.getLogger("volt.deliveries")


@dataclass(frozen=True)
class Planned:
    """What is to become of one message."""

    delivery: str
    prospect: Prospect
    why: str
    parcel: Parcel | None = None
    """None when the delivery as a whole is held."""


@dataclass(frozen=True)
class Outcome:
    """What became of one message that was due."""

    parcel: Parcel
    error: str | None = None
    is_unreached: bool = False
    """Nobody answered, or nobody was asked for that reason."""


class RangeDeliveries:
    """The deliveries of one range. `now` gives aware times."""

    def __init__(self, key: str, data: DataFolder, settings: Settings, environ: Mapping[str, str], *, now: Callable[[], datetime]) -> None:
        """Raises UsageError for a text that is no range key."""
        self._range = parse_key(key, today=now().astimezone(settings.zone).date())
        self.key = key
        self.channels = Channels(settings.delivery, environ, now)
        self._data, self._settings, self._environ, self._now = data, settings, environ, now
        self._folder = data.of_range(key)

    def wanted(self, only: str | None = None) -> dict[str, Delivery]:
        """The deliveries that are about ranges like this one."""
        named = self._settings.delivery.named.items()
        return {name: one for name, one in named if only in (None, name) and is_for(one, self._range)}

    def planned(self, only: str | None = None) -> list[Planned]:
        """Every message of the range and whether its time has come. Raises StoredDataError for a book that cannot be read."""
        book, record = DeliveryBook(self._folder, self.key), RunRecord(self._folder, now=self._now).read()
        with self.speaking():
            return [one for name, delivery in self.wanted(only).items() for one in self._of(name, delivery, book, record)]

    def send(self, chosen: Callable[[Planned], bool], *, again: bool = False) -> list[Outcome]:
        """Send what is chosen of the planned messages whose delivery is switched on (`send`).

        `again`: somebody decided that what may have arrived is to be sent once more. Raises UsageError while another process delivers
        or makes this range.
        """
        # A run would replace the files under our hands.
        self._data.lock(self.key).check("deliver")
        with self._alone(), self.speaking():
            book, failed = DeliveryBook(self._folder, self.key), FailedDeliveries(self._data, self._now)
            parcels = [one.parcel for one in self.planned() if one.parcel is not None and one.parcel.delivery.send and chosen(one)]
            unreached: Counter[str] = Counter()
            done = []
            for parcel in parcels:
                name = parcel.addressee.delivery
                outcome = self._sent(parcel, book, failed, again=again, is_in_vain=unreached[name] >= _UNREACHED_MOST)
                unreached[name] = unreached[name] + 1 if outcome.is_unreached else 0
                done.append(outcome)
            return done

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Messages are in the language of the reports."""
        with speaking(language_of(self._settings.reports, self._environ)):
            yield

    def _of(self, name: str, delivery: Delivery, book: DeliveryBook, record: RunMetadata | None) -> Iterator[Planned]:
        if held := why_held(record, delivery):
            yield Planned(name, "held", held)
            return
        files = RangeFiles(self.key, self._folder, self._settings)
        shortfalls = _shortfalls(record) if record is not None else ()
        try:
            whole = files.whole()
            if whole.in_progress:
                yield Planned(name, "held", "the period was not over when the report was made")
                return
            for parcel in files.parcels(name, delivery, whole):
                filled = replace(parcel, shortfalls=shortfalls, replaces=book.latest_sent(parcel.addressee))
                prospect, why = self._prospect(filled, book)
                yield Planned(name, prospect, why, filled)
        except VoltError as error:
            yield Planned(name, "held", str(error))

    def _prospect(self, parcel: Parcel, book: DeliveryBook) -> tuple[Prospect, str]:
        done, delivery = book.of(parcel), parcel.delivery
        if done is not None and done.state == "sent":
            return "sent", f"revision {parcel.revision} was sent at {done.at:%Y-%m-%d %H:%M} UTC"
        if done is not None and done.state == "failed":
            return "failed", "is a dead letter: volt-agent dead-letters redrive"
        if parcel.nothing is not None and not delivery.if_empty:
            return "empty", parcel.nothing
        if is_morning(self._now(), delivery.at, parcel.zone):
            return "due", "it is the recipient's morning"
        return "later", f"waits until {next_morning(self._now(), delivery.at, parcel.zone):%Y-%m-%d %H:%M} {parcel.zone.key}"

    def _sent(self, parcel: Parcel, book: DeliveryBook, failed: FailedDeliveries, *, again: bool, is_in_vain: bool) -> Outcome:
        """One message, noted before and after."""
        before = book.of(parcel)
        error: Exception
        was_cut_short = before is not None and before.state == "sending"
        if was_cut_short and not again and parcel.delivery.channel not in REPEATABLE:
            error = ConnectionFailedError("a process died while it sent this: nobody knows whether it arrived", hint="ask, then redrive")
        elif is_in_vain:
            error = ConnectionFailedError(f"not tried: the {_UNREACHED_MOST} before it reached nobody")
        else:
            book.note(parcel, "sending", self._now())
            try:
                self.channels.send(parcel)
            except Exception as problem:  # noqa: BLE001 -- a storage has errors of its own; whatever it is, the others go out
                error = problem
            else:
                book.note(parcel, "sent", self._now())
                failed.resolve(FailedDelivery.of(parcel))
                _log.info("delivered: %s of %s", parcel.addressee.delivery, self.key)
                return Outcome(parcel)
        # The letter first: without it a message that failed would be forgotten by a process that dies here.
        letter = failed.add(FailedDelivery.of(parcel), error, self.channels.secrets(parcel.delivery))
        book.note(parcel, "failed", self._now())
        _log.info("not delivered: %s of %s: %s", parcel.addressee.delivery, self.key, letter.error_class)
        return Outcome(parcel, letter.message, is_unreached=isinstance(error, ConnectionFailedError))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = OwnerLock(self._data.cache("locks") / f"{self.key}.deliveries.lock")
        lock.claim(f"deliver-{os.getpid()}")
        try:
            yield
        finally:
            lock.release()


def _shortfalls(record: RunMetadata) -> tuple[str, ...]:
    """Why the run is called incomplete, in the language spoken now."""
    found = []
    if record.statistics.get("is_reconciled") is False:
        found.append(gettext("Incomplete: the hours are not proven to be all that Toggl has."))
    if failed := int(record.statistics.get("dead_lettered_items") or 0):
        found.append(
            ngettext(
                "Incomplete: %(number)s work item could not be fetched.",
                "Incomplete: %(number)s work items could not be fetched.",
                failed,
                number=failed,
            )
        )
    return tuple(found)
