from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.briefing import figures_of
from volt_assets.work_reports.report.model_answer import believed, read_answer
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.rendered import rendered

FIGURES = frozenset(("38.6 h", "91 %", "#7658", "9 Oct", "6", "2025"))
NAMES = ["OAuth 2 for Harbor"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"a": "Text.", "b": "More."}', {"a": "Text.", "b": "More."}),
        ('Sure!\n```json\n{"a": "Text."}\n```\nAnything else?', {"a": "Text."}),
        ('Here it is: {"a": "Text."} - done', {"a": "Text."}),
        ('{"sections": {"a": "Text."}}', {"a": "Text."}),
        ('{"a": ["One.", "Two."], "b": 3, "c": "not asked"}', {"a": "- One.\n- Two."}),
        ('{"a": "Text.", "b": "cut in the mid', {"a": "Text."}),
        ("no json at all", {}),
        ("[1, 2]", {}),
        ("", {}),
        ("{" * 5_000, {}),
    ],
)
def test_answers_are_read_tolerantly(answer: str, expected: dict[str, str]) -> None:
    assert read_answer(answer, ["a", "b"]) == expected


def test_plain_text_answers_a_single_section() -> None:
    assert read_answer("Just text.", ["a"]) == {"a": "Just text."}
    assert read_answer('{"a": ', ["a"]) == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "It took 38.6 h.",
        "It took 38.6 hours, 91 percent of the time.",
        "Work on #7658 ended on 9 October.",
        "All 6 items moved in 2025.",
        "OAuth 2 for Harbor was finished.",
        "Nothing with a figure.",
    ],
)
def test_true_figures_stay(sentence: str) -> None:
    assert believed(sentence, FIGURES, NAMES) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "It took 39 h.",
        "It took 38.7 h.",
        "It took 38.6 percent.",
        "It took 91 h.",
        "Item #7659 was done.",
        "It ended on 10 Oct.",
        "All 7 items moved.",
        "All \uff16\uff17 items moved.",
        "Half is ½.",
        "OAuth 3 for Harbor was finished.",
        "See https://evil.example.",
        "See www.evil.example.",
        "See evil.com for more.",
        "Ask evil@evil.example.",
        "<b>Bold</b> claims.",
        "![x](y) is an image.",
        "A [link](x) here.",
        "Call javascript:alert now.",
        "X" * 600,
    ],
)
def test_other_figures_and_live_text_drop_the_sentence_alone(sentence: str) -> None:
    assert believed(f"This stays. {sentence}", FIGURES, NAMES) == "This stays."


def test_lists_stay_lists_and_decoration_goes() -> None:
    assert (
        believed("Intro:\n- **One** is here.\n- 7 are wrong.\n* Two is here.", FIGURES, NAMES) == "Intro:\n\n- One is here.\n- Two is here."
    )


@given(st.text(max_size=200) | st.lists(st.sampled_from(INJECTIONS), max_size=4).map("\n".join))
def test_whatever_a_model_says_is_inert(text: str) -> None:
    page = rendered(believed(text, FIGURES, NAMES))
    assert page.tags <= {"p", "ul", "li"}
    assert page.links == ()
    assert page.autolinks == []


def test_figures_carry_their_meaning() -> None:
    assert figures_of("#12 took 3.5 h (40 %) until 9 October, 2 times; 4-hour talks") == ["#12", "3.5 h", "40 %", "9 Oct", "2", "4 h"]
