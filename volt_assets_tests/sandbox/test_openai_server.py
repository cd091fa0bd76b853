import json
from typing import Any

import httpx

from volt_assets.sandbox.openai_server import MODEL

FACTS = {"tracked": "38.6 h", "items": [{"name": "Fix login", "number": "#12", "hours": "5.7 h"}]}
QUESTION = f"Write about this, in {{braces}}: {json.dumps({'sections': ['summary', 'what_was_done'], 'facts': FACTS})}"
GUIDE = "Answer in JSON.\n- what_was_done: one sentence\n  on the items.\n"
ANSWER = {"summary": "Tracked 38.6 h.", "what_was_done": "Items: Fix login (#12, 5.7 h)."}
SCHEMA = {"type": "object", "properties": {"headline": {"type": "string"}, "items": {"type": "string"}}}


def ask(model: httpx.Client, content: Any = QUESTION, **extra: Any) -> dict[str, Any]:
    messages = [{"role": "system", "content": GUIDE}, {"role": "user", "content": content}]
    answer: dict[str, Any] = model.post("/chat/completions", json={"model": MODEL, "messages": messages, **extra}).json()
    return answer


def content_of(answer: dict[str, Any]) -> str:
    return str(answer["choices"][0]["message"]["content"])


def test_sections_come_back_as_sentences_of_the_facts_the_same_every_time(model: httpx.Client) -> None:
    answer = ask(model)
    assert json.loads(content_of(answer)) == ANSWER
    assert answer["usage"]["total_tokens"] == answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"]
    assert ask(model) == answer
    assert content_of(ask(model, [{"type": "text", "text": QUESTION}])) == content_of(answer)


def test_other_questions_get_sentences_json_or_an_instance_of_the_schema(model: httpx.Client) -> None:
    assert content_of(ask(model, "Hello { not json")) == "The question holds no facts to write about."
    assert content_of(ask(model, json.dumps(FACTS))) == "Tracked 38.6 h. Items: Fix login (#12, 5.7 h)."
    wanted = ask(model, json.dumps(FACTS), response_format={"type": "json_object"})
    assert json.loads(content_of(wanted)).keys() == {"text"}
    shaped = ask(model, response_format={"type": "json_schema", "json_schema": {"name": "report", "schema": SCHEMA}})
    assert json.loads(content_of(shaped)) == {"headline": ANSWER["summary"], "items": "Items: Fix login (#12, 5.7 h)."}


def test_an_answer_ends_at_the_limit_of_tokens(model: httpx.Client) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        short = ask(model, **{name: 3})
        assert (len(content_of(short)), short["choices"][0]["finish_reason"]) == (12, "length")
        assert short["usage"]["completion_tokens"] == 3
    assert ask(model, max_tokens=4000)["choices"][0]["finish_reason"] == "stop"


def test_models_and_errors(model: httpx.Client) -> None:
    assert [one["id"] for one in model.get("/models").json()["data"]] == [MODEL]
    wrong = model.get("/models", headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    for body in (b"{", b"{}", b'{"messages": [{}], "stream": true}'):
        assert model.post("/chat/completions", content=body).status_code == 400
