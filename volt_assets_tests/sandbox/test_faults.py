"""Each kind of fault as a client without any knowledge of Volt meets it, and the counting that decides when."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from volt_assets.errors import UsageError
from volt_assets.sandbox.faults import KINDS, Fault, FaultSwitches, read_fault
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions

WORKSPACE = "/api/v9/workspaces/123456"
SEARCH = "/reports/api/v3/workspace/123456/search/time_entries"


@pytest.fixture(scope="module")
def served() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=3, weeks=1), pace=0, faults=(read_fault("openai:503=7:1"),))) as running:
        yield running


@pytest.fixture
def faulty(served: RunningSandbox) -> Iterator[RunningSandbox]:
    served.faults.clear()
    yield served
    served.faults.clear()


def client(sandbox: RunningSandbox) -> httpx.Client:
    return httpx.Client(base_url=sandbox.toggl_url, auth=("sandbox-toggl-token", "api_token"), timeout=5)


def ask(sandbox: RunningSandbox, fault: str) -> httpx.Response:
    """The answer to one request that `fault` strikes."""
    with sandbox.faults.during(fault) as (switched,), client(sandbox) as toggl:
        answer = toggl.get(WORKSPACE)
    assert sandbox.faults.struck(switched) == 1
    return answer


def commands(sandbox: RunningSandbox) -> httpx.Response:
    body = [{"command": "fibery.schema/query", "args": {}}]
    return httpx.post(f"{sandbox.fibery_url}/api/commands", json=body, headers={"Authorization": "Token sandbox-fibery-token"})


def test_faults_that_were_declared_strike_from_the_start(served: RunningSandbox) -> None:
    headers = {"Authorization": "Bearer sandbox-openai-key"}
    first, second = (httpx.get(f"{served.openai_url}/models", headers=headers) for _ in range(2))
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (503, "7", 200)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("toggl:429:every-3", Fault("toggl", "429", every=3)),
        ("toggl:429=2:every-3", Fault("toggl", "429", every=3, value=2)),
        ("fibery:reset:2..4:/api/commands", Fault("fibery", "reset", first=2, last=4, path="/api/commands")),
        ("toggl:500:3..", Fault("toggl", "500", first=3)),
        ("openai:slow=0.5:5", Fault("openai", "slow", first=5, last=5, value=0.5)),
    ],
)
def test_the_notation_is_read_and_written(text: str, fault: Fault) -> None:
    assert read_fault(text) == fault
    assert read_fault(str(fault)) == fault


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("toggl:429", "api:kind:when"),
        ("jira:429:1", "no API 'jira'"),
        ("toggl:418:1", "no kind '418'"),
        ("fibery:402-quota:1", "fibery never answers"),
        ("toggl:500:sometimes", "'sometimes' does not say which requests"),
        ("toggl:500:4..2", "not reversed"),
        ("toggl:500:0", "from 1 on"),
        ("toggl:500:every-0", "from 1 on"),
        ("toggl:slow=fast:1", "'fast' is not a number"),
        ("toggl:slow=nan:1", "takes a number"),
        ("toggl:slow=-1:1", "takes a number"),
        ("toggl:html=3:1", "takes no value"),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read_fault(text)


def test_requests_are_counted_per_fault_api_and_path() -> None:
    switches = FaultSwitches([read_fault("toggl:500:every-2:*/totals"), read_fault("toggl:503:2..3"), read_fault("fibery:429:1")])

    def struck(api: str, path: str) -> str | None:
        fault = switches.next_fault(api, path)
        return fault.kind if fault else None

    assert [struck("toggl", "/a/totals") for _ in range(4)] == [None, "500", "503", "500"]
    assert [struck("toggl", "/a/search") for _ in range(2)] == [None, None]
    assert [struck("fibery", "/api/schema") for _ in range(2)] == ["429", None]
    assert switches.struck() == 4
    switches.clear()
    assert (struck("fibery", "/"), switches.struck()) == (None, 0)


def test_many_threads_get_exactly_their_share() -> None:
    switches, barrier = FaultSwitches(), threading.Barrier(8)
    fault = switches.add("toggl:500:every-4")

    def hammer() -> None:
        barrier.wait()
        for _ in range(200):
            switches.next_fault("toggl", "/")

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert switches.struck(fault) == 400


def test_too_many_requests_in_the_words_of_each_service(faulty: RunningSandbox) -> None:
    toggl = ask(faulty, "toggl:429:1")
    assert (toggl.status_code, toggl.headers["content-type"], "retry-after" in toggl.headers) == (429, "text/html; charset=utf-8", False)
    assert ask(faulty, "toggl:429=3:1").headers["retry-after"] == "3"
    with faulty.faults.during("fibery:429:1"):
        assert (commands(faulty).text, commands(faulty).status_code) == ("Too Many Requests", 200)


def test_both_kinds_of_payment_required(faulty: RunningSandbox) -> None:
    quota, plan = ask(faulty, "toggl:402-quota=90:1"), ask(faulty, "toggl:402-plan:1")
    assert quota.status_code == plan.status_code == 402
    assert quota.json().endswith("The quota will reset in 90 seconds.")
    assert (quota.headers["x-toggl-quota-remaining"], quota.headers["x-toggl-quota-resets-in"]) == ("0", "90")
    assert "x-toggl-quota-remaining" not in plan.headers
    assert "quota" not in plan.json()


def test_server_errors_pages_and_redirects(faulty: RunningSandbox) -> None:
    assert ask(faulty, "toggl:500:1").status_code == 500
    assert ask(faulty, "toggl:503:1").text.startswith("<html>")
    page, redirect = ask(faulty, "toggl:html:1"), ask(faulty, "toggl:redirect:1")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert (redirect.status_code, httpx.URL(redirect.headers["location"]).host) == (302, "elsewhere.example.org")


@pytest.mark.parametrize("kind", ["reset", "reset-in-body", "cut-body"])
def test_connections_break_and_the_next_request_is_answered(faulty: RunningSandbox, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with faulty.faults.during(f"toggl:{kind}:1"), client(faulty) as toggl:
        with pytest.raises(httpx.NetworkError if kind == "reset" else (httpx.NetworkError, httpx.RemoteProtocolError)):
            toggl.get(WORKSPACE)
        assert toggl.get(WORKSPACE).json()["id"] == 123456
    assert caplog.records == [], "a broken connection is no error of the sandbox"


def test_answers_that_are_complete_and_wrong(faulty: RunningSandbox) -> None:
    right = client(faulty).get(WORKSPACE)
    cut, renamed, garbled = (ask(faulty, f"toggl:{kind}:1") for kind in ("cut-json", "wrong-type", "invalid-utf8"))
    assert cut.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        cut.json()
    assert (renamed.headers["content-type"], renamed.content) == ("application/octet-stream", right.content)
    with pytest.raises(UnicodeDecodeError):
        garbled.content.decode()
    assert garbled.content.replace(b"\xff", b"") == right.content


def test_a_slow_answer_is_late_and_right(faulty: RunningSandbox) -> None:
    with faulty.faults.during("toggl:slow=0.2:1"), client(faulty) as toggl:
        with pytest.raises(httpx.ReadTimeout):
            toggl.get(WORKSPACE, timeout=0.05)
        assert toggl.get(WORKSPACE, timeout=5).status_code == 200


def test_an_oversized_body_comes_in_pieces(faulty: RunningSandbox) -> None:
    with (
        faulty.faults.during("toggl:oversized=3:1"),
        client(faulty) as toggl,
        toggl.stream("GET", WORKSPACE) as answer,
    ):
        assert "content-length" not in answer.headers
        assert sum(len(piece) for piece in answer.iter_bytes()) > 3 * 1024**2


def test_a_quota_of_any_size_is_full_again_after_its_window() -> None:
    now = [100.0]
    options = SandboxOptions(world=WorldOptions(people=1, weeks=1), pace=0, quota_per_hour=2, quota_window_seconds=5, clock=lambda: now[0])
    with running_sandbox(options) as sandbox, client(sandbox) as toggl:
        assert [toggl.get(WORKSPACE).status_code for _ in range(3)] == [200, 200, 402]
        assert toggl.get(WORKSPACE).headers["x-toggl-quota-resets-in"] == "5"
        now[0] += 5
        assert toggl.get(WORKSPACE).status_code == 200


def test_every_kind_stands_in_the_guide_with_its_meaning_and_its_number() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \| (.*?) ?\|$", guide, re.MULTILINE)
    assert rows == [(name, kind.meaning, kind.value or "") for name, kind in KINDS.items()]
    assert all(kind.value for kind in KINDS.values() if kind.default is not None)
