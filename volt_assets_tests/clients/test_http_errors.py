from __future__ import annotations

import pickle
import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from volt_assets.clients.answers import Answer, Service
from volt_assets.clients.http_errors import PAYLOAD_TOO_LARGE, error_for_answer, error_for_connection, is_untrusted_certificate
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
from volt_assets_tests.clients.samples import NOW, TOKEN

SERVICE = Service(
    name="Toggl",
    base_url="https://api.example.com",
    url_variable="TOGGL_BASE_URL",
    token_variable="TOGGL_API_TOKEN",
    secrets=(TOKEN,),
    access_hint="is it whole?",
    not_found_hint="check TOGGL_WORKSPACE_ID",
)
TRIED = "POST /search"


def _error(status: int, text: str = "", headers: dict[str, str] | None = None, *, rejects_with_500: bool = False) -> VoltError:
    return error_for_answer(SERVICE, Answer(TRIED, status, headers or {}, text), NOW, rejects_with_500=rejects_with_500)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, UnexpectedAnswerError),
        (400, RequestRejectedError),
        (401, AuthenticationError),
        (402, PlanFeatureError),
        (403, AuthenticationError),
        (404, NotFoundError),
        (407, EnvironmentVariableError),
        (408, ConnectionFailedError),
        (410, NotFoundError),
        (413, RequestRejectedError),
        (422, RequestRejectedError),
        (429, RateLimitError),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (599, ServerError),
        (600, ServerError),
    ],
)
def test_every_status_has_its_error_and_says_what_was_tried(status: int, kind: type[VoltError]) -> None:
    error = _error(status, '"Something is wrong"')
    assert type(error) is kind
    assert TRIED in str(error)
    assert str(status) in str(error)
    assert error.hint
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 -- our own bytes


def test_access_errors_name_the_variable() -> None:
    error = _error(401, "", {"x-authorization-missing": "1"})
    assert isinstance(error, AuthenticationError)
    assert error.variable == "TOGGL_API_TOKEN"
    assert str(error) == "Toggl: POST /search was answered with 401: nothing"
    assert error.hint == "check TOGGL_API_TOKEN: is it whole?"


@pytest.mark.parametrize(
    ("text", "headers", "seconds"),
    [
        ('"You have hit your hourly limit for API calls. The quota will reset in 1824 seconds."', {}, 1824),
        ("The quota will reset in 12 seconds", {"x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "99"}, 12),
        ('"limit"', {"x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": "99"}, 99),
        ('"limit"', {"x-toggl-quota-remaining": "0"}, 3600),
        ("The quota will reset in 11.2 seconds", {}, 12),
        ("The quota will reset in a while", {}, 3600),
        ("The quota will reset in -5 seconds", {}, 3600),
        ("The quota will reset in a while", {"x-toggl-quota-resets-in": "99"}, 99),
        *(
            ('"limit"', {"x-toggl-quota-remaining": "0", "x-toggl-quota-resets-in": stated}, seconds)
            for stated, seconds in {"2.5": 3, " 7 ": 7, "0.0": 0, "-5": 3600, "1e3": 3600, "nan": 3600, "soon": 3600, "": 3600}.items()
        ),
    ],
)
def test_a_used_up_quota_knows_when_it_resets(text: str, headers: dict[str, str], seconds: int) -> None:
    error = _error(402, text, headers)
    assert isinstance(error, QuotaExhaustedError)
    assert error.resets_at == NOW + timedelta(seconds=seconds)
    assert f"{error.resets_at:%H:%M:%S} UTC" in str(error.hint)


def test_402_with_quota_left_is_a_missing_feature() -> None:
    assert isinstance(_error(402, '"Feature not in your plan"', {"x-toggl-quota-remaining": "17"}), PlanFeatureError)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("1.5", 1.5), ("Tue, 14 Oct 2025 09:31:00 GMT", 60.0), ("Tue, 14 Oct 2025 09:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_understood(value: str, seconds: float | None) -> None:
    for status in (429, 503):
        error = _error(status, "<html>Too many</html>", {"retry-after": value})
        assert isinstance(error, RateLimitError)
        assert error.retry_after_seconds == seconds


def test_a_model_account_without_credit_is_not_too_fast() -> None:
    assert isinstance(_error(429, '{"error": {"code": "insufficient_quota", "message": "You exceeded"}}'), PlanFeatureError)


def test_500_with_an_object_is_a_rejection_where_the_service_says_so() -> None:
    body = '{"name": "command/unknown", "message": "Unknown command fibery.nope"}'
    rejected = _error(500, body, rejects_with_500=True)
    assert isinstance(rejected, RequestRejectedError)
    assert rejected.name == "command/unknown"
    assert "Unknown command fibery.nope" in str(rejected)
    assert isinstance(_error(500, body), ServerError)
    assert isinstance(_error(500, "Internal Server Error", rejects_with_500=True), ServerError)
    assert isinstance(_error(502, body, rejects_with_500=True), ServerError)
    assert isinstance(_error(500, '{"message": "query timeout"}', rejects_with_500=True), ServerError)


def test_a_body_that_is_too_large_has_a_name() -> None:
    error = _error(413)
    assert isinstance(error, RequestRejectedError)
    assert error.name == PAYLOAD_TOO_LARGE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"Incorrect username and/or password"', "Incorrect username and/or password"),
        ('{"error": {"message": "No such model", "code": "model_not_found"}}', "No such model"),
        ('{"error": "bad"}', "bad"),
        ('{"message": "start_date: wrong"}', "start_date: wrong"),
        ('{"unknown": 1}', '{"unknown": 1}'),
        ("[1, 2]", "[1, 2]"),
        ("<html><body>Too\x1b[31m many\r\nrequests</body></html>", "Too [31m many requests"),
        (f'"the token {TOKEN} is wrong"', "the token *** is wrong"),
        (f"{'x' * 190}{TOKEN}", f"{'x' * 190}***"),
        ("y" * 500, "y" * 199 + "…"),
        ("[" * 100_000, "[" * 199 + "…"),
    ],
)
def test_what_came_back_is_quoted_clean_cut_and_without_the_token(text: str, said: str) -> None:
    assert str(_error(400, text)) == f"Toggl: POST /search was answered with 400: {said}"


def test_a_redirect_names_the_variable_and_hides_the_query() -> None:
    error = _error(302, "", {"location": "https://login.example.com/in?next=secret"})
    assert "to https://login.example.com/in; redirects are not followed" in str(error)
    assert "secret" not in str(error)
    assert error.hint == "set TOGGL_BASE_URL to the final address"


@pytest.mark.parametrize(
    ("cause", "said", "hint"),
    [
        (httpx.ConnectError("All connection attempts failed"), "https://api.example.com cannot be reached: All", "TOGGL_BASE_URL"),
        (httpx.ConnectTimeout(""), "cannot be reached: ConnectTimeout", "TOGGL_BASE_URL"),
        (httpx.ProxyError("403 Forbidden"), "through the proxy: 403 Forbidden", "HTTPS_PROXY"),
        (httpx.ReadTimeout(""), "no complete answer in time", "timeout_seconds"),
        (TimeoutError(), "no complete answer in time", "timeout_seconds"),
        (httpx.RemoteProtocolError("peer closed"), "the connection broke: peer closed", "later"),
        (httpx.ReadError(""), "the connection broke: ReadError", "later"),
    ],
)
def test_connections_that_fail(cause: Exception, said: str, hint: str) -> None:
    error = error_for_connection(SERVICE, TRIED, cause)
    assert isinstance(error, ConnectionFailedError)
    assert str(error).startswith("Toggl: POST /search: ")
    assert said in str(error)
    assert hint in str(error.hint)
    assert not is_untrusted_certificate(cause)


def test_an_untrusted_certificate_is_recognised_through_what_wraps_it() -> None:
    cause = httpx.ConnectError("certificate verify failed")
    cause.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    error = error_for_connection(SERVICE, TRIED, cause)
    assert "the certificate of https://api.example.com is not trusted" in str(error)
    assert "SSL_CERT_FILE" in str(error.hint)
    error.__cause__ = cause
    assert is_untrusted_certificate(error)


def test_no_repr_holds_the_token() -> None:
    assert TOKEN not in repr(SERVICE)
    assert TOKEN not in repr(Answer(TRIED, 200, {"a": TOKEN}, TOKEN))


def test_resets_at_is_utc_whatever_the_clock_gives() -> None:
    clock = datetime.fromisoformat("2025-10-14T12:30:00+03:00")
    error = error_for_answer(SERVICE, Answer(TRIED, 402, {}, "quota will reset in 60 seconds"), clock)
    assert isinstance(error, QuotaExhaustedError)
    assert error.resets_at.tzinfo is UTC
