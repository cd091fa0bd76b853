"""One HTTP client for the JSON services: paced, bounded, retried, and silent about its token.

Belongs here: sending a request and getting one complete answer. What an answer means is http_errors.py, what it holds is
toggl.py and fibery.py.
"""

from __future__ import annotations

import logging
import math
import os
from asyncio import timeout
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import SecretStr

from volt_assets import __version__
from volt_assets.clients.answers import Answer, Service, bounded_body, read_json
from volt_assets.clients.http_errors import error_for_answer, error_for_connection, stated_seconds
from volt_assets.clients.network import check_address, proxy_for, ssl_context_for
from volt_assets.clients.quota import QuotaPatience
from volt_assets.clients.retrying import Retrying, RetryPatience
from volt_assets.errors import QuotaExhaustedError, RateLimitError, RetryableError
from volt_assets.resilience.breaker_board import BreakerBoard
from volt_assets.resilience.circuit_breaker import CircuitBreaker
from volt_assets.resilience.rate_limit import RateLimiter
from volt_assets.settings import RetrySettings

_CONNECT_SECONDS = 15.0
# A request that fails is tried a few times: two of them in a row are no outage yet.
BREAKER_CALLS = 20
BREAKER_SECONDS = 30.0
_log = logging.getLogger("volt.clients")


@dataclass(frozen=True)
class Request:
    """What to ask. `path` starts with / and appears in messages; `params` and `json` do not."""

    method: str
    path: str
    json: Any = None
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    rejects_with_500: bool = False
    """A wrong request of this kind is answered with 500 and a JSON object: not to be tried again."""
    subject: object = field(default=None, repr=False)
    """What the request asks for in parts, or again: failures of one subject count as one for the circuit breaker."""

    @property
    def tried(self) -> str:
        """Method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class JsonAnswer:
    """The parsed body (None for 304) and the headers, whose names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class SeenQuota:
    """Requests left and seconds until the quota resets, as the last answer that told said."""

    remaining: int
    resets_in_seconds: int | None = None


def is_outage(error: BaseException) -> bool:
    """Whether an error speaks of a service that is down; being asked too fast does not."""
    return isinstance(error, RetryableError) and not isinstance(error, RateLimitError)


class ApiClient:
    """Asks one service. An async context manager.

    `requests_made` counts every attempt, `retries` those beyond the first of a request.
    """

    def __init__(
        self,
        service: Service,
        *,
        authorization: SecretStr,
        timeout_seconds: float,
        limiter: RateLimiter,
        retries: RetrySettings,
        pace: float,
        now: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
        quota: QuotaPatience | None = None,
        patience: RetryPatience | None = None,
    ) -> None:
        """`environ` (default: the process environment) says which proxy and certificates to use.

        `quota` says how long to wait for an exhausted quota in all; without it a used-up quota is raised at once. `patience`
        is that of whoever waits for the answers.

        Raises EnvironmentVariableError for an address, a proxy or a certificate file that cannot be used.
        """
        environ = os.environ if environ is None else environ
        check_address(service.base_url, service.url_variable)
        self.service = service
        self.requests_made = 0
        self.quota: SeenQuota | None = None
        self._authorization = authorization
        self._timeout_seconds = timeout_seconds
        self._limiter = limiter
        self._retrying = Retrying(retries, pace, patience)
        self.breaker = CircuitBreaker(
            service.name,
            minimum_calls=BREAKER_CALLS,
            cool_down_seconds=BREAKER_SECONDS * pace,
            is_failure=is_outage,
            on_turn=BreakerBoard(service.name, BREAKER_SECONDS * pace).turned,
        )
        self._now = now
        self._patience = quota or QuotaPatience(0)
        self._http = _connections(service.base_url, timeout_seconds, environ)

    async def __aenter__(self) -> Self:
        """Ready at once; connections are made when needed."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        await self._http.aclose()

    def __repr__(self) -> str:
        """Name and address, nothing secret."""
        return f"<ApiClient {self.service.name} {self.service.base_url}>"

    @property
    def retries(self) -> int:
        """Attempts beyond the first of each request."""
        return self._retrying.retries

    async def ask(self, request: Request, *, retry: type[RetryableError] = RetryableError, tried: int = 0) -> JsonAnswer:
        """The JSON answer. Raises the errors of http_errors.py; only those of class `retry` are tried again.

        `tried` tries of what is asked for were made already.
        An exhausted quota is waited for as long as the patience lasts, then raised.
        """
        while True:
            try:
                return await self._retrying.call(
                    lambda: self.breaker.call(lambda: self._attempt(request), request.subject), retry, tried=tried
                )
            except QuotaExhaustedError as error:
                await self._patience.wait_for(error, self._now())

    async def _attempt(self, request: Request) -> JsonAnswer:
        async with self._limiter:
            self.requests_made += 1
            answer = await self._exchange(request)
        _log.debug("%s %s: %d", self.service.name, answer.tried, answer.status)
        self.quota = _quota(answer.headers) or self.quota
        if answer.status == HTTPStatus.NOT_MODIFIED and "If-None-Match" in request.headers:
            return JsonAnswer(answer.status, answer.headers, None)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise error_for_answer(self.service, answer, self._now(), rejects_with_500=request.rejects_with_500)
        return JsonAnswer(answer.status, answer.headers, read_json(self.service, answer))

    async def _exchange(self, request: Request) -> Answer:
        headers = {**request.headers, "Authorization": self._authorization.get_secret_value()}
        try:
            # The bound on the whole exchange; httpx's own timeouts start anew with every chunk.
            async with (
                timeout(self._timeout_seconds),
                self._http.stream(
                    request.method,
                    f"{self.service.base_url}{request.path}",
                    json=request.json,
                    params=request.params or None,
                    headers=headers,
                ) as response,
            ):
                body = await bounded_body(self.service, request.tried, response.aiter_bytes())
        except (httpx.RequestError, OSError) as error:
            raise error_for_connection(self.service, request.tried, error) from error
        return Answer.of_bytes(request.tried, response.status_code, response.headers.items(), body)


class ServiceClient:
    """What the clients of single services have in common: they ask through one `ApiClient`, and close it when they are left."""

    _api: ApiClient

    async def __aenter__(self) -> Self:
        """Ready at once."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        await self._api.__aexit__(kind, error, trace)

    @property
    def requests_made(self) -> int:
        """Every attempt counts."""
        return self._api.requests_made

    @property
    def retries(self) -> int:
        """Attempts beyond the first of each request."""
        return self._api.retries


def _connections(base_url: str, timeout_seconds: float, environ: Mapping[str, str]) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        # Everything from the environment is read in network.py, so that loopback never meets a proxy.
        trust_env=False,
        proxy=proxy_for(base_url, environ),
        verify=ssl_context_for(base_url, environ),
        follow_redirects=False,
        timeout=httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, _CONNECT_SECONDS), pool=None),
        headers={"User-Agent": f"volt-agent/{__version__}", "Accept": "application/json"},
    )


def _quota(headers: Mapping[str, str]) -> SeenQuota | None:
    remaining, resets_in = headers.get("x-toggl-quota-remaining", ""), stated_seconds(headers.get("x-toggl-quota-resets-in", ""))
    if not remaining.isdecimal():
        return None
    return SeenQuota(int(remaining), None if resets_in is None else math.ceil(resets_in))
