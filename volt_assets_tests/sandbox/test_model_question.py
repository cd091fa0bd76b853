import json
from typing import Any

import pytest

from volt_assets.sandbox.model_question import Question, read_question

FACTS = {"tracked": "39.8 h", "items finished": 2}
LIST = {"type": "array", "items": {"type": "string"}}


def asked(*texts: str, response_format: Any = None) -> Question:
    return read_question(texts, response_format)


def test_the_last_object_with_facts_counts_wherever_it_stands() -> None:
    data = json.dumps({"sections": ["summary"], "facts": FACTS})
    question = asked('Answer like {"summary": "…"}.', f"<data-7f>{data}</data-7f> Thanks {{ and }}")
    assert (question.teller.facts, question.sections) == (FACTS, ("summary",))


def test_an_object_without_facts_is_itself_the_facts() -> None:
    question = asked(json.dumps(FACTS))
    assert (question.teller.facts, question.sections, question.answer()) == (FACTS, (), "Tracked 39.8 h, items finished: 2.")


def test_instructions_are_read_with_the_lines_that_continue_them() -> None:
    question = asked("Sections:\n- outlook: what is\n  finished.\n* `mood` : nothing\nnot: this\n", "{}")
    assert question.teller.guidance == {"outlook": "what is\n  finished.", "mood": "nothing"}


@pytest.mark.parametrize("sections", [7, "summary", [1], {"summary": ""}, None])
def test_sections_that_are_no_list_of_names_are_none(sections: Any) -> None:
    assert asked(json.dumps({"sections": sections, "facts": FACTS})).sections == ()


@pytest.mark.parametrize(
    ("response_format", "answer"),
    [
        (None, "Tracked 39.8 h, items finished: 2."),
        ("text", "Tracked 39.8 h, items finished: 2."),
        ({"type": "text"}, "Tracked 39.8 h, items finished: 2."),
        ({"type": "json_object"}, '{"text": "Tracked 39.8 h, items finished: 2."}'),
        ({"type": "json_schema", "json_schema": {"schema": LIST}}, '["Tracked 39.8 h, items finished: 2."]'),
        ({"type": "json_schema"}, '{"text": "Tracked 39.8 h, items finished: 2."}'),
    ],
)
def test_the_form_of_the_answer_follows_the_response_format(response_format: Any, answer: str) -> None:
    assert asked(json.dumps(FACTS), response_format=response_format).answer() == answer
