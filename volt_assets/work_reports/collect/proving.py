"""The proof that stored days are complete: Toggl's own total over them, to the second.

Belongs here: one total for a whole slice, finding the wrong days by bisection, reading them again. Does not: the first download
(download.py), late edits of proven days (recheck.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from volt_assets.work_reports.collect.day_columns import StoredDay
from volt_assets.work_reports.collect.day_stream import DayStream, late_edits
from volt_assets.work_reports.models import DayFile, LateEdit, Proof

# An edit between two pages shifts rows; it rarely happens twice in a row.
_READS_AGAIN = 2
# What Toggl gives when nothing else is known of its pages.
_USUAL_PAGE = 50


@dataclass
class Prover:
    """Compares slices of stored days with Toggl's total, and repairs the days that differ."""

    stream: DayStream
    started_at: datetime
    """Days downloaded before are of an earlier run: what changes on them is recorded as an edit."""
    warnings: list[str] = field(default_factory=list)
    _earlier: dict[date, DayFile] = field(default_factory=dict)
    """The days of earlier runs as they were."""

    async def prove(self, heads: Sequence[StoredDay]) -> None:
        """Prove days without a gap, ascending: one request when they are complete.

        Where they are not, the wrong days are found by further totals and read again, whole, at most twice. Days that differ even
        then keep the difference as their proof.
        """
        wrong = await self._check(heads)
        for _ in range(_READS_AGAIN):
            parts, wrong = wrong, []
            for part in parts:
                wrong += await self._check(await self._read_again(part.heads))
        for part in wrong:
            self._give_up(part)

    def edits(self) -> list[LateEdit]:
        """What changed on days that an earlier run had stored, by day."""
        heads = self.stream.store.heads(self._earlier)
        return [edit for head in heads for edit in late_edits(head.day, head.edits[len(self._earlier[head.day].edits) :])]

    async def _read_again(self, heads: Sequence[StoredDay]) -> list[StoredDay]:
        days = [head.day for head in heads]
        of_earlier_runs = [head.day for head in heads if head.data_as_of < self.started_at and head.is_closed]
        # What is read a third time still differs from what the earlier run had stored, not from the second reading.
        self._earlier |= {day_file.day: day_file for day_file in self.stream.store.read_all(of_earlier_runs)}
        await self.stream.read(days, earlier=self._earlier)
        return self.stream.store.heads(days)

    async def _check(self, heads: Sequence[StoredDay]) -> list[_WrongPart]:
        total = await self.stream.client.total_seconds(heads[0].day, heads[-1].day)
        # Narrowing must not cost more than reading everything again.
        requests = _Budget(sum(head.entries for head in heads) // self._page_size)
        return await self._judge(heads, total, requests)

    async def _judge(self, heads: Sequence[StoredDay], total: int, requests: _Budget) -> list[_WrongPart]:
        """Promote the days that the total proves; the others come back in parts as small as is worth the requests."""
        part = _WrongPart(heads, total, self.stream.clock())
        if part.proof.difference_seconds == 0:
            for head in heads:
                self.stream.store.promote(head, part.proof)
            return []
        fits_a_page = sum(head.entries for head in heads) <= self._page_size
        if len(heads) == 1 or fits_a_page or not requests.take_one():
            return [part]
        half = len(heads) // 2
        first_total = await self.stream.client.total_seconds(heads[0].day, heads[half - 1].day)
        first = await self._judge(heads[:half], first_total, requests)
        return first + await self._judge(heads[half:], total - first_total, requests)

    @property
    def _page_size(self) -> int:
        return max(_USUAL_PAGE, self.stream.largest_page)

    def _give_up(self, part: _WrongPart) -> None:
        proof = part.proof
        for head in part.heads:
            self.stream.store.promote(head, proof)
        self.warnings.append(
            f"{proof.start_date} to {proof.end_date}: the entries sum to {proof.our_seconds} s, Toggl's own total is "
            f"{proof.toggl_seconds} s ({proof.difference_seconds:+d} s), also when read again"
        )


@dataclass(frozen=True)
class _WrongPart:
    """Days, and Toggl's total over them at a time."""

    heads: Sequence[StoredDay]
    total: int
    checked_at: datetime

    @property
    def proof(self) -> Proof:
        """Our sum against Toggl's."""
        return Proof(
            start_date=self.heads[0].day,
            end_date=self.heads[-1].day,
            toggl_seconds=self.total,
            our_seconds=sum(head.seconds for head in self.heads),
            checked_at=self.checked_at,
        )


@dataclass
class _Budget:
    left: int

    def take_one(self) -> bool:
        """Whether one more request may be spent on narrowing."""
        self.left -= 1
        return self.left >= 0


def without_gaps(days: Sequence[date], longest: int) -> list[list[date]]:
    """Ascending days in runs of consecutive ones, none longer than `longest`."""
    runs: list[list[date]] = []
    for day in days:
        if runs and len(runs[-1]) < longest and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def unproven_days(heads: Iterable[StoredDay]) -> set[date]:
    """Those of the days that no proof speaks for: there is none, or the stored seconds are not what was compared.

    A day is written in one go with the proof its entries took part in, so a proof speaks for the day even when other days of its
    slice were replaced since.
    """
    slices: dict[Proof, list[StoredDay]] = {}
    found: set[date] = set()
    for head in heads:
        if head.proof is None or not head.proof.start_date <= head.day <= head.proof.end_date:
            found.add(head.day)
        else:
            slices.setdefault(head.proof, []).append(head)
    for proof, of_slice in slices.items():
        if not _adds_up(proof, of_slice):
            found.update(head.day for head in of_slice)
    return found


def _adds_up(proof: Proof, heads: Sequence[StoredDay]) -> bool:
    """Whether the days of a slice still hold the seconds that were compared; a part of them may hold fewer."""
    stored = sum(head.seconds for head in heads)
    is_whole_slice = len(heads) == (proof.end_date - proof.start_date).days + 1
    return stored == proof.our_seconds if is_whole_slice else stored <= proof.our_seconds


def is_proven(head: StoredDay) -> bool:
    """Whether Toggl's total has confirmed the stored entries."""
    return head.proof is not None and head.proof.difference_seconds == 0
