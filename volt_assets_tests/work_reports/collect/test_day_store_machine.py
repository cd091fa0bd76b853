"""The day store through downloads, stops, deaths, damage and edits in Toggl, against Toggl itself as the model."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from volt_assets.errors import QuotaExhaustedError
from volt_assets.work_reports.collect.day_columns import StoredDay, columns_of
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadResult, ensure_days
from volt_assets.work_reports.collect.proving import is_proven
from volt_assets.work_reports.collect.recheck import RecheckResult, recheck_days
from volt_assets.work_reports.collect.wire_entries import entry_of
from volt_assets.work_reports.models import DayFile
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, TogglInMemory, days, row

DAYS = days(MONDAY, 6)
AFTER_ALL = datetime(2025, 10, 13, 12, tzinfo=UTC)
ZONES = ("+02:00", "-09:00", "+13:00")
SOME_DAY = st.sampled_from(DAYS)
ANY = st.integers(0, 10**6)


class Killed(BaseException):
    """The process died here."""


class MortalStore(DayStore):
    """Dies after so many day files, before the columns of the last ones are kept."""

    days_to_live: int | None = None

    def _take_columns(self, day_file: DayFile, lines: bytes, written: bytes) -> StoredDay:
        if self.days_to_live is not None:
            self.days_to_live -= 1
            if self.days_to_live < 0:
                raise Killed
        return super()._take_columns(day_file, lines, written)


class DayStoreMachine(RuleBasedStateMachine):
    """Entries change only between two steps; every change but a deletion moves the time of change."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="volt-days-"))
        self.now = AFTER_ALL
        self.store = MortalStore(self.folder, compressed_above_bytes=1500)
        self.toggl = TogglInMemory([])
        self.next_id = 1

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize(entries=st.lists(st.tuples(SOME_DAY, st.integers(0, 2), st.integers(0, 5000)), max_size=12), page_size=st.integers(2, 9))
    def begin(self, entries: list[tuple[date, int, int]], page_size: int) -> None:
        self.toggl = TogglInMemory([], page_size=page_size)
        for day, user_id, seconds in entries:
            self.add(day, user_id, seconds)

    def _later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    @rule(day=SOME_DAY, user_id=st.integers(0, 2), seconds=st.none() | st.integers(0, 5000))
    def add(self, day: date, user_id: int, seconds: int | None) -> None:
        start = f"{day}T{8 + self.next_id % 12:02}:00:00{ZONES[user_id]}"
        self.toggl.rows.append(row(self.next_id, start, seconds, user_id=user_id, description=f"Task {self.next_id % 3}", at=self._at()))
        self.next_id += 1

    def _at(self) -> str:
        return self._later().isoformat()

    def _change(self, which: int, **fields: Any) -> None:
        position = which % len(self.toggl.rows)
        self.toggl.rows[position] = self.toggl.rows[position].model_copy(update={"at": self._at(), **fields})

    @precondition(lambda self: self.toggl.rows)
    @rule(which=ANY, seconds=st.integers(0, 5000), text=st.sampled_from(["Call", "Fix #12 [Scrum] [Task]"]))
    def edit(self, which: int, seconds: int, text: str) -> None:
        self._change(which, seconds=seconds, stop="2025-10-06T10:00:00+02:00", description=text)

    @precondition(lambda self: self.toggl.rows)
    @rule(which=ANY, day=SOME_DAY)
    def move(self, which: int, day: date) -> None:
        self._change(which, start=f"{day}T{self.toggl.rows[which % len(self.toggl.rows)].start[11:]}")

    @precondition(lambda self: any(one.stop for one in self.toggl.rows))
    @rule(which=ANY)
    def delete(self, which: int) -> None:
        # An entry that still runs is no time yet; that it vanished from a long list is told by nothing that Toggl offers.
        stopped = [position for position, one in enumerate(self.toggl.rows) if one.stop]
        del self.toggl.rows[stopped[which % len(stopped)]]
        self._later()

    def _ensure(self) -> DownloadResult:
        return asyncio.run(ensure_days(DAYS, store=self.store, client=self.toggl, clock=self._later, code_version="1"))

    def _recheck(self, result: DownloadResult) -> RecheckResult:
        options: dict[str, Any] = {"code_version": "1", "horizon_days": 14, "downloaded": result.downloaded_days}
        return asyncio.run(recheck_days(DAYS, store=self.store, client=self.toggl, clock=self._later, **options))

    @rule(page=st.integers(1, 5))
    def download_until_the_quota_ends(self, page: int) -> None:
        def stop(number: int) -> None:
            if number == page:
                raise QuotaExhaustedError("Toggl: 402", resets_at=self.now)

        self.toggl.before_page = stop
        with suppress(QuotaExhaustedError):
            self._ensure()
        self.toggl.before_page = lambda _: None

    @rule(writes=st.integers(0, 7))
    def die_while_storing(self, writes: int) -> None:
        self.store.days_to_live = writes
        with suppress(Killed):
            self._recheck(self._ensure())
        self.store = MortalStore(self.folder, compressed_above_bytes=1500)

    @rule(day=SOME_DAY, keep=st.integers(0, 400))
    def damage_a_day(self, day: date, keep: int) -> None:
        path = self.store.path(day)
        if path.is_file():
            path.write_bytes(path.read_bytes()[:keep])

    @rule(day=SOME_DAY, position=ANY, bit=st.integers(0, 7))
    def flip_a_bit_of_a_day(self, day: date, position: int, bit: int) -> None:
        path = self.store.path(day)
        if path.is_file() and (content := bytearray(path.read_bytes())):
            content[position % len(content)] ^= 1 << bit
            path.write_bytes(bytes(content))

    @rule(keep=st.integers(0, 8000))
    def damage_the_columns(self, keep: int) -> None:
        path = self.folder / "columns" / "2025-10.columns"
        if path.is_file():
            path.write_bytes(path.read_bytes()[:keep])

    @rule()
    def bring_up_to_date(self) -> None:
        before = self.toggl.requests_made
        result = self._ensure()
        recheck = self._recheck(result)
        heads = self.store.heads(DAYS)
        for day_file in self.store.read_all(DAYS):
            of_day = [entry_of(one) for one in self.toggl.rows if one.start[:10] == day_file.day.isoformat()]
            assert list(day_file.entries) == sorted(of_day, key=lambda one: one.id)
        assert all(is_proven(head) for head in heads)
        for head in heads:
            assert not head.edits or head.edits[-1].seconds_after == head.seconds
        assert {edit.day for edit in recheck.edits}.isdisjoint(result.downloaded_days)
        spent = self.toggl.requests_made
        again = self._ensure()
        checked = self._recheck(again)
        assert (again.requests, again.downloaded_days, again.edits, checked.edits) == (0, (), (), ())
        assert self.toggl.requests_made - spent == 2
        assert spent >= before

    @invariant()
    def columns_say_what_the_files_say(self) -> None:
        heads = self.store.survey(DAYS, now=self.now).stored
        entries = [entry for day_file in self.store.read_all(head.day for head in heads) for entry in day_file.entries]
        columns = ("entry_id", "user_id", "day", "seconds", "text", "user_name")
        assert self.store.table(heads, columns).equals(columns_of(entries).select(columns))
        assert sum(head.entries for head in heads) == len(entries)


DayStoreMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TestDayStore = DayStoreMachine.TestCase
