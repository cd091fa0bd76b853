"""The command line as its users have it: inside this process for what needs no run, as a program of its own for the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from volt_assets_tests.checkout import plain_environ

PROGRAM = Path(sys.executable).with_name("volt-agent")
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def program_environ(home: Path, *variables: Mapping[str, str]) -> dict[str, str]:
    """What a program sees: nothing of the person who runs the tests, its own instance, and `variables`."""
    environ = {**plain_environ(home), "DAGSTER_HOME": str(home / "dagster_home")}
    for more in variables:
        environ.update(more)
    return environ


def volt_agent(*arguments: str, cwd: Path, environ: Mapping[str, str]) -> Ended:
    """Run the command to its end."""
    done = subprocess.run(  # noqa: S603 -- our own program, no shell
        [str(PROGRAM), *arguments], cwd=cwd, env=dict(environ), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def dagster(*arguments: str, cwd: Path, environ: Mapping[str, str]) -> Ended:
    """Run Dagster's own command."""
    done = subprocess.run(  # noqa: S603 -- our own interpreter, no shell
        [sys.executable, "-m", "dagster", *arguments],
        cwd=cwd,
        env=dict(environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def under_way(*arguments: str, cwd: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; ended when the block is left."""
    process = subprocess.Popen(  # noqa: S603 -- our own program, no shell
        [str(PROGRAM), *arguments],
        cwd=cwd,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def ended(process: subprocess.Popen[str]) -> Ended:
    """The outcome of a command that is about to end."""
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return Ended(process.returncode, out, err)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until `condition` holds; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"it never came to pass: {what}"
        pause.wait(0.05)


def progress_lines(data: Path) -> list[dict[str, Any]]:
    """What the runs over this data folder have told so far, whole lines only."""
    text = "".join(path.read_text() for path in (data / ".volt" / "progress").glob("*.jsonl"))
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
