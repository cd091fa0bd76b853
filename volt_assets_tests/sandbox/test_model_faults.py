import json
import re
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.model_faults import GARBAGE, INVENTED, REFUSAL
from volt_assets.sandbox.server import RunningSandbox

FACTS = {"tracked": "38.6 h", "items": [{"name": "Fix login", "number": "#12", "hours": "5.7 h"}]}
RIGHT = {"summary": "Tracked 38.6 h.", "items": "Items: Fix login (#12, 5.7 h)."}


def ask(model: httpx.Client, *, sections: tuple[str, ...] = tuple(RIGHT)) -> dict[str, Any]:
    question = json.dumps({"sections": sections, "facts": FACTS})
    answer: dict[str, Any] = model.post("/chat/completions", json={"messages": [{"role": "user", "content": question}]}).json()
    return answer


def content_of(answer: dict[str, Any]) -> str:
    return str(answer["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("kind", "content"),
    [("free-text", " ".join(RIGHT.values())), ("garbage", GARBAGE), ("empty", ""), ("refusal", "None")],
)
def test_a_model_that_does_not_keep_to_what_was_asked(sandbox: RunningSandbox, model: httpx.Client, kind: str, content: str) -> None:
    with sandbox.faults.during(f"openai:model-{kind}:1"):
        answer, next_one = ask(model), ask(model)
    assert content_of(answer) == content
    assert answer["choices"][0]["message"]["refusal"] == (REFUSAL if kind == "refusal" else None)
    assert json.loads(content_of(next_one)) == RIGHT


def test_a_model_that_stops_in_the_middle_or_does_not_count(sandbox: RunningSandbox, model: httpx.Client) -> None:
    with sandbox.faults.during("openai:model-cut:1", "openai:model-unmetered:2"):
        cut, unmetered = ask(model), ask(model)
    assert 0 < len(content_of(cut)) < len(content_of(unmetered))
    assert content_of(unmetered).startswith(content_of(cut))
    assert cut["choices"][0]["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(content_of(cut))
    assert "usage" not in unmetered


def test_an_untrue_model_keeps_the_shape_and_no_figure(sandbox: RunningSandbox, model: httpx.Client) -> None:
    with sandbox.faults.during("openai:model-untrue:every-1"):
        untrue, plain = json.loads(content_of(ask(model))), content_of(ask(model, sections=()))
        refused = model.post("/chat/completions", content=b"{}")
    assert untrue.keys() == RIGHT.keys()
    for text in (*untrue.values(), plain):
        assert text.endswith(INVENTED)
        assert not {"38.6", "12", "5.7"} & set(re.findall(r"\d+(?:\.\d+)?", text))
    assert refused.status_code == 400


def test_a_lying_model_keeps_the_shape_and_says_nothing_that_was_right(sandbox: RunningSandbox, model: httpx.Client) -> None:
    asked = {
        "sections": ["item:i1"],
        "facts": {},
        "items": {"i1": {"figures": {"h1": "5.7 h, time of i1", "d1": "9 Oct, finished on of i1"}}},
    }
    body = {"messages": [{"role": "user", "content": json.dumps(asked)}], "response_format": {"type": "json_object"}}
    right = json.loads(content_of(model.post("/chat/completions", json=body).json()))["sentences"]
    with sandbox.faults.during("openai:model-lying:every-1"):
        lies = json.loads(content_of(model.post("/chat/completions", json=body).json()))["sentences"]
        plain = content_of(ask(model, sections=()))
    assert right
    assert len(lies) > len(right)
    assert not {said["text"] for said in right} & {said["text"] for said in lies}
    assert all(lie["section"] == "item:i1" for lie in lies)
    assert plain.endswith(INVENTED)
