from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions

SEARCH = "/reports/api/v3/workspace/123456/search/time_entries"
TOGGL_AUTH = ("sandbox-toggl-token", "api_token")
WEEK = {"start_date": "2025-10-06", "end_date": "2025-10-12", "rounding": 0, "rounding_minutes": 0}


def all_rows(toggl: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    following: str | None = "1"
    while following is not None:
        answer = toggl.post(SEARCH, json={**WEEK, **body, "first_row_number": int(following)})
        rows += answer.json()
        following = answer.headers.get("X-Next-Row-Number")
    return rows


@contextmanager
def asking(options: SandboxOptions) -> Iterator[tuple[RunningSandbox, httpx.Client]]:
    """A sandbox of its own and a Toggl client for it."""
    with running_sandbox(options) as running, httpx.Client(base_url=running.toggl_url, auth=TOGGL_AUTH) as client:
        yield running, client


def test_rows_have_the_recorded_shape(toggl: httpx.Client, recorded: Callable[[str], Any]) -> None:
    row = toggl.post(SEARCH, json={"start_date": "2025-10-06"}).json()[0]
    expected = recorded("toggl/tyme_plugin__row.json")["response_body"][0]
    assert row.keys() == expected.keys()
    assert row["time_entries"][0].keys() == expected["time_entries"][0].keys()
    older = recorded("toggl/toggl_rb__search_time_entries_simple_success__1.json")["response_body"][0]
    assert row.keys() == older.keys()


def test_headers_of_a_first_page_are_those_recorded(toggl: httpx.Client, recorded: Callable[[str], Any]) -> None:
    answer = toggl.post(SEARCH, json={"start_date": "2025-10-06"})
    expected = recorded("toggl/toggl_rb__search_time_entries_long_all_pages__1.json")["_source"]["headers"]
    assert {name for name in expected if name.startswith(("x-next", "x-page", "x-range"))} <= set(answer.headers)
    following = toggl.post(SEARCH, json={"start_date": "2025-10-06", "first_row_number": int(answer.headers["X-Next-Row-Number"])}).json()[
        0
    ]
    assert answer.headers["X-Next-ID"] == str(following["time_entries"][0]["id"])
    assert following["row_number"] == 51
    assert (answer.headers["X-Range-Start"], answer.headers["X-Range-End"]) == ("2025-10-06", "2025-10-12")


def test_pages_cover_everything_once_and_agree_with_the_total(toggl: httpx.Client) -> None:
    rows = all_rows(toggl)
    ids = [entry["id"] for row in rows for entry in row["time_entries"]]
    assert len(ids) == len(set(ids)) == len(rows) > 350
    assert [row["row_number"] for row in rows] == list(range(1, len(rows) + 1))
    total = toggl.post(f"{SEARCH}/totals", json=WEEK).json()
    assert total["seconds"] == sum(entry["seconds"] for row in rows for entry in row["time_entries"])
    assert total["seconds"] == sum(day["seconds"] for day in total["graph"])


def test_a_full_last_page_has_no_next_headers() -> None:
    with asking(SandboxOptions(pace=0, max_page_size=10_000, world=WorldOptions(weeks=1))) as (running, client):
        size = len(running.world.entries)
        full = client.post(SEARCH, json={**WEEK, "page_size": size})
        short = client.post(SEARCH, json={**WEEK, "page_size": size - 1})
        beyond = client.post(SEARCH, json={**WEEK, "page_size": size, "first_row_number": size + 1})
    assert len(full.json()) == size
    assert "X-Next-Row-Number" not in full.headers
    assert short.headers["X-Next-Row-Number"] == str(size)
    assert beyond.json() == []


def test_the_effective_page_size_is_the_servers(toggl: httpx.Client) -> None:
    assert toggl.post(SEARCH, json={**WEEK, "page_size": 1000}).headers["X-Page-Size"] == "50"
    small = toggl.post(SEARCH, json={**WEEK, "page_size": 7})
    assert (small.headers["X-Page-Size"], len(small.json())) == ("7", 7)


def test_first_id_with_a_row_number_gives_nothing(toggl: httpx.Client) -> None:
    answer = toggl.post(SEARCH, json={**WEEK, "first_id": 1, "first_row_number": 51})
    assert (answer.status_code, answer.json()) == (200, [])
    assert "X-Next-Row-Number" not in answer.headers


def test_seconds_are_rounded_unless_rounding_is_refused(toggl: httpx.Client) -> None:
    rounded = toggl.post(SEARCH, json={"start_date": "2025-10-06"}).json()
    assert all(row["time_entries"][0]["seconds"] % 900 == 0 for row in rounded)
    exact = toggl.post(SEARCH, json=WEEK).json()
    assert any(row["time_entries"][0]["seconds"] % 900 for row in exact)
    down = toggl.post(SEARCH, json={**WEEK, "rounding": -1, "rounding_minutes": 1}).json()
    assert [row["time_entries"][0]["seconds"] // 60 for row in exact] == [row["time_entries"][0]["seconds"] / 60 for row in down]


def test_only_a_start_date_means_seven_days(toggl: httpx.Client) -> None:
    answer = toggl.post(SEARCH, json={"start_date": "2025-10-08"})
    assert (answer.headers["X-Range-Start"], answer.headers["X-Range-End"]) == ("2025-10-08", "2025-10-14")


def test_names_come_with_enrich_response_only(toggl: httpx.Client) -> None:
    plain, rich = (toggl.post(SEARCH, json={**WEEK, "enrich_response": flag}).json()[0] for flag in (False, True))
    assert rich.keys() - plain.keys() == {"email", "client_name", "project_name", "project_color", "project_hex", "task_name", "tag_names"}


def test_groups_hold_the_same_entries(toggl: httpx.Client) -> None:
    groups = all_rows(toggl, grouped=True)
    assert max(len(row["time_entries"]) for row in groups) > 1
    assert len(groups) < sum(len(row["time_entries"]) for row in groups) == len(all_rows(toggl))


def test_amounts_are_hidden_on_request(toggl: httpx.Client) -> None:
    shown, hidden = (all_rows(toggl, hide_amounts=flag, billable=True) for flag in (False, True))
    assert all(row["hourly_rate_in_cents"] for row in shown)
    assert not any(row["hourly_rate_in_cents"] or row["billable_amount_in_cents"] for row in hidden)


def test_running_entries_are_listed_and_not_totalled(toggl: httpx.Client) -> None:
    sunday = {**WEEK, "start_date": "2025-10-19", "end_date": "2025-10-19"}
    entries = [row["time_entries"][0] for row in toggl.post(SEARCH, json=sunday).json()]
    assert [entry["stop"] is None for entry in sorted(entries, key=lambda entry: entry["seconds"])] == [False, True]
    assert min(entry["seconds"] for entry in entries) < 0
    assert toggl.post(f"{SEARCH}/totals", json=sunday).json()["seconds"] == 0


def test_an_entry_over_midnight_comes_once_on_the_day_of_its_start(toggl: httpx.Client) -> None:
    rows = all_rows(toggl, description="Deployment window")
    assert [row["time_entries"][0]["start"][:10] for row in rows] == ["2025-10-07"]
    assert rows[0]["time_entries"][0]["stop"].startswith("2025-10-08T")
    assert not all_rows(toggl, description="Deployment window", start_date="2025-10-08")


def test_a_summary_adds_up_and_has_the_recorded_headers(toggl: httpx.Client, recorded: Callable[[str], Any]) -> None:
    path = "/reports/api/v3/workspace/123456/summary/time_entries"
    answer = toggl.post(path, json={**WEEK, "include_time_entry_ids": True})
    expected = recorded("toggl/toggl_rb__search_summary_time_entries_simple_success__1.json")
    assert answer.json().keys() == expected["response_body"].keys()
    assert (answer.headers["X-Grouping"], answer.headers["X-Sub-Grouping"]) == ("projects", "time_entries")
    by_user = toggl.post(path, json={**WEEK, "grouping": "users", "sub_grouping": "projects"}).json()["groups"]
    assert len(by_user) == 10
    total = toggl.post(f"{SEARCH}/totals", json=WEEK).json()["seconds"]
    for groups in (answer.json()["groups"], by_user):
        assert sum(sub["seconds"] for group in groups for sub in group["sub_groups"]) == total
    assert sum(len(sub["ids"]) for group in answer.json()["groups"] for sub in group["sub_groups"]) == len(all_rows(toggl))


def test_workspace_and_users_have_the_recorded_shape(toggl: httpx.Client, recorded: Callable[[str], Any]) -> None:
    workspace = toggl.get("/api/v9/workspaces/123456").json()
    assert workspace.keys() == recorded("toggl/toggl_rb__get_workspace_success__1.json")["response_body"].keys()
    users = toggl.get("/api/v9/workspaces/123456/users").json()
    assert users[0].keys() == recorded("toggl/toggl_rb__get_workspace_users_success__1.json")["response_body"][0].keys()
    assert len(users) == 11


def test_the_other_dimensions(toggl: httpx.Client) -> None:
    users = toggl.get("/api/v9/organizations/654321/workspaces/123456/workspace_users").json()
    assert {user["timezone"] for user in users} >= {"Asia/Tokyo", "Pacific/Auckland"}
    assert len(toggl.get("/api/v9/workspaces/123456/projects").json()) == 6
    assert len(toggl.get("/api/v9/workspaces/123456/projects?active=both").json()) == 7
    assert toggl.get("/api/v9/workspaces/123456/projects?name=nothing").json() is None
    assert len(toggl.get("/api/v9/workspaces/123456/clients?status=both").json()) == 4
    assert {tag["name"] for tag in toggl.get("/api/v9/workspaces/123456/tags").json()} >= {"meeting", "review"}
    assert toggl.get("/api/v9/me").json()["api_token"] == "sandbox-toggl-token"
    assert toggl.get("/api/v9/me/quota").json()[1] == {"organization_id": None, "remaining": 30, "total": 30, "resets_in_secs": 3600}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "At least one parameter must be set"),
        ("a string", "Invalid JSON input."),
        ({"start_date": "2025-01-01", "end_date": "2026-01-02"}, "366 days"),
        ({"start_date": "2025-10-12", "end_date": "2025-10-06"}, "end_date"),
        ({"start_date": "06.10.2025"}, "start_date"),
        ({"start_date": "2025-02-30"}, "start_date"),
        ({"user_ids": "1"}, "user_ids"),
        ({"user_ids": [None]}, "user_ids"),
        ({"billable": "yes"}, "billable"),
        ({"page_size": 0}, "page_size"),
        ({"first_timestamp": "2025"}, "first_timestamp"),
        ({"grouped": 1}, "grouped"),
        ({"tag_ids": [True]}, "tag_ids"),
        ([], "Invalid JSON input."),
        (None, "Invalid JSON input."),
        ({"order_by": "colour"}, "sort order"),
    ],
)
def test_bad_bodies_are_refused_with_a_json_string(toggl: httpx.Client, body: Any, text: str) -> None:
    answer = toggl.post(SEARCH, json=body)
    assert answer.status_code == 400
    assert text in answer.json()


def test_366_days_are_accepted_and_broken_json_is_not(toggl: httpx.Client) -> None:
    assert toggl.post(SEARCH, json={"start_date": "2025-01-01", "end_date": "2026-01-01"}).status_code == 200
    assert toggl.post(SEARCH, content=b'{"start_date": ').status_code == 400


def test_credentials_and_access(sandbox: RunningSandbox) -> None:
    with httpx.Client(base_url=sandbox.toggl_url) as stranger:
        nobody = stranger.post(SEARCH, json=WEEK)
        wrong = stranger.post(SEARCH, json=WEEK, auth=("wrong", "api_token"))
        known = (sandbox.environ()["TOGGL_API_TOKEN"], "api_token")
        elsewhere = stranger.post(SEARCH.replace("123456", "99"), json=WEEK, auth=known)
        missing = stranger.get("/api/v9/workspaces/99", auth=known)
        unknown_path = stranger.get("/api/v9/nowhere", auth=known)
    assert (nobody.status_code, nobody.content) == (401, b"")
    assert "X-Authorization-Missing" in nobody.headers
    assert not any("X-Toggl-Quota-Remaining" in answer.headers for answer in (nobody, wrong)), "whose quota would it be?"
    assert (wrong.status_code, wrong.json()) == (403, "Incorrect username and/or password")
    assert [answer.status_code for answer in (elsewhere, missing, unknown_path)] == [403, 404, 404]


def test_a_token_without_rights_sees_its_owner_only() -> None:
    with asking(SandboxOptions(pace=0, role="user")) as (running, client):
        assert client.get("/api/v9/workspaces/123456").json()["role"] == "user"
        assert {row["user_id"] for row in all_rows(client)} == {running.world.people[0].user_id}


def test_too_fast_and_out_of_quota() -> None:
    now = [0.0]
    options = SandboxOptions(pace=1, quota_per_hour=3, clock=lambda: now[0], world=WorldOptions(weeks=1))
    with asking(options) as (_, client):
        answers = [client.post(SEARCH, json=WEEK) for _ in range(3)]
        now[0] += 5
        last_of_plan = client.post(SEARCH, json=WEEK)
        refused = client.post(SEARCH, json=WEEK)
        now[0] += 3600
        again = client.post(SEARCH, json=WEEK)
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["content-type"].startswith("text/html")
    assert "X-Toggl-Quota-Remaining" not in answers[2].headers, "the proxy knows no quota"
    assert "Retry-After" not in answers[2].headers
    assert (last_of_plan.status_code, last_of_plan.headers["X-Toggl-Quota-Remaining"]) == (200, "0")
    assert (refused.status_code, refused.headers["X-Toggl-Quota-Resets-In"]) == (402, "3595")
    assert "The quota will reset in 3595 seconds." in refused.json()
    assert again.status_code == 200
