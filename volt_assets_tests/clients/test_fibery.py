from __future__ import annotations

import asyncio
import gzip
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from volt_assets.clients.answers import LARGEST_ANSWER_BYTES
from volt_assets.clients.fibery import EntityQuery, FiberyClient
from volt_assets.environment import FiberyAccess
from volt_assets.errors import (
    AnswerTooLargeError,
    AuthenticationError,
    NotFoundError,
    RequestRejectedError,
    ServerError,
    UnexpectedAnswerError,
)
from volt_assets.settings import FiberySettings
from volt_assets_tests.clients.fibery_workspace import SmallWorkspace
from volt_assets_tests.clients.loopback_server import Asked, LoopbackServer, Script, Told, in_turn, serve
from volt_assets_tests.clients.samples import NO_PROXY, RETRIES, TOKEN, now, pace_files, recorded
from volt_assets_tests.clients.test_fibery_wire import TYPES

pytestmark = pytest.mark.anyio
TOO_LARGE = Told(gzip.compress(b" " * (LARGEST_ANSWER_BYTES + 1), 1), headers={"Content-Encoding": "gzip"})
TASKS: dict[str, Any] = {"q/from": "Scrum/Task", "q/select": ["fibery/id", "fibery/public-id"]}


@asynccontextmanager
async def _fibery(script: Script, **settings: Any) -> AsyncIterator[tuple[FiberyClient, LoopbackServer]]:
    async with serve(script) as server:
        access = FiberyAccess(SecretStr(TOKEN), "acme", server.url, server.url)
        chosen = FiberySettings(timeout_seconds=5, **settings)
        async with FiberyClient(access, settings=chosen, retries=RETRIES, pace=0, now=now, environ=NO_PROXY) as client:
            yield client, server


def _numbers(rows: tuple[dict[str, Any], ...] | None) -> list[int]:
    assert rows is not None
    return sorted(int(row["fibery/public-id"]) for row in rows)


async def test_the_schema_is_asked_for_with_its_etag_and_kept_when_it_still_holds() -> None:
    def script(asked: Asked) -> Told:
        return Told("", 304) if asked.headers.get("if-none-match") == 'W/"1"' else Told({"fibery/types": TYPES}, headers={"ETag": 'W/"1"'})

    async with _fibery(script) as (client, server):
        fresh = await client.schema()
        assert fresh.types is not None
        assert (fresh.not_modified, fresh.etag, [one.name for one in fresh.types]) == (False, 'W/"1"', ["Scrum/Task", "Scrum/Gone"])
        known = await client.schema(fresh.etag)
        assert (known.not_modified, known.etag, known.types) == (True, 'W/"1"', None)
        assert (await client.schema('W/"0"')).types == fresh.types
    assert [(asked.method, asked.path) for asked in server.asked] == [("GET", "/api/schema")] * 3
    assert server.asked[0].headers["authorization"] == f"Token {TOKEN}"


async def test_commands_are_one_request_and_a_failed_one_is_an_answer() -> None:
    rows = recorded("fibery/commands_query_array_response_docs.json")
    failed = recorded("fibery/commands_error_field_not_found_clockify_cli_test.json")
    async with _fibery(in_turn(Told([*failed, *rows]))) as (client, server):
        first, second = await client.commands([{"command": "a"}, {"command": "b"}])
        assert await client.commands([]) == []
    assert (first.success, second.success, len(second.result)) == (False, True, 2)
    assert [(asked.method, asked.path, asked.json) for asked in server.asked] == [
        ("POST", "/api/commands", [{"command": "a"}, {"command": "b"}])
    ]


@pytest.mark.parametrize("body", [recorded("fibery/commands_query_single_object_response_docs.json"), [], [{"success": True}] * 2, None])
async def test_another_number_of_answers_than_commands_is_unexpected(body: Any) -> None:
    async with _fibery(in_turn(Told(body))) as (client, server):
        with pytest.raises(UnexpectedAnswerError):
            await client.commands([{"command": "a"}])
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [[1] * 50, [{}] * 50, {"fibery/types": [{}] * 50}, [{"fibery/name": "Scrum/Task", "fibery/fields": [1] * 50}]],
    ids=["numbers", "objects", "types", "fields"],
)
async def test_a_long_list_of_something_else_is_refused_at_its_first_element(body: Any) -> None:
    """One error per element would cost gigabytes for a list that fits the bound on answers."""
    async with _fibery(in_turn(Told(body))) as (client, _):
        for asked in (client.schema(), client.commands([{"command": "a"}] * 50), client.documents(["s"])):
            with pytest.raises(UnexpectedAnswerError, match="is not what the API documents") as raised:
                await asked
            assert " more" not in str(raised.value)


@pytest.mark.parametrize("body", [[], {"fibery/types": []}, {"success": True, "result": {"fibery/types": []}}])
async def test_a_schema_without_types_is_none(body: Any) -> None:
    async with _fibery(in_turn(Told(body))) as (client, _):
        with pytest.raises(UnexpectedAnswerError, match=r"GET /api/schema: .*fibery/types: Value error, a schema without types$"):
            await client.schema()


async def test_500_with_json_is_a_rejection_and_not_tried_again() -> None:
    unknown = Told({"name": "command/not-found", "message": "Unknown command"}, 500)
    async with _fibery(in_turn(unknown)) as (client, server):
        with pytest.raises(RequestRejectedError, match="Unknown command"):
            await client.commands([{"command": "fibery.nope"}])
    assert len(server.asked) == 1


async def test_429_in_plain_text_is_tried_again() -> None:
    async with _fibery(in_turn(Told("Too Many Requests", 429), Told([{"success": True, "result": []}]))) as (client, _):
        assert (await client.commands([{"command": "a"}]))[0].result == []
        assert (client.requests_made, client.retries) == (2, 1)


async def test_a_wrong_token_names_the_variable() -> None:
    async with _fibery(in_turn(Told("Unauthorized", 401))) as (client, _):
        with pytest.raises(AuthenticationError, match="answered with 401: Unauthorized") as raised:
            await client.schema()
    assert raised.value.variable == "FIBERY_API_TOKEN"
    assert "FIBERY_WORKSPACE_NAME" in str(raised.value.hint)


async def test_an_unknown_workspace_names_the_variables() -> None:
    async with _fibery(in_turn(Told("Not found", 404))) as (client, _):
        with pytest.raises(NotFoundError) as raised:
            await client.schema()
    assert raised.value.hint == "check FIBERY_WORKSPACE_NAME and FIBERY_BASE_URL"


async def test_several_queries_are_one_request_in_the_common_case() -> None:
    workspace = SmallWorkspace(30)
    some = EntityQuery({**TASKS, "q/where": ["q/in", ["fibery/public-id"], "$ids"]}, {"$ids": ["3", "5", "404"]})
    async with _fibery(workspace) as (client, server):
        everything, found, unknown = await client.query_all([EntityQuery(TASKS), some, EntityQuery({**TASKS, "q/from": "Scrum/Nope"})])
        assert await client.query_all([]) == []
    assert _numbers(everything.rows) == list(range(1, 31))
    assert _numbers(found.rows) == [3, 5]
    assert unknown.rows is None
    assert unknown.error is not None
    assert unknown.error.is_unknown_type
    assert len(server.asked) == 1


@pytest.mark.parametrize(("count", "requests"), [(9, 1), (10, 2), (11, 2), (95, 10)])
async def test_full_pages_are_paged_on_without_losing_a_row(count: int, requests: int) -> None:
    async with _fibery(SmallWorkspace(count)) as (client, server):
        (answer,) = await client.query_all([EntityQuery({**TASKS, "q/limit": 10})])
    assert _numbers(answer.rows) == list(range(1, count + 1))
    assert len(server.asked) == requests


async def test_pages_of_several_queries_share_their_requests() -> None:
    told: list[tuple[int, int, int]] = []
    async with _fibery(SmallWorkspace(25)) as (client, server):
        answers = await client.query_all(
            [EntityQuery({**TASKS, "q/limit": limit}) for limit in (10, 20, 30)],
            lambda number, answer: told.append((number, len(answer.rows or ()), len(server.asked))),
        )
    # Each answer is told when it is whole, before the missing pages of the others are asked for.
    assert told == [(2, 25, 1), (1, 25, 2), (0, 25, 3)]
    assert [_numbers(answer.rows) for answer in answers] == [list(range(1, 26))] * 3
    assert [len(asked.json) for asked in server.asked] == [3, 2, 1]


async def test_a_query_that_times_out_is_asked_with_half_its_page() -> None:
    workspace = SmallWorkspace(300, slow_above=130)
    async with _fibery(workspace) as (client, _):
        (answer,) = await client.query_all([EntityQuery(TASKS)])
    assert _numbers(answer.rows) == list(range(1, 301))
    assert workspace.limits == [1000, 500, 250, 125, 125, 125]


async def test_pages_whose_answer_is_too_large_are_asked_for_by_half() -> None:
    workspace = SmallWorkspace(20)

    def script(asked: Asked) -> Told:
        answer = workspace(asked)
        return TOO_LARGE if sum(command["args"]["query"]["q/limit"] for command in asked.json) > 16 else answer

    async with _fibery(script) as (client, _):
        answers = await client.query_all([EntityQuery({**TASKS, "q/limit": 16}), EntityQuery({**TASKS, "q/limit": 16})])
    assert [_numbers(answer.rows) for answer in answers] == [list(range(1, 21))] * 2
    assert workspace.limits == [16, 16, *[8] * 6]


async def test_a_single_row_that_is_too_large_ends_it() -> None:
    async with _fibery(in_turn(TOO_LARGE)) as (client, _):
        with pytest.raises(AnswerTooLargeError, match="larger than 64 MiB"):
            await client.query_all([EntityQuery({**TASKS, "q/limit": 2})])


async def test_a_query_that_times_out_row_by_row_is_an_answer() -> None:
    workspace = SmallWorkspace(3, slow_above=0)
    async with _fibery(workspace) as (client, _):
        (answer,) = await client.query_all([EntityQuery({**TASKS, "q/limit": 8})])
    assert answer.error is not None
    assert answer.error.is_timeout
    assert workspace.limits == [8, 4, 2, 1]


async def test_documents_are_fetched_in_batches_each_secret_once() -> None:
    def script(asked: Asked) -> Told:
        assert (asked.method, asked.target) == ("POST", "/api/documents/commands?format=md")
        assert asked.json["command"] == "get-documents"
        secrets = [one["secret"] for one in asked.json["args"]]
        # In another order than asked for, with one missing and one nobody asked for.
        return Told([{"secret": "other", "content": "?"}, *({"secret": s, "content": f"# {s}"} for s in reversed(secrets) if s != "s3")])

    secrets = [f"s{number % 25}" for number in range(60)]
    async with _fibery(script, documents_per_request=10) as (client, server):
        documents = await client.documents(secrets)
        assert await client.documents([]) == {}
    assert documents == {f"s{number}": f"# s{number}" for number in range(25) if number != 3}
    assert sorted(len(asked.json["args"]) for asked in server.asked) == [5, 10, 10]


async def test_the_recorded_batch_of_documents() -> None:
    batch = recorded("fibery/documents_get_batch_docs.json")
    async with _fibery(in_turn(Told(batch["response"]))) as (client, server):
        documents = await client.documents([one["secret"] for one in batch["request"]["args"]])
    assert list(documents.values()) == ["...", "..."]
    assert server.asked[0].json == batch["request"]


@pytest.mark.parametrize(
    "too_much",
    [
        Told("Payload Too Large", 413),
        Told("Bad Gateway", 502),
        Told({"message": "out of memory"}, 500),
        Told(misbehave="reset"),
        Told("gateway timeout", 504),
        TOO_LARGE,
    ],
    ids=["413", "502", "500", "reset", "504", "too large an answer"],
)
async def test_a_batch_that_is_too_much_is_halved(too_much: Told) -> None:
    def script(asked: Asked) -> Told:
        secrets = [one["secret"] for one in asked.json["args"]]
        return too_much if len(secrets) > 2 else Told([{"secret": secret, "content": secret} for secret in secrets])

    told: list[tuple[int, int]] = []
    async with _fibery(script) as (client, server):
        secrets = [str(number) for number in range(8)]
        assert list(await client.documents(secrets, lambda texts: told.append((len(texts), len(server.asked))))) == secrets
    # What a half brought is told before the next half is asked for.
    assert told == [(2, 3), (2, 4), (2, 6), (2, 7)]
    assert [len(asked.json["args"]) for asked in server.asked] == [8, 4, 2, 2, 4, 2, 2]


async def test_a_single_document_that_still_fails_ends_it() -> None:
    async with _fibery(in_turn(Told("Bad Gateway", 502))) as (client, server):
        with pytest.raises(ServerError):
            await client.documents(["a", "b"])
    assert [len(asked.json["args"]) for asked in server.asked] == [2, 1, 1, 1]


async def test_a_batch_refused_for_another_reason_is_not_halved() -> None:
    async with _fibery(in_turn(Told("no such format", 400))) as (client, server):
        with pytest.raises(RequestRejectedError):
            await client.documents(["a", "b"])
    assert len(server.asked) == 1


async def test_documents_come_two_at_a_time() -> None:
    def script(asked: Asked) -> Told:
        return Told([{"secret": one["secret"], "content": ""} for one in asked.json["args"]])

    async with _fibery(script, documents_per_request=1, max_in_flight=2) as (client, server):
        await client.documents([str(number) for number in range(10)])
    assert server.connections_made <= 2
    assert len(server.asked) == 10


async def test_a_cancelled_download_ends_at_once() -> None:
    async with _fibery(in_turn(Told(misbehave="silent")), documents_per_request=1) as (client, server):
        download = asyncio.create_task(client.documents(["a", "b", "c"]))
        await server.was_asked.wait()
        download.cancel()
        with pytest.raises(asyncio.CancelledError):
            await download


async def test_all_clients_of_one_token_keep_one_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with serve(in_turn(Told({"fibery/types": TYPES}))) as server:
        for token in (TOKEN, TOKEN, "another"):
            access = FiberyAccess(SecretStr(token), "acme", server.url, server.url)
            async with FiberyClient(access, settings=FiberySettings(), retries=RETRIES, pace=0.001, now=now, environ=NO_PROXY) as client:
                await client.schema()
    found = pace_files(tmp_path)
    assert len(found) == 2
    assert all(name.startswith("fibery-") and TOKEN not in name for name in found)
