"""Messages that could not be delivered, as dead letters: written when they fail, removed when they go out.

A letter is about one message of one range whatever the revision: a redrive sends the current one. Belongs here: what a letter holds.
Does not: the store (resilience/dead_letters.py), sending (sending.py), the redrive (redelivery.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from volt_assets.resilience.dead_letters import DeadLetter, DeadLetters
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.parcel import Addressee, Parcel
from volt_assets.work_reports.models import Frozen

KIND = "delivery"


class FailedDelivery(Frozen):
    """The payload of a letter: no name, no address, no text."""

    range: str
    delivery: str
    report: str
    user_id: int | None
    revision: int

    @classmethod
    def of(cls, parcel: Parcel) -> FailedDelivery:
        """What a letter about this message holds."""
        one = parcel.addressee
        return cls(range=parcel.key, delivery=one.delivery, report=one.report, user_id=one.user_id, revision=parcel.revision)

    @property
    def addressee(self) -> Addressee:
        """Whose message it is."""
        return Addressee(self.delivery, self.report, self.user_id)

    @property
    def key(self) -> str:
        """What identifies the letter among those of its kind."""
        return f"{self.range}: {self.addressee}"


class FailedDeliveries:
    """The letters of this kind in a data folder."""

    def __init__(self, data: DataFolder, now: Callable[[], datetime]) -> None:
        """Nothing is made before the first letter."""
        self._data, self._now = data, now

    def add(self, failed: FailedDelivery, error: Exception, secrets: Sequence[str]) -> DeadLetter:
        """A new letter, or one try more of the one that is there. `secrets` never reach the disk."""
        return DeadLetters(self._data.dead_letters, now=self._now, secrets=secrets).add(
            KIND, failed.key, failed.model_dump(mode="json"), error
        )

    def resolve(self, failed: FailedDelivery) -> None:
        """It went out."""
        DeadLetters(self._data.dead_letters, now=self._now).resolve(KIND, failed.key)
