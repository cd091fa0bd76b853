"""What the checks before the first step find: the exit code of each, the variable it names, and nothing written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from volt_assets import errors
from volt_assets.cli.found_before import found_before
from volt_assets.cli.preflight import ServiceChecks
from volt_assets.environment import toggl_access
from volt_assets.sandbox.faults import read_fault
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets_tests.checkout import ROOT
from volt_assets_tests.cli.conftest import Command

RUN = ("run", "--start-date", "2025-10-06", "--end-date", "2025-10-12", "--set", "pace=0")
URLS = {"toggl": "TOGGL_BASE_URL", "fibery": "FIBERY_BASE_URL", "openai": "OPENAI_BASE_URL"}
# Fault of the sandbox -> exit code, and whether the hint names the variable of the address.
ENDINGS = {
    "html": (2, True),
    "redirect": (2, True),
    "reset": (2, True),
    "reset-in-body": (2, True),
    "cut-json": (2, True),
    "invalid-utf8": (2, True),
    "slow=30": (2, True),
    "402-plan": (2, False),
    "402-quota=7200": (3, False),
    "429": (1, False),
    "500": (1, False),
    "503": (1, False),
}
# The same in the words of the documentation.
WORDS = {
    "no answer: refused, no such host, too slow, broken off, an untrusted certificate": ENDINGS["reset"][0],
    "an answer of something else: a web page, a redirect, no JSON, JSON of another shape": ENDINGS["html"][0],
    "the plan or the account lacks what was asked for (402)": ENDINGS["402-plan"][0],
    "Toggl's quota is used up (402)": ENDINGS["402-quota=7200"][0],
    "the service is ill or overrun (429, 5xx), however often it is tried": ENDINGS["500"][0],
}


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_fault_of_every_service_ends_with_its_code(
    command: Command, environment: Path, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for variable, value in sandbox.environ(with_model=True).items():
        monkeypatch.setenv(variable, value)
    code, names_address = ENDINGS[kind]
    for api, variable in URLS.items():
        if kind.startswith("402-quota") and api != "toggl":
            continue
        limits = ("--set", f"{'llm' if api == 'openai' else api}.timeout_seconds={0.3 if kind.startswith('slow') else 20}")
        with sandbox.faults.during(read_fault(f"{api}:{kind}:1..")):
            ended = command(*RUN, *limits)
        first, second = ended.err.splitlines()
        assert (ended.code, ended.out) == (code, ""), ended
        assert first.startswith("error: ")
        assert second.startswith("hint: ")
        assert (variable in second) == names_address, second
        assert not environment.exists()


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server that answers every question with this JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the overridden method
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("body", [b'{"hello": "world"}', b"[1]", b"7"])
def test_the_wrong_server_is_told_from_its_answers_and_its_variable_named(
    command: Command, environment: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    with answering(body) as url:
        monkeypatch.setenv("TOGGL_BASE_URL", url)
        for asked in (RUN, (*RUN, "--dry-run")):
            ended = command(*asked)
            assert (ended.code, ended.out) == (2, ""), ended
            assert "the answer is not what the API documents" in ended.err
            assert "TOGGL_BASE_URL" in ended.err
    assert not environment.exists()


def test_a_quota_that_is_back_soon_is_waited_for_aloud(sandbox: RunningSandbox, environment: Path) -> None:
    def tell(until: datetime) -> None:
        raise TimeoutError(f"nobody waits in a test, not even until {until}")

    settings = load_settings(os.environ, {"pace": 0})
    checks = ServiceChecks(settings, DataFolder(str(environment)), lambda: datetime.now(UTC), on_quota_wait=tell)
    with sandbox.faults.during("toggl:402-quota=60:1"), pytest.raises(TimeoutError, match="nobody waits"):
        asyncio.run(checks.toggl(toggl_access(os.environ)))


def test_whoever_tells_nobody_does_not_wait(sandbox: RunningSandbox, environment: Path) -> None:
    settings = load_settings(os.environ, {"pace": 0})
    checks = ServiceChecks(settings, DataFolder(str(environment)), lambda: datetime.now(UTC))
    with sandbox.faults.during("toggl:402-quota=0:1"), pytest.raises(errors.QuotaExhaustedError):
        asyncio.run(checks.toggl(toggl_access(os.environ)))


def test_a_service_that_is_overrun_is_tried_as_often_as_the_run_would_when_somebody_is_told(
    sandbox: RunningSandbox, environment: Path
) -> None:
    settings, told = load_settings(os.environ, {"pace": 0}), list[str]()
    for fault in ("toggl:429:1..4", "toggl:503:1..4"):
        checks = ServiceChecks(
            settings, DataFolder(str(environment)), lambda: datetime.now(UTC), on_retry_wait=lambda _, error: told.append(str(error))
        )
        with sandbox.faults.during(fault):
            asyncio.run(checks.toggl(toggl_access(os.environ)))
    assert len(told) == 8
    assert {line.partition(": ")[0] for line in told} == {"Toggl"}
    silent = ServiceChecks(settings, DataFolder(str(environment)), lambda: datetime.now(UTC))
    with sandbox.faults.during("toggl:429:1..2"), pytest.raises(errors.RateLimitError):
        asyncio.run(silent.toggl(toggl_access(os.environ)))


def test_an_address_that_breaks_off_is_tried_twice(sandbox: RunningSandbox, environment: Path) -> None:
    checks = ServiceChecks(
        load_settings(os.environ, {"pace": 0}),
        DataFolder(str(environment)),
        lambda: datetime.now(UTC),
        on_retry_wait=lambda _seconds, _error: None,
    )
    with sandbox.faults.during("toggl:reset:1..2"), pytest.raises(errors.UsageError):
        asyncio.run(checks.toggl(toggl_access(os.environ)))


def test_fibery_is_named_by_the_variable_its_address_comes_from() -> None:
    error = errors.ConnectionFailedError("Fibery: no complete answer in time", hint="try again later")
    assert found_before(error, "FIBERY_WORKSPACE_NAME").hint == "try again later; is FIBERY_WORKSPACE_NAME right?"
    named = errors.ConnectionFailedError("x", hint="check FIBERY_WORKSPACE_NAME")
    assert found_before(named, "FIBERY_WORKSPACE_NAME").hint == "check FIBERY_WORKSPACE_NAME"


def test_what_is_no_matter_of_configuration_stays_what_it_is() -> None:
    for error in (errors.ServerError("x"), errors.RateLimitError("x"), errors.UsageError("x"), errors.TimeLimitError("x")):
        assert found_before(error, "TOGGL_BASE_URL") is error


def test_troubleshooting_has_the_table() -> None:
    section = (ROOT / "docs" / "troubleshooting.md").read_text().partition("### What ends with which code")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ") and "code" not in line]
    codes = {row[1].strip(): row[2].strip() for row in rows}
    assert codes.items() >= {words: str(code) for words, code in WORDS.items()}.items()
