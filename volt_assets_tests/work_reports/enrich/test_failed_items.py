"""Failed items as dead letters, and what a redrive makes of them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from volt_assets.errors import AuthenticationError, CircuitOpenError, ServerError
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.enrich.failed_items import KIND, FailedItem, Redrive, failed_items, redrive, settle
from volt_assets.work_reports.enrich.failure_policy import Failures
from volt_assets.work_reports.enrich.item_store import ItemStore
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.clients.loopback_server import Asked, Told, serve
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery, uuid_of
from volt_assets_tests.work_reports.enrich.plans import LINKS, ORIGIN, PERIOD, client_of, now, plan_of, settings_with
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

PLAN = plan_of({"Scrum/Task": ["7", "8"]}).types[0]
SETTINGS = settings_with()
DOWN = Told("down", 503)
OfRequest = Callable[[Asked], object]


@pytest.fixture
def letters(tmp_path: Path) -> DeadLetters:
    return DeadLetters(tmp_path / "dead_letters", now=now)


def add(letters: DeadLetters, public_ids: str, type_name: str = "Scrum/Task", start: date = PERIOD.start) -> None:
    plan = plan_of({type_name: list(public_ids)}).types[0]
    key = f"{start}_{PERIOD.end}"
    for (_, number), payload in failed_items(plan, key, start, PERIOD.end).items():
        assert payload.key == f"{key}: {type_name} #{number}"
        letters.add(KIND, payload.key, payload.model_dump(mode="json"), ServerError("down"))


def item(public_id: str, status: str) -> EnrichedItem:
    values = {"type": "Scrum/Task", "database": "Scrum", "public_id": public_id, "name": "x", "status": status}
    return EnrichedItem.model_validate(values)


def test_a_failure_becomes_a_letter_that_says_all_and_goes_when_the_item_succeeds(letters: DeadLetters) -> None:
    planned = failed_items(PLAN, ORIGIN.key, PERIOD.start, PERIOD.end)
    failures = Failures(None)
    failures.note(PLAN.items[0], ServerError("503 from the other side"))
    settle(letters, [item("7", "failed"), item("8", "enriched")], planned, failures)
    (letter,) = letters.letters()
    assert (letter.kind, letter.key, letter.attempts) == ("work item", f"{ORIGIN.key}: Scrum/Task #7", 1)
    assert (letter.error_class, letter.message) == ("ServerError", "503 from the other side")
    assert FailedItem.model_validate(letter.payload) == planned["Scrum/Task", "7"]
    settle(letters, [item("7", "not found"), item("8", "enriched")], planned, Failures(None))
    assert letters.letters() == ()


@asynccontextmanager
async def using(
    fibery: LittleFibery, fault: Told | None = None, caches: FetchCaches | None = None, *, on: OfRequest = bool, **of_client: Any
) -> AsyncIterator[Redrive]:
    """Work on a server that answers requests `on` which the fault strikes with it, once its schema was read."""

    def script(asked: Asked) -> Told:
        return fibery.script(asked) if fault is None or asked.path == "/api/schema" or not on(asked) else fault

    async with serve(script) as server, client_of(server.url, SETTINGS, **of_client) as client:
        schema = await FetchCaches().current_schema(client, now())
        yield Redrive(client, schema, SETTINGS, LINKS, now, caches)


@pytest.mark.anyio
async def test_a_redrive_enriches_the_items_of_a_range_together_and_removes_their_letters(letters: DeadLetters, tmp_path: Path) -> None:
    add(letters, "789")
    add(letters, "1", "Scrum/Sub-task")
    letters.add("something else", "x", {}, ServerError("down"))
    fibery, store = workspace(), ItemStore(tmp_path / "items")
    async with using(fibery, caches=FetchCaches(items=store)) as job:
        done = await redrive(letters, job)
    assert [(key, one.type, one.public_id, one.status) for key, one in done.enriched] == [
        (ORIGIN.key, "Scrum/Sub-task", "1", "enriched"),
        (ORIGIN.key, "Scrum/Task", "7", "enriched"),
        (ORIGIN.key, "Scrum/Task", "8", "enriched"),
        (ORIGIN.key, "Scrum/Task", "9", "not found"),
    ]
    assert done.failed == ()
    assert [letter.kind for letter in letters.letters()] == ["something else"]
    assert len(fibery.commands) == 2
    assert len(list((tmp_path / "items").iterdir())) == 2


@pytest.mark.anyio
async def test_what_fails_again_stays_one_attempt_older(letters: DeadLetters) -> None:
    add(letters, "7")
    add(letters, "7", "Scrum/Bug")
    fibery = workspace()
    fibery.refused.add("Scrum/Bug")
    async with using(fibery) as job:
        done = await redrive(letters, job)
    assert [one.type for _, one in done.enriched] == ["Scrum/Task"]
    assert [(one.key, one.attempts) for one in letters.letters()] == [(f"{ORIGIN.key}: Scrum/Bug #7", 2)]
    assert [one.key for one in done.failed] == [f"{ORIGIN.key}: Scrum/Bug #7"]


@pytest.mark.anyio
async def test_a_server_that_is_still_down_costs_an_attempt_and_no_letter(letters: DeadLetters) -> None:
    add(letters, "78")
    async with using(workspace(), DOWN) as job:
        done = await redrive(letters, job)
    assert (done.enriched, len(done.failed)) == ((), 2)
    assert [one.attempts for one in letters.letters()] == [2, 2]


@pytest.mark.anyio
async def test_what_concerns_everybody_ends_the_redrive_and_leaves_the_letters_as_they_are(letters: DeadLetters) -> None:
    add(letters, "7")
    async with using(workspace(), Told("who?", 401)) as job:
        with pytest.raises(AuthenticationError):
            await redrive(letters, job)
    assert [(one.attempts, one.taken_at) for one in letters.letters()] == [(1, None)]


@pytest.mark.anyio
async def test_letters_are_chosen_and_ranges_kept_apart(letters: DeadLetters) -> None:
    add(letters, "7")
    add(letters, "8", start=date(2025, 9, 29))
    letters.add(KIND, "unreadable", {"item": "x"}, ServerError("down"))
    async with using(workspace()) as job:
        first = await redrive(letters, job, lambda letter: letter.key.endswith("#7"))
        rest = await redrive(letters, job)
    assert [key for key, _ in first.enriched] == ["2025-10-06_2025-10-12"]
    assert [key for key, _ in rest.enriched] == ["2025-09-29_2025-10-12"]
    assert [(one.key, one.error_class) for one in letters.letters()] == [("unreadable", "StoredDataError")]


@pytest.mark.anyio
async def test_a_text_that_is_still_bad_costs_its_letters_an_attempt_and_no_other_letter_its_turn(letters: DeadLetters) -> None:
    days, asked_alone = [date(2025, 9, day) for day in range(1, 13)], list[Asked]()
    for start in days:
        add(letters, "78", start=start)

    def wants_it(asked: Asked) -> bool:
        is_bad = asked.path == "/api/documents/commands" and {"secret": uuid_of("secret", "t7")} in asked.json["args"]
        if is_bad and len(asked.json["args"]) == 1:
            asked_alone.append(asked)
        return is_bad

    async with using(workspace(), DOWN, on=wants_it, attempts=5) as job:
        done = await redrive(letters, job)
    assert [one.public_id for _, one in done.enriched] == ["8"] * len(days)
    assert [(one.key[-2:], one.attempts) for one in letters.letters()] == [("#7", 2)] * len(days)
    assert (len(done.failed), done.untried, done.stopped_by) == (len(days), (), None)
    # In the first range, as often as any request; the others know it then.
    assert len(asked_alone) == 5


@pytest.mark.anyio
async def test_a_range_that_takes_too_long_counts_and_the_next_has_its_own_time(letters: DeadLetters) -> None:
    add(letters, "7")
    add(letters, "8", start=date(2025, 9, 29))
    async with using(workspace()) as job:
        done = await redrive(letters, replace(job, entity_timeout_seconds=1e-9))
    assert [(one.attempts, one.error_class) for one in letters.letters()] == [(2, "TimeLimitError")] * 2
    assert (len(done.failed), done.untried, done.stopped_by) == (2, (), None)


@pytest.mark.anyio
async def test_an_open_circuit_ends_the_redrive_and_whoever_had_no_turn_has_no_attempt_more(
    letters: DeadLetters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for day in range(1, 7):
        add(letters, "7", start=date(2025, 9, day))
    async with using(workspace(), DOWN, attempts=5, pace=0.02) as job:
        done = await redrive(letters, job)
    # Twenty calls open it, the schema among them: the fourth range finds that out with its fifth try.
    assert sorted((one.attempts, one.error_class) for one in done.failed) == [(2, "CircuitOpenError"), *[(2, "ServerError")] * 3]
    assert [one.attempts for one in done.untried] == [1, 1]
    assert isinstance(done.stopped_by, CircuitOpenError)
    assert {one.taken_at for one in letters.letters()} == {None}


@pytest.mark.anyio
async def test_what_was_settled_before_its_range_ended_early_stays_settled(letters: DeadLetters) -> None:
    fibery = workspace()
    add(letters, "7", "Scrum/Bug")
    add(letters, "7")
    fibery.rows["Scrum/Task"][0]["comments/comments"] = [
        fibery.comment(f"comment {number}", None, "2025-10-07T10:00:00.000Z") for number in range(100)
    ]

    def follows_up(asked: Asked) -> bool:
        return asked.path == "/api/commands" and "$known" in asked.json[0]["args"]["params"]

    async with using(fibery, Told(misbehave="silent"), on=follows_up) as job:
        done = await redrive(letters, replace(job, entity_timeout_seconds=0.5))
    assert [one.type for _, one in done.enriched] == ["Scrum/Bug"]
    assert [(one.key, one.attempts) for one in letters.letters()] == [(f"{ORIGIN.key}: Scrum/Task #7", 2)]
