from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volt_assets.clients.fibery_paging import EntityQuery, PagedQuery
from volt_assets.clients.fibery_wire import CommandAnswer
from volt_assets.errors import UnexpectedAnswerError
from volt_assets_tests.clients.fibery_workspace import SmallWorkspace
from volt_assets_tests.clients.loopback_server import Asked

TASKS: dict[str, Any] = {"q/from": "Scrum/Task", "q/select": ["fibery/public-id"], "q/limit": 2}
IDS = {"$ids": ["1", "2"]}


def _rows(*ids: str) -> CommandAnswer:
    return CommandAnswer(success=True, result=[{"fibery/id": entity_id} for entity_id in ids])


@given(count=st.integers(0, 60), limit=st.integers(1, 70), slow_above=st.integers(1, 70))
def test_no_row_is_lost_whatever_the_page_and_the_patience_of_the_server(count: int, limit: int, slow_above: int) -> None:
    workspace = SmallWorkspace(count, slow_above)
    paged = PagedQuery(EntityQuery({**TASKS, "q/limit": limit}))
    while paged.answer is None:
        asked = Asked("POST", "/api/commands", {}, json.dumps([paged.next_command()]).encode())
        paged.take(CommandAnswer.model_validate(workspace(asked).body[0]))
    assert paged.answer.rows is not None
    assert len(paged.answer.rows) == count
    assert {row["fibery/public-id"] for row in paged.answer.rows} == {str(number) for number in range(1, count + 1)}


def test_the_cursor_joins_the_condition_and_its_name_never_clashes() -> None:
    asked = EntityQuery({**TASKS, "q/where": ["=", ["a/b"], "$cursor"]}, {"$cursor": "mine"})
    paged = PagedQuery(asked)
    assert paged.next_command() == {
        "command": "fibery.entity/query",
        "args": {
            "query": {
                "q/from": "Scrum/Task",
                "q/select": ["fibery/id", "fibery/public-id"],
                "q/where": ["=", ["a/b"], "$cursor"],
                "q/order-by": [[["fibery/id"], "q/asc"]],
                "q/limit": 2,
            },
            "params": {"$cursor": "mine"},
        },
    }
    paged.take(_rows("x1", "x2"))
    args = paged.next_command()["args"]
    assert args["query"]["q/where"] == ["q/and", ["=", ["a/b"], "$cursor"], [">", ["fibery/id"], "$cursor_"]]
    assert args["params"] == {"$cursor": "mine", "$cursor_": "x2"}
    assert asked == EntityQuery({**TASKS, "q/where": ["=", ["a/b"], "$cursor"]}, {"$cursor": "mine"})


@pytest.mark.parametrize(
    ("where", "params", "is_done"),
    [
        (["q/in", ["fibery/public-id"], "$ids"], IDS, True),
        (["q/and", ["=", ["a/b"], "$x"], ["q/in", ["fibery/id"], "$ids"]], IDS, True),
        (["q/in", ["fibery/public-id"], "$ids"], {"$ids": ["1", "2", "3"]}, False),
        (["q/in", ["assignees"], "$ids"], IDS, False),
        (["q/or", ["q/in", ["fibery/id"], "$ids"], ["=", ["a/b"], "$x"]], IDS, False),
        (["=", ["fibery/id"], "$id"], {"$id": "1"}, True),
        (None, {}, False),
    ],
)
def test_as_many_rows_as_ids_are_all_there_can_be(where: Any, params: dict[str, Any], is_done: bool) -> None:  # noqa: FBT001 -- a parameter of the table
    paged = PagedQuery(EntityQuery({**TASKS, "q/where": where} if where else TASKS, params))
    paged.take(_rows("x1", "x2"))
    assert (paged.answer is not None) is is_done


def test_a_select_by_names_holds_the_id_under_its_own_or_a_given_name() -> None:
    added = PagedQuery(EntityQuery({**TASKS, "q/select": {"Name": ["a/name"]}}))
    assert added.next_command()["args"]["query"]["q/select"] == {"Name": ["a/name"], "fibery/id": ["fibery/id"]}
    for expression in ("fibery/id", ["fibery/id"]):
        own = PagedQuery(EntityQuery({**TASKS, "q/select": {"Id": expression}, "q/limit": 1}))
        own.take(CommandAnswer(success=True, result=[{"Id": "x1"}]))
        command = own.next_command()
        assert command["args"]["query"]["q/select"] == {"Id": expression}
        assert command["args"]["params"] == {"$cursor": "x1"}


@pytest.mark.parametrize("result", [{"rows": []}, "x", [1], [{"fibery/public-id": "1"}], [{"fibery/id": None}]])
def test_what_are_no_rows_is_unexpected(result: Any) -> None:
    with pytest.raises(UnexpectedAnswerError, match="query of Scrum/Task"):
        PagedQuery(EntityQuery(TASKS)).take(CommandAnswer(success=True, result=result))


def test_no_result_is_no_row() -> None:
    paged = PagedQuery(EntityQuery(TASKS))
    paged.take(CommandAnswer(success=True, result=None))
    assert paged.answer is not None
    assert paged.answer.rows == ()


def test_a_server_that_ignores_the_cursor_is_not_asked_for_ever() -> None:
    paged = PagedQuery(EntityQuery(TASKS))
    paged.take(_rows("x1", "x2"))
    with pytest.raises(UnexpectedAnswerError, match="only rows from before it"):
        paged.take(_rows("x1", "x2"))


@pytest.mark.parametrize("limit", [0, 1001, "q/no-limit"])
def test_unbounded_pages_are_refused(limit: Any) -> None:
    with pytest.raises(ValueError, match="q/limit must be 1 to 1000"):
        PagedQuery(EntityQuery({**TASKS, "q/limit": limit}))
