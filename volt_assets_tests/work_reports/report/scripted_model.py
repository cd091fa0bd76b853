"""A model for tests: answers by rule, or raises; remembers what it was asked and how many questions were open at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from volt_assets.errors import VoltError
from volt_assets.sandbox.placeholder_sentences import placeholder_sentences

Say = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Answer:
    text: str
    model: str = "gpt-x"
    input_tokens: int | None = 1_200
    output_tokens: int | None = 30


def good(question: dict[str, Any]) -> str:
    """What a model answers that does what it is asked."""
    return json.dumps({"sentences": placeholder_sentences(question)})


@dataclass
class ScriptedModel:
    say: Say = good
    error: VoltError | None = None
    counts: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    after: list[Sequence[Mapping[str, str]]] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    async def complete(
        self, *, system: str, user: str, after: Sequence[Mapping[str, str]] = (), response_format: Mapping[str, Any] | None = None
    ) -> Answer:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        await asyncio.sleep(0)
        self.open_now -= 1
        question = json.loads(user[user.index("{") : user.rindex("}") + 1])
        self.asked.append(question)
        self.systems.append(system)
        self.texts.append(user)
        self.after.append(after)
        self.formats.append(str((response_format or {}).get("type", "text")))
        if self.error is not None:
            raise self.error
        text = self.say(question)
        return Answer(text) if self.counts else Answer(text, input_tokens=None, output_tokens=None)
