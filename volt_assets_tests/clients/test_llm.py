from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from volt_assets.clients.answers import LARGEST_ANSWER_BYTES
from volt_assets.clients.llm import Completion, LlmClient
from volt_assets.environment import LlmAccess
from volt_assets.errors import (
    AuthenticationError,
    ConnectionFailedError,
    EnvironmentVariableError,
    NotFoundError,
    PlanFeatureError,
    RequestRejectedError,
    ServerError,
    UnexpectedAnswerError,
    VoltError,
)
from volt_assets.settings import LlmSettings
from volt_assets_tests.clients.loopback_server import Asked, LoopbackServer, Script, Told, in_turn, serve
from volt_assets_tests.clients.samples import NO_PROXY, RETRIES, TOKEN, now

pytestmark = pytest.mark.anyio


def _client(base_url: str, environ: Mapping[str, str] = NO_PROXY, timeout_seconds: float = 5) -> LlmClient:
    access = LlmAccess(SecretStr(TOKEN), base_url, "small-model")
    settings = LlmSettings(max_output_tokens=200, timeout_seconds=timeout_seconds)
    return LlmClient(access, settings=settings, retries=RETRIES, pace=0, now=now, environ=environ)


@asynccontextmanager
async def _llm(script: Script, timeout_seconds: float = 5) -> AsyncIterator[tuple[LlmClient, LoopbackServer]]:
    async with serve(script) as server, _client(f"{server.url}/v1", timeout_seconds=timeout_seconds) as client:
        yield client, server


def _said(text: Any, **more: Any) -> Told:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **more.pop("choice", {})}
    return Told({"id": "c-1", "object": "chat.completion", "choices": [choice], **more})


async def test_a_prompt_becomes_a_text_with_its_cost() -> None:
    usage = {"prompt_tokens": 120, "completion_tokens": 8, "total_tokens": 128}
    async with _llm(in_turn(_said(" Ana fixed the login. \n", model="small-model-2025", usage=usage))) as (client, server):
        completion = await client.complete(system="Be brief.", user="What did Ana do?")
    assert completion == Completion("Ana fixed the login.", "small-model-2025", 120, 8)
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/v1/chat/completions", f"Bearer {TOKEN}")
    assert asked.json == {
        "model": "small-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What did Ana do?"}],
        "max_tokens": 200,
    }
    assert (client.requests_made, client.retries) == (1, 0)


async def test_a_server_need_not_count_tokens_or_name_its_model() -> None:
    async with _llm(in_turn(_said("Text", usage=None), _said("Te", choice={"finish_reason": "length"}))) as (client, _):
        assert await client.complete(system="", user="") == Completion("Text", "small-model", None, None)
        assert (await client.complete(system="", user="")).was_cut


@pytest.mark.parametrize(
    "told",
    [
        _said(""),
        _said("   "),
        _said(None, choice={"message": {"role": "assistant", "content": None, "refusal": "I cannot help with that"}}),
        _said("half of", choice={"finish_reason": "content_filter"}),
        Told({"choices": []}),
        Told({"choices": [1] * 50}),
        Told({"choices": None}),
        Told({"error": "something"}),
        Told([1]),
        Told("<html>Welcome</html>", headers={"Content-Type": "text/html"}),
        Told("Welcome"),
    ],
)
async def test_an_answer_without_text_is_unexpected(told: Told) -> None:
    async with _llm(in_turn(told)) as (client, server):
        with pytest.raises(UnexpectedAnswerError) as raised:
            await client.complete(system="", user="")
    assert " more" not in str(raised.value)
    assert len(server.asked) == 1


async def test_a_refusal_is_named_and_its_words_go_no_further() -> None:
    """They may quote the question, which holds people's texts."""
    refusal = _said(None, choice={"message": {"role": "assistant", "refusal": "I cannot help with that"}})
    async with _llm(in_turn(refusal)) as (client, _):
        with pytest.raises(UnexpectedAnswerError, match=r"'small-model' gave no text: it refused$"):
            await client.complete(system="", user="")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (Told({"error": {"message": "Incorrect API key provided"}}, 401), AuthenticationError),
        (Told({"error": {"message": "bad", "code": "bad_value"}}, 400), RequestRejectedError),
        (Told({"error": {"message": "no such model", "code": "model_not_found"}}, 404), NotFoundError),
        (Told({"error": {"message": "no credit", "code": "insufficient_quota"}}, 429), PlanFeatureError),
        (Told("", 302, {"Location": "https://elsewhere.example.com"}), UnexpectedAnswerError),
    ],
)
async def test_what_cannot_pass_is_raised_at_once(told: Told, kind: type[VoltError]) -> None:
    async with _llm(in_turn(told)) as (client, server):
        with pytest.raises(kind) as raised:
            await client.complete(system="", user="")
    assert "POST /chat/completions was" in str(raised.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "told",
    [Told("busy", 500), Told("", 529), Told({"error": {"message": "slow down"}}, 429, {"Retry-After": "1"}), Told(misbehave="reset"),
     Told('{"choices": [', headers={"Content-Type": "application/json"}), Told({}, misbehave="cut short")],
)  # fmt: skip
async def test_what_may_pass_is_tried_again_by_us_alone(told: Told) -> None:
    async with _llm(in_turn(told, _said("Text"))) as (client, server):
        assert (await client.complete(system="", user="")).text == "Text"
        assert (client.requests_made, client.retries) == (2, 1)
    assert len(server.asked) == 2


async def test_tries_end() -> None:
    async with _llm(in_turn(Told("busy", 503))) as (client, server):
        with pytest.raises(ServerError, match="503: busy"):
            await client.complete(system="", user="")
    assert len(server.asked) == RETRIES.attempts


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever() -> None:
    async with _llm(in_turn(Told(misbehave="silent"), _said("Text")), timeout_seconds=0.3) as (client, _):
        assert (await client.complete(system="", user="")).text == "Text"


async def test_an_answer_too_large_is_refused_however_small_it_was_packed() -> None:
    for status in (200, 500):
        bomb = Told(gzip.compress(b" " * (LARGEST_ANSWER_BYTES + 1), 1), status, {"Content-Encoding": "gzip"})
        async with _llm(in_turn(bomb)) as (client, server):
            with pytest.raises(UnexpectedAnswerError, match="larger than 64 MiB"):
                await client.complete(system="", user="")
        assert len(server.asked) == 1


async def test_a_packed_answer_is_read() -> None:
    packed = Told(gzip.compress(json.dumps(_said("Text").body).encode()), headers={"Content-Encoding": "gzip"})
    async with _llm(in_turn(packed)) as (client, _):
        assert (await client.complete(system="", user="")).text == "Text"


async def test_bytes_that_are_no_utf8_are_never_taken_for_text() -> None:
    garbled = json.dumps(_said("caf?").body).encode().replace(b"caf?", b"caf\xe9")
    async with _llm(in_turn(Told(garbled, headers={"Content-Type": "application/json"}), _said("Text"))) as (client, _):
        assert (await client.complete(system="", user="")).text == "Text"
        assert client.retries == 1


async def test_reasoning_models_get_the_limit_under_its_newer_name() -> None:
    def script(asked: Asked) -> Told:
        if "max_tokens" in asked.json:
            words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            return Told({"error": {"message": words, "code": "unsupported_parameter"}}, 400)
        return _said(str(asked.json["max_completion_tokens"]))

    async with _llm(script) as (client, server):
        assert (await client.complete(system="", user="")).text == "200"
        assert (await client.complete(system="", user="")).text == "200"
    assert len(server.asked) == 3


@pytest.mark.parametrize("told", [Told({"object": "list", "data": []}), Told("Not found", 404)])
async def test_a_server_that_answers_can_be_used(told: Told) -> None:
    async with _llm(in_turn(told)) as (client, server):
        await client.check()
    assert [(asked.method, asked.path) for asked in server.asked] == [("GET", "/v1/models")]


async def test_the_check_names_the_key_and_the_address() -> None:
    async with _llm(in_turn(Told({"error": {"message": "bad key"}}, 401))) as (client, server):
        with pytest.raises(AuthenticationError) as rejected:
            await client.check()
    assert rejected.value.variable == "OPENAI_API_KEY"
    async with _client(f"{server.url}/v1") as client:
        with pytest.raises(ConnectionFailedError, match="cannot be reached") as unreachable:
            await client.check()
    assert "OPENAI_BASE_URL" in str(unreachable.value.hint)
    with pytest.raises(EnvironmentVariableError, match="OPENAI_BASE_URL"):
        _client("http://a..b/v1")


async def test_outside_servers_are_asked_through_the_proxy_and_loopback_is_not() -> None:
    async with serve(lambda asked: _said(asked.target)) as proxy:
        environ = {"HTTP_PROXY": proxy.url, "ALL_PROXY": proxy.url}
        async with _client("http://model.example.com/v1", environ) as outside:
            assert (await outside.complete(system="", user="")).text == "http://model.example.com/v1/chat/completions"
        async with serve(lambda asked: _said(asked.target)) as server, _client(f"{server.url}/v1", environ) as inside:
            assert (await inside.complete(system="", user="")).text == "/v1/chat/completions"


async def test_the_key_appears_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with _llm(in_turn(Told(f"busy with {TOKEN}", 500), Told({"error": {"message": f"wrong key: {TOKEN}"}}, 401))) as (client, _):
        with pytest.raises(AuthenticationError, match=r"wrong key: \*\*\*") as raised:
            await client.complete(system="", user="")
        said = f"{client!r} {raised.value!r} {raised.value.__context__!r} {caplog.text}"
    assert TOKEN not in said


async def test_a_cancelled_prompt_ends_at_once() -> None:
    async with _llm(in_turn(Told(misbehave="silent"))) as (client, server):
        prompt = asyncio.create_task(client.complete(system="", user=""))
        await server.was_asked.wait()
        prompt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await prompt


def test_the_sdk_is_not_imported_before_a_client_is_made() -> None:
    code = "import sys, volt_assets.clients.llm; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 -- our own interpreter
