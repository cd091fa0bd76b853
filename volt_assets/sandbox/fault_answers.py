"""What a failing API says: errors in the words of each service, and answers damaged on their way.

Belongs here: bodies and headers. Which request gets them is decided in faults.py; connections are broken in faulty_app.py.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from volt_assets.sandbox.faults import Fault

ELSEWHERE = "https://elsewhere.example.org/login"
_MEBIBYTE = 1024 * 1024
_LOGIN_PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n"


def proxy_page(status: int, title: str) -> str:
    """An error as the proxy in front of a service writes it."""
    head = f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
    return f"{head}<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"


def quota_words(seconds: float) -> str:
    """How Toggl says that the quota is used up."""
    return f"You have hit your hourly limit for API calls. The quota will reset in {seconds:.0f} seconds."


def answer_instead(fault: Fault) -> Response | None:
    """The answer that takes the place of the right one; None for a kind that needs the right one or gives none."""
    maker = _INSTEAD.get(fault.kind)
    return None if maker is None else maker(fault)


def _too_many(fault: Fault) -> Response:
    headers = _retry_after(fault)
    if fault.api == "toggl":
        return HTMLResponse(proxy_page(429, "Too Many Requests"), 429, headers)
    if fault.api == "fibery":
        return PlainTextResponse("Too Many Requests", 429, headers)
    return _model_error("Rate limit reached for requests.", 429, "rate_limit_exceeded", headers)


def _quota(fault: Fault) -> Response:
    seconds = fault.amount or 0.0
    headers = {"X-Toggl-Quota-Remaining": "0", "X-Toggl-Quota-Resets-In": f"{seconds:.0f}"}
    return JSONResponse(quota_words(seconds), 402, headers)


def _plan(fault: Fault) -> Response:
    if fault.api == "openai":
        return _model_error("You exceeded your current quota, please check your plan and billing details.", 429, "insufficient_quota", {})
    words = "Your subscription level does not include this feature."
    return JSONResponse(words, 402) if fault.api == "toggl" else PlainTextResponse(words, 402)


def _internal(fault: Fault) -> Response:
    if fault.api == "openai":
        return _model_error("The server had an error while processing your request.", 500, "server_error", {})
    return JSONResponse("Internal Server Error", 500) if fault.api == "toggl" else PlainTextResponse("Internal Server Error", 500)


def _unavailable(fault: Fault) -> Response:
    return HTMLResponse(proxy_page(503, "Service Temporarily Unavailable"), 503, _retry_after(fault))


def _endless(fault: Fault) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"[0"
        for _ in range(int(fault.amount or 0)):
            yield b",0" * (_MEBIBYTE // 2)

    return StreamingResponse(pieces(), media_type="application/json")


def _retry_after(fault: Fault) -> dict[str, str]:
    return {} if fault.value is None else {"Retry-After": f"{fault.value:.0f}"}


def _model_error(message: str, status: int, code: str, headers: dict[str, str]) -> Response:
    return JSONResponse({"error": {"message": message, "type": code, "param": None, "code": code}}, status, headers)


_INSTEAD: dict[str, Callable[[Fault], Response]] = {
    "429": _too_many,
    "402-quota": _quota,
    "402-plan": _plan,
    "500": _internal,
    "503": _unavailable,
    "413": lambda _fault: HTMLResponse(proxy_page(413, "Request Entity Too Large"), 413),
    "html": lambda _fault: HTMLResponse(_LOGIN_PAGE),
    "oversized": _endless,
    "redirect": lambda _fault: RedirectResponse(ELSEWHERE, 302),
}


@dataclass(frozen=True)
class SentAnswer:
    """A complete answer on its way. Header names are lower case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def with_header(self, name: bytes, value: bytes) -> SentAnswer:
        """The answer with one header replaced."""
        others = tuple(header for header in self.headers if header[0] != name)
        return SentAnswer(self.status, (*others, (name, value)), self.body)

    def with_body(self, body: bytes) -> SentAnswer:
        """The answer with another body, and its length said truly."""
        return SentAnswer(self.status, self.headers, body).with_header(b"content-length", str(len(body)).encode())


def _timed_out(body: bytes) -> bytes:
    """As many failed commands as the right answer has."""
    failure = {"success": False, "result": {"name": "entity.error/query-timeout", "message": "Query execution timeout exceeded."}}
    right = json.loads(body)
    return json.dumps([failure] * len(right) if isinstance(right, list) else failure).encode()


def damaged(kind: str, answer: SentAnswer) -> SentAnswer:
    """A complete answer that says something else than the right one: query-timeout, cut-json, wrong-type or invalid-utf8."""
    if kind == "query-timeout":
        return answer.with_body(_timed_out(answer.body))
    if kind == "wrong-type":
        return answer.with_header(b"content-type", b"application/octet-stream")
    if kind == "cut-json":
        return answer.with_body(answer.body[: len(answer.body) // 2])
    before, quote, after = answer.body.partition(b'":"')  # the beginning of the first text that is a value
    return answer.with_body(before + quote + b"\xff" + after) if quote else answer.with_body(answer.body[:1] + b"\xff" + answer.body[1:])
