from collections.abc import Callable
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.fibery_server import FIBERY_TOKENS
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions


def query(type_name: str, select: Any, **extra: Any) -> dict[str, Any]:
    return {"command": "fibery.entity/query", "args": {"query": {"q/from": type_name, "q/select": select, "q/limit": 10}, **extra}}


GOOD = query("Scrum/Task", ["fibery/id", "fibery/public-id"])


def test_an_object_answers_with_an_object_and_an_array_in_its_order(fibery: httpx.Client, recorded: Callable[[str], Any]) -> None:
    single = fibery.post("/api/commands", json=GOOD).json()
    assert single.keys() == recorded("fibery/commands_query_single_object_response_docs.json").keys()
    wrong = query("Scrum/Task", ["Scrum/nope"])
    answer = fibery.post("/api/commands", json=[GOOD, wrong, GOOD])
    assert answer.status_code == 200
    assert [one["success"] for one in answer.json()] == [True, False, True]
    expected = recorded("fibery/commands_error_field_not_found_clockify_cli_test.json")[0]["result"]
    failed = answer.json()[1]["result"]
    assert failed["name"] == expected["name"]
    assert failed["message"] == '"Scrum/nope" field was not found in "Scrum/Task" database.'


def test_an_unknown_type_fails_as_documented(fibery: httpx.Client, recorded: Callable[[str], Any]) -> None:
    failed = fibery.post("/api/commands", json=query("Cricket/Nope", ["fibery/id"])).json()
    expected = recorded("fibery/commands_error_type_not_found_docs.json")
    assert failed["success"] is False
    assert failed["result"]["message"] == expected["result"]["message"]
    assert failed["result"]["data"].keys() == expected["result"]["data"].keys()


def test_rich_text_has_the_recorded_shape(fibery: httpx.Client, recorded: Callable[[str], Any]) -> None:
    select = ["Scrum/Name", {"Scrum/Description": ["Collaboration~Documents/secret"]}]
    rows = fibery.post("/api/commands", json=[query("Scrum/Task", select)]).json()[0]["result"]
    expected = recorded("fibery/query_rich_text_secret_docs.json")[0]["result"][0]
    assert rows[0]["Scrum/Description"].keys() == expected["Cricket/Bio"].keys()
    secrets = [row["Scrum/Description"]["Collaboration~Documents/secret"] for row in rows]
    asked = {"command": "get-documents", "args": [{"secret": secret} for secret in [*secrets, "absent"]]}
    documents = fibery.post("/api/documents/commands?format=md", json=asked).json()
    assert [document["secret"] for document in documents] == secrets
    strange = {"command": "get-documents", "args": [None, {"secret": ["x"]}, {}, {"secret": secrets[0]}]}
    assert fibery.post("/api/documents/commands?format=md", json=strange).json() == documents[:1]
    assert documents[0].keys() == recorded("fibery/documents_get_batch_docs.json")["response"][0].keys()
    one = fibery.get(f"/api/documents/{secrets[0]}?format=md").json()
    assert one == documents[0]
    assert one.keys() == recorded("fibery/document_get_response_docs.json").keys()
    assert fibery.get("/api/documents/absent?format=md").status_code == 404


def test_the_schema_has_its_quirks_and_an_etag(fibery: httpx.Client) -> None:
    answer = fibery.get("/api/schema")
    by_command = fibery.post("/api/commands", json={"command": "fibery.schema/query"}).json()
    assert by_command == {"success": True, "result": answer.json()}
    types = {one["fibery/name"]: one for one in answer.json()["fibery/types"]}
    fields = {name: {field["fibery/name"]: field for field in one["fibery/fields"]} for name, one in types.items()}
    assert types["Scrum/Old Task"]["fibery/deleted?"]
    assert fields["Scrum/Task"]["Scrum/Old Estimate"]["fibery/deleted?"]
    assert fields["Scrum/Task"]["Scrum/Name"]["fibery/meta"]["ui/title?"]
    assert fields["Scrum/Bug"]["Scrum/name"]["fibery/meta"]["ui/title?"]
    assert "Design/State" in fields["Design/Work Version"]
    assert "assignments/Assignees" in fields["Design/Work Version"]
    assert not {"workflow/state", "comments/comments"} & set(fields["Scrum/Sprint"])
    assert all("comments/comments" not in fields[f"Scrum/{name}"] for name in ("Sub-task", "Chore", "Release"))
    assert all("assignments/assignees" not in fields[f"Scrum/{name}"] for name in ("Sub-task", "Sub-bug"))
    assert {"Scrum/Project ", "Scrum/Time Spent"} <= set(fields["Scrum/Sub-task"])
    assert (
        fields["Scrum/Feature"]["Scrum/Tasks"]["fibery/meta"]["fibery/relation"]
        == fields["Scrum/Task"]["Scrum/Feature"]["fibery/meta"]["fibery/relation"]
    )
    unchanged = fibery.get("/api/schema", headers={"If-None-Match": answer.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("body", [b'{"command": "fibery.entity/nope"}', b"[{}]", b"{broken", b'"text"'])
def test_unknown_commands_and_broken_json_answer_500(fibery: httpx.Client, body: bytes) -> None:
    answer = fibery.post("/api/commands", content=body)
    assert answer.status_code == 500
    assert answer.json().keys() == {"name", "message"}


def test_a_wrong_token(sandbox: RunningSandbox) -> None:
    answer = httpx.post(f"{sandbox.fibery_url}/api/commands", json=GOOD, headers={"Authorization": "Token wrong"})
    assert (answer.status_code, answer.text) == (401, "Unauthorized")


def test_three_a_second_for_a_token_and_seven_for_the_workspace() -> None:
    now = [0.0]
    options = SandboxOptions(pace=1, clock=lambda: now[0], world=WorldOptions(weeks=1))
    with running_sandbox(options) as running, httpx.Client(base_url=running.fibery_url) as client:

        def statuses(token: str, count: int) -> list[int]:
            headers = {"Authorization": f"Token {token}"}
            return [client.post("/api/commands", json=GOOD, headers=headers).status_code for _ in range(count)]

        assert statuses(FIBERY_TOKENS[0], 4) == [200, 200, 200, 429]
        assert statuses(FIBERY_TOKENS[1], 3) == [200, 200, 200]
        assert statuses(FIBERY_TOKENS[2], 3) == [200, 429, 429]
        now[0] += 1
        assert statuses(FIBERY_TOKENS[0], 3) == [200, 200, 200]


def test_graphql_finds_by_number(fibery: httpx.Client, recorded: Callable[[str], Any]) -> None:
    document = "query($ids: [String]) { findBugs(publicId: {in: $ids}) { id name state { name } } }"
    answer = fibery.post("/api/graphql/space/Scrum", json={"query": document, "variables": {"ids": ["12", "23"]}}).json()
    expected = recorded("fibery/graphql_findBugs_docs.json")
    assert answer.keys() == expected.keys()
    assert answer["data"]["findBugs"][0].keys() == expected["data"]["findBugs"][0].keys()
    assert {row["name"] for row in answer["data"]["findBugs"]} == {"Checkout rounds the wrong way", "Build with C++17"}


def test_graphql_of_a_space_with_a_blank_and_rich_text(fibery: httpx.Client) -> None:
    document = "{ found: findRequests(limit: 1, offset: 0) { publicId description { md } assignees { email } } }"
    rows = fibery.post("/api/graphql/space/Product_Management", json={"query": document}).json()["data"]["found"]
    assert [row.keys() for row in rows] == [{"publicId", "description", "assignees"}]


@pytest.mark.parametrize(
    "document",
    [
        "{ findTasks { nope } }",
        "{ findNothing { id } }",
        "{ findTasks(",
        "{ findTasks(name: {like: 1}) { id } }",
        "{ findTasks(name: 7) { id } }",
        "{ findTasks(publicId: {in: 12}) { id } }",
        "{ findTasks(publicId: {in: $missing}) { id } }",
        "{ findTasks(limit: -1) { id } }",
        '{ findTasks(offset: "x") { id } }',
        "{ findTasks { state } }",
        "{ findTasks { id { x } } }",
    ],
)
def test_one_unknown_name_fails_the_graphql_document(fibery: httpx.Client, document: str) -> None:
    answer = fibery.post("/api/graphql/space/Scrum", json={"query": document, "variables": ["no", "names"]}).json()
    assert answer.keys() == {"errors"}
    assert answer["errors"][0]["message"]
