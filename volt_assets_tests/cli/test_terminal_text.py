"""Text from outside on a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.cli.terminal_text import clean, escape_in_json, one_line

BIDIRECTIONAL = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from(["\x1b", "\x9b", "\x9d", "[", "]", "0", ";", "m", "\x07", "\\", "\u202e", "\n", "\t"]))
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new title\x07text", "text"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1bPdevice\x1b\\x", "x"),
        ("\x1b]52;c;never closed\nnext line", "52;c;never closed\nnext line"),
        ("over\rwritten\x08\x7f", "overwritten"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("Ünïcode 東京 👩‍💻", "Ünïcode 東京 👩‍💻"),
    ],
)
def test_escapes_controls_and_bidirectional_marks_go(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(NASTY)
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    left = set(clean(text)) - {"\n", "\t"}

    assert not {character for character in left if unicodedata.category(character) == "Cc"}
    assert not left & BIDIRECTIONAL


def test_one_line_folds_every_kind_of_white_space() -> None:
    assert one_line(" a\n\n b\u2028c\td ") == "a b c d"


@given(NASTY)
def test_escaped_json_means_the_same_and_steers_nothing(text: str) -> None:
    escaped = escape_in_json(json.dumps({"name": text}, ensure_ascii=False))

    assert json.loads(escaped) == {"name": text}
    assert clean(escaped) == escaped
