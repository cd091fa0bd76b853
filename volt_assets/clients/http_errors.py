"""The one place where a status or a broken connection becomes an error of volt_assets/errors.py.

Belongs here: what each status means, and how its error speaks: what was tried, what came back and what to do about it.
Used by every client; whether to try again is decided by the error's class alone (retrying.py).
"""

from __future__ import annotations

import json
import math
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from volt_assets.clients.answers import Answer, Service
from volt_assets.errors import (
    AuthenticationError,
    ConnectionFailedError,
    EnvironmentVariableError,
    NotFoundError,
    PlanFeatureError,
    QuotaExhaustedError,
    RateLimitError,
    RequestRejectedError,
    ServerError,
    UnexpectedAnswerError,
    VoltError,
)

PAYLOAD_TOO_LARGE = "413 Payload Too Large"
_SECONDS = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_QUOTA_WORDS = re.compile(rf"quota will reset in(?: +({_SECONDS}))?", re.IGNORECASE)
# An hourly quota is back after an hour at the latest, when the service does not say how long it takes.
_QUOTA_PERIOD_SECONDS = 3600


@dataclass(frozen=True)
class _Refusal:
    """An answer outside 2xx and what it says. `name` is the service's own name of the error, if it has one."""

    service: Service
    answer: Answer
    now: datetime
    name: str | None
    words: str
    is_object: bool
    rejects_with_500: bool

    @property
    def message(self) -> str:
        said = self.service.clean(self.words) or "nothing"
        return f"{self.service.name}: {self.answer.tried} was answered with {self.answer.status}: {said}"


def error_for_answer(service: Service, answer: Answer, now: datetime, *, rejects_with_500: bool = False) -> VoltError:
    """The error that an answer outside 2xx stands for.

    `rejects_with_500`: a wrong request is answered with 500 and a JSON object, so trying it again would not help.
    """
    refusal = _Refusal(service, answer, now, *_complaint(answer.text), rejects_with_500)
    if answer.status in _BY_STATUS:
        return _BY_STATUS[HTTPStatus(answer.status)](refusal)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return _redirect_error(refusal)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _server_error(refusal)
    return RequestRejectedError(
        refusal.message, name=refusal.name, hint=f"the same request would be refused again; is {service.url_variable} right?"
    )


def error_for_connection(service: Service, tried: str, cause: BaseException) -> VoltError:
    """The error for an exchange that ended without a complete answer; knows the HTTP libraries' exceptions by name."""
    kind = type(cause).__name__
    said = service.clean(str(cause)) or kind
    place = _origin(service.base_url)
    if is_untrusted_certificate(cause):
        problem, hint = (
            f"the certificate of {place} is not trusted: {said}",
            "name your network's certificate authority (PEM) in SSL_CERT_FILE",
        )
    elif kind == "ProxyError":
        problem, hint = f"{place} cannot be reached through the proxy: {said}", "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    elif kind in ("ConnectError", "ConnectTimeout"):
        problem, hint = (
            f"{place} cannot be reached: {said}",
            f"check {service.url_variable} and the network (a proxy goes into HTTPS_PROXY)",
        )
    elif isinstance(cause, TimeoutError) or kind.endswith("Timeout"):
        problem, hint = "no complete answer in time", "try again later, or raise timeout_seconds in volt.yaml"
    else:
        problem, hint = f"the connection broke: {said}", "try again later"
    return ConnectionFailedError(f"{service.name}: {tried}: {problem}", hint=hint)


def is_untrusted_certificate(error: BaseException) -> bool:
    """Whether a connection failed because of its certificate: trying again would not help."""
    return any(isinstance(link, ssl.SSLCertVerificationError) for link in _chain(error))


def stated_seconds(text: str) -> float | None:
    """The seconds that a header or a sentence states, with or without a fraction; None for anything else, negative ones included."""
    return float(text) if re.fullmatch(_SECONDS, text.strip()) else None


def _complaint(text: str) -> tuple[str | None, str, bool]:
    """Name, words, and whether the body is a JSON object. v9 of Toggl answers with a JSON string, proxies with HTML."""
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None, text, False
    inner = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(inner, str):
        return None, inner, isinstance(body, dict)
    if not isinstance(inner, dict):
        return None, text, isinstance(body, dict)
    name = next((inner[key] for key in ("code", "name", "type") if isinstance(inner.get(key), str)), None)
    words = next((inner[key] for key in ("message", "error_message", "detail") if isinstance(inner.get(key), str)), text)
    return name, words, True


def _access_error(refusal: _Refusal) -> VoltError:
    variable = refusal.service.token_variable
    return AuthenticationError(refusal.message, variable=variable, hint=f"check {variable}: {refusal.service.access_hint}")


def _payment_error(refusal: _Refusal) -> VoltError:
    words = _QUOTA_WORDS.search(refusal.words)
    headers = refusal.answer.headers
    if words is None and headers.get("x-toggl-quota-remaining") != "0":
        return PlanFeatureError(refusal.message, hint="the plan of this workspace does not include what was asked for")
    said = stated_seconds(words.group(1) or "") if words else None
    stated = stated_seconds(headers.get("x-toggl-quota-resets-in", "")) if said is None else said
    # Rounded up: the hint shows whole seconds, and a second late is cheaper than one too early.
    seconds = _QUOTA_PERIOD_SECONDS if stated is None else math.ceil(stated)
    resets_at = refusal.now.astimezone(UTC) + timedelta(seconds=seconds)
    hint = f"run the same command again after {resets_at:%Y-%m-%d %H:%M:%S} UTC; it resumes where it stopped"
    return QuotaExhaustedError(refusal.message, resets_at=resets_at, hint=hint)


def _not_found_error(refusal: _Refusal) -> VoltError:
    return NotFoundError(refusal.message, hint=refusal.service.not_found_hint)


def _proxy_login_error(refusal: _Refusal) -> VoltError:
    return EnvironmentVariableError(refusal.message, hint="the proxy wants a user and a password: check HTTPS_PROXY and HTTP_PROXY")


def _request_timeout_error(refusal: _Refusal) -> VoltError:
    return ConnectionFailedError(refusal.message, hint="try again later")


def _too_large_error(refusal: _Refusal) -> VoltError:
    return RequestRejectedError(refusal.message, name=PAYLOAD_TOO_LARGE, hint="ask for less at once")


def _rate_error(refusal: _Refusal) -> VoltError:
    if refusal.name == "insufficient_quota":
        # The model provider's word for an account without credit; waiting does not fill it.
        return PlanFeatureError(refusal.message, hint="the account behind the key has no credit left")
    seconds = _retry_after_seconds(refusal.answer.headers.get("retry-after", ""), refusal.now)
    hint = "try again later" if seconds is None else f"try again in {seconds:.0f} seconds"
    return RateLimitError(refusal.message, retry_after_seconds=seconds, hint=hint)


def _unavailable_error(refusal: _Refusal) -> VoltError:
    # A 503 that says when to come back asks for the same as a 429: wait that long.
    return _rate_error(refusal) if "retry-after" in refusal.answer.headers else _server_error(refusal)


def _redirect_error(refusal: _Refusal) -> VoltError:
    answer, service = refusal.answer, refusal.service
    target = service.clean(answer.headers.get("location", "").partition("?")[0]) or "nowhere"
    return UnexpectedAnswerError(
        f"{service.name}: {answer.tried} was redirected ({answer.status}) to {target}; redirects are not followed",
        hint=f"set {service.url_variable} to the final address",
    )


def _server_error(refusal: _Refusal) -> VoltError:
    is_internal = refusal.answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
    if refusal.rejects_with_500 and is_internal and refusal.is_object and "timeout" not in refusal.words.lower():
        return RequestRejectedError(refusal.message, name=refusal.name, hint="the service does not accept this request")
    return ServerError(refusal.message, hint=f"{refusal.service.name} has a problem; try again later")


def _retry_after_seconds(value: str, now: datetime) -> float | None:
    if (seconds := stated_seconds(value)) is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


_BY_STATUS: dict[HTTPStatus, Callable[[_Refusal], VoltError]] = {
    HTTPStatus.UNAUTHORIZED: _access_error,
    HTTPStatus.FORBIDDEN: _access_error,
    HTTPStatus.PAYMENT_REQUIRED: _payment_error,
    HTTPStatus.NOT_FOUND: _not_found_error,
    HTTPStatus.GONE: _not_found_error,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: _proxy_login_error,
    HTTPStatus.REQUEST_TIMEOUT: _request_timeout_error,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _too_large_error,
    HTTPStatus.TOO_MANY_REQUESTS: _rate_error,
    HTTPStatus.SERVICE_UNAVAILABLE: _unavailable_error,
}
