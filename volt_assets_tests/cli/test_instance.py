"""Which instance a command uses, and what a .env adds to the environment."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

from volt_assets.cli.instance import dagster_home, open_instance, prepare_environment
from volt_assets.config_files import checkout_dir
from volt_assets.errors import EnvironmentVariableError
from volt_assets_tests.checkout import ROOT


def prepared(**environ: str) -> dict[str, str]:
    prepare_environment(environ)
    return environ


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_telemetry_is_off_whatever_the_environment_says() -> None:
    assert prepared(DAGSTER_DISABLE_TELEMETRY="0")["DAGSTER_DISABLE_TELEMETRY"] == "1"


def test_a_dot_env_adds_what_is_not_set(empty_folder: Path) -> None:
    lines = [
        "# ours",
        "",
        "export TOGGL_WORKSPACE_ID=7",
        "TOGGL_API_TOKEN='from the file'",
        "FIBERY_API_TOKEN=a$HOME # not expanded",
        "EMPTY",
    ]
    (empty_folder / ".env").write_text("\n".join(lines))
    environ = prepared(TOGGL_WORKSPACE_ID="8", HOME="/nowhere")
    assert environ == {
        "HOME": "/nowhere",
        "TOGGL_WORKSPACE_ID": "8",
        "TOGGL_API_TOKEN": "from the file",
        "FIBERY_API_TOKEN": "a$HOME",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def test_a_folder_of_that_name_is_no_dot_env(empty_folder: Path) -> None:
    (empty_folder / ".env").mkdir()
    assert prepared() == {"DAGSTER_DISABLE_TELEMETRY": "1"}


def test_an_error_in_a_dot_env_names_the_line_and_not_the_secret(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("A=1\n\n\nTOGGL_API_TOKEN 'secret'\n")
    with pytest.raises(EnvironmentVariableError, match=r"^\.env:4: is not of the form NAME=value$"):
        prepared()


def test_a_home_that_does_not_exist_is_made_and_may_be_relative(empty_folder: Path) -> None:
    environ = {"DAGSTER_HOME": "deep/down/home"}
    assert dagster_home(environ) == empty_folder / "deep" / "down" / "home"
    assert environ["DAGSTER_HOME"] == str(empty_folder / "deep" / "down" / "home")
    assert list((empty_folder / "deep" / "down" / "home").iterdir()) == []


def test_without_a_home_a_checkout_keeps_its_own_instance() -> None:
    assert checkout_dir() == ROOT
    environ: dict[str, str] = {}
    assert dagster_home(environ) is None
    assert environ == {}


def test_an_empty_home_gets_a_working_instance_that_keeps_what_it_is_told(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = empty_folder / "home"
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    for keys in ([], ["2025-10-06_2025-10-12"]):
        with open_instance() as instance:
            assert instance.get_dynamic_partitions("date_ranges") == keys
            instance.add_dynamic_partitions("date_ranges", ["2025-10-06_2025-10-12"])
    assert not instance.telemetry_enabled
    assert (home / "storage").is_dir() or (home / "history").is_dir()


def test_a_home_with_a_configuration_of_its_own_is_used_as_it_is(empty_folder: Path) -> None:
    home = empty_folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text(f"telemetry: {{enabled: false}}\nstorage: {{sqlite: {{base_dir: {empty_folder}/elsewhere}}}}\n")
    with open_instance({"DAGSTER_HOME": str(home)}) as instance:
        assert isinstance(instance, dg.DagsterInstance)
        instance.add_dynamic_partitions("date_ranges", ["x"])
    assert (empty_folder / "elsewhere").is_dir()


@pytest.mark.parametrize("content", ["storage: [", "frob: 1", "- a list"])
def test_a_configuration_that_dagster_refuses_is_named(empty_folder: Path, content: str) -> None:
    (empty_folder / "dagster.yaml").write_text(content)
    with pytest.raises(EnvironmentVariableError, match=rf"^{empty_folder}/dagster\.yaml: ") as raised:
        open_instance({"DAGSTER_HOME": str(empty_folder)})
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize("home", ["file", "file/below", "~nobody_of_that_name/x"])
def test_a_home_that_cannot_be_made_is_named(empty_folder: Path, home: str) -> None:
    (empty_folder / "file").write_text("mine")
    with pytest.raises(EnvironmentVariableError, match="DAGSTER_HOME: "):
        open_instance({"DAGSTER_HOME": home})


def test_a_run_in_this_process_captures_no_output_whatever_dagster_yaml_says(tmp_path: Path) -> None:
    environ = {"DAGSTER_HOME": str(tmp_path)}
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with open_instance(environ) as instance:
        assert isinstance(instance.compute_log_manager, LocalComputeLogManager)
    with open_instance(environ, captures_output=False) as instance:
        assert isinstance(instance.compute_log_manager, NoOpComputeLogManager)
        assert not instance.telemetry_enabled
