from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.raw_data import raw_toggl_document
from volt_assets.work_reports.models import DayFile, Origin, Person, RawTogglData, RawTogglHead, Reconciliation
from volt_assets.work_reports.range_key import RangeKey
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW, day_file, days, entry, proof

TUESDAY, WEDNESDAY = days(MONDAY + timedelta(days=1), 2)
ADA = Person(user_id=1, name="Ada Example", email="Ada@example.com", zone="Europe/Belgrade")
BO = Person(user_id=2, name="Bo Sample", email="bo@example.org")
IDLE = Person(user_id=3, name="Idle Person", email="idle@example.org")


def build(
    day_files: Sequence[DayFile],
    *,
    scope: str | None = None,
    emails: set[str] | None = None,
    people: Sequence[Person] = (ADA, BO, IDLE),
    before: Sequence[DayFile] = (),
) -> RawTogglData:
    """The document of the stored days, read back from its text."""
    store = DayStore(UPath(f"memory://volt-raw-{uuid4()}"))
    for one in (*day_files, *before):
        store.write(one)
    key = RangeKey(min(one.day for one in day_files), max(one.day for one in day_files), scope)
    document = raw_toggl_document(
        key,
        store=store,
        people=people,
        scope_emails=frozenset(emails) if emails is not None else None,
        timezone="UTC",
        sees_only_own=False,
        workspace_id=123456,
        origin=Origin(str(key), "run-1", "1"),
    )
    read = RawTogglData.model_validate_json(b"".join(document.parts()))
    assert RawTogglHead(**{name: getattr(read, name) for name in RawTogglHead.model_fields}) == document.head
    return read


def test_everybody() -> None:
    raw = build(
        [day_file(TUESDAY, entry(3, f"{TUESDAY}T09:00:00Z", user_id=2), entry(1, f"{TUESDAY}T09:00:00Z")), day_file(MONDAY, entry(2))]
    )
    assert (raw.key, raw.run_id, raw.start_date, raw.end_date) == ("2025-10-06_2025-10-07", "run-1", MONDAY, TUESDAY)
    assert [one.id for one in raw.entries] == [2, 1, 3]
    assert raw.people == (ADA, BO, IDLE)
    assert raw.reconciliation == Reconciliation(our_seconds=10800, toggl_seconds=10800)
    assert raw.reconciliation.is_reconciled
    assert not raw.in_progress
    assert raw.previous_entries is None


def test_a_scope_limits_people_and_entries_but_not_the_reconciliation() -> None:
    by_id_only = entry(3, user_id=1, email=None)
    raw = build([day_file(MONDAY, entry(1), entry(2, user_id=2), by_id_only)], scope="platform", emails={" ADA@EXAMPLE.COM"})
    assert [one.id for one in raw.entries] == [1, 3]
    assert raw.people == (ADA,)
    assert raw.scope == "platform"
    assert raw.reconciliation.our_seconds == 10800


def test_somebody_who_is_in_the_workspace_twice_is_in_the_scope_twice() -> None:
    twice = ADA.model_copy(update={"user_id": 9})
    raw = build([day_file(MONDAY, entry(1), entry(2, user_id=9))], scope="x", emails={"ada@example.com"}, people=[ADA, twice, BO])
    assert [one.user_id for one in raw.entries] == [1, 9]


def test_people_who_left_are_added_with_their_newest_name() -> None:
    entries = [
        entry(1, user_id=8, user_name="Old Name", at="2025-10-06T10:00:00Z"),
        entry(2, user_id=8, user_name="New Name", email="left@example.org", at="2025-10-06T11:00:00Z"),
        entry(3, user_id=7, user_name="New Name"),
    ]
    raw = build([day_file(MONDAY, *entries)], people=[ADA])
    assert raw.people == (
        ADA,
        Person(user_id=7, name="New Name", is_active=False),
        Person(user_id=8, name="New Name", email="left@example.org", is_active=False),
    )
    scoped = build([day_file(MONDAY, *entries)], people=[ADA], scope="x", emails={"left@example.org"})
    assert [one.id for one in scoped.entries] == [1, 2]


def test_the_directory_is_completed_from_entries_and_otherwise_wins() -> None:
    bare = Person(user_id=1, name="", email=None, zone="Europe/Belgrade")
    raw = build([day_file(MONDAY, entry(1, email="ada@example.com"), entry(2, user_id=2, user_name="Former Name"))], people=[bare, BO])
    assert raw.people == (Person(user_id=1, name="Ada Example", email="ada@example.com", zone="Europe/Belgrade"), BO)


def test_open_days_make_the_range_in_progress_and_the_oldest_download_counts() -> None:
    raw = build([day_file(MONDAY, data_as_of=NOW - timedelta(days=3)), day_file(TUESDAY, is_closed=False)])
    assert raw.in_progress
    assert raw.data_as_of == NOW - timedelta(days=3)


def test_the_difference_of_a_slice_counts_once() -> None:
    off = proof(MONDAY, TUESDAY, 7200, difference=-30)
    raw = build(
        [day_file(MONDAY, entry(1), proof=off), day_file(TUESDAY, entry(2, f"{TUESDAY}T09:00:00Z"), proof=off), day_file(WEDNESDAY)]
    )
    assert raw.reconciliation == Reconciliation(our_seconds=7200, toggl_seconds=7230)
    assert not raw.reconciliation.is_reconciled


def test_a_part_of_a_proven_slice_is_proven() -> None:
    week = proof(MONDAY, date(2025, 10, 12), 50_000)
    raw = build([day_file(TUESDAY, entry(1, f"{TUESDAY}T09:00:00Z"), proof=week)])
    assert raw.reconciliation.is_reconciled


def test_days_without_proof_are_named() -> None:
    elsewhere = day_file(TUESDAY, proof=proof(MONDAY, MONDAY, 0))
    raw = build([day_file(MONDAY, entry(1), proof=None), elsewhere, day_file(WEDNESDAY)])
    assert raw.reconciliation == Reconciliation(our_seconds=3600, toggl_seconds=None, unproven_days=(MONDAY, TUESDAY))


def test_a_proof_does_not_speak_for_entries_that_were_changed_in_the_file() -> None:
    both = proof(MONDAY, TUESDAY, 3600)
    changed = [day_file(MONDAY, entry(1, seconds=3601), proof=both), day_file(TUESDAY, proof=both)]
    assert build(changed).reconciliation.unproven_days == (MONDAY, TUESDAY)
    assert build(changed[:1]).reconciliation.unproven_days == (MONDAY,)


def test_an_entry_that_was_moved_counts_where_the_newer_download_has_it() -> None:
    stale = day_file(MONDAY, entry(1), entry(2), data_as_of=NOW - timedelta(days=1))
    newer = day_file(TUESDAY, entry(1, f"{TUESDAY}T09:00:00Z", seconds=60))
    for files in ([stale, newer], [newer, stale]):
        raw = build(files)
        assert [(one.id, one.seconds) for one in raw.entries] == [(2, 3600), (1, 60)]
        assert raw.reconciliation == Reconciliation(our_seconds=3660, toggl_seconds=None, unproven_days=(MONDAY,))


def test_the_period_before_is_scoped_too() -> None:
    before = day_file(date(2025, 10, 5), entry(8, "2025-10-05T09:00:00Z"), entry(9, "2025-10-05T09:00:00Z", user_id=2))
    raw = build([day_file(MONDAY)], before=[before], scope="x", emails={"bo@example.org"})
    assert raw.previous_entries is not None
    assert [one.id for one in raw.previous_entries] == [9]
    assert raw.reconciliation.our_seconds == 0


@settings(max_examples=12)
@given(st.permutations(days(MONDAY, 5)))
def test_the_content_does_not_depend_on_the_order_of_the_files(order: list[date]) -> None:
    files = [day_file(day, entry(day.day, f"{day}T09:00:00Z", user_id=day.day % 2)) for day in days(MONDAY, 5)]
    shuffled = sorted(files, key=lambda one: order.index(one.day))
    assert build(shuffled) == build(files)
