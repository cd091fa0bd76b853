from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from volt_assets.clients.toggl_wire import QuotaRow, WireRow, Workspace, WorkspaceUser, entries_of
from volt_assets.work_reports.models import TimeEntry
from volt_assets_tests.clients.samples import recorded

ROWS = TypeAdapter(list[WireRow])
LEAST: dict[str, Any] = {"user_id": 7, "time_entries": [{"id": 1, "start": "2025-10-06T09:00:00+02:00"}]}


@pytest.mark.parametrize(
    ("name", "entries", "seconds"),
    [
        ("toggl_rb__search_time_entries_simple_success__1", 2, 202),
        ("toggl_rb__search_time_entries_long_all_pages__1", 50, 135_000),
        ("tyme_plugin__row", 1, 3600),
    ],
)
def test_recorded_rows_are_read_whole(name: str, entries: int, seconds: int) -> None:
    body = recorded(f"toggl/{name}.json")["response_body"]
    found = list(entries_of(ROWS.validate_python(body)))
    assert len(found) == entries
    assert sum(entry.seconds or 0 for entry in found) == seconds
    for entry, row in zip(found, body, strict=True):
        assert (entry.user_name, entry.description, list(entry.tag_ids)) == (row["username"], row["description"], row["tag_ids"])
        assert entry.start == row["time_entries"][0]["start"]


def test_a_recorded_row_in_full() -> None:
    row = next(iter(entries_of(ROWS.validate_python(recorded("toggl/tyme_plugin__row.json")["response_body"]))))
    assert row.model_dump(exclude_defaults=True) == {
        "id": 3587874298,
        "user_id": 11238397,
        "user_name": "tester@example.com",
        "description": "something else",
        "start": "2024-09-02T07:00:00+02:00",
        "stop": "2024-09-02T08:00:00+02:00",
        "seconds": 3600,
        "at": "2024-09-02T08:25:48+00:00",
        "project_id": 205181464,
        "currency": "USD",
    }


def test_an_entry_is_stored_key_by_key_and_nothing_unknown_beside_it() -> None:
    row = next(iter(entries_of(ROWS.validate_python([{**LEAST, "unknown_key": 1}]))))
    assert TimeEntry(**dict(row)).model_dump() == row.model_dump()
    assert TimeEntry(**dict(row)).day == "2025-10-06"
    with pytest.raises(ValidationError, match="unknown_key"):
        TimeEntry(**dict(row), unknown_key=1)  # type: ignore[call-arg]  # what a foreign file may hold


def test_nulls_and_absence_are_the_same() -> None:
    nulls = dict.fromkeys(
        [
            "username",
            "email",
            "description",
            "project_id",
            "project_name",
            "client_name",
            "task_id",
            "task_name",
            "tag_ids",
            "tag_names",
            "billable",
            "currency",
        ]
    )
    bare = next(iter(entries_of(ROWS.validate_python([LEAST]))))
    filled = next(iter(entries_of(ROWS.validate_python([{**nulls, **LEAST, "unknown_key": {"x": 1}}]))))
    assert bare == filled
    assert (bare.description, bare.tag_ids, bare.billable, bare.stop, bare.seconds) == ("", (), False, None, None)


@pytest.mark.parametrize("entries", [None, []])
def test_a_row_may_hold_no_entries(entries: Any) -> None:
    assert list(entries_of(ROWS.validate_python([{**LEAST, "time_entries": entries}]))) == []


def test_grouped_rows_give_every_entry_with_what_they_share() -> None:
    times = [{"id": number, "start": "2025-10-06T09:00:00Z", "seconds": number} for number in (1, 2, 3)]
    found = list(entries_of(ROWS.validate_python([{**LEAST, "description": "shared", "time_entries": times}])))
    assert [(entry.id, entry.seconds, entry.description) for entry in found] == [(1, 1, "shared"), (2, 2, "shared"), (3, 3, "shared")]


@pytest.mark.parametrize(
    "running", [{"stop": None, "seconds": -1_759_744_800}, {"stop": None, "seconds": 60}, {"stop": "", "seconds": None}]
)
def test_running_entries_are_kept(running: dict[str, Any]) -> None:
    row = {**LEAST, "time_entries": [{"id": 1, "start": "2025-10-06T09:00:00+02:00", **running}]}
    entry = next(iter(entries_of(ROWS.validate_python([row]))))
    assert (entry.stop, entry.seconds) == (None, running["seconds"])
    assert TimeEntry(**dict(entry)).is_running


@pytest.mark.parametrize(
    "start", ["", None, "2025-10-06", "2025-10-06T09:00:00", "2025-W41-1T09:00:00Z", "20251006T090000Z", "2025-13-06T09:00:00Z"]
)
def test_an_entry_without_a_day_of_its_own_is_refused(start: Any) -> None:
    with pytest.raises(ValidationError, match="start"):
        ROWS.validate_python([{**LEAST, "time_entries": [{"id": 1, "start": start}]}])


def test_the_recorded_workspace() -> None:
    workspace = Workspace.model_validate(recorded("toggl/toggl_rb__get_workspace_success__1.json")["response_body"])
    assert (workspace.id, workspace.organization_id, workspace.name) == (8174204, 8190000, "toggltest's workspace")
    assert workspace.sees_everybody


@pytest.mark.parametrize(
    ("told", "sees_everybody"),
    [({"role": "user", "admin": True}, False), ({"role": "admin"}, True), ({"admin": True}, True), ({"admin": None}, False), ({}, False)],
)
def test_the_role_decides_who_sees_everybody(told: dict[str, Any], sees_everybody: bool) -> None:  # noqa: FBT001 -- a parameter of the table
    assert Workspace.model_validate({"id": 1, **told}).sees_everybody is sees_everybody


def test_the_recorded_users() -> None:
    body = recorded("toggl/toggl_rb__get_workspace_users_success__1.json")["response_body"]
    user = TypeAdapter(list[WorkspaceUser]).validate_python(body)[0]
    assert (user.user_id, user.name, user.email, user.is_active) == (10658406, "Sample Person", "user@example.com", True)


def test_members_of_an_organisation_are_people_not_memberships() -> None:
    told = {"id": 900, "user_id": 7, "name": "Ana", "email": "", "timezone": "Asia/Tokyo", "inactive": True}
    member = WorkspaceUser.model_validate(told)
    assert (member.user_id, member.name, member.email, member.timezone, member.is_active) == (7, "Ana", None, "Asia/Tokyo", False)
    assert WorkspaceUser.model_validate({"id": 7, "active": False}).is_active is False


def test_the_quota_of_me_has_no_organisation() -> None:
    row = QuotaRow.model_validate({"organization_id": None, "remaining": 28, "total": 30, "resets_in_secs": 900})
    assert (row.organization_id, row.remaining, row.total, row.resets_in_seconds) == (None, 28, 30, 900)
