from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volt_assets.sandbox.fibery_errors import CommandError
from volt_assets.sandbox.fibery_query import QueryRunner
from volt_assets.sandbox.world import World

MILA = "mila.petrovic@example.com"
SOFIA, TANE = "sofia.almeida@example.com", "tane.rangi@example.com"
FOR_TASK: dict[str, Any] = {"q/from": "Scrum/Task", "q/limit": 1000}
BY_ID = {"q/where": ["q/in", ["fibery/public-id"], "$ids"]}


def run(world: World, query: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
    return QueryRunner(world.fibery).run({**FOR_TASK, **query}, {f"${name}": value for name, value in params.items()})


def test_a_list_select_keeps_field_names_and_nests(world: World) -> None:
    select = [
        "fibery/public-id",
        {"workflow/state": ["enum/name"]},
        {"assignments/assignees": {"q/select": ["user/email"], "q/limit": 100}},
    ]
    rows = run(world, {"q/select": select, **BY_ID}, ids=["12"])
    assert rows == [
        {"fibery/public-id": "12", "workflow/state": {"enum/name": "In Progress"}, "assignments/assignees": [{"user/email": TANE}]}
    ]


def test_a_map_select_names_its_columns(world: World) -> None:
    select = {
        "Name": ["Scrum/Name"],
        "Bare": "Scrum/Name",
        "Final": ["workflow/state", "workflow/Final"],
        "Epic": ["Scrum/Feature", "Scrum/Epic", "Scrum/Name"],
        "People": {"q/from": "assignments/assignees", "q/select": {"E-mail": ["user/email"]}, "q/limit": 100},
        "Siblings": {"q/from": ["Scrum/Feature", "Scrum/Tasks"], "q/select": ["Scrum/Name"], "q/limit": 2},
        "Comments": ["q/count", ["comments/comments"]],
    }
    row = run(world, {"q/select": select, **BY_ID}, ids=["14"])[0]
    assert list(row) == list(select)
    assert (row["Name"], row["Bare"], row["Final"], row["Epic"]) == ("Ship the beta", "Ship the beta", False, "Ångström [beta] go-live")
    assert (row["People"], len(row["Siblings"]), row["Comments"]) == ([{"E-mail": SOFIA}], 2, 130)


def test_documents_are_reached_through_their_field(world: World) -> None:
    select = {
        "Secret": ["Scrum/Description", "Collaboration~Documents/secret"],
        "At": ["Scrum/Description", "Collaboration~Documents/modification-date"],
    }
    row = run(world, {"q/select": select, **BY_ID}, ids=["12"])[0]
    assert row["Secret"] in world.fibery.documents
    assert row["At"].endswith("Z")


def test_sub_queries_stop_at_a_hundred_and_can_be_paged(world: World) -> None:
    def comments(**extra: Any) -> list[Any]:
        inner = {"q/from": "comments/comments", "q/select": {"id": ["fibery/id"]}, "q/order-by": [[["fibery/id"], "q/asc"]], **extra}
        answer: list[Any] = run(world, {"q/select": {"C": inner}, **BY_ID}, ids=["14"])[0]["C"]
        return answer

    first = comments(**{"q/limit": "q/no-limit"})
    assert len(first) == len(comments(**{"q/limit": 1000})) == 100
    rest = comments(**{"q/limit": 100, "q/offset": 100})
    assert len(rest) == 30
    assert not {row["id"] for row in first} & {row["id"] for row in rest}


def test_a_sub_query_filters_too(world: World) -> None:
    inner = {
        "q/from": "comments/comments",
        "q/select": ["fibery/id"],
        "q/where": ["=", ["comments/parent", "fibery/id"], "$none"],
        "q/limit": 100,
    }
    row = run(world, {"q/select": {"Threads": inner, "All": ["q/count", "comments/comments"]}, **BY_ID}, ids=["14"], none=None)[0]
    assert 0 < len(row["Threads"]) < row["All"]


@pytest.mark.parametrize(
    ("where", "params"),
    [
        (["q/in", ["assignments/assignees", "user/email"], "$emails"], {"emails": [MILA, "nobody@example.com"]}),
        (["=", ["assignments/assignees", "user/email"], "$email"], {"email": MILA}),
        (["q/contains", ["assignments/assignees", "user/email"], "$part"], {"part": "MILA"}),
        (
            ["q/and", ["=", ["assignments/assignees", "user/email"], "$email"], ["!=", ["fibery/public-id"], "$id"]],
            {"email": MILA, "id": "0"},
        ),
        (["q/or", ["=", ["assignments/assignees", "user/email"], "$email"], ["=", "fibery/public-id", "$id"]], {"email": MILA, "id": "0"}),
    ],
)
def test_conditions_reach_through_collections(world: World, where: list[Any], params: dict[str, Any]) -> None:
    select = {"People": {"q/from": "assignments/assignees", "q/select": {"mail": ["user/email"]}, "q/limit": 100}}
    rows = run(world, {"q/select": select, "q/where": where}, **params)
    everybody = run(world, {"q/select": select})
    assert 5 <= len(rows) < len(everybody)
    assert rows == [row for row in everybody if {"mail": MILA} in row["People"]]


def test_comparisons(world: World) -> None:
    select = {"end": ["Scrum/Completion Date"], "final": ["workflow/state", "workflow/Final"], "id": ["fibery/public-id"]}

    def found(*where: Any, **params: Any) -> list[dict[str, Any]]:
        return run(world, {"q/select": select, "q/where": list(where)}, **params)

    everything = run(world, {"q/select": select})
    edge = "2025-10-10T00:00:00.000Z"
    early, late = found("<", ["Scrum/Completion Date"], "$at", at=edge), found(">=", ["Scrum/Completion Date"], "$at", at=edge)
    never = found("=", ["Scrum/Completion Date"], "$null", null=None)
    assert min(map(len, (early, late, never))) > 0
    assert len(early) + len(late) + len(never) == len(everything)
    assert found("!=", ["workflow/state", "workflow/Final"], "$done", done=True) == never
    assert len(found("q/not-in", ["fibery/public-id"], "$ids", ids=["12", "13"])) == len(everything) - 2
    assert found("q/contains", ["Scrum/Completion Date"], "$null", null=None) == []


def test_order_limit_and_offset_make_a_cursor(world: World) -> None:
    select, order = {"id": ["fibery/id"]}, {"q/order-by": [[["fibery/id"], "q/asc"]]}
    everything = run(world, {"q/select": select, **order, "q/limit": "q/no-limit"})
    assert [row["id"] for row in everything] == sorted(row["id"] for row in everything)
    assert run(world, {"q/select": select, **order, "q/limit": 5, "q/offset": 3}) == everything[3:8]
    after = run(world, {"q/select": select, **order, "q/where": [">", ["fibery/id"], "$last"], "q/limit": 2}, last=everything[4]["id"])
    assert after == everything[5:7]
    falling = run(world, {"q/select": {"sp": ["Scrum/Story Points"]}, "q/order-by": [[["Scrum/Story Points"], "q/desc"]]})
    points = [float(row["sp"]) for row in falling if row["sp"] is not None]
    assert points == sorted(points, reverse=True)


def test_decimals_are_strings_and_missing_dates_null(world: World) -> None:
    row = run(world, {"q/select": ["Scrum/Story Points", "Scrum/Completion Date", "Scrum/# of reviews"], **BY_ID}, ids=["12"])[0]
    assert isinstance(row["Scrum/Story Points"], str)
    assert row["Scrum/Completion Date"] is None
    assert isinstance(row["Scrum/# of reviews"], int)


def test_empty_collections_are_lists_or_null(world: World) -> None:
    people = {"q/from": "assignments/assignees", "q/select": ["user/email"], "q/limit": 100}
    comments = {"q/from": "comments/comments", "q/select": ["fibery/id"], "q/limit": 100}
    row = run(world, {"q/select": {"People": people, "Comments": comments}, **BY_ID}, ids=["9634"])[0]
    assert len(row["People"]) == 1
    assert row["Comments"] is None, "nobody has ever commented"
    unassigned = run(world, {"q/from": "Scrum/Epic", "q/select": {"People": people}})
    assert [] in [row["People"] for row in unassigned]


SELECT = {"q/select": ["fibery/id"]}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"q/from": "Cricket/Nope", **SELECT}, "schema-type-not-found"),
        ({"q/from": "Scrum/Old Task", **SELECT}, "schema-type-not-found"),
        ({"q/select": ["Scrum/name"]}, "schema-field-not-found"),
        ({"q/select": ["Scrum/Old Estimate"]}, "schema-field-not-found"),
        ({"q/select": {"S": ["workflow/state", "enum/nope"]}}, "schema-field-not-found"),
        ({"q/select": ["workflow/state"]}, "query-primitive-field-expr-invalid"),
        ({"q/select": ["Scrum/Description"]}, "query-primitive-field-expr-invalid"),
        ({"q/select": [{"assignments/assignees": ["user/email"]}]}, "query-select-collection-field-vector-shape-invalid"),
        ({"q/select": {"A": ["assignments/assignees", "user/email"]}}, "query-select-collection-field-vector-shape-invalid"),
        ({"q/select": [{"assignments/assignees": {"q/select": ["user/email"]}}]}, "query-limit-expr-not-found"),
        ({**SELECT, "q/limit": 1001}, "query-limit-expr-invalid"),
        ({**SELECT, "q/where": ["=", ["fibery/id"], "literal"]}, "query-where-expr-invalid"),
        ({**SELECT, "q/where": ["~", ["fibery/id"], "$x"]}, "query-where-expr-invalid"),
        ({**SELECT, "q/where": ["=", ["Scrum/Feature"], "$x"]}, "query-primitive-field-expr-invalid"),
        ({**SELECT, "q/where": ["=", ["fibery/id"], "$missing"]}, "query-param-not-found"),
        ({**SELECT, "q/order-by": ["fibery/id"]}, "query-order-by-expr-invalid"),
    ],
)
def test_one_wrong_part_fails_the_query(world: World, query: dict[str, Any], name: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(world, query, x="y")
    assert caught.value.name == f"entity.error/{name}"


@pytest.mark.parametrize("part", ["q/from", "q/select", "q/limit"])
def test_required_parts(world: World, part: str) -> None:
    query = {**FOR_TASK, **SELECT}
    del query[part]
    with pytest.raises(CommandError, match=part):
        QueryRunner(world.fibery).run(query, {})


parts = st.sampled_from(
    ["fibery/id", "Scrum/Name", "workflow/state", "comments/comments", "q/in", "q/and", "q/count", "q/asc", "$x", "q/no-limit"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 1200) | st.just(1.5) | parts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["q/from", "q/select", "q/limit", "q/where", "A"]) | parts, inner, max_size=4)
    ),
    max_leaves=8,
)
PARTS = ["q/from", "q/select", "q/where", "q/order-by", "q/limit", "q/offset"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PARTS), anything, anything)
def test_whatever_stands_in_a_query_it_is_answered_or_refused(world: World, part: str, value: Any, params: Any) -> None:
    query = {**FOR_TASK, "q/limit": 3, **SELECT, part: value}
    with suppress(CommandError):  # refused in Fibery's own words
        assert len(QueryRunner(world.fibery).run(query, params)) <= 1000
