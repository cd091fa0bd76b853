"""A service that is down is left alone after a while; one that only says "too fast" is not taken for down."""

from __future__ import annotations

import pytest

from volt_assets.clients.http import BREAKER_CALLS
from volt_assets.errors import CircuitOpenError, RateLimitError, ServerError
from volt_assets.resilience.circuit_breaker import CircuitState
from volt_assets.settings import RetrySettings
from volt_assets_tests.clients.loopback_server import Asked, Told, serve
from volt_assets_tests.clients.test_http import GET, _client

pytestmark = pytest.mark.anyio
ONE_TRY = RetrySettings(attempts=1, wait_initial_seconds=0)


async def test_a_service_that_is_down_is_asked_no_more() -> None:
    async with serve(lambda _: Told("down", status=503)) as server, _client(server.url, retries=ONE_TRY, pace=1) as client:
        for _ in range(BREAKER_CALLS):
            with pytest.raises(ServerError):
                await client.ask(GET)
        with pytest.raises(CircuitOpenError, match="Thing"):
            await client.ask(GET)
        assert client.breaker.reading().state is CircuitState.OPEN
        assert len(server.asked) == BREAKER_CALLS


async def test_being_asked_too_fast_is_no_outage() -> None:
    async with serve(lambda _: Told("slow down", status=429)) as server, _client(server.url, retries=ONE_TRY, pace=1) as client:
        for _ in range(BREAKER_CALLS + 5):
            with pytest.raises(RateLimitError):
                await client.ask(GET)
        assert client.breaker.reading().state is CircuitState.CLOSED
        assert len(server.asked) == BREAKER_CALLS + 5


async def test_fewer_failures_than_answers_keep_it_closed() -> None:
    def every_third_fails(asked: Asked) -> Told:
        return Told({"ok": 1}) if asked.target.endswith(("1", "2")) else Told("down", status=500)

    async with serve(every_third_fails) as server, _client(server.url, retries=ONE_TRY, pace=1) as client:
        for number in range(3 * BREAKER_CALLS):
            try:
                await client.ask(GET.__class__("GET", f"/api/thing/{number % 3}"))
            except ServerError:
                assert number % 3 == 0
        assert client.breaker.reading().state is CircuitState.CLOSED
        assert len(server.asked) == 3 * BREAKER_CALLS
