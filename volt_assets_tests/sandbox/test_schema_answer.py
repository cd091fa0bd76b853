"""An answer of any shape: whatever JSON schema is asked for, the strings are true and the instance is one of it."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from volt_assets.sandbox.fact_sentences import FactTeller
from volt_assets.sandbox.schema_answer import answer_for

FACTS = {
    "tracked": "39.8 h",
    "items": [{"id": "F1", "name": "Fix login", "hours": "5.7 h"}, {"id": "F2", "name": "Ship", "hours": "1.0 h"}],
}
TOTALS = "Tracked 39.8 h."
TEXT = {"type": "string"}


def answer(schema: Any, sections: tuple[str, ...] = ()) -> Any:
    return answer_for(schema, FactTeller(FACTS), sections)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, TOTALS),
        ({"type": [None]}, 0),
        ({"type": "array", "items": {"type": "integer"}, "minItems": {"x": 1}, "maxItems": "2"}, []),
        ({"allOf": [{"properties": 3}, None, TEXT]}, TOTALS),
        ({"anyOf": []}, TOTALS),
        (True, TOTALS),
        (TEXT, TOTALS),
        ({"type": "string", "maxLength": 9}, ""),
        ({"type": ["null", "string"]}, TOTALS),
        ({"type": ["string", "null"], "maxLength": 3}, None),
        ({"type": "null"}, None),
        ({"type": "boolean"}, False),
        ({"type": "integer", "minimum": 3}, 3),
        ({"const": 1}, 1),
        ({"enum": ["weather", "F2", "F1"]}, "F2"),
        ({"enum": ["weather", "sport"]}, "weather"),
        ({"anyOf": [{"type": "null"}, TEXT]}, TOTALS),
        ({"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"properties": {"b": {"type": "null"}}}]}, {"a": TOTALS, "b": None}),
        ({"$ref": "#/$defs/prose", "$defs": {"prose": TEXT}}, TOTALS),
        ({"type": "array", "items": TEXT, "maxItems": 1}, [TOTALS]),
        ({"type": "array", "items": {"enum": ["weather", "F2", "F1"]}}, ["F2", "F1"]),
        ({"type": "array", "items": {"enum": ["weather", "sport"]}, "minItems": 1}, ["weather"]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [0, 0]),
    ],
)
def test_any_schema_gets_an_instance(schema: Any, expected: Any) -> None:
    assert answer(schema) == expected


def test_an_object_has_every_property_each_written_under_its_name() -> None:
    schema = {"type": "object", "properties": {"summary": TEXT, "items": TEXT, "score": {"type": "number"}}, "additionalProperties": False}
    assert answer(schema) == {"summary": TOTALS, "items": "Items: Fix login (F1, 5.7 h) and Ship (F2, 1.0 h).", "score": 0}


def test_an_object_of_free_names_has_the_sections_that_were_asked_for() -> None:
    schema = {"type": "object", "additionalProperties": TEXT}
    assert answer(schema, ("summary", "items")).keys() == {"summary", "items"}
    inside = {"type": "object", "properties": {"sections": schema}}
    assert answer(inside, ("summary",)) == {"sections": {"summary": TOTALS}}


def test_a_list_of_objects_has_one_for_each_member_of_a_closed_list() -> None:
    each = {
        "type": "object",
        "properties": {
            "section": {"enum": ["summary", "items"]},
            "text": TEXT,
            "facts": {"type": "array", "items": {"enum": ["F1", "F9"]}},
        },
    }
    assert answer({"type": "array", "items": each}) == [
        {"section": "summary", "text": TOTALS, "facts": ["F1"]},
        {"section": "items", "text": "Items: Fix login (F1, 5.7 h) and Ship (F2, 1.0 h).", "facts": ["F1"]},
    ]


def test_a_schema_that_contains_itself_ends() -> None:
    node = {
        "type": "object",
        "properties": {
            "text": TEXT,
            "more": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
            "all": {"type": "array", "items": {"$ref": "#/$defs/node"}},
        },
    }
    written = answer({"$ref": "#/$defs/node", "$defs": {"node": node}})
    assert written["text"] == TOTALS
    while written["more"] is not None:
        written = written["more"]
    endless = {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}}}
    assert answer(endless)
    assert answer({"$ref": "#/$defs/nowhere"}) == TOTALS


class Sentence(BaseModel):
    text: str = Field(max_length=400)
    sources: list[Literal["F1", "F2", "F9"]] = Field(min_length=1)
    confidence: float | None = None


class Section(BaseModel):
    name: Literal["summary", "items"]
    sentences: list[Sentence] = Field(min_length=1, max_length=4)


class Report(BaseModel):
    sections: list[Section]
    by_name: dict[str, Sentence]
    stars: int = Field(ge=1, le=5)
    is_final: bool


def test_a_schema_as_programs_write_it_is_kept() -> None:
    report = Report.model_validate(answer(Report.model_json_schema(), ("summary",)))
    assert [section.name for section in report.sections] == ["summary", "items"]
    assert report.sections[0].sentences[0] == report.by_name["summary"] == Sentence(text=TOTALS, sources=["F1", "F2"])
