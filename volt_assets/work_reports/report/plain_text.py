"""Descriptions and comments (Markdown as Fibery gives it) as plain sentences: what can be quoted in a report.

The result is still untrusted text; markdown.py makes it inert.
"""

from __future__ import annotations

import re

from volt_assets.work_reports.report.markdown import clean, shortened

# Enough for every quotation; what a 10,000-line comment says further on is read in Fibery.
_READ_AT_MOST = 6_000
_MENTION = re.compile(r"\[\[#@[^\]]{0,200}\]\]")
_IMAGE = re.compile(r"!\[([^\]]{0,300})\]\([^)]{0,2000}\)")
_LINK = re.compile(r"\[([^\]]{0,300})\]\([^)]{0,2000}\)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)\s*$|\Z)", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"<(?:!--.*?-->|/?[A-Za-z][^<>]{0,300}>)", re.DOTALL)
_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+)", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|\*|~~|`)(?=\S)(.{1,500}?)(?<=\S)\1")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-z])")
_ENDS = (".", "!", "?", "…", ":", ";")


def plain(text: str, longest: int = _READ_AT_MOST) -> str:
    """The text without its markup, on one line; list points and headings end in a full stop."""
    text = text[:_READ_AT_MOST].replace("\r\n", "\n")
    for pattern, replacement in ((_FENCE, "\n"), (_MENTION, ""), (_IMAGE, r"\1"), (_LINK, r"\1")):
        text = pattern.sub(replacement, text)
    text = re.sub(r"(?i)<br\s*/?>", "\n", text)
    text = _RULE.sub("", _TAG.sub(" ", text))
    text = _EMPHASIS.sub(r"\2", _LINE_START.sub("", text))
    lines = (clean(line, _READ_AT_MOST) for line in text.splitlines())
    return shortened(" ".join(line if line.endswith(_ENDS) else f"{line}." for line in lines if line), longest)


def first_sentences(text: str, longest: int) -> str:
    """As many whole sentences from the start as fit into `longest` characters, at least a part of the first."""
    kept = ""
    for sentence in sentences(plain(text)):
        candidate = f"{kept} {sentence}".strip()
        if len(candidate) > longest:
            break
        kept = candidate
    return kept or shortened(plain(text), longest)


def sentences(text: str) -> list[str]:
    """The sentences of one line of text."""
    return [part for part in _SENTENCE_END.split(text) if part]


def one_sentence(text: str) -> str:
    """Ends in a mark that ends a sentence."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text.rstrip(':;,')}."
