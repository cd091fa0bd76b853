"""Texts from outside that look as if they were written for a program rather than for people.

A finding changes nothing in a report: every text is data, escaped and never obeyed. It is listed so that somebody looks at
who wrote it, and why. Which texts are looked at stands in outside_texts.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.markdown import QUOTE_LENGTH, clean

Suspicion = Literal["instructions to a program", "hidden characters", "live markup", "a link that pretends", "template code", "very long"]
LONGEST_USUAL = 20_000
_READ_AT_MOST = 100_000

_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|above|previous|prior|system)\b"
    r"|\b(?:system|developer|hidden)\s+prompt\b"
    r"|\byou\s+are\s+(?:now|no\s+longer)\b|\bact\s+as\s+(?:an?|the)\b.{0,30}\b(?:ai|assistant|model|admin|system)\b"
    r"|\b(?:as\s+an?|dear)\s+(?:ai|llm|language\s+model|assistant)\b|\bnew\s+instructions?\s*:"
    r"|\bdo\s+not\s+(?:mention|report|tell|reveal|include)\b.{0,40}\b(?:this|user|report|anyone|lead|manager)\b"
    r"|<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|###\s*(?:system|instruction|assistant)\b"
    r"|\b(?:игнорируй|забудь|не\s+учитывай)\b.{0,40}\b(?:инструкци|указани|правил|выше|предыдущ)"
    r"|\bignorier\w*\b.{0,40}\banweisung|\bignor(?:a|e|ez)\b.{0,40}\binstruc",
    re.IGNORECASE | re.DOTALL,
)
_MARKUP = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|img|style|meta|link|form|base)\b|\bon(?:error|load|click|mouseover)\s*=|javascript\s*:|"
    r"data\s*:\s*(?:text/html|image/svg)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]{1,200}\}|<%.*?%>", re.DOTALL)
_LINK = re.compile(r"\[([^\]]{1,300})\]\(\s*<?(https?://[^\s)>]{1,2000})", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})", re.IGNORECASE)
_USER_IN_ADDRESS = re.compile(r"https?://[^\s/@]{1,200}@", re.IGNORECASE)
_TERMINAL = re.compile(r"\x1b[\[\]]|\x9b")
_MOST_MARKS = 4


class OutsideText(NamedTuple):
    """A text that somebody outside wrote, where it stands, and whose it is when that is known."""

    where: str
    text: str
    person: str | None = None


class SuspiciousText(Frozen):
    """A text that a reader, or a model, should not take at its word."""

    where: str
    person: str | None
    text: str
    """Its first words, cleaned."""
    why: tuple[Suspicion, ...]


def suspicious_texts(texts: Iterable[OutsideText]) -> tuple[SuspiciousText, ...]:
    """The suspicious ones, in their order; equal texts of one place once."""
    return tuple(
        SuspiciousText(where=one.where, person=one.person, text=clean(one.text, QUOTE_LENGTH), why=why)
        for one in dict.fromkeys(texts)
        if (why := suspicions(one.text))
    )


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """What is suspicious about one text; nothing for what people usually write, in any language and with any emoji."""
    read = text[:_READ_AT_MOST]
    plain = unicodedata.normalize("NFKC", "".join(character for character in read if not _is_hidden(character)))
    tests: tuple[tuple[Suspicion, bool], ...] = (
        ("instructions to a program", _INSTRUCTIONS.search(plain) is not None),
        ("hidden characters", any(map(_is_hidden, read)) or _TERMINAL.search(read) is not None or _has_stacked_marks(read)),
        ("live markup", _MARKUP.search(plain) is not None),
        ("a link that pretends", _pretends(plain)),
        ("template code", _TEMPLATE.search(plain) is not None),
        ("very long", len(text) > LONGEST_USUAL),
    )
    return tuple(kind for kind, holds in tests if holds)


def _is_hidden(character: str) -> bool:
    """Invisible or direction-changing; the joiners of emoji, Persian and Indic words, and line breaks, are not."""
    if character in "\n\r\t\u200c\u200d\ufe0e\ufe0f\u00ad":
        return False
    if "\U000e0000" <= character <= "\U000e007f":
        return True
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") or character in "\u115f\u1160\u3164\uffa0"


def _has_stacked_marks(text: str) -> bool:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            return True
    return False


def _pretends(text: str) -> bool:
    """A link whose words name another host than it leads to, or an address that hides its host behind a name."""
    if _USER_IN_ADDRESS.search(text):
        return True
    for words, address in _LINK.findall(text):
        said, real = _HOST.search(words), _HOST.match(address)
        if said and real and _site(said[1]) != _site(real[1]):
            return True
    return False


def _site(host: str) -> str:
    return ".".join(host.casefold().rsplit(".", 2)[-2:])
