from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from volt_assets.clients.toggl_wire import SummaryPart, TimeEntryRow
from volt_assets.errors import AuthenticationError, PlanFeatureError, QuotaExhaustedError, ServerError
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.recheck import RecheckResult, recheck_days
from volt_assets_tests.work_reports.collect.test_download import WEEK, ensure, expected_ids, ids_by_day
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, TogglInMemory, proof, row

LATER = NOW + timedelta(hours=6)
LATE = (NOW + timedelta(hours=1)).isoformat()


def a_team(**options: Any) -> TogglInMemory:
    rows = [
        row(10 * number + person, f"{day}T09:00:00+02:00", 600 + number, user_id=person, description=f"Task {person}", at=f"{day}T18:00Z")
        for number, day in enumerate(WEEK, 1)
        for person in (1, 2, 3)
    ]
    return TogglInMemory(rows, **options)


def recheck(
    store: DayStore,
    client: TogglInMemory,
    wanted: Iterable[date] = WEEK,
    *,
    now: datetime = LATER,
    horizon: int = 14,
    downloaded: Collection[date] = (),
) -> RecheckResult:
    client.requests_made = 0
    return asyncio.run(
        recheck_days(wanted, store=store, client=client, clock=lambda: now, code_version="2", horizon_days=horizon, downloaded=downloaded)
    )


@pytest.fixture
def store(tmp_path: Path) -> DayStore:
    return DayStore(tmp_path)


def change(client: TogglInMemory, entry_id: int, **fields: Any) -> None:
    [position] = [number for number, one in enumerate(client.rows) if one.id == entry_id]
    client.rows[position] = client.rows[position].model_copy(update={"at": LATE, **fields})


def bytes_of(store: DayStore) -> list[bytes]:
    return [store.path(day).read_bytes() for day in WEEK]


def test_unchanged_days_cost_two_requests_and_keep_their_bytes(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    before = bytes_of(store)
    assert recheck(store, client) == RecheckResult(checked_days=tuple(WEEK))
    assert client.requests_made == 2
    assert bytes_of(store) == before


@pytest.mark.parametrize(
    "options",
    [
        {"horizon": 0},
        {"now": NOW + timedelta(days=30)},
        {"downloaded": WEEK},
        {"wanted": [MONDAY - timedelta(days=1)]},
    ],
)
def test_nothing_is_asked_when_there_is_nothing_to_check(store: DayStore, options: dict[str, Any]) -> None:
    client = a_team()
    ensure(store, client)
    assert recheck(store, client, **options) == RecheckResult()
    assert client.requests_made == 0


def test_days_beyond_the_horizon_are_left_alone(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    assert recheck(store, client, horizon=10).checked_days == tuple(day for day in WEEK if (LATER.date() - day).days <= 10)


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"seconds": 900}, 298),
        ({"description": "Another task"}, 0),
        ({"project_name": "Harbor"}, 0),
        ({"user_id": 9}, 0),
        ({"billable": True}, 0),
    ],
)
def test_a_changed_entry_replaces_its_day_alone(store: DayStore, fields: dict[str, Any], seconds: int) -> None:
    client = a_team()
    ensure(store, client)
    before = bytes_of(store)
    change(client, 21, **fields)
    result = recheck(store, client)
    assert [(edit.day, edit.changed, edit.seconds_after - edit.seconds_before) for edit in result.edits] == [(WEEK[1], (21,), seconds)]
    assert client.requests_made == 4
    assert client.slices[1:] == [(WEEK[1], WEEK[1])]
    assert [old == new for old, new in zip(before, bytes_of(store), strict=True)] == [day != WEEK[1] for day in WEEK]
    assert "2025-10-07: edited after it was downloaded (0 added, 1 changed, 0 deleted" in result.warnings[0]
    stored = store.read_all([WEEK[1]])[0]
    assert stored.proof is not None
    assert stored.proof.difference_seconds == 0
    assert recheck(store, client) == RecheckResult(checked_days=tuple(WEEK))


def test_an_entry_that_was_added_is_found_on_its_day(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    client.rows.append(row(99, f"{WEEK[3]}T20:00:00Z", 50, at=LATE))
    result = recheck(store, client)
    assert [(edit.day, edit.added) for edit in result.edits] == [(WEEK[3], (99,))]
    assert client.slices[1:] == [(WEEK[3], WEEK[3])]


def test_an_entry_that_was_added_without_a_time_of_change_makes_all_days_be_read(store: DayStore) -> None:
    client = a_team(page_size=5)
    ensure(store, client)
    client.rows.append(row(99, f"{WEEK[3]}T20:00:00Z", 50))
    result = recheck(store, client)
    assert [(edit.day, edit.added) for edit in result.edits] == [(WEEK[3], (99,))]
    assert client.slices[1:] == [(WEEK[0], WEEK[-1])]


def test_a_deleted_entry_is_missed_by_the_summary(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    client.rows = [one for one in client.rows if one.id != 33]
    result = recheck(store, client)
    assert [(edit.day, edit.deleted) for edit in result.edits] == [(WEEK[2], (33,))]
    assert ids_by_day(store, WEEK) == expected_ids(client, WEEK)


def test_a_moved_entry_replaces_both_days(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    change(client, 21, start=f"{WEEK[5]}T09:00:00+02:00")
    # Only one of the two days is asked for: the days that adjoin are looked at as well.
    result = recheck(store, client, WEEK[:3])
    assert [(edit.day, edit.added, edit.deleted) for edit in result.edits] == [(WEEK[1], (), (21,)), (WEEK[5], (21,), ())]
    assert ids_by_day(store, WEEK) == expected_ids(client, WEEK)


def test_an_entry_that_two_stored_days_hold_is_taken_off_the_one_it_left(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    left = store.path(WEEK[1]).read_bytes()
    change(client, 21, start=f"{WEEK[5]}T09:00:00+02:00")
    recheck(store, client)
    # A run that was killed between the two days leaves this: the new day is stored, the old one as it was.
    store.path(WEEK[1]).write_bytes(left)
    recheck(store, client)
    assert ids_by_day(store, WEEK) == expected_ids(client, WEEK)


def test_more_changes_than_a_page_shows_make_all_days_be_read_once(store: DayStore) -> None:
    client = a_team(page_size=4)
    ensure(store, client)
    for entry_id in (11, 12, 21, 22, 31):
        change(client, entry_id, billable=True)
    result = recheck(store, client)
    assert sum(len(edit.changed) for edit in result.edits) == 5
    assert client.slices[1:] == [(WEEK[0], WEEK[-1])]
    assert recheck(store, client) == RecheckResult(checked_days=tuple(WEEK))
    assert client.requests_made == 2


def test_without_summaries_the_days_are_read_again(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    client.fails["summary"] = PlanFeatureError("Toggl: 402 for a feature")
    change(client, 21, seconds=900)
    result = recheck(store, client)
    assert [edit.changed for edit in result.edits] == [(21,)]
    assert client.slices[1:] == [(WEEK[0], WEEK[-1])]


@pytest.mark.parametrize("parts", [[], [SummaryPart(user_id=1, seconds=602, entry_ids=(21,))]])
def test_a_summary_that_tells_a_part_deletes_nothing(store: DayStore, parts: list[SummaryPart]) -> None:
    class TellsAPart(TogglInMemory):
        async def summary(self, start: date, end: date) -> list[SummaryPart]:
            await super().summary(start, end)
            return parts

    whole = a_team()
    ensure(store, whole)
    before = bytes_of(store)
    result = recheck(store, TellsAPart(whole.rows))
    assert result.edits == ()
    assert bytes_of(store) == before


def test_days_that_toggl_itself_gives_only_a_part_of_stay_as_they_are(store: DayStore) -> None:
    class LosesRows(TogglInMemory):
        def within(self, start: date, end: date) -> list[TimeEntryRow]:
            return super().within(start, end)[:2]

        async def total_seconds(self, start: date, end: date) -> int:
            return sum(one.seconds or 0 for one in super().within(start, end))

    whole = a_team()
    ensure(store, whole)
    before = bytes_of(store)
    result = recheck(store, LosesRows(whole.rows))
    assert result.edits == ()
    assert "the stored days stay as they are" in result.warnings[0]
    assert bytes_of(store) == before


@pytest.mark.parametrize("error", [ServerError("Toggl: 503"), QuotaExhaustedError("Toggl: 402", resets_at=NOW)])
def test_a_service_that_cannot_be_reached_costs_a_warning(store: DayStore, error: Exception) -> None:
    client = a_team()
    ensure(store, client)
    client.fails["summary"] = error
    result = recheck(store, client)
    assert (result.checked_days, result.edits) == ((), ())
    assert "not checked for late edits: Toggl: " in result.warnings[0]


def test_a_refused_token_ends_the_run(store: DayStore) -> None:
    client = a_team()
    ensure(store, client)
    client.fails["summary"] = AuthenticationError("Toggl: 403", variable="TOGGL_API_TOKEN")
    with pytest.raises(AuthenticationError):
        recheck(store, client)


def test_a_running_entry_that_was_stopped_is_time_now(store: DayStore) -> None:
    client = a_team()
    client.rows.append(row(99, f"{WEEK[3]}T20:00:00Z", None, at=f"{WEEK[3]}T20:00:00Z"))
    ensure(store, client)
    change(client, 99, seconds=120, stop=f"{WEEK[3]}T20:02:00Z")
    result = recheck(store, client)
    assert [(edit.day, edit.changed, edit.seconds_after - edit.seconds_before) for edit in result.edits] == [(WEEK[3], (99,), 120)]


THURSDAY = WEEK[3]


class OffOnThursday(TogglInMemory):
    """Its total says a minute more than its entries on one day, for ever."""

    async def total_seconds(self, start: date, end: date) -> int:
        return await super().total_seconds(start, end) + (60 if start <= THURSDAY <= end else 0)


class LosesOneOfThursday(TogglInMemory):
    """The search for entries, and the list of changes, lack an entry that the totals and the summary count."""

    async def search_pages(self, start: date, end: date) -> AsyncIterator[list[TimeEntryRow]]:
        async for page in super().search_pages(start, end):
            yield [one for one in page if one.id != 41]

    async def latest_changes(self, start: date, end: date) -> tuple[list[TimeEntryRow], bool]:
        found, has_more = await super().latest_changes(start, end)
        return [one for one in found if one.id != 41], has_more


PROVEN = tuple(day for day in WEEK if day != THURSDAY)


@pytest.mark.parametrize("kind", [OffOnThursday, LosesOneOfThursday])
@pytest.mark.parametrize("page_size", [50, 5])
def test_a_day_that_cannot_be_proven_keeps_no_other_from_being_checked(store: DayStore, kind: type[TogglInMemory], page_size: int) -> None:
    client = kind(a_team().rows, page_size=page_size)
    ensure(store, client)
    for day in PROVEN:  # as narrowing leaves them where a page holds less than a week
        [stored] = store.read_all([day])
        own = sum(one.seconds or 0 for one in stored.entries)
        store.promote(store.heads([day])[0], proof(day, day, own))
    assert recheck(store, client) == RecheckResult(checked_days=PROVEN)
    assert client.requests_made == 2
    change(client, 11, seconds=900)
    change(client, 31, seconds=800)
    client.rows = [one for one in client.rows if one.id != 53]
    result = recheck(store, client)
    assert [(edit.day, edit.changed, edit.deleted) for edit in result.edits] == [
        (WEEK[0], (11,), ()),
        (WEEK[2], (31,), ()),
        (WEEK[4], (), (53,)),
    ]
    assert recheck(store, client) == RecheckResult(checked_days=PROVEN)
    assert client.requests_made == 2


def test_an_unproven_day_beside_the_days_asked_for_ends_the_span(store: DayStore) -> None:
    client = OffOnThursday(a_team().rows)
    ensure(store, client, WEEK[3:4])
    ensure(store, client, [*WEEK[:3], *WEEK[4:]])
    assert recheck(store, client, WEEK[4:]).checked_days == tuple(WEEK[4:])
    assert recheck(store, client, WEEK[:3]).checked_days == tuple(WEEK[:3])


def test_an_entry_that_moved_off_the_unproven_day_replaces_the_other(store: DayStore) -> None:
    client = OffOnThursday(a_team().rows, page_size=5)
    ensure(store, client)
    for day in PROVEN:
        [stored] = store.read_all([day])
        store.promote(store.heads([day])[0], proof(day, day, sum(one.seconds or 0 for one in stored.entries)))
    change(client, 41, start=f"{WEEK[5]}T09:00:00+02:00")
    assert [(edit.day, edit.added) for edit in recheck(store, client).edits] == [(WEEK[5], (41,))]


def test_days_before_a_gap_are_named_when_only_those_behind_it_are_checked(store: DayStore) -> None:
    client = a_team()
    ensure(store, client, [*WEEK[:2], *WEEK[4:]])
    result = recheck(store, client)
    assert result.checked_days == tuple(WEEK[4:])
    assert result.warnings == ("2025-10-06 to 2025-10-07: not checked for late edits: days between them and 2025-10-10 are not stored",)
    assert client.requests_made == 2
