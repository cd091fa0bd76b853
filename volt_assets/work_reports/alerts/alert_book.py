"""Which alerts were raised and to whom they went: one small file each, so that everybody who finds a reason tells it once.

`<data>/.volt/alerts/<kind>-<run or range>.json`. The command line and Dagster's sensors share the book, also over restarts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.resilience.file_lock import file_lock, file_lock_if_free
from volt_assets.work_reports.alerts.alert import Alert, Kind, name_of


class AlertBook:
    """The book in `folder`."""

    def __init__(self, folder: AnyPath) -> None:
        """Nothing is made before the first alert."""
        self._folder = folder

    def note(self, alert: Alert) -> bool:
        """Write a new alert down; False when it was there already."""
        with file_lock(self._folder / ".write.lock"):
            if self._path(alert).exists():
                return False
            self.write(alert)
            return True

    def write(self, alert: Alert) -> None:
        """Replace what is known of the alert."""
        write_atomically(self._path(alert), alert.model_dump_json(indent=1).encode() + b"\n")

    def forget(self, kind: Kind, subject: str, *, before: datetime) -> None:
        """What was raised before a moment is over: the next time is told again."""
        path = self._folder / f"{name_of(kind, subject)}.json"
        noted = _read(path) if self._folder.is_dir() else None
        if noted is not None and noted.raised_at < before:
            path.unlink(missing_ok=True)

    def alerts(self) -> list[Alert]:
        """All of them, the oldest first; a file that cannot be read is passed over."""
        paths = [path for path in self._folder.iterdir() if path.suffix == ".json"] if self._folder.is_dir() else []
        found = [alert for path in paths if (alert := _read(path)) is not None]
        return sorted(found, key=lambda alert: (alert.raised_at, alert.name))

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Only one sends at a time; False while another does."""
        with file_lock_if_free(self._folder / ".send.lock") as is_free:
            yield is_free

    def _path(self, alert: Alert) -> AnyPath:
        return self._folder / f"{alert.name}.json"


def _read(path: AnyPath) -> Alert | None:
    try:
        return Alert.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
