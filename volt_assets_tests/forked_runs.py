"""Runs in processes of their own that can be killed at any moment: the tests' side of fork_server.py, and what a kill leaves."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from volt_assets.cli.run_plan import RunPlan
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.checkout import ROOT
from volt_assets_tests.cli.command_line import Ended, program_environ
from volt_assets_tests.fault_runs import ENRICHMENT
from volt_assets_tests.pipeline import WEEK, files_of, folder_of

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.002
_NAMES = {
    "entries": "/search/time_entries$",
    "totals": "/totals$",
    "v9": "/api/v9/",
    "schema": "/schema$",
    "commands": "/api/commands$",
    "documents": "/documents/commands$",
    "answers": "/completions$",
}
_RUN_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def soon(condition: Callable[[], bool], what: str) -> None:
    """Look every few milliseconds until `condition` holds."""
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"it never came to pass: {what}"
        pause.wait(POLL_SECONDS)


@dataclass(frozen=True)
class Run:
    """A run in a process of its own."""

    pid: int
    run_id: str
    data: Path
    output: Path
    wait: Callable[[], int]
    """Its exit code, negative for the signal that ended it; to be called once."""

    def events(self) -> list[dict[str, Any]]:
        """What it has told so far, whole lines only."""
        path = self.data / ".volt" / "progress" / f"{self.run_id}.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def has_told(self, event: str, step: str) -> bool:
        return any((line["event"], line.get("step")) == (event, step) for line in self.events())

    def told(self) -> str:
        """Why it went wrong, for a message of a test."""
        return f"{self.output.read_text()}{[line for line in self.events() if line['event'] == 'step_failed']}"

    def kill(self) -> None:
        """kill -9, and wait for the process to be gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL


@dataclass
class Machine:
    """A home directory with an instance and a small configuration, on which runs are started."""

    home: Path
    server: subprocess.Popen[str]
    started: int = field(default=0)

    def environ(self, company: RunningSandbox, **variables: str) -> dict[str, str]:
        return program_environ(self.home, company.environ(with_model=True), {"VOLT_CONFIG": str(self.home)}, variables)

    def execute(self, plan: RunPlan, company: RunningSandbox, **variables: str) -> Run:
        """Start the plan itself, without the checks before it."""
        return self._start({"plan": plan.to_json()}, self.environ(company, **variables), plan)

    def command(self, *arguments: str, company: RunningSandbox, **variables: str) -> Ended:
        """`volt-agent` with these arguments, run to its end; both streams are in `err`."""
        run = self.begin(*arguments, company=company, **variables)
        return Ended(run.wait(), "", run.output.read_text())

    def begin(self, *arguments: str, company: RunningSandbox, **variables: str) -> Run:
        """The same, still going; its run id and data folder are not known here."""
        return self._start({"arguments": arguments}, self.environ(company, **variables), RunPlan(WEEK, str(self.home)))

    def _start(self, request: Mapping[str, Any], environ: Mapping[str, str], plan: RunPlan) -> Run:
        self.started += 1
        output = self.home / f"output_{self.started}.txt"
        pid = self._ask({"do": "start", **request, "environ": environ, "cwd": str(self.home), "output": str(output)})
        return Run(pid, plan.run_id, Path(plan.data_location), output, lambda: self._ask({"do": "wait", "pid": pid}))

    def _ask(self, request: Mapping[str, Any]) -> int:
        assert self.server.stdin is not None
        print(json.dumps(request), file=self.server.stdin, flush=True)
        return int(json.loads(answer_of(self.server)))


def answer_of(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    ready, _, _ = select.select([server.stdout], [], [], PATIENCE_SECONDS)
    assert ready, "the process of a run neither ended nor began"
    return server.stdout.readline()


@contextmanager
def machine(home: Path) -> Iterator[Machine]:
    """One with the configuration of small runs."""
    (home / "volt.yaml").write_text("pace: 0\nretries: {attempts: 2}\n")
    (home / "enrichment_config.yaml").write_text(ENRICHMENT)
    command = [sys.executable, "-m", "volt_assets_tests.fork_server"]
    with subprocess.Popen(  # noqa: S603 -- our own interpreter, no shell
        command, cwd=ROOT, env=program_environ(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert answer_of(server) == '"ready"\n'
        try:
            yield Machine(home, server)
        finally:
            server.terminate()


def assert_whole(data: Path) -> None:
    """No file that anybody reads is half-written: what is being written still has a name that starts with a dot."""
    for path in [path for path in data.rglob("*") if path.is_file()]:
        assert path.name.startswith(".") == (path.suffix == ".tmp"), path
        if path.suffix == ".json":
            json.loads(path.read_bytes())
        elif path.suffix in (".md", ".html"):
            assert read_stamp(path.read_text()) is not None, path


def content_of(data: Path, key: str = WEEK) -> dict[str, bytes]:
    """Every file of the days and of the range, byte by byte; run ids and times of today left out.

    Left out are the story of the run, and the view of operations, which says what the run took.
    """
    files = {f"days/{name}": content for name, content in files_of(data / "work_reports" / "toggl_days").items()}
    files.update(files_of(folder_of(data, key)))
    visible = {name: content for name, content in files.items() if not name.rpartition("/")[2].startswith(".")}
    of_one_run = {name for name in visible if name.startswith(("run_metadata.json", "runs/")) or "views/operations" in name}
    return {name: _timeless(content) for name, content in visible.items() if name not in of_one_run}


def _timeless(content: bytes) -> bytes:
    content = _RUN_ID.sub(b"<run>", content)
    today = datetime.now(UTC)
    for day in (today, today - timedelta(days=1)):  # midnight may have come in between
        content = re.sub(rf"{day:%Y-%m-%d}T[0-9:.]+(Z|\+00:00)".encode(), b"<time>", content)
        content = re.sub(rf"{day.day} {day:%b %Y} \d\d:\d\d UTC".encode(), b"<time>", content)
    # The digest of a day is over its times too.
    return re.sub(rb'"content_sha256": "[0-9a-f]{64}"', b'"content_sha256": "<digest>"', content)


def asked(company: RunningSandbox) -> Counter[str]:
    """Requests so far, by the end of their path: entries, totals, commands, documents, schema, answers, and v9 for all look-ups."""
    counts: Counter[str] = Counter()
    for path, count in (pair for api in ("toggl", "fibery", "openai") for pair in company.requests.by_path(api).items()):
        # Another program of the machine may knock at a port that was its own a moment ago.
        name = next((name for name, part in _NAMES.items() if re.search(part, path)), "not ours")
        counts[name] += count
    return counts
