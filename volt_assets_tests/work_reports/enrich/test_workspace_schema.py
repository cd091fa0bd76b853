from __future__ import annotations

from typing import Any

import pytest

from volt_assets.clients.fibery_wire import FiberyType
from volt_assets.work_reports.enrich.workspace_schema import SchemaType, WorkspaceSchema


def schema_of(types: dict[str, dict[str, str | dict[str, Any]]]) -> WorkspaceSchema:
    wire = []
    for name, fields in types.items():
        own = [{"fibery/name": key, **({"fibery/type": value} if isinstance(value, str) else value)} for key, value in fields.items()]
        wire.append(FiberyType.model_validate({"fibery/name": name, "fibery/fields": own}))
    return WorkspaceSchema.from_types(wire)


TASK = {
    "Scrum/Name": "fibery/text",
    "Scrum/Started Date ": "fibery/date-time",
    "🚀 Launch?": "fibery/bool",
    "Scrum/🔥": "fibery/int",
    "Scrum/Q&A done?": "fibery/bool",
    "Other/Name": "fibery/text",
    "Scrum/Gone": {"fibery/type": "fibery/text", "fibery/deleted?": True},
}


def only_type(fields: dict[str, Any], name: str = "Scrum/Task") -> SchemaType:
    return schema_of({name: fields}).types[name]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Scrum/Name", "Scrum/Name"),
        ("Name", "Scrum/Name"),
        ("name", "Scrum/Name"),
        ("Started Date", "Scrum/Started Date "),
        ("started-date", "Scrum/Started Date "),
        ("Launch", "🚀 Launch?"),
        ("Q and A done", None),
        ("qa done", "Scrum/Q&A done?"),
        ("scrum/qa done", "Scrum/Q&A done?"),
        ("🔥", "Scrum/🔥"),
        ("❄", None),
        ("Gone", None),
        ("", None),
    ],
)
def test_fields_are_found_by_the_names_people_see(asked: str, found: str | None) -> None:
    field = only_type(TASK).find(asked)
    assert (field.name if field else None) == found


def test_types_are_found_exactly_or_by_the_only_similar_name() -> None:
    schema = schema_of({"Design/Work Version": {}, "Design/Old Work Version": {}, "A/B C": {}, "A/b-c": {}})
    assert [schema.find_type(name) and schema.find_type(name).name for name in ("design/work version", "A/B C", "a/bc", "X/Y")] == [  # type: ignore[union-attr]  # guarded by the and
        "Design/Work Version",
        "A/B C",
        None,
        None,
    ]


def test_deleted_types_do_not_exist() -> None:
    deleted = FiberyType.model_validate({"fibery/name": "Scrum/Old", "fibery/deleted?": True, "fibery/fields": None})
    assert WorkspaceSchema.from_types([deleted]).types == {}


def test_the_title_is_the_marked_field_else_the_one_called_name() -> None:
    marked = only_type({"Scrum/Name": "fibery/text", "Scrum/Subject": {"fibery/type": "fibery/text", "fibery/meta": {"ui/title?": True}}})
    assert [one.title.name if one.title else None for one in (marked, only_type(TASK), only_type({"Scrum/Goal": "fibery/text"}))] == [
        "Scrum/Subject",
        "Scrum/Name",
        None,
    ]


COLLECTION = {"fibery/collection?": True}
WORKSPACE = schema_of(
    {
        "Scrum/Task": {
            "Scrum/Name": "fibery/text",
            "Scrum/Points": "fibery/decimal",
            "Scrum/When": "fibery/date-range",
            "Scrum/Severity": "Scrum/Severity_Scrum/Task",
            "workflow/state": "workflow/state_Scrum/Task",
            "Scrum/Feature": "Scrum/Feature",
            "Scrum/Description": "Collaboration~Documents/Document",
            "Scrum/Tags": {"fibery/type": "Scrum/Severity_Scrum/Task", "fibery/meta": COLLECTION},
            "Scrum/Button": "fibery/button",
            "assignments/Assignees": {"fibery/type": "fibery/user", "fibery/meta": COLLECTION},
        },
        "Scrum/Feature": {
            "Scrum/name": "fibery/text",
            "Design/State": "Design/State_Scrum/Feature",
            "Scrum/Tasks": {"fibery/type": "Scrum/Task", "fibery/meta": {**COLLECTION, "fibery/relation": "r1"}},
        },
        "Scrum/Severity_Scrum/Task": {"enum/name": "fibery/text"},
        "workflow/state_Scrum/Task": {"enum/name": "fibery/text"},
        "Design/State_Scrum/Feature": {"enum/name": "fibery/text", "workflow/Final": "fibery/bool"},
        "fibery/user": {"user/name": "fibery/text", "user/email": "fibery/email"},
    }
)


def test_kinds_of_fields() -> None:
    task = WORKSPACE.types["Scrum/Task"]
    assert {one.short_name: WORKSPACE.kind(one) for one in task.fields.values()} == {
        "Name": "text",
        "Points": "number",
        "When": "range",
        "Severity": "choice",
        "state": "state",
        "Feature": "relation",
        "Description": "document",
        "Tags": "collection",
        "Button": "unsupported",
        "Assignees": "collection",
    }


def test_state_and_assignees_are_found_wherever_they_are() -> None:
    task, feature, sprint = WORKSPACE.types["Scrum/Task"], WORKSPACE.types["Scrum/Feature"], SchemaType("Scrum/Sprint")
    states = [WORKSPACE.state_field(one) for one in (task, feature, sprint)]
    assert [state.name if state else None for state in states] == ["workflow/state", "Design/State", None]
    people = [WORKSPACE.assignees_field(one) for one in (task, feature)]
    assert [one.name if one else None for one in people] == ["assignments/Assignees", None]


def test_the_way_back_is_the_only_field_of_the_owner() -> None:
    feature = WORKSPACE.types["Scrum/Feature"]
    back = WORKSPACE.inverse(feature, feature.fields["Scrum/Tasks"])
    assert back is not None
    assert back.name == "Scrum/Feature"


def test_the_way_back_is_of_the_same_relation_when_there_are_several() -> None:
    related = {"fibery/collection?": True, "fibery/relation": "r2"}
    schema = schema_of(
        {
            "A/Owner": {"A/Parts": {"fibery/type": "A/Part", "fibery/meta": related}, "A/Others": {"fibery/type": "A/Part"}},
            "A/Part": {"A/First": "A/Owner", "A/Second": {"fibery/type": "A/Owner", "fibery/meta": {"fibery/relation": "r2"}}},
        }
    )
    owner = schema.types["A/Owner"]
    parts, others = (schema.inverse(owner, owner.fields[name]) for name in ("A/Parts", "A/Others"))
    assert (parts.name if parts else None, others) == ("A/Second", None)


def test_work_is_what_people_are_assigned_to_and_what_has_a_state() -> None:
    people: dict[str, Any] = {"fibery/type": "fibery/user", "fibery/meta": {"fibery/collection?": True}}
    one_person = {"fibery/type": "fibery/user"}
    state = {"workflow/state": "workflow/state_any"}
    schema = schema_of(
        {
            "workflow/state_any": {"enum/name": "fibery/text", "workflow/Final": "fibery/bool", "assignments/assignees": people},
            "fibery/user": {"user/name": "fibery/text"},
            "Scrum/Task": {**state, "assignments/assignees": people},
            "Design/Work Version": {"Design/State": "workflow/state_any", "assignments/Assignees": people},
            "Ops/Rota": {"assignments/assignees": people},
            "Ops/Service": {**state, "Ops/Owner": one_person},
            "Ops/Room": {**state, "assignments/assignees": one_person},
            "Ops/Club": {**state, "Ops/Members": people},
        }
    )
    assert schema.assignable_types == ("Design/Work Version", "Scrum/Task")
