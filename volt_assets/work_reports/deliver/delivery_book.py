"""`deliveries.json`: which revision went to whom, so that none goes twice. Keeps names of deliveries and user ids, no address.

What is sent is noted before and after. A process that dies in between leaves `sending` behind: whether the message went out is then
not known. Belongs here: the notes. What follows from one is decided in sending.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from volt_assets.errors import StoredDataError
from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.deliver.parcel import Addressee, Parcel
from volt_assets.work_reports.models import Frozen

FILE_NAME = "deliveries.json"
DeliveryState = Literal["sending", "sent", "failed"]


class Delivered(Frozen):
    """One revision and what became of it."""

    delivery: str
    report: str
    user_id: int | None
    revision: int
    state: DeliveryState
    at: datetime
    tries: int = 1


class Deliveries(Frozen):
    """The document."""

    schema_version: int = 1
    key: str
    delivered: tuple[Delivered, ...] = ()


class DeliveryBook:
    """The book of one range. Whoever writes holds the lock of the range's deliveries."""

    def __init__(self, folder: AnyPath, key: str) -> None:
        """Raises StoredDataError for a book that cannot be read: without it everything would go out again."""
        self._path = folder / FILE_NAME
        try:
            self._book = Deliveries.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            self._book = Deliveries(key=key)
        except (OSError, ValidationError) as error:
            hint = "restore it from a backup; deleting it sends everything of the range again"
            raise StoredDataError(f"{self._path}: cannot be read", hint=hint) from error

    def of(self, parcel: Parcel) -> Delivered | None:
        """What became of this very revision."""
        return next((one for one in self._of(parcel.addressee) if one.revision == parcel.revision), None)

    def latest_sent(self, addressee: Addressee) -> int | None:
        """The highest revision that the addressee has."""
        return max((one.revision for one in self._of(addressee) if one.state == "sent"), default=None)

    def note(self, parcel: Parcel, state: DeliveryState, at: datetime) -> None:
        """On disk when this returns."""
        before = self.of(parcel)
        tries = (before.tries if before else 0) + (state == "sending")
        one = parcel.addressee
        noted = Delivered(
            delivery=one.delivery, report=one.report, user_id=one.user_id, revision=parcel.revision, state=state, at=at, tries=tries
        )
        kept = tuple(each for each in self._book.delivered if each is not before)
        self._book = self._book.model_copy(update={"delivered": (*kept, noted)})
        write_atomically(self._path, self._book.model_dump_json(indent=1).encode() + b"\n")

    def _of(self, addressee: Addressee) -> list[Delivered]:
        return [one for one in self._book.delivered if Addressee(one.delivery, one.report, one.user_id) == addressee]
