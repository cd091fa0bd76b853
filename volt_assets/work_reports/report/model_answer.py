"""A model's answer, read tolerantly: what it wants to say, section by section. Whether it may is verifier.py's.

Read are the JSON that was asked for, JSON in a code fence or among words, JSON that was cut off, an object of sections and
texts, and plain lines `section: sentence`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_FENCE = re.compile(r"```[A-Za-z]*\s*\n(.*?)(?:\n\s*```|\Z)", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_DECORATION = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
_LONGEST_ANSWER = 60_000
_MOST_SENTENCES = 200


@dataclass(frozen=True)
class Draft:
    """One sentence that a model wants to say; `facts` are the ids it names beside the text, when it does."""

    section: str
    text: str
    facts: tuple[str, ...] = ()


def read_answer(text: str, sections: Sequence[str]) -> list[Draft]:
    """The sentences for sections that were asked for; nothing usable gives none."""
    text = text[:_LONGEST_ANSWER].strip()
    found: list[Draft] = []
    for candidate in (text, *(match[1] for match in _FENCE.finditer(text)), text[text.find("{") : text.rfind("}") + 1]):
        if found := list(_of_json(candidate, sections)):
            break
    found = found or list(_whole_objects(text)) or list(_of_lines(text, sections))
    return [draft for each in found[:_MOST_SENTENCES] if each.section in sections for draft in _split(each)]


def _of_json(text: str, sections: Sequence[str]) -> Iterator[Draft]:
    try:
        content = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    listed = content.get("sentences") if isinstance(content, dict) else content
    if isinstance(listed, list):
        yield from (draft for each in listed if (draft := _draft(each)))
    elif isinstance(content, dict):
        inner = content.get("sections")
        texts = inner if isinstance(inner, dict) else content
        for section in sections:
            value = texts.get(section)
            for line in value.splitlines() if isinstance(value, str) else value if isinstance(value, list) else ():
                if isinstance(line, str):
                    yield Draft(section, line)


def _draft(value: Any) -> Draft | None:
    if not isinstance(value, dict) or not isinstance(value.get("section"), str) or not isinstance(value.get("text"), str):
        return None
    facts = value.get("facts")
    return Draft(value["section"], value["text"], tuple(each for each in facts if isinstance(each, str)) if isinstance(facts, list) else ())


def _whole_objects(text: str) -> Iterator[Draft]:
    """The whole sentence objects of an answer that was cut off."""
    decoder = json.JSONDecoder(strict=False)
    for match in re.finditer(r'\{\s*"section"', text):
        try:
            value, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            return
        if draft := _draft(value):
            yield draft


def _of_lines(text: str, sections: Sequence[str]) -> Iterator[Draft]:
    """`section: sentence` line by line; without sections all of it, when only one was asked for."""
    if text.startswith(("{", "[", "```")):
        return
    by_length = sorted(sections, key=len, reverse=True)
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    named = [(section, line) for line in lines for section in by_length[:] if line.startswith(f"{section}:")]
    for section, line in named:
        yield Draft(section, line.removeprefix(f"{section}:"))
    if not named and len(sections) == 1:
        yield from (Draft(sections[0], line) for line in lines if line)


def _split(draft: Draft) -> Iterator[Draft]:
    plain = _DECORATION.sub(r"\2", _BULLET.sub("", draft.text)).strip()
    for sentence in _END.split(plain):
        if sentence := sentence.strip():
            yield Draft(draft.section, sentence, draft.facts)
