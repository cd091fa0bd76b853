"""An OpenAI-compatible model on loopback that always says the same for the same question, and never writes a digit."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

OPENAI_KEY = "sandbox-openai-key"
MODEL = "sandbox-prose"
_CREATED = 1_759_708_800  # 2025-10-06T00:00:00Z, the world's first day
_OPENINGS = (
    "Most of the time went into a few larger items, and the rest was spread thinly.",
    "The period was spread over several items, with one of them clearly in front.",
    "The work followed the plan, and what was started was mostly carried on.",
)
_CLOSINGS = (
    "What is still open is listed below with its state.",
    "The figures below show where the rest went.",
    "A few points need attention and are named below.",
)


@dataclass(frozen=True)
class OpenAiServer:
    """The application; it has no limits of its own."""

    latency_seconds: float = 0.0

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._completions, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    async def _models(self, request: Request) -> Response:
        refused = _refusal(request)
        row = {"id": MODEL, "object": "model", "created": _CREATED, "owned_by": "sandbox"}
        return refused or JSONResponse({"object": "list", "data": [row]})

    async def _completions(self, request: Request) -> Response:
        if self.latency_seconds:
            await asyncio.sleep(self.latency_seconds)
        if (refused := _refusal(request)) is not None:
            return refused
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _error("We could not parse the JSON body of your request.", 400, "invalid_request_error", None)
        if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
            return _error("Missing required parameter: 'messages'.", 400, "invalid_request_error", "missing_required_parameter")
        if body.get("stream"):
            return _error("This server does not stream.", 400, "invalid_request_error", "unsupported_value")
        texts = [_text(message) for message in body["messages"]]
        return JSONResponse(_completion(str(body.get("model") or MODEL), texts, wants_json=bool(body.get("response_format"))))


def _refusal(request: Request) -> Response | None:
    if request.headers.get("authorization") == f"Bearer {OPENAI_KEY}":
        return None
    return _error("Incorrect API key provided.", 401, "invalid_request_error", "invalid_api_key")


def _error(message: str, status: int, kind: str, code: str | None) -> Response:
    return JSONResponse({"error": {"message": message, "type": kind, "param": None, "code": code}}, status)


def _text(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):  # content in parts
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _completion(model: str, texts: Sequence[str], *, wants_json: bool) -> dict[str, Any]:
    asked = texts[-1]
    sections = _sections(asked)
    if sections is not None:
        answer = json.dumps({section: _prose(asked, section) for section in sections}, ensure_ascii=False)
    else:
        answer = json.dumps({"text": _prose(asked, "")}) if wants_json else _prose(asked, "")
    prompt_tokens, completion_tokens = (max(1, len(text) // 4) for text in ("".join(texts), answer))
    return {
        "id": f"chatcmpl-{hashlib.sha256(asked.encode()).hexdigest()[:24]}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": model,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": answer, "refusal": None}, "logprobs": None, "finish_reason": "stop"}
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def _sections(asked: str) -> list[str] | None:
    """The sections that a JSON object inside the message asks for."""
    decoder, position = json.JSONDecoder(), asked.find("{")
    while position >= 0:
        try:
            found, _ = decoder.raw_decode(asked, position)
        except json.JSONDecodeError:
            found = None
        if isinstance(found, dict) and isinstance(found.get("sections"), list):
            return [str(section) for section in found["sections"]]
        position = asked.find("{", position + 1)
    return None


def _prose(asked: str, section: str) -> str:
    """Two sentences chosen by the question; no digits, since figures are never a model's business."""
    digest = hashlib.sha256(f"{section}\n{asked}".encode()).digest()
    return f"{_OPENINGS[digest[0] % len(_OPENINGS)]} {_CLOSINGS[digest[1] % len(_CLOSINGS)]}"
