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
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*$", re.MULTILINE)
_QUOTE = re.compile(r"^\s*>\s?", re.MULTILINE)
_POINT = re.compile(r"\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+)")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|\*|~~|`)(?=\S)(.{1,500}?)(?<=\S)\1")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-z])")
_ENDS = (".", "!", "?", "…", ":", ";")


def plain(text: str, longest: int = _READ_AT_MOST) -> str:
    """The text without its markup and headings, on one line; the points of a list become one enumeration."""
    text = text[:_READ_AT_MOST].replace("\r\n", "\n")
    for pattern, replacement in ((_FENCE, "\n"), (_MENTION, ""), (_IMAGE, r"\1"), (_LINK, r"\1")):
        text = pattern.sub(replacement, text)
    text = re.sub(r"(?i)<br\s*/?>", "\n", text)
    text = _RULE.sub("", _TAG.sub(" ", text))
    text = _EMPHASIS.sub(r"\2", _QUOTE.sub("", _HEADING.sub("", text) or text))
    parts: list[str] = []
    in_list = False
    for line in text.splitlines():
        is_point = _POINT.match(line) is not None
        if words := clean(_POINT.sub("", line, count=1) if is_point else line, _READ_AT_MOST):
            if is_point and in_list:
                parts[-1] = f"{parts[-1].rstrip('.;,')}; {words}"
            else:
                parts.append(words[0].upper() + words[1:] if is_point else words)
            in_list = is_point
    return shortened(" ".join(part if part.endswith(_ENDS) else f"{part}." for part in parts), longest)


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
