"""`volt-agent deliver`: what would go where, sending it, and a process that is killed while it sends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from volt_assets.cli.main import app
from volt_assets.errors import EnvironmentVariableError, UsageError
from volt_assets_tests.clients.loopback_server import LoopbackServer, Told, in_turn
from volt_assets_tests.pipeline import WEEK, folder_of
from volt_assets_tests.work_reports.deliver.delivered_week import book_of
from volt_assets_tests.work_reports.deliver.receivers import receiver

ROBOT = {"audience": "lead", "channel": "webhook", "url_variable": "VOLT_HOOK", "secret_variable": "VOLT_HOOK_SECRET", "send": True}
SLACK = {"audience": "lead", "channel": "slack", "url_variable": "VOLT_HOOK", "send": True}


def configure(folder: Path, monkeypatch: pytest.MonkeyPatch, **named: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "volt.yaml").write_text(yaml.safe_dump({"delivery": {"named": named}}))
    monkeypatch.setenv("VOLT_CONFIG", str(folder))
    monkeypatch.setenv("VOLT_HOOK_SECRET", "geheim")


def call(*words: str) -> int:
    return int(app(list(words), standalone_mode=False))


@pytest.fixture
def hook(stored_week: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """Answers nothing the first time, then as it should."""
    del stored_week
    with receiver(in_turn(Told(misbehave="silent"), Told("ok"))) as running:
        monkeypatch.setenv("VOLT_HOOK", f"{running.url}/hidden-path")
        yield running


def test_without_send_it_prints_what_would_go_where_and_sends_nothing(
    hook: LoopbackServer, stored_week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    off = {**SLACK, "send": False}
    configure(tmp_path / "config", monkeypatch, robot=ROBOT, quiet=off, unready={**off, "url_variable": "VOLT_NOT_SET"})
    assert call("deliver", "--key", WEEK, "--now") == 0
    said, warned = capsys.readouterr()
    assert "warning: unready: VOLT_NOT_SET is not set" in warned
    assert f"== {WEEK}: robot: revision 1 by webhook VOLT_HOOK: would be sent\nTeam \u00b7 6\u201312 October 2025\n" in said
    assert f"== {WEEK}: quiet: revision 1 by slack VOLT_HOOK" in said
    assert "(switched off: send: false)" in said
    assert "Needs attention\n1. " in said
    assert "hidden-path" not in said
    assert call("deliver", "--key", WEEK, "--only", "robot", "--json") == 0
    [one] = json.loads(capsys.readouterr().out)
    assert (one["delivery"], one["revision"], one["send"]) == ("robot", 1, True)
    assert hook.asked == []
    assert not (folder_of(stored_week) / "deliveries.json").exists()


def test_what_is_wrong_is_named_before_anything_is_sent(
    hook: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(tmp_path / "config", monkeypatch, robot=ROBOT, other={**SLACK, "url_variable": "VOLT_NOT_SET"})
    with pytest.raises(EnvironmentVariableError, match="VOLT_NOT_SET is not set"):
        call("deliver", "--key", WEEK, "--send", "--now")
    with pytest.raises(UsageError, match="no delivery of this name") as caught:
        call("deliver", "--only", "robt")
    assert caught.value.hint == "did you mean robot?"
    with pytest.raises(UsageError, match="has no reports here"):
        call("deliver", "--key", "2025-09-01_2025-09-07")
    monkeypatch.setenv("VOLT_HOOK", "no address geheim2".replace(" ", "-"))
    with pytest.raises(EnvironmentVariableError, match="VOLT_HOOK is not an http or https address") as caught_address:
        call("deliver", "--key", WEEK, "--only", "robot")
    assert "geheim2" not in str(caught_address.value)
    assert hook.asked == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("delivery", "arrives"), [(ROBOT, 2), (SLACK, 1)])
def test_a_killed_process_makes_a_machine_hear_it_twice_and_people_at_most_once(
    delivery: dict[str, Any],
    arrives: int,
    hook: LoopbackServer,
    stored_week: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(tmp_path / "config", monkeypatch, one=delivery)
    command = [sys.executable, "-c", "from volt_assets.cli.main import main; main()", "deliver", "--key", WEEK, "--send", "--now"]
    killed = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 -- ourselves
    while killed.poll() is None and not hook.asked:
        with suppress(subprocess.TimeoutExpired):
            killed.wait(0.05)
    with pytest.raises(UsageError, match="is under way"):
        call("deliver", "--key", WEEK, "--send", "--now")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert [(one.state, one.tries) for one in book_of(stored_week).delivered] == [("sending", 1)]

    code = call("deliver", "--key", WEEK, "--send", "--now")
    assert len(hook.asked) == arrives
    if arrives == 1:
        assert code == 4
        assert "nobody knows whether it arrived" in capsys.readouterr().err
        # Somebody has asked, and decides that it is to go out.
        assert call("dead-letters", "redrive") == 0
        assert f"{WEEK}: one: delivered\n" in capsys.readouterr().out
    assert book_of(stored_week).delivered[-1].state == "sent"
    assert len({asked.headers.get("idempotency-key") for asked in hook.asked}) == 1
    assert call("deliver", "--key", WEEK, "--send", "--now") == 0
    assert len(hook.asked) == 2
