"""Telling operators: raise an alert once, send it by every configured way, try again later what did not get through.

Nothing in here fails a run: what goes wrong is logged, noted in the book, and tried again by whoever calls next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from volt_assets.alert_settings import AlertSettings
from volt_assets.errors import VoltError
from volt_assets.work_reports.alerts.alert import Alert, of_end
from volt_assets.work_reports.alerts.alert_book import AlertBook
from volt_assets.work_reports.alerts.channels import Send, channels
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunMetadata

# What nobody could be told of for so long is no news any more; the history and the metrics still have it.
GIVEN_UP_AFTER = timedelta(days=3)
_log = logging.getLogger("volt.alerts")


class Alerter:
    """Tells the operators of one data folder."""

    def __init__(self, data: DataFolder, settings: AlertSettings, environ: Mapping[str, str], *, now: Callable[[], datetime]) -> None:
        """Without a configured way nothing is written down: there is nobody to tell."""
        self._book = AlertBook(data.cache("alerts"))
        self._kinds = settings.kinds
        self._now = now
        self._ways: dict[str, Send] = {}
        try:
            self._ways = channels(settings, environ)
        except VoltError as error:
            _log.error("operators cannot be told: %s", error)

    def run_ended(self, status: str, *, key: str, run_id: str, record: RunMetadata | None) -> None:
        """Tell of a failed or waiting run, once, and try again what waits to be told."""
        if status in ("completed", "incomplete"):
            self.finished(key, at=self._now())
        self.tell(of_end(status, key=key, run_id=run_id, record=record, now=self._now()))

    def finished(self, key: str, *, at: datetime) -> None:
        """A run of the range finished: what was waited for before has come."""
        self._safely(lambda: self._book.forget("waiting", key, before=at))

    def tell(self, *alerts: Alert | None) -> None:
        """Raise them unless that was done before, and send everything that is not sent yet."""
        if self._ways:
            self._safely(lambda: self._tell([alert for alert in alerts if alert is not None and alert.kind in self._kinds]))

    def _tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            self._book.note(alert)
        with self._book.sending() as is_free:
            for alert in self._book.alerts() if is_free else ():
                if self._is_due(alert):
                    self._send(alert)

    def _is_due(self, alert: Alert) -> bool:
        return self._ways.keys() > alert.sent.keys() and self._now() - alert.raised_at < GIVEN_UP_AFTER

    def _send(self, alert: Alert) -> None:
        sent, problem = dict(alert.sent), None
        for name, send in self._ways.items():
            if name in sent:
                continue
            try:
                send(alert)
            except VoltError as error:
                problem = str(error)
                _log.warning("an operator could not be told, it is tried again: %s", error)
            else:
                sent[name] = self._now()
                _log.info("operators were told", extra={"said": {"kind": alert.kind, "key": alert.key, "way": name}})
        self._book.write(alert.model_copy(update={"sent": sent, "tries": alert.tries + 1, "problem": problem}))

    @staticmethod
    def _safely(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 -- the next line says why
            # A full disk, a mail that cannot be put into words: the run is not to suffer for it.
            _log.exception("operators could not be told")
