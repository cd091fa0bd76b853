"""Whether the UI is up, and what starting it refuses. The UI itself is Dagster's."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from volt_assets.cli.commands.ui import open_run
from volt_assets.cli.console import Console
from volt_assets.cli.web_interface import is_ui_up, open_in_browser, serve_ui
from volt_assets.errors import UsageError
from volt_assets_tests.cli.conftest import Command


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_that_answers_is_up(taken_port: int) -> None:
    assert is_ui_up("127.0.0.1", taken_port)


def test_a_port_that_does_not_answer_is_not() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert not is_ui_up("127.0.0.1", probe.getsockname()[1])


def test_a_taken_port_is_refused_before_anything_starts(taken_port: int, tmp_path: Path) -> None:
    environ = {"DAGSTER_HOME": str(tmp_path / "home")}
    with pytest.raises(UsageError, match=f"--port {taken_port}: something listens there already"):
        serve_ui("127.0.0.1", taken_port, Console(), environ=environ)
    assert list(tmp_path.iterdir()) == []


def test_the_command_refuses_it_too(command: Command, taken_port: int) -> None:
    ended = command("ui", "--port", str(taken_port))
    assert (ended.code, ended.out) == (2, "")
    assert f"--port {taken_port}" in ended.err


def test_opening_the_ui_to_the_network_is_warned_about(command: Command) -> None:
    ended = command("ui", "--host", "0.0.0.0", "--run-id", "../x")  # noqa: S104 -- refused before it listens
    assert "warning: everybody who reaches 0.0.0.0:3000" in ended.err
    assert ended.code == 2


def test_a_run_has_an_address_whether_the_ui_is_up_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volt_assets.cli.commands.ui.PORT", 9)
    told = open_run("run-1")
    assert "http://127.0.0.1:9/runs/run-1" in told
    assert "volt-agent ui" in told


def test_without_a_screen_no_browser_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    open_in_browser("http://127.0.0.1:9")
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    open_in_browser("http://127.0.0.1:9")
    assert opened == ["http://127.0.0.1:9"]
