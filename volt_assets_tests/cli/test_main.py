"""One error boundary: every bad input gets one line with the place and the fix, exit code 2, and nothing is written."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from volt_assets import __version__
from volt_assets.cli.main import app
from volt_assets.sandbox.server import RunningSandbox
from volt_assets_tests.cli.command_line import Ended
from volt_assets_tests.cli.conftest import Command
from volt_assets_tests.pipeline import WEEK, files_of

RUN = ("run", "--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0", "--set", "retries.attempts=1")
UNKNOWN_RUN = "00000000-0000-4000-8000-000000000000"


def assert_refused(ended: Ended, *, complaint: str, fix: str = "") -> None:
    """What every refusal looks like."""
    lines = ended.err.splitlines()
    assert (ended.code, ended.out) == (2, ""), ended
    assert len(lines) == 2, ended.err
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert complaint in lines[0]
    assert fix in lines[1]


@pytest.mark.parametrize(
    ("arguments", "complaint", "fix"),
    [
        (("run",), "--start-date and --end-date are needed", "--last-week"),
        (("run", "--start-date", "2025-10-06"), "--start-date and --end-date are needed", "--last-week"),
        (("run", "--start-date", "2025-02-30", "--end-date", "2025-03-01"), "--start-date: 2025-02-30 does not exist", "check the day"),
        (("run", "--start-date", "2025-10-06", "--end-date", "12.10.2025"), "--end-date: '12.10.2025' is not a date", "2025-10-06"),
        (("run", "--start-date", "2025-10-12", "--end-date", "2025-10-06"), "ends before it starts", "swap the dates"),
        (("run", "--start-date", "2999-01-01", "--end-date", "2999-01-07"), "lies wholly in the future", "choose days"),
        (("run", "--start-date", "2024-01-01", "--end-date", "2025-10-06"), "at most 366", "split it"),
        (("run", "--start-date", "0025-10-06", "--end-date", "0025-10-07"), "begins before 2006", "check the year"),
        (("run", "--last-week", "--start-date", "2025-10-06"), "--last-week and dates exclude each other", "use one"),
        (("run", "--last-week", "--last-month"), "--last-week and --last-month exclude each other", "use one"),
        ((*RUN, "--users", "a@example.com", "--team", "x"), "--users and --team exclude each other", "use one"),
        ((*RUN, "--users", " , "), "--users names nobody", "for example"),
        ((*RUN, "--team", "../x"), "--team ../x: no such team", "teams there"),
        ((*RUN, "--start-from", "fibre"), "--start-from fibre: there is no such stage", "did you mean 'fibery'?"),
        (("run", "--start-from", "fibery"), "--start-from fibery needs --run-id", "list-runs"),
        ((*RUN, "--run-id", WEEK), "--run-id goes with --start-from fibery", "leave it out"),
        ((*RUN, "--set", "page_size"), "is not of the form key=value", "toggl.page_size=500"),
        ((*RUN, "--set", "toggl.pagesize=5"), "unknown key 'toggl.pagesize'", "did you mean 'page_size'?"),
        ((*RUN, "--set", "toggl.page_size=many"), "key 'toggl.page_size'", "docs/configuration.md"),
        ((*RUN, "--set", "toggl.page_size=[1"), "is not valid YAML", "quotes"),
        (("run", "--frob"), "No such option: --frob", "--help"),
        (("frobnicate",), "No such command 'frobnicate'", "--help"),
        (("list-runs", "--status", "done"), "--status done: there is no such status", "completed"),
        (("list-runs", "--limit", "0"), "'--limit'", "--help"),
        (("show-run",), "Missing option '--run-id'", "--help"),
        (("ranges", "add", "2025-10-12", "2025-10-06"), "ends before it starts", "swap"),
        (("ranges", "add", "../x", "2025-10-06"), "'../x' is not a date", "2025-10-06"),
        (("sandbox", "--people", "0"), "'--people'", "--help"),
    ],
)
def test_what_is_wrong_in_the_words_of_the_command(
    command: Command, environment: Path, arguments: Sequence[str], complaint: str, fix: str
) -> None:
    assert_refused(command(*arguments), complaint=complaint, fix=fix)
    assert not environment.exists()


@pytest.mark.parametrize("asked", ["show-run", "cancel-run", "run"])
@pytest.mark.parametrize(
    ("run_id", "complaint"),
    [
        (UNKNOWN_RUN, "there is no such run"),
        ("2025-10-06_2025-10-12_nobody", "there is no such run"),
        ("../../etc/passwd", "is neither a run id nor a range key"),
        ("../2025-10-06_2025-10-12", "is neither a run id nor a range key"),
        ("%s{0}", "is neither a run id nor a range key"),
    ],
)
def test_runs_that_nobody_knows(command: Command, environment: Path, asked: str, run_id: str, complaint: str) -> None:
    options = ["--start-from", "fibery"] if asked == "run" else []
    assert_refused(command(asked, *options, "--run-id", run_id), complaint=f"--run-id {run_id}: {complaint}", fix="volt-agent list-runs")
    assert not environment.exists()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("TOGGL_API_TOKEN", None, "TOGGL_API_TOKEN is not set"),
        ("TOGGL_API_TOKEN", "two words", "TOGGL_API_TOKEN holds characters that no token has"),
        ("TOGGL_WORKSPACE_ID", None, "TOGGL_WORKSPACE_ID is not set"),
        ("TOGGL_WORKSPACE_ID", "acme", "TOGGL_WORKSPACE_ID must be a number"),
        ("TOGGL_BASE_URL", "ftp://example.com", "TOGGL_BASE_URL: 'ftp://example.com' is not an http or https address"),
        ("TOGGL_BASE_URL", "http://me:secret@example.com", "TOGGL_BASE_URL must not hold a user or a password"),
        ("FIBERY_API_TOKEN", None, "FIBERY_API_TOKEN is not set"),
        ("FIBERY_WORKSPACE_NAME", "https://acme.fibery.io", "FIBERY_WORKSPACE_NAME must be a bare name"),
        ("OPENAI_API_KEY", "two words", "OPENAI_API_KEY holds characters that no token has"),
        ("VOLT_CONFIG", "/no/such/folder", "VOLT_CONFIG: /no/such/folder is neither a folder nor a file"),
        ("VOLT_DATA_DIR", "nosuch://bucket/x", "data folder nosuch://bucket/x"),
        ("VOLT_DATA_DIR", "~nobody_of_that_name/x", "VOLT_DATA_DIR: ~nobody_of_that_name/x"),
    ],
)
def test_variables_that_are_missing_or_malformed(
    command: Command, environment: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, complaint: str
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    ended = command(*RUN)
    assert_refused(ended, complaint=complaint)
    assert "secret" not in ended.err
    assert not environment.exists()


@pytest.mark.parametrize(("content", "complaint"), [(None, "cannot be read"), ("\n", "is empty")])
def test_a_token_file_without_a_token(
    command: Command, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, complaint: str
) -> None:
    monkeypatch.delenv("TOGGL_API_TOKEN")
    monkeypatch.setenv("TOGGL_API_TOKEN_FILE", str(tmp_path / "token"))
    if content is not None:
        (tmp_path / "token").write_text(content)
    assert_refused(command(*RUN), complaint=f"TOGGL_API_TOKEN_FILE: {tmp_path}/token {complaint}")
    assert not environment.exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"A=1\nno variable\n", ".env:2: is not of the form NAME=value"),
        (b'\nTOGGL_API_TOKEN="never closed\n', ".env:2: is not of the form NAME=value"),
        (b"A=\xff\xfe\n", ".env: cannot be read as text in UTF-8"),
    ],
)
def test_a_dot_env_that_cannot_be_understood(command: Command, environment: Path, tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    assert_refused(command("list-runs"), complaint=complaint)
    assert not environment.exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("timezone: [\n", "volt.yaml:2: is not valid YAML"),
        ("toggl:\n  page_sizes: 5\n", "volt.yaml:2: unknown key 'toggl.page_sizes'"),
        ("pace: 1\npace: 2\n", "volt.yaml:2: key 'pace' stands twice"),
        ("timezone: Mars/Olympus\n", "volt.yaml:1: key 'timezone': 'Mars/Olympus' is not a time zone"),
    ],
)
def test_a_configuration_file_with_an_error_is_named_with_line_and_key(
    command: Command, environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, complaint: str
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "volt.yaml").write_text(text)
    monkeypatch.setenv("VOLT_CONFIG", str(tmp_path / "config"))
    ended = command(*RUN)
    assert (ended.code, ended.out) == (2, "")
    assert complaint in ended.err
    assert not environment.exists()


def test_a_data_folder_of_another_workspace_stays_as_it_is(command: Command, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = environment / ".volt" / "workspace.json"
    owner.parent.mkdir(parents=True)
    owner.write_text(json.dumps({"toggl_host": "127.0.0.1", "toggl_workspace_id": 7, "fibery_host": "127.0.0.1"}))
    before = files_of(environment)
    assert_refused(command(*RUN), complaint="belongs to another workspace", fix="--output-dir")
    assert files_of(environment) == before
    monkeypatch.setenv("VOLT_DATA_DIR", str(owner))
    assert_refused(command(*RUN), complaint=f"{owner} is not a folder", fix="--output-dir")
    assert files_of(environment) == before


@pytest.fixture
def dead_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize("name", ["TOGGL_BASE_URL", "FIBERY_BASE_URL", "OPENAI_BASE_URL"])
def test_an_unreachable_host_is_found_before_the_first_step(
    command: Command, environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, dead_url: str, name: str
) -> None:
    for variable, value in {**sandbox.environ(with_model=True), name: dead_url}.items():
        monkeypatch.setenv(variable, value)
    assert_refused(command(*RUN), complaint="cannot be reached", fix=name)
    assert not environment.exists()


@pytest.mark.parametrize("name", ["TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY"])
def test_a_wrong_token_is_found_before_the_first_step_and_never_shown(
    command: Command, environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable, value in {**sandbox.environ(with_model=True), name: "a-wrong-token"}.items():
        monkeypatch.setenv(variable, value)
    ended = command(*RUN)
    assert_refused(ended, complaint="", fix=name)
    assert "a-wrong-token" not in ended.err
    assert not environment.exists()


def test_the_wrong_workspace_is_found_before_the_first_step(command: Command, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_WORKSPACE_ID", "7")
    assert_refused(command(*RUN), complaint="Toggl")
    assert not environment.exists()


@pytest.mark.parametrize("asked", [RUN, ("plan", *RUN[1:]), ("ranges", "add", "2025-10-06", "2025-10-12")])
def test_an_unknown_person_is_met_with_the_nearest_one(command: Command, environment: Path, asked: Sequence[str]) -> None:
    ended = command(*asked, "--users", "mila.petrovich@example.com")
    assert_refused(ended, complaint="mila.petrovich@example.com", fix="mila.petrovic@example.com")
    assert not (environment / "work_reports").exists()
    if asked[0] == "ranges":
        assert command("ranges", "list").out == ""


def test_people_of_a_range_are_checked_where_their_host_answers(
    command: Command, environment: Path, monkeypatch: pytest.MonkeyPatch, dead_url: str
) -> None:
    added = command("ranges", "add", "2025-10-06", "2025-10-12", "--users", "mila.petrovic@example.com")
    assert added.code == 0, added.err
    scope = added.out.strip().rpartition("_")[2]
    assert (environment / "work_reports" / "scopes" / f"{scope}.json").is_file()
    assert command("ranges", "remove", added.out.strip()).code == 0
    monkeypatch.setenv("TOGGL_BASE_URL", dead_url)
    ended = command("ranges", "add", "2025-10-06", "2025-10-12", "--users", "mila.petrovic@example.com")
    assert_refused(ended, complaint="cannot be reached", fix="TOGGL_BASE_URL")


def test_a_restart_needs_stored_time(command: Command, environment: Path, dagster_home: Path) -> None:
    del dagster_home
    assert_refused(
        command("run", "--start-from", "fibery", "--run-id", WEEK, "--start-date", "2025-10-06"),
        complaint=f"--run-id {WEEK}: there is no such run",
    )
    assert not environment.exists()


def test_an_instance_folder_that_cannot_be_one(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "file"))
    assert_refused(command("list-runs"), complaint=f"DAGSTER_HOME: {tmp_path}/file cannot be used", fix="name a folder")
    for content in ("storage: [", "frob: 1"):
        (tmp_path / "home").mkdir(exist_ok=True)
        (tmp_path / "home" / "dagster.yaml").write_text(content)
        monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
        assert_refused(command("list-runs"), complaint=f"{tmp_path}/home/dagster.yaml: ", fix="DAGSTER_HOME")


def test_what_the_disk_refuses_is_one_line_too(command: Command, environment: Path) -> None:
    """A folder where a file belongs stands for everything a disk may say."""
    (environment / ".volt" / "people.json").mkdir(parents=True)
    ended = command(*RUN)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {environment}/.volt/people.json: Is a directory\nhint: ")
    assert len(ended.err.splitlines()) == 2


def test_help_and_version_are_data(command: Command) -> None:
    version = command("--version")
    assert (version.code, version.out, version.err) == (0, f"volt-agent {__version__}\n", "")
    shown = command("--help")
    assert (shown.code, shown.err) == (0, "")
    for name in ("run", "list-runs", "show-run", "cancel-run", "ui", "demo", "sandbox", "doctor", "ranges"):
        assert f"\n  {name} " in shown.out
        told = command(name, "--help")
        assert (told.code, told.err) == (0, "")
        assert told.out.startswith(f"Usage: volt-agent {name}")


def test_without_a_command_the_help_is_shown_as_help(command: Command) -> None:
    ended = command()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: volt-agent")
    assert len(ended.err.splitlines()) > 10


def test_every_command_has_a_help_text_of_its_own() -> None:
    for registered in app.registered_commands:
        assert registered.callback is not None
        assert registered.callback.__doc__
