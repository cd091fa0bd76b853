"""A model's answer, read tolerantly and believed only as far as the facts go.

A sentence stays when every figure in it is a figure of the facts and it holds no link, address, image or HTML. What stays
is plain text that is escaped like any other text from outside.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence

from volt_assets.work_reports.report.briefing import figures_of
from volt_assets.work_reports.report.markdown import Markdown, escape
from volt_assets.work_reports.report.plain_text import sentences

_FENCE = re.compile(r"```[A-Za-z]*\s*\n(.*?)(?:\n\s*```|\Z)", re.DOTALL)
_NOT_PROSE = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*://|\bwww\.|mailto:|javascript:|data:[a-z]+/|<\s*[/!a-z]|!\[|\]\(|\S@\S+\.\S|&#|\b[a-z0-9-]+\.(?:com|org|net|io|dev)\b"
)
_BULLET = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")
_DECORATION = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_LONGEST_ANSWER = 60_000
_LONGEST_SENTENCE = 500
_MOST_LINES = 12


def read_answer(text: str, sections: Sequence[str]) -> dict[str, str]:
    """Section -> text, as far as the answer has them; nothing usable gives an empty result.

    Read are a JSON object, one in a code fence or among words, the whole pairs of one that was cut off, and plain text
    when a single section was asked for.
    """
    text = text[:_LONGEST_ANSWER].strip()
    candidates = [text, *(match[1] for match in _FENCE.finditer(text)), text[text.find("{") : text.rfind("}") + 1]]
    for candidate in candidates:
        try:
            found = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            sections_of_it = found.get("sections")
            inner = sections_of_it if isinstance(sections_of_it, dict) else found
            return {name: value for name in sections if (value := _as_text(inner.get(name)))}
    if whole := _whole_pairs(text, sections):
        return whole
    looks_like_json = text.startswith(("{", "[", "```"))
    return {sections[0]: text} if len(sections) == 1 and text and not looks_like_json else {}


def believed(text: str, figures: frozenset[str], names: Sequence[str]) -> Markdown:
    """The sentences that hold, escaped; list lines stay list lines. Empty when none holds."""
    lines = []
    for line in text.splitlines()[: _MOST_LINES * 3]:
        is_bullet = _BULLET.match(line) is not None
        plain = _DECORATION.sub(r"\2", _BULLET.sub("", line)).lstrip("#> ").strip()
        kept = [sentence for sentence in sentences(plain) if holds(sentence, figures, names)]
        if kept:
            safe = escape(" ".join(kept), _LONGEST_SENTENCE * 2)
            lines.append(f"- {safe}" if is_bullet else safe)
    return Markdown("\n".join(_separated(lines[:_MOST_LINES])))


def holds(sentence: str, figures: frozenset[str], names: Sequence[str]) -> bool:
    """Whether a sentence says no figure that is not among the facts, and nothing that could be followed or loaded."""
    if len(sentence) > _LONGEST_SENTENCE or _NOT_PROSE.search(unicodedata.normalize("NFKC", sentence)):
        return False
    for name in names:
        sentence = sentence.replace(name, " ")
    return all(figure in figures for figure in figures_of(sentence)) and not any(
        unicodedata.category(character) in ("No", "Nl") for character in sentence
    )


def _whole_pairs(text: str, sections: Sequence[str]) -> dict[str, str]:
    """The pairs of a JSON object that ends too early, up to the last one that is complete."""
    decoder = json.JSONDecoder(strict=False)
    found = {}
    for name in sections:
        if start := re.search(rf"{re.escape(json.dumps(name, ensure_ascii=False))}\s*:\s*(?=[\"\[])", text):
            try:
                value, _ = decoder.raw_decode(text, start.end())
            except (ValueError, RecursionError):
                continue
            if kept := _as_text(value):
                found[name] = kept
    return found


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(f"- {each.strip()}" for each in value if each.strip())
    return ""


def _separated(lines: list[str]) -> list[str]:
    """An empty line between a paragraph and a list, so that both stay what they are."""
    result: list[str] = []
    for line in lines:
        if result and line.startswith("- ") != result[-1].startswith("- "):
            result.append("")
        result.append(line)
    return result
