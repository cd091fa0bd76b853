"""An OpenAI-compatible model on loopback: true sentences from the facts of the question, the same for the same question.

How it reads a question is in model_question.py; how it misbehaves when told to is in model_faults.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from volt_assets.sandbox.model_question import read_question

OPENAI_KEY = "sandbox-openai-key"
MODEL = "sandbox-prose"
_CREATED = 1_759_708_800  # 2025-10-06T00:00:00Z, the world's first day
_CHARACTERS_PER_TOKEN = 4


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
        return JSONResponse(_completion(str(body.get("model") or MODEL), texts, body))


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


def _completion(model: str, texts: Sequence[str], body: Mapping[str, Any]) -> dict[str, Any]:
    answer = read_question(texts, body.get("response_format")).answer()
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    is_cut = isinstance(limit, int) and _tokens(answer) > limit
    answer = answer[: int(limit or 0) * _CHARACTERS_PER_TOKEN] if is_cut else answer
    prompt_tokens, completion_tokens = _tokens("".join(texts)), _tokens(answer)
    question_hash = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return {
        "id": f"chatcmpl-{question_hash[:24]}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": answer, "refusal": None},
                "logprobs": None,
                "finish_reason": "length" if is_cut else "stop",
            }
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def _tokens(text: str) -> int:
    """About as many as a tokenizer would count."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN) or 1
