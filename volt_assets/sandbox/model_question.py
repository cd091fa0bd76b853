"""Reads what a chat asks for: the facts and sections in its JSON, what it says about each section, the shape it wants back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.sandbox.fact_sentences import FactTeller
from volt_assets.sandbox.schema_answer import answer_for

_INSTRUCTION = re.compile(r"^\s*[-*]\s+[\"'`*]*([A-Za-z][\w -]{0,60}?)[\"'`*]*\s*:\s*(\S.*(?:\n[ \t]+\S.*)*)", re.MULTILINE)
"""`- name: what to write`, with the lines that continue it."""


@dataclass(frozen=True)
class Question:
    """A chat, understood. `schema` None: no JSON schema is asked for."""

    teller: FactTeller
    sections: tuple[str, ...]
    schema: Any
    wants_json: bool

    def answer(self) -> str:
        """The text of the answer: JSON where a schema, sections or JSON are asked for, plain sentences otherwise."""
        if self.schema is not None:
            return json.dumps(answer_for(self.schema, self.teller, self.sections), ensure_ascii=False)
        if self.sections:
            return json.dumps({section: self.teller.about(section) for section in self.sections}, ensure_ascii=False)
        text = " ".join(self.teller.everything())
        return json.dumps({"text": text}, ensure_ascii=False) if self.wants_json else text


def read_question(texts: Sequence[str], response_format: Any) -> Question:
    """The question of a chat. The last JSON object of its messages that has facts or sections is the one that counts."""
    objects = [found for text in texts for found in _objects(text)]
    asked = next((one for one in reversed(objects) if "facts" in one or _names(one.get("sections"))), objects[-1] if objects else {})
    facts = asked.get("facts", {name: value for name, value in asked.items() if name != "sections"})
    guidance = {match[1]: match[2] for text in texts for match in _INSTRUCTION.finditer(text)}
    form = response_format if isinstance(response_format, Mapping) else {}
    named = form.get("json_schema")
    schema = named.get("schema") if form.get("type") == "json_schema" and isinstance(named, Mapping) else None
    return Question(
        FactTeller(facts, guidance), _names(asked.get("sections")), schema, wants_json=form.get("type") in ("json_object", "json_schema")
    )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else ()


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects in a text, in their order."""
    decoder, position = json.JSONDecoder(), text.find("{")
    while position >= 0:
        try:
            found, end = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            end = position + 1
        else:
            yield found
        position = text.find("{", end)
