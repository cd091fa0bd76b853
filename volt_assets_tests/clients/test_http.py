from __future__ import annotations

import asyncio
import gzip
import logging
import re
import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from volt_assets.clients.answers import LARGEST_ANSWER_BYTES, Service
from volt_assets.clients.http import ApiClient, Request, SeenQuota
from volt_assets.errors import (
    AuthenticationError,
    ConnectionFailedError,
    EnvironmentVariableError,
    RateLimitError,
    RequestRejectedError,
    ServerError,
    UnexpectedAnswerError,
)
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.settings import RetrySettings
from volt_assets_tests.clients.loopback_server import Asked, Told, in_turn, serve
from volt_assets_tests.clients.samples import NO_PROXY, RETRIES, TOKEN, now

pytestmark = pytest.mark.anyio
GET = Request("GET", "/api/thing")


def _client(
    base_url: str, *, environ: Mapping[str, str] = NO_PROXY, retries: RetrySettings = RETRIES, timeout_seconds: float = 5, pace: float = 0
) -> ApiClient:
    service = Service("Thing", base_url, "THING_BASE_URL", "THING_API_TOKEN", (TOKEN,), "is it whole?", "check THING_BASE_URL")
    return ApiClient(
        service,
        authorization=SecretStr(f"Token {TOKEN}"),
        timeout_seconds=timeout_seconds,
        limiter=RateLimiter(1, 4, 0),
        retries=retries,
        pace=pace,
        now=now,
        environ=environ,
    )


async def test_a_request_carries_token_and_product_and_its_answer_is_parsed() -> None:
    async with serve(in_turn(Told({"a": 1}, headers={"ETag": "W/1"}))) as server, _client(server.url) as client:
        answer = await client.ask(Request("POST", "/api/thing", json=[1], params={"format": "md"}, headers={"X-Own": "yes"}))
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, {"a": 1}, "W/1")
    asked = server.asked[0]
    assert (asked.method, asked.target, asked.json) == ("POST", "/api/thing?format=md", [1])
    assert asked.headers["authorization"] == f"Token {TOKEN}"
    assert asked.headers["x-own"] == "yes"
    assert asked.headers["user-agent"].startswith("volt-agent/")
    assert client.requests_made == 1


@pytest.mark.parametrize(
    "failure",
    [
        Told("busy", status=500),
        Told("<html>busy</html>", status=503, headers={"Content-Type": "text/html"}),
        Told("<html><h1>429 Too Many Requests</h1></html>", status=429, headers={"Content-Type": "text/html"}),
        Told('{"a": ', headers={"Content-Type": "application/json"}),
        Told({"a": 1}, misbehave="cut short"),
        Told(misbehave="reset"),
        Told(b"not gzip", headers={"Content-Encoding": "gzip", "Content-Type": "application/json"}),
    ],
    ids=["500", "503", "429 of a proxy", "JSON cut short", "body cut short", "reset", "broken compression"],
)
async def test_what_may_pass_is_tried_again(failure: Told) -> None:
    async with serve(in_turn(failure, failure, Told({"a": 1}))) as server, _client(server.url) as client:
        assert (await client.ask(GET)).body == {"a": 1}
    assert (client.requests_made, client.retries) == (3, 2)


async def test_a_timeout_covers_the_whole_exchange_and_is_tried_again() -> None:
    async with serve(in_turn(Told(misbehave="silent"), Told({"a": 1}))) as server, _client(server.url, timeout_seconds=0.5) as client:
        assert (await client.ask(GET)).body == {"a": 1}
    # On a busy machine the second answer may be late as well; the silent one never comes.
    assert client.retries >= 1


async def test_tries_end_with_the_last_error() -> None:
    async with serve(in_turn(Told("one", 500), Told("two", 500), Told("three", 502), Told({}))) as server, _client(server.url) as client:
        with pytest.raises(ServerError, match="502: three"):
            await client.ask(GET)
    assert client.requests_made == 3


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Told('"bad"', 400), RequestRejectedError),
        (Told("", 401), AuthenticationError),
        (Told("", 302, {"Location": "https://elsewhere.example.com/"}), UnexpectedAnswerError),
        (Told("<html>Log in</html>", headers={"Content-Type": "text/html"}), UnexpectedAnswerError),
        (Told("", 304), UnexpectedAnswerError),
    ],
)
async def test_what_cannot_pass_is_not_tried_again(failure: Told, kind: type[Exception]) -> None:
    async with serve(in_turn(failure)) as server, _client(server.url) as client:
        with pytest.raises(kind):
            await client.ask(GET)
    assert client.requests_made == 1


async def test_only_the_errors_named_are_tried_again() -> None:
    async with serve(in_turn(Told("", 429), Told("", 500), Told({}))) as server, _client(server.url) as client:
        with pytest.raises(ServerError):
            await client.ask(GET, retry=RateLimitError)
    assert client.requests_made == 2


async def test_a_304_is_an_answer_only_to_who_asked_for_it() -> None:
    async with serve(in_turn(Told("", 304, {"ETag": "v2"}))) as server, _client(server.url) as client:
        answer = await client.ask(Request("GET", "/api/schema", headers={"If-None-Match": "v1"}))
    assert (answer.status, answer.body) == (304, None)


async def test_the_last_quota_seen_is_kept() -> None:
    first = Told({}, headers={"X-Toggl-Quota-Remaining": "17", "X-Toggl-Quota-Resets-In": "1799.5"})
    async with serve(in_turn(first, Told({}))) as server, _client(server.url) as client:
        assert client.quota is None
        await client.ask(GET)
        await client.ask(GET)
    assert client.quota == SeenQuota(remaining=17, resets_in_seconds=1800)


async def test_an_answer_too_large_is_refused_however_small_it_was_packed() -> None:
    bomb = Told(gzip.compress(b" " * (LARGEST_ANSWER_BYTES + 1), 1), headers={"Content-Encoding": "gzip"})
    async with serve(in_turn(bomb)) as server, _client(server.url) as client:
        with pytest.raises(UnexpectedAnswerError, match="larger than 64 MiB"):
            await client.ask(GET)


async def test_bytes_that_are_no_utf8_are_never_taken_for_text() -> None:
    garbled = Told(b'{"name": "Mila Petrovi\xe6"}', headers={"Content-Type": "application/json"})
    async with serve(in_turn(garbled, Told({"name": "Mila Petrović"}))) as server, _client(server.url) as client:
        assert (await client.ask(GET)).body == {"name": "Mila Petrović"}
    async with serve(in_turn(garbled)) as server, _client(server.url) as client:
        with pytest.raises(ConnectionFailedError, match="not valid UTF-8"):
            await client.ask(GET)


async def test_an_error_is_told_whatever_its_bytes() -> None:
    async with serve(in_turn(Told(b"acc\xe8s refus\xe9", 400))) as server, _client(server.url) as client:
        with pytest.raises(RequestRejectedError, match=r"acc.s refus"):
            await client.ask(GET)


async def test_an_unreachable_host_names_the_variable() -> None:
    async with serve(in_turn(Told())) as server:
        pass
    async with _client(server.url) as client:
        with pytest.raises(ConnectionFailedError, match=rf"GET /api/thing: {re.escape(server.url)} cannot be reached") as raised:
            await client.ask(GET)
    assert "THING_BASE_URL" in str(raised.value.hint)


@pytest.mark.parametrize("url", ["http://-☃.com", "http://api..example.com", f"http://{'a' * 64}.example.com"])
async def test_an_address_that_no_host_can_have_names_the_variable(url: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=r"^THING_BASE_URL: "):
        _client(url)


async def test_outside_hosts_are_asked_through_the_proxy_and_loopback_is_not() -> None:
    def tunnel(asked: Asked) -> Told:
        return Told("", 403) if asked.method == "CONNECT" else Told({"target": asked.target})

    async with serve(tunnel) as proxy, serve(in_turn(Told({"direct": True}))) as server:
        environ = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "ALL_PROXY": proxy.url}
        async with _client("http://api.example.com", environ=environ) as outside:
            assert (await outside.ask(GET)).body == {"target": "http://api.example.com/api/thing"}
        async with _client(server.url, environ=environ) as inside:
            assert (await inside.ask(GET)).body == {"direct": True}
        async with _client("https://api.example.com", environ=environ, retries=RetrySettings(attempts=1)) as secure:
            with pytest.raises(ConnectionFailedError):
                await secure.ask(GET)
    assert [asked.method for asked in proxy.asked] == ["GET", "CONNECT"]
    assert len(server.asked) == 1


async def test_a_proxy_that_refuses_is_named() -> None:
    async with serve(in_turn(Told("", 403))) as proxy, _client("https://api.example.com", environ={"HTTPS_PROXY": proxy.url}) as client:
        with pytest.raises(ConnectionFailedError, match="through the proxy") as raised:
            await client.ask(GET)
    assert "HTTPS_PROXY" in str(raised.value.hint)


async def test_the_token_appears_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = Told(f'"the token {TOKEN} is not known"', 500)
    async with serve(in_turn(echo, Told(f"Token {TOKEN}", 403))) as server, _client(server.url) as client:
        with pytest.raises(AuthenticationError) as raised:
            await client.ask(GET)
        said = f"{client!r} {client.service!r} {vars(client)!r} {raised.value!r} {raised.value.hint} {caplog.text}"
    assert "volt.clients" in caplog.text
    assert "try 1 failed" in caplog.text
    assert TOKEN not in said


async def test_a_cancelled_request_ends_at_once() -> None:
    async with serve(in_turn(Told(misbehave="silent"))) as server, _client(server.url) as client:
        request = asyncio.create_task(client.ask(GET))
        await server.was_asked.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of our own authority for 127.0.0.1, in one PEM file."""
    folder = tmp_path_factory.mktemp("tls")
    key, crt = folder / "key.pem", folder / "crt.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    try:
        subprocess.run([*command.split(), "-keyout", key, "-out", crt], check=True, capture_output=True)  # noqa: S603 -- a fixed command
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    (folder / "both.pem").write_bytes(key.read_bytes() + crt.read_bytes())
    return folder / "both.pem"


async def test_an_own_certificate_authority_is_trusted_when_its_file_is_named(certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with serve(lambda _: Told({"secure": True}), tls=context) as server:
        async with _client(server.url, environ={"SSL_CERT_FILE": str(certificate)}) as trusting:
            assert (await trusting.ask(GET)).body == {"secure": True}
        async with _client(server.url) as other:
            with pytest.raises(ConnectionFailedError, match="is not trusted") as raised:
                await other.ask(GET)
    assert "SSL_CERT_FILE" in str(raised.value.hint)
    # The same certificate would be refused again.
    assert other.requests_made == 1


async def test_requests_share_a_connection() -> None:
    async with serve(in_turn(Told({}))) as server, _client(server.url) as client:
        for _ in range(3):
            await client.ask(GET)
    assert server.connections_made == 1
