"""A real pseudo-terminal with a Python program in its foreground, for tests of what only a terminal shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

# Becoming the terminal's foreground takes a session leader that opens it.
_PRELUDE = "import os; os.close(os.open(os.ttyname(0), os.O_RDWR))\n"
_DEADLINE_SECONDS = 20


class Terminal:
    """Runs `program` (source text) on a terminal of its own; everything it shows is in `shown`."""

    def __init__(self, program: str, *arguments: str, columns: int = 80, environ: Mapping[str, str] | None = None) -> None:
        self._main, self._child_side = pty.openpty()
        fcntl.ioctl(self._child_side, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.mode_before = self.mode()
        plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR")}
        self.process = subprocess.Popen(  # noqa: S603 -- this interpreter, a program of the test
            [sys.executable, "-c", _PRELUDE + program, *arguments],
            stdin=self._child_side,
            stdout=self._child_side,
            stderr=self._child_side,
            start_new_session=True,
            env={**plain, "TERM": "xterm-256color", **(environ or {})},
        )
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._main)
        os.close(self._child_side)

    def mode(self) -> list[Any]:
        """The terminal's mode as termios gives it."""
        return termios.tcgetattr(self._child_side)

    def press(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read what is shown until `text` is among it."""
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} never came; shown: {self.shown!r}"
            self._read()

    def wait_for_exit(self) -> int:
        """The exit code; what the program shows meanwhile is read."""
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running; shown: {self.shown!r}"
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def _read(self) -> bool:
        ready, _, _ = select.select([self._main], [], [], 0.05)
        if ready:
            self.shown += os.read(self._main, 65536).decode(errors="replace")
        return bool(ready)
