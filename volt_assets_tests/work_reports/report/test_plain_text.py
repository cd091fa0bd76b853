from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.plain_text import first_sentences, plain
from volt_assets_tests.work_reports.report.injections import INJECTIONS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Goal\nShip **it** to [Harbor](https://example.com).", "Ship it to Harbor."),
        ("Do this:\n* one\n* two;\n1. three", "Do this: One; two; three."),
        ("a<br>b", "a. b."),
        ("See [[#@11111111-2222/33333333-4444]] and ![chart](https://example.com/c.png)", "See and chart."),
        ("before\n```\ncode\n```\nafter", "before. after."),
        ("<b>bold</b> <!-- hidden --> text", "bold text."),
        ("---\n***\ntext", "text."),
        ("", ""),
    ],
)
def test_markup_goes_and_words_stay(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_whole_sentences_are_kept_while_they_fit() -> None:
    assert first_sentences("One is here. Two is here. Three is much longer than that.", 30) == "One is here. Two is here."
    assert first_sentences("x" * 400, 40).endswith("…")


@given(st.text(max_size=300) | st.lists(st.sampled_from(INJECTIONS), max_size=4).map("\n".join))
def test_any_text_becomes_one_short_line(text: str) -> None:
    result = first_sentences(text, 100)
    assert len(result) <= 100
    assert len(result.splitlines()) <= 1
