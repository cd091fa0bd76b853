from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from volt_assets.clients.fibery_wire import CommandAnswer, CommandError, FiberyDocument, Schema
from volt_assets_tests.clients.samples import recorded

ANSWERS = TypeAdapter(list[CommandAnswer])
TYPES = [
    {
        "fibery/name": "Scrum/Task",
        "fibery/id": "t-1",
        "fibery/meta": {"fibery/domain?": True},
        "fibery/fields": [
            {"fibery/name": "Scrum/name", "fibery/type": "fibery/text", "fibery/id": "f-1", "fibery/meta": {"ui/title?": True}},
            {"fibery/name": "Scrum/old", "fibery/type": "fibery/int", "fibery/deleted?": True, "fibery/meta": None, "new/key": 1},
        ],
    },
    {"fibery/name": "Scrum/Gone", "fibery/deleted?": True, "fibery/fields": None},
]


def test_the_recorded_rows_of_an_array() -> None:
    answer = ANSWERS.validate_python(recorded("fibery/commands_query_array_response_docs.json"))[0]
    assert (answer.success, answer.error) == (True, None)
    assert [row["fibery/public-id"] for row in answer.result] == ["3", "1"]
    assert answer.result[0]["Cricket/Height"] == "1.79"


def test_the_recorded_secrets_of_rich_text() -> None:
    answer = ANSWERS.validate_python(recorded("fibery/query_rich_text_secret_docs.json"))[0]
    assert answer.result[1]["Cricket/Bio"] == {"Collaboration~Documents/secret": "b33a25d3-99ba-11e9-8c59-09d0cb6f3aeb"}


def test_the_recorded_unknown_field() -> None:
    answer = ANSWERS.validate_python(recorded("fibery/commands_error_field_not_found_clockify_cli_test.json"))[0]
    assert (answer.success, answer.result) == (False, None)
    assert answer.error is not None
    assert answer.error.is_unknown_field
    assert not answer.error.is_unknown_type
    assert not answer.error.is_timeout
    assert answer.error.unknown_name == "Agreement Management/Time Entry Status"
    assert str(answer.error).endswith("database. (entity.error/schema-field-not-found)")


def test_the_recorded_unknown_type() -> None:
    error = CommandAnswer.model_validate(recorded("fibery/commands_error_type_not_found_docs.json")).error
    assert error is not None
    assert error.is_unknown_type
    assert not error.is_unknown_field
    assert error.unknown_name == "Cricket/Nope"
    assert error.data["type"] == "Cricket/Nope"


@pytest.mark.parametrize(
    ("error", "is_timeout", "is_unknown_field"),
    [
        (CommandError(message="Query Timeout exceeded"), True, False),
        (CommandError(name="entity.error/query-timeout"), True, False),
        (CommandError(name="entity.error/query-primitive-field-expr-invalid", message='"a/b" expression'), False, True),
        (CommandError(name="entity.error/access-denied", message="no"), False, False),
    ],
)
def test_errors_are_told_apart(error: CommandError, is_timeout: bool, is_unknown_field: bool) -> None:  # noqa: FBT001 -- parameters of the table
    assert (error.is_timeout, error.is_unknown_field) == (is_timeout, is_unknown_field)


@pytest.mark.parametrize("result", [None, "broken", {"name": None, "message": None}, {}, ["x"]])
def test_a_failure_may_come_without_a_reason(result: Any) -> None:
    answer = CommandAnswer.model_validate({"success": False, "result": result})
    assert answer.error is not None
    assert not answer.error.is_timeout


def test_an_answer_that_says_neither_success_nor_failure_is_refused() -> None:
    with pytest.raises(ValidationError, match="success"):
        CommandAnswer.model_validate({"result": []})


@pytest.mark.parametrize(
    "body",
    [
        {"fibery/types": TYPES, "fibery/version": "1.0"},
        {"result": {"fibery/types": TYPES}},
        {"success": True, "result": {"fibery/types": TYPES}},
        [{"success": True, "result": {"fibery/types": TYPES}}],
        TYPES,
    ],
    ids=["bare", "in result", "command", "array of one command", "list of types"],
)
def test_the_schema_comes_bare_or_in_an_envelope(body: Any) -> None:
    task, gone = Schema.model_validate(body).types
    assert (task.name, task.id, task.meta, task.is_deleted) == ("Scrum/Task", "t-1", {"fibery/domain?": True}, False)
    assert [(field.name, field.type, field.is_deleted) for field in task.fields] == [
        ("Scrum/name", "fibery/text", False),
        ("Scrum/old", "fibery/int", True),
    ]
    assert task.fields[1].meta == {}
    assert (gone.is_deleted, gone.fields) == (True, ())


@pytest.mark.parametrize("body", [{}, {"fibery/types": None}, "x", None, {"result": []}, [], [1]])
def test_what_is_no_schema_is_refused(body: Any) -> None:
    with pytest.raises(ValidationError):
        Schema.model_validate(body)


def test_the_recorded_documents() -> None:
    batch = recorded("fibery/documents_get_batch_docs.json")
    documents = TypeAdapter(list[FiberyDocument]).validate_python(batch["response"])
    assert [document.secret for document in documents] == [one["secret"] for one in batch["request"]["args"]]
    single = FiberyDocument.model_validate(recorded("fibery/document_get_response_docs.json"))
    assert single.content.startswith("<p>Virat Kohli")
    assert FiberyDocument.model_validate({"secret": "s", "content": None}).content == ""
