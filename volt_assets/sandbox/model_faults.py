"""How a model misbehaves while its server works well: the right answer of a chat, turned into what models also answer.

Belongs here: what becomes of the text. Which request is struck is decided in faults.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from volt_assets.sandbox.fault_answers import SentAnswer
from volt_assets.sandbox.model_lies import PLACEHOLDER, planted_lies

PREFIX = "model-"
GARBAGE = "{]}{ the the the \\u12 §§ %% 0000 ,,,"
REFUSAL = "I'm sorry, but I can't help with that request."
INVENTED = "Another 77.7 h went into #424242 Secret side project, which Zaphod finished on 31 February."
_NUMBER = re.compile(r"\d+")


def misbehaved(kind: str, answer: SentAnswer) -> SentAnswer:
    """The answer of a model with this fault; an error stays what it is."""
    body = json.loads(answer.body)
    choice = next(iter(body.get("choices") or ()), None)
    if choice is None:
        return answer
    if kind == "model-unmetered":
        del body["usage"]
    else:
        _FAULTS[kind](choice)
    return answer.with_body(json.dumps(body, ensure_ascii=False).encode())


def _garbage(choice: dict[str, Any]) -> None:
    choice["message"]["content"] = GARBAGE


def _refusal(choice: dict[str, Any]) -> None:
    choice["message"].update(content=None, refusal=REFUSAL)


def _empty(choice: dict[str, Any]) -> None:
    choice["message"]["content"] = ""


def _cut(choice: dict[str, Any]) -> None:
    content = choice["message"]["content"]
    choice["message"]["content"] = content[: len(content) // 2]
    choice["finish_reason"] = "length"


def _free_text(choice: dict[str, Any]) -> None:
    """The same sentences, without the shape that was asked for."""
    choice["message"]["content"] = " ".join(_strings(_read(choice)))


def _untrue(choice: dict[str, Any]) -> None:
    """The same shape with every figure changed and something invented in every text."""
    content = _with_strings(_read(choice), lambda text: f"{_NUMBER.sub(lambda number: str(int(number[0][-9:]) + 7), text)} {INVENTED}")
    choice["message"]["content"] = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _lying(choice: dict[str, Any]) -> None:
    """Every sentence that has a place is told in the right shape and wrongly, in every way that the ids allow."""
    answer = _read(choice)
    if not isinstance(answer, dict) or not isinstance(answer.get("sentences"), list):
        choice["message"]["content"] = f"{_strings(answer)} {INVENTED}"
        return
    told = [said for said in answer["sentences"] if isinstance(said, dict) and "text" in said]
    ids = sorted({name for said in told for name in PLACEHOLDER.findall(said["text"])})
    lies = [
        {"section": said["section"], "text": lie, "facts": PLACEHOLDER.findall(lie)}
        for said in told
        for lie in planted_lies(said["text"], ids)
    ]
    choice["message"]["content"] = json.dumps({"sentences": lies}, ensure_ascii=False)


def _read(choice: dict[str, Any]) -> Any:
    try:
        return json.loads(choice["message"]["content"])
    except json.JSONDecodeError:  # plain sentences
        return choice["message"]["content"]


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in _strings(inner)]
    return [value] if isinstance(value, str) else []


def _with_strings(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _with_strings(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_strings(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value


_FAULTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "model-free-text": _free_text,
    "model-garbage": _garbage,
    "model-refusal": _refusal,
    "model-empty": _empty,
    "model-cut": _cut,
    "model-untrue": _untrue,
    "model-lying": _lying,
}
