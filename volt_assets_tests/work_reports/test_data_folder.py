"""Where things lie, whose data it is, and who an ad-hoc scope is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from volt_assets.environment import FiberyAccess, TogglAccess
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.range_key import RangeKey
from volt_assets_tests.pipeline import WEEK, files_of

TOGGL = TogglAccess(SecretStr("toggl-secret"), 123456, "https://toggl.example.com:8443/x")
FIBERY = FiberyAccess(SecretStr("fibery-secret"), "acme", "https://acme.example.com", "https://acme.example.com")
KEY = RangeKey(date(2025, 10, 6), date(2025, 10, 12), "users-00000000")


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(str(tmp_path / "data"))


def test_everything_has_its_place(data: DataFolder) -> None:
    assert str(data.days) == f"{data.location}/work_reports/toggl_days"
    assert str(data.of_range(WEEK)) == f"{data.location}/work_reports/{WEEK}"
    assert str(data.cache("people.json")) == f"{data.location}/.volt/people.json"
    assert str(data.progress_file("r-1")) == f"{data.location}/.volt/progress/r-1.jsonl"
    assert DataFolder("memory://volt").progress_file("r-1") is None
    assert str(DataFolder("memory://volt/d").of_range(WEEK)).endswith(f"/d/work_reports/{WEEK}")


@pytest.mark.parametrize("key", ["../../etc", "..", ".", "", "a/b", "/etc", "2025-10-06_2025-10-12/..", "a\\b", "a\0b", "C:x"])
def test_a_key_cannot_lead_out_of_the_folder(data: DataFolder, key: str) -> None:
    with pytest.raises(UsageError, match="range key"):
        data.of_range(key)


def test_a_folder_is_bound_to_the_first_workspace_without_its_tokens(data: DataFolder) -> None:
    data.claim(TOGGL, FIBERY)
    data.claim(TOGGL, FIBERY)
    [content] = files_of(Path(data.location)).values()
    assert json.loads(content) == {
        "toggl_host": "toggl.example.com",
        "toggl_workspace_id": 123456,
        "fibery_host": "acme.example.com",
    }


def named(toggl: TogglAccess, fibery: FiberyAccess) -> str:
    toggl_host, fibery_host = (urlsplit(access.base_url).hostname for access in (toggl, fibery))
    return f"Toggl {toggl.workspace_id} at {toggl_host} with Fibery at {fibery_host}"


@pytest.mark.parametrize(
    ("toggl", "fibery"),
    [
        (replace(TOGGL, workspace_id=7), FIBERY),
        (replace(TOGGL, base_url="https://other.example.com"), FIBERY),
        (TOGGL, replace(FIBERY, base_url="https://other.example.com")),
    ],
    ids=["workspace", "host of Toggl", "host of Fibery"],
)
def test_the_folder_of_another_workspace_is_refused(data: DataFolder, toggl: TogglAccess, fibery: FiberyAccess) -> None:
    data.claim(TOGGL, FIBERY)
    before = files_of(Path(data.location))
    for judge in (data.claim, data.check_claim):
        with pytest.raises(StoredDataError, match="belongs to another workspace") as raised:
            judge(toggl, fibery)
        assert "--output-dir" in str(raised.value.hint)
        assert (
            str(raised.value)
            == f"{data.location}: this data folder belongs to another workspace: {named(TOGGL, FIBERY)}, not {named(toggl, fibery)}"
        )
    assert files_of(Path(data.location)) == before


def test_another_port_of_the_same_host_is_the_same_workspace(data: DataFolder) -> None:
    data.claim(TOGGL, FIBERY)
    before = files_of(Path(data.location))
    data.claim(replace(TOGGL, base_url="https://toggl.example.com:1"), FIBERY)
    assert files_of(Path(data.location)) == before


def test_judging_binds_nothing(data: DataFolder) -> None:
    data.check_claim(TOGGL, FIBERY)
    assert not Path(data.location).exists()


@pytest.mark.parametrize("content", ["{", "[]", '"text"', ""])
def test_an_unreadable_claim_is_named_and_kept(data: DataFolder, content: str) -> None:
    path = Path(data.location) / ".volt" / "workspace.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(StoredDataError, match=r"workspace\.json"):
        data.claim(TOGGL, FIBERY)
    assert path.read_text() == content


@pytest.mark.parametrize("below", ["", "deeper/and/deeper"])
def test_a_data_folder_that_is_a_file_is_refused_before_anything_is_asked(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    data = DataFolder(str(tmp_path / "file" / below))
    for judge in (data.claim, data.check_claim):
        with pytest.raises(StoredDataError, match="cannot be a data folder") as raised:
            judge(TOGGL, FIBERY)
        assert "--output-dir" in str(raised.value.hint)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_on_an_object_store_is_claimed_as_well() -> None:
    data = DataFolder("memory://claimed")
    data.claim(TOGGL, FIBERY)
    with pytest.raises(StoredDataError, match="another workspace"):
        data.check_claim(replace(TOGGL, workspace_id=8), FIBERY)


def test_an_ad_hoc_list_is_remembered_under_a_name_that_depends_on_its_people_only(data: DataFolder) -> None:
    scope = data.remember_users([" Mila@Example.com", "joao@example.com"])
    assert data.remember_users(["joao@example.com", "mila@example.com"]) == scope
    key = RangeKey(KEY.start, KEY.end, scope)
    assert data.scope_emails(key, Settings()) == frozenset({"mila@example.com", "joao@example.com"})


def test_everybody_and_a_team(data: DataFolder) -> None:
    settings = Settings(teams={"platform": ("mila@example.com",)})
    assert data.scope_emails(RangeKey(KEY.start, KEY.end), settings) is None
    assert data.scope_emails(RangeKey(KEY.start, KEY.end, "platform"), settings) == frozenset({"mila@example.com"})


def test_an_unknown_scope_names_the_teams_there_are(data: DataFolder) -> None:
    with pytest.raises(UsageError, match=r"users-00000000.*\(teams in volt\.yaml: platform\)"):
        data.scope_emails(KEY, Settings(teams={"platform": ("mila@example.com",)}))


@pytest.mark.parametrize("content", ['{"scope": "users-00000000"}', '{"emails": 7}', '{"emails": [7]}', "[]", "no JSON"])
def test_a_scope_file_that_says_nothing_usable_is_named(data: DataFolder, content: str) -> None:
    path = Path(data.location) / "work_reports" / "scopes" / "users-00000000.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(StoredDataError, match=r"scopes/users-00000000\.json"):
        data.scope_emails(KEY, Settings())
