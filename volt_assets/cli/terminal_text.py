"""Text from outside, made harmless for a terminal.

A description may carry escape sequences that recolour, retitle or answer for the terminal, and bidirectional controls
that show other words than are there. What to print where is console.py's business.
"""

from __future__ import annotations

import re

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"  # strings: title, hyperlink, clipboard
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor, screen
    r"|\x1b[ -/]*[0-~]"  # two-character ones
)
# Controls except tab and line feed, DEL, C1, and the bidirectional marks, embeddings, overrides and isolates.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without escape sequences, control characters and bidirectional controls; tabs and lines stay."""
    return _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", text))


def one_line(text: str) -> str:
    """The same on one line: every run of white space is one space."""
    return " ".join(clean(text).split())


def escape_in_json(dumped: str) -> str:
    r"""JSON that means the same, with what `clean` would remove written as \uXXXX: data must not change on the way."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", dumped)
