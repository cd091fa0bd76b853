"""Every recorded answer passes through the models of the clients, and what they leave unread is named here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import AliasChoices, BaseModel, TypeAdapter

from volt_assets.clients.fibery_wire import CommandAnswer, FiberyDocument
from volt_assets.clients.toggl_wire import Rows, Summary, Users, WireEntry, WireRow, Workspace, WorkspaceUser
from volt_assets_tests.clients.samples import FIXTURES, recorded

# No answers to what our clients ask: another API, and the formulas that write descriptions.
NOT_ASKED_FOR = {"fibery/graphql_findBugs_docs.json", "fibery/toggl_formula_templates.json"}
READERS: dict[str, tuple[Any, str]] = {
    "fibery/commands_error_field_not_found_clockify_cli_test.json": (list[CommandAnswer], ""),
    "fibery/commands_error_type_not_found_docs.json": (CommandAnswer, ""),
    "fibery/commands_query_array_response_docs.json": (list[CommandAnswer], ""),
    "fibery/commands_query_single_object_response_docs.json": (CommandAnswer, ""),
    "fibery/document_get_response_docs.json": (FiberyDocument, ""),
    "fibery/documents_get_batch_docs.json": (list[FiberyDocument], "response"),
    "fibery/query_rich_text_secret_docs.json": (list[CommandAnswer], ""),
    "toggl/toggl_rb__get_workspace_success__1.json": (Workspace, "response_body"),
    "toggl/toggl_rb__get_workspace_users_success__1.json": (Users, "response_body"),
    "toggl/toggl_rb__search_summary_time_entries_simple_success__1.json": (Summary, "response_body"),
    "toggl/toggl_rb__search_time_entries_long_all_pages__1.json": (Rows, "response_body"),
    "toggl/toggl_rb__search_time_entries_simple_success__1.json": (Rows, "response_body"),
    "toggl/tyme_plugin__row.json": (Rows, "response_body"),
}
UNREAD = {WireRow: {"row_number"}, WireEntry: {"at_tz"}, WorkspaceUser: {"id", "is_admin", "inactive"}}
"""Keys of the wire that nothing is made of; of a person's three flags and ids the validator chooses."""


def test_every_recorded_answer_has_its_reader() -> None:
    found = {path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.json")}
    assert found == {*READERS, *NOT_ASKED_FOR}


@pytest.mark.parametrize("name", READERS)
def test_a_recorded_answer_is_read_value_by_value(name: str) -> None:
    reader, part = READERS[name]
    content = recorded(name)
    body = content[part] if part else content
    read = TypeAdapter(reader).validate_python(body)
    pairs = list(zip(read, body, strict=True)) if isinstance(body, list) else [(read, body)]
    for model, told in pairs:
        assert_read(model, told)


def assert_read(model: BaseModel, told: Mapping[str, Any]) -> None:
    """Each key has the value the wire gave it, and every other key is one of those known to be unread."""
    if isinstance(model, CommandAnswer):
        error = told["result"] if not told["success"] else None
        assert (model.success, model.result, model.error and model.error.model_dump(exclude_defaults=True)) == (
            told["success"],
            told["result"] if told["success"] else None,
            error,
        )
        return
    keys = dict(read_keys(model))
    for name, key in keys.items():
        value = getattr(model, name)
        if key in told and isinstance(told[key], list) and told[key] and isinstance(told[key][0], dict):
            for inner, inner_told in zip(value, told[key], strict=True):
                assert_read(inner, inner_told)
        elif key in told:
            assert (list(value) if isinstance(value, tuple) else value) == told[key]
    if not isinstance(model, Workspace):
        assert set(told) - set(keys.values()) == UNREAD.get(type(model), set()) & set(told)


def read_keys(model: BaseModel) -> Iterator[tuple[str, str]]:
    """Field and the key of the wire it is read from."""
    for name, field in type(model).model_fields.items():
        choices = field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else [field.alias or name]
        yield name, str(choices[0])
