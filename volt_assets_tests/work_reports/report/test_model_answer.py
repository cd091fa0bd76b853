from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.work_reports.report.model_answer import Draft, read_answer
from volt_assets_tests.work_reports.report.injections import INJECTIONS

WHOLE = '{"sentences": [{"section": "a", "text": "{i1} took {h1}.", "facts": ["i1", "h1"]}]}'
ONE = [Draft("a", "{i1} took {h1}.", ("i1", "h1"))]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (WHOLE, ONE),
        (f"Sure!\n```json\n{WHOLE}\n```\nAnything else?", ONE),
        (f"Here it is: {WHOLE} - done", ONE),
        (WHOLE[:-2] + ', {"section": "b", "text": "cut in the mid', ONE),
        ('[{"section": "a", "text": "One. Two."}, 7]', [Draft("a", "One."), Draft("a", "Two.")]),
        ('{"a": "One.", "c": "not asked", "b": ["- Two.", 3]}', [Draft("a", "One."), Draft("b", "Two.")]),
        ('{"sections": {"b": "Two."}}', [Draft("b", "Two.")]),
        ("a: **One** is here.\n- b: `Two`.\nThe end.", [Draft("a", "One is here."), Draft("b", "Two.")]),
        ('{"sentences": [{"section": "c", "text": "Not asked."}]}', []),
        ("no json at all", []),
        ("[1, 2]", []),
        ("", []),
        ("{" * 5_000, []),
        ('{"sentences": {"a": 1}}', []),
    ],
)
def test_answers_are_read_tolerantly(answer: str, expected: list[Draft]) -> None:
    assert read_answer(answer, ["a", "b"]) == expected


def test_plain_text_answers_a_single_section() -> None:
    assert read_answer("Just text. And more.", ["a"]) == [Draft("a", "Just text."), Draft("a", "And more.")]
    assert read_answer('{"a": ', ["a"]) == []


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(INJECTIONS), max_size=4).map("\n".join) | st.sampled_from(INJECTIONS).map(json.dumps)
)
def test_whatever_comes_is_read_without_an_error(text: str) -> None:
    assert all(draft.section in ("a", "b") and draft.text for draft in read_answer(text, ["a", "b"]))
