"""Untrusted text made inert for Markdown, and the only place where links and tables are built.

Names, titles, descriptions and comments come from outside. `escape` turns any of them into one line that every common
renderer (CommonMark, GitHub, Dagster's preview) shows as the characters it consists of: no markup, HTML, link, image,
mention, entity, terminal sequence or change of writing direction. What is safe already carries the type `Markdown`;
templates escape everything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

TITLE_LENGTH = 120
QUOTE_LENGTH = 240
_WORD_JOINER = "\u2060"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_LONGEST_READ = 20_000
_MOST_MARKS = 4
_REMEMBERED_LENGTH = 200

_TERMINAL_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?")
# Invisible or direction-changing characters; U+200C and U+200D stay, Persian and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPECIAL = re.compile(r"[\\`*\[\]|~$]")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]{1,40};)")
_LEADING = re.compile(r"^(?:([-+](?=[\s:=-]|$)|=|:(?=-)|#(?=#{0,5}(?:\s|$)))|(\d{1,9})([.)])(?=\s|$))")
_SCHEME = re.compile(r"(?i)(?<=:)//|(?<=mailto:)(?=\S)|(?<=xmpp:)(?=\S)")
_WWW = re.compile(r"(?i)(www)(?=\.)")
_AT = re.compile(r"@(?=\S)")
# A file of the report set, seen from its folder or, one level up, from the folder of the people.
_OUR_PATH = re.compile(r"(?:\.\./[a-z0-9_]+|[a-z0-9_]+(?:/[a-z0-9_%]+)*)\.(?:md|html|csv|json)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")


class Markdown(str):
    """Text that is safe to stand in a report as it is."""

    __slots__ = ()


def clean(text: str, longest: int = QUOTE_LENGTH) -> str:
    """One line of visible characters, at most `longest` of them; still not escaped."""
    text = text[:_LONGEST_READ]
    if text.isascii() and text.isprintable():
        return shortened(" ".join(text.split()), longest)
    text = _TERMINAL_SEQUENCE.sub("", text)
    text = _INVISIBLE.sub("", text)
    text = "".join(" " if character.isspace() else character if _is_visible(character) else "" for character in text)
    return shortened(" ".join((text if text.isascii() else _without_stacked_marks(text)).split()), longest)


def shortened(text: str, longest: int) -> str:
    """Cut at a word where there is one near the end, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    word_end = cut.rfind(" ", longest * 2 // 3)
    return (cut[:word_end] if word_end > 0 else cut).rstrip(" ,;:\u200d") + "…"


def escape(value: object, longest: int = QUOTE_LENGTH) -> Markdown:
    """Anything -> one inert line of Markdown. `Markdown` stays as it is."""
    if isinstance(value, Markdown):
        return value
    text = str(value)
    # The same names, titles and figures stand in many places.
    return _escaped(text, longest) if len(text) <= _REMEMBERED_LENGTH else _escaped.__wrapped__(text, longest)


@lru_cache(maxsize=4096)
def _escaped(text: str, longest: int) -> Markdown:
    text = clean(text, longest)
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    text = _SCHEME.sub(lambda match: _WORD_JOINER + match[0], text)
    text = _WWW.sub(rf"\1{_WORD_JOINER}", text)
    text = _AT.sub(f"@{_WORD_JOINER}", text)
    text = _LEADING.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)
    return Markdown(_isolated(text))


def visible_line(value: object, longest: int = QUOTE_LENGTH) -> str:
    """Anything -> one line of visible characters in its own writing direction, for whoever escapes it otherwise."""
    return _isolated(clean(str(value), longest))


def title(value: object) -> Markdown:
    """A name or a heading: escaped, and shorter than a quotation."""
    return escape(value, TITLE_LENGTH)


def email(value: str | None) -> Markdown:
    """An address as inline code, so that nothing turns it into a link; escaped when it is not a plain address."""
    if value is None:
        return Markdown("no e-mail")
    return Markdown(f"`{value}`") if _EMAIL.fullmatch(value) else escape(value)


def link(text: object, url: str | None) -> Markdown:
    """`[text](url)` for an http or https address or a relative path of ours; the text alone for anything else."""
    safe, address = title(text), safe_url(url)
    return Markdown(f"[{safe}]({address})") if address and safe else safe


def safe_url(url: str | None) -> str | None:
    """The address, every character outside a URL's plain ones percent-encoded, or None when it is not one to follow."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        encoded = quote(url, safe="/:?#@!$&'*+,;=%-._~")
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    is_ours = not parts.scheme and not parts.netloc and _OUR_PATH.fullmatch(url) is not None
    return encoded if is_web or is_ours else None


def joined(parts: Iterable[object], separator: str = " · ") -> Markdown:
    """Safe and untrusted parts in one line; empty ones are left out."""
    return Markdown(separator.join(text for part in parts if part is not None and (text := escape(part))))


def table(headings: Sequence[object], rows: Sequence[Sequence[object]], *, text_columns: int = 1) -> Markdown:
    """A GitHub table; the first `text_columns` columns are text, the others are figures and stand right."""
    rule = ["---" if index < text_columns else "---:" for index in range(len(headings))]
    lines = [headings, *rows]
    rendered = ["| " + " | ".join(escape(cell) for cell in line) + " |" for line in lines]
    rendered.insert(1, "|" + "|".join(rule) + "|")
    return Markdown("\n".join(rendered))


def code_block(text: str, language: str = "") -> Markdown:
    """Text that is shown as it is written, to be copied; the fence is longer than any run of backticks in it."""
    shown = "\n".join("".join(each if _is_visible(each) else " " for each in line) for line in text.splitlines())
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", shown)), 3)
    return Markdown(f"{fence}{language}\n{shown}\n{fence}")


def _is_visible(character: str) -> bool:
    return character in "\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def _without_stacked_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _isolated(text: str) -> str:
    """Right-to-left text keeps its own direction without moving the figures beside it."""
    if not text.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text
