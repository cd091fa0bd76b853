from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from volt_assets.errors import (
    AuthenticationError,
    ConnectionFailedError,
    IncompleteDataError,
    RateLimitError,
    RequestRejectedError,
    ServerError,
    SettingsError,
    TimeLimitError,
    TooManyFailuresError,
    UnexpectedAnswerError,
    VoltError,
)
from volt_assets.resilience.circuit_breaker import CircuitState
from volt_assets.settings import TypeSettings
from volt_assets.work_reports.enrich.enrich_type import enrich_type
from volt_assets.work_reports.enrich.failure_policy import Failures, check_failures, concerns_single_items
from volt_assets.work_reports.enrich.fetch import fetch_all
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.clients.loopback_server import Asked, Told, serve
from volt_assets_tests.clients.test_fibery_documents import circuit_of
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import LINKS, PERIOD, Enriching, client_of, enriching, now, plan_of, settings_with
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

STOP = settings_with({"Scrum/Task": TypeSettings(activity="enrich_scrum_task"), "Scrum/Bug": TypeSettings(activity="enrich_scrum_bug")})
SET_ASIDE = settings_with(
    {
        "Scrum/Task": TypeSettings(activity="enrich_scrum_task"),
        "Scrum/Bug": TypeSettings(activity="enrich_scrum_bug", on_failure="dead_letter"),
    }
)


def _strange_row() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        EnrichedItem.model_validate({})
    return raised.value


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ServerError("x"), True),
        (RateLimitError("x"), True),
        (ConnectionFailedError("x"), True),
        (RequestRejectedError("x"), True),
        (UnexpectedAnswerError("x"), True),
        (IncompleteDataError("x"), True),
        (_strange_row(), True),
        (AuthenticationError("x", variable="FIBERY_API_TOKEN"), False),
        (SettingsError("x"), False),
        (TimeLimitError("x"), False),
        (TooManyFailuresError("x"), False),
        (RuntimeError("x"), False),
    ],
)
def test_only_what_other_items_may_escape_is_an_items_own_failure(error: Exception, *, expected: bool) -> None:
    assert concerns_single_items(error) is expected


def test_reasons_are_words_of_ours_and_never_those_of_an_answer() -> None:
    failures = Failures(None)
    item = plan_of({"Scrum/Bug": ["7"]}).types[0].items[0]
    reasons = [failures.note(item, error) for error in (ServerError("<b>%s"), RequestRejectedError("<b>%s"), _strange_row())]
    assert len(set(reasons)) == 3
    assert not any("<b>" in reason or "\n" in reason for reason in reasons)


@pytest.mark.parametrize(("failed", "planned", "stops"), [(0, 0, False), (1, 2, False), (2, 4, False), (3, 5, True), (1, 1, True)])
def test_more_than_half_is_too_many(failed: int, planned: int, *, stops: bool) -> None:
    if stops:
        with pytest.raises(TooManyFailuresError, match=f"{failed} of {planned} work items failed"):
            check_failures(failed, planned)
    else:
        check_failures(failed, planned)


@pytest.mark.anyio
async def test_a_refused_type_is_set_aside_when_its_policy_says_so_and_names_the_way_when_not() -> None:
    fibery = workspace()
    fibery.refused.add("Scrum/Bug")
    items = {"Scrum/Task": ["7", "8"], "Scrum/Bug": ["7"]}
    failures = Failures(3)
    async with enriching(fibery, SET_ASIDE) as run:
        plan = plan_of(items, SET_ASIDE)
        found = await run.enrich(plan, await run.fetch(plan), failures=failures)
        stopping = plan_of(items, STOP)
        with pytest.raises(IncompleteDataError) as raised:
            await run.enrich(stopping, await run.fetch(stopping))
    assert [item.status for item in found.values()] == ["enriched", "enriched", "failed"]
    assert "Fibery refused the query for this type" in str(found["Scrum/Bug", "7"].reason)
    assert [(one.item.public_id, type(one.error)) for one in failures.found] == [("7", IncompleteDataError)]
    assert "on_failure: dead_letter for Scrum/Bug" in str(raised.value.hint)


def _fails(fibery: LittleFibery, is_bad: Callable[[Asked], bool], status: int = 503) -> Callable[[Asked], Told]:
    return lambda asked: Told("down", status) if is_bad(asked) else fibery.script(asked)


def _wants(fibery: LittleFibery, text: str) -> Callable[[Asked], bool]:
    secret = next(secret for secret, content in fibery.documents.items() if content == text)
    return lambda asked: asked.path == "/api/documents/commands" and {"secret": secret} in asked.json["args"]


def bugs(count: int) -> LittleFibery:
    fibery = LittleFibery()
    for number in range(1, count + 1):
        comment = fibery.comment(f"text {number}", None, "2025-10-07T08:00:00.000Z")
        fibery.add("Scrum/Bug", str(number), name=f"Bug {number}", **{"comments/comments": [comment]})
    return fibery


@pytest.mark.anyio
async def test_one_text_that_cannot_be_had_costs_one_item_and_no_other() -> None:
    fibery = bugs(6)
    plan, failures = plan_of({"Scrum/Bug": list("123456")}, SET_ASIDE), Failures(6)
    async with serve(_fails(fibery, _wants(fibery, "text 3"))) as server, client_of(server.url, SET_ASIDE) as client:
        run = Enriching(client, SET_ASIDE)
        found = await run.enrich(plan, await run.fetch(plan), failures=failures)
    assert {item.public_id: item.status for item in found.values() if item.status != "enriched"} == {"3": "failed"}
    assert [comment.text for item in found.values() for comment in item.comments] == [f"text {number}" for number in (1, 2, 4, 5, 6)]
    assert [type(one.error) for one in failures.found] == [ServerError]
    assert found["Scrum/Bug", "3"].reason == "Fibery did not answer in full when it was asked about this item, however often it was tried"


@pytest.mark.anyio
async def test_a_text_that_cannot_be_had_is_tried_by_one_layer_alone() -> None:
    fibery = bugs(64)
    plan, failures = plan_of({"Scrum/Bug": map(str, range(1, 65))}, SET_ASIDE), Failures(64)
    async with serve(_fails(fibery, _wants(fibery, "text 3"))) as server, client_of(server.url, SET_ASIDE, attempts=5) as client:
        run = Enriching(client, SET_ASIDE)
        found = await run.enrich(plan, await run.fetch(plan), failures=failures)
    sizes = [len(asked.json["args"]) for asked in server.asked if asked.path == "/api/documents/commands"]
    # The batch and two halves of each of its six halvings: the text was in seven requests then, and no other layer asks again.
    assert len(sizes) == 1 + 2 * 6
    assert [one.public_id for one in found.values() if one.status == "failed"] == ["3"]
    assert [(type(one.error), str(one.error)) for one in failures.found] == [
        (ServerError, "Fibery: POST /api/documents/commands was answered with 503: down")
    ]


@pytest.mark.anyio
async def test_many_texts_that_cannot_be_had_are_set_aside_as_long_as_most_items_are_well() -> None:
    fibery = bugs(70)
    bad = [_wants(fibery, f"text {number}") for number in range(1, 70, 7)]
    plan, failures = plan_of({"Scrum/Bug": map(str, range(1, 71))}, SET_ASIDE), Failures(70)
    down = _fails(fibery, lambda asked: any(wants(asked) for wants in bad))
    async with serve(down) as server, client_of(server.url, SET_ASIDE, attempts=5) as client:
        run = Enriching(client, SET_ASIDE)
        found = await run.enrich(plan, await run.fetch(plan), failures=failures)
        assert circuit_of(client).state is CircuitState.CLOSED
    assert [one.status for one in found.values()].count("failed") == len(failures.found) == 10


@pytest.mark.anyio
async def test_a_text_that_may_not_be_missing_stops_the_fetch_although_other_types_may_lose_items() -> None:
    fibery = workspace()
    plan = plan_of({"Scrum/Task": ["7"], "Scrum/Bug": ["7"]}, SET_ASIDE)
    async with serve(_fails(fibery, _wants(fibery, "Why **and** how"))) as server, client_of(server.url, SET_ASIDE) as client:
        with pytest.raises(ServerError):
            await Enriching(client, SET_ASIDE).fetch(plan)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "may_be_set_aside", "kind"), [(503, False, ServerError), (401, True, AuthenticationError), (401, False, AuthenticationError)]
)
async def test_fail_fast_is_the_default_and_a_wrong_token_stops_everybody(
    status: int, kind: type[VoltError], *, may_be_set_aside: bool
) -> None:
    fibery, settings = bugs(2), SET_ASIDE if may_be_set_aside else STOP
    plan = plan_of({"Scrum/Bug": ["1", "2"]}, settings)
    async with serve(_fails(fibery, _wants(fibery, "text 1"), status)) as server, client_of(server.url, settings) as client:
        with pytest.raises(kind):
            await Enriching(client, settings).fetch(plan)


@pytest.mark.anyio
async def test_more_than_half_of_the_items_stops_even_what_may_be_set_aside() -> None:
    fibery = bugs(3)
    plan = plan_of({"Scrum/Bug": ["1", "2", "3"]}, SET_ASIDE, max_concurrent=1)
    down = _fails(fibery, lambda asked: asked.path == "/api/documents/commands")
    async with serve(down) as server, client_of(server.url, SET_ASIDE) as client:
        run = Enriching(client, SET_ASIDE)
        with pytest.raises(TooManyFailuresError, match="2 of 3 work items failed, more than half of them"):
            await run.enrich(plan, await run.fetch(plan), failures=Failures(3))


@pytest.mark.anyio
async def test_a_batch_that_takes_longer_than_its_items_may_is_stopped() -> None:
    fibery, plan = workspace(), plan_of({"Scrum/Task": ["7", "8"]})
    async with enriching(fibery) as run:
        work = await run.fetch(plan)
        with pytest.raises(TimeLimitError, match="enriching 2 items of Scrum/Task took longer"):
            await enrich_type(
                plan.types[0],
                work,
                client=run.client,
                period=PERIOD,
                settings=run.settings,
                link_base_url=LINKS,
                entity_timeout_seconds=1e-9,
            )
        answer = await run.client.schema()
        with pytest.raises(TimeLimitError, match="fetching 2 work items from Fibery took longer"):
            await fetch_all(
                plan,
                client=run.client,
                schema=WorkspaceSchema.from_types(answer.types or ()),
                settings=run.settings,
                link_base_url=LINKS,
                now=now,
                entity_timeout_seconds=1e-9,
            )
