from __future__ import annotations

import asyncio

import pytest

from volt_assets.clients.toggl_wire import Workspace, WorkspaceUser
from volt_assets.errors import AuthenticationError, NotFoundError, PlanFeatureError, QuotaExhaustedError, UsageError, VoltError
from volt_assets.work_reports.collect.people_directory import load_people, match_emails
from volt_assets.work_reports.models import Person
from volt_assets_tests.work_reports.collect.tracked_samples import NOW

USERS = [
    {"id": 2, "fullname": "Bo  Sample", "email": "bo@example.org", "is_active": True},
    {"id": 1, "fullname": "ada example", "email": "", "inactive": True},
    {"id": 3, "name": "Cy Nobody", "email": "Cy@example.org"},
]
ZONES = [
    {"id": 901, "user_id": 2, "timezone": "Europe/Belgrade"},
    {"id": 902, "user_id": 1, "timezone": "Mars/Olympus"},
]
ADMINS = Workspace(id=5, organization_id=7, role="admin")
PEOPLE = [
    Person(user_id=1, name="Ada Example", email="Ada@example.com"),
    Person(user_id=2, name="Bo Sample", email="bo@example.org"),
    Person(user_id=3, name="Bo Sample"),
    Person(user_id=4, name="Bo Again", email="BO@example.org"),
]


class Directory:
    def __init__(self, *, users: VoltError | None = None, zones: VoltError | None = None) -> None:
        self.errors = {"users": users, "zones": zones}
        self.organizations: list[int] = []

    async def users(self) -> list[WorkspaceUser]:
        if self.errors["users"]:
            raise self.errors["users"]
        return [WorkspaceUser.model_validate(user) for user in USERS]

    async def workspace_users(self, organization_id: int) -> list[WorkspaceUser]:
        self.organizations.append(organization_id)
        if self.errors["zones"]:
            raise self.errors["zones"]
        return [WorkspaceUser.model_validate(user) for user in ZONES]


def load(directory: Directory, workspace: Workspace = ADMINS) -> list[Person]:
    return asyncio.run(load_people(directory, workspace))


def test_people_with_zones() -> None:
    directory = Directory()
    assert load(directory) == [
        Person(user_id=1, name="ada example", is_active=False),
        Person(user_id=2, name="Bo Sample", email="bo@example.org", zone="Europe/Belgrade"),
        Person(user_id=3, name="Cy Nobody", email="Cy@example.org"),
    ]
    assert directory.organizations == [7]


@pytest.mark.parametrize(
    "error",
    [PlanFeatureError("402"), AuthenticationError("403", variable="TOGGL_API_TOKEN"), NotFoundError("404")],
    ids=["402", "403", "404"],
)
def test_without_the_right_to_zones_only_zones_are_missing(error: VoltError) -> None:
    assert [(one.user_id, one.zone) for one in load(Directory(zones=error))] == [(1, None), (2, None), (3, None)]


def test_an_unknown_organisation_is_not_asked() -> None:
    directory = Directory()
    assert len(load(directory, Workspace(id=5, role="admin"))) == 3
    assert directory.organizations == []


def test_a_token_that_sees_only_itself_may_lack_the_list() -> None:
    denied = AuthenticationError("403", variable="TOGGL_API_TOKEN")
    assert load(Directory(users=denied), Workspace(id=5, role="user")) == []
    with pytest.raises(AuthenticationError):
        load(Directory(users=denied))


def test_a_used_up_quota_is_not_a_missing_right() -> None:
    with pytest.raises(QuotaExhaustedError):
        load(Directory(zones=QuotaExhaustedError("402", resets_at=NOW)))


def test_emails_match_in_any_case_and_everybody_who_has_them() -> None:
    assert [one.user_id for one in match_emails([" BO@example.org", "ada@EXAMPLE.com", "bo@example.org"], PEOPLE)] == [1, 4, 2]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("ada@exampel.com", "did you mean Ada@example.com?"), ("Ada Example", "did you mean Ada@example.com?"), ("zzz", "Manage, Members")],
)
def test_an_unknown_person_is_named_with_the_nearest(wanted: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"'{wanted}'") as raised:
        match_emails(["bo@example.org", wanted], PEOPLE)
    assert raised.value.hint is not None
    assert hint in raised.value.hint
