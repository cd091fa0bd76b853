import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.openai_server import MODEL, OPENAI_KEY
from volt_assets.sandbox.server import RunningSandbox


@pytest.fixture
def model(sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.openai_url, headers={"Authorization": f"Bearer {OPENAI_KEY}"}) as client:
        yield client


def ask(model: httpx.Client, content: str, **extra: Any) -> dict[str, Any]:
    messages = [{"role": "system", "content": "Write."}, {"role": "user", "content": content}]
    answer: dict[str, Any] = model.post("/chat/completions", json={"model": MODEL, "messages": messages, **extra}).json()
    return answer


def test_sections_come_back_as_prose_without_digits(model: httpx.Client) -> None:
    question = f"Facts, in {{braces}}: {json.dumps({'sections': ['summary', 'highlights'], 'facts': {'hours': 38.6}})}"
    answer = ask(model, question)
    written = json.loads(answer["choices"][0]["message"]["content"])
    assert written.keys() == {"summary", "highlights"}
    assert all(text.count(".") == 2 and not any(char.isdigit() for char in text) for text in written.values())
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    assert ask(model, question) == answer


def test_other_questions_get_a_plain_sentence_or_json(model: httpx.Client) -> None:
    assert ask(model, "Hello { not json")["choices"][0]["message"]["content"].endswith(".")
    wanted = ask(model, "Hello", response_format={"type": "json_object"})
    assert json.loads(wanted["choices"][0]["message"]["content"]).keys() == {"text"}


def test_models_and_errors(model: httpx.Client) -> None:
    assert [one["id"] for one in model.get("/models").json()["data"]] == [MODEL]
    wrong = model.get("/models", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    for body in (b"{", b"{}", b'{"messages": [{}], "stream": true}'):
        assert model.post("/chat/completions", content=body).status_code == 400
