"""Single keys from the terminal, without Enter and without echo, and the terminal's own mode afterwards.

Belongs here: termios. What a key does is watch.py's business. Ctrl-C stays a signal.
"""

from __future__ import annotations

import os
import select
import sys
from types import TracebackType
from typing import Protocol, Self

from volt_assets.cli.terminal_text import clean

_LOCAL_MODES = 3


class Keys(Protocol):
    """Where pressed keys come from while the context is open."""

    is_available: bool
    """Whether keys can be pressed at all."""

    def __enter__(self) -> Self:
        """Begin to listen."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the terminal as it was."""

    def pressed(self) -> str:
        """Keys pressed since the last call, in lower case; "" when none. Never waits."""


class NoKeys:
    """Nobody can press a key: standard input is a pipe or a file."""

    is_available = False

    def __enter__(self) -> Self:
        """Nothing to prepare."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing to restore."""

    def pressed(self) -> str:
        """Never a key."""
        return ""


class TerminalKeys:
    """Keys of the terminal at `descriptor`, while this process is in its foreground.

    A background process that changed the terminal's mode or read from it would be stopped by the system, so it does
    neither; brought to the foreground it listens again.
    """

    is_available = True

    def __init__(self, descriptor: int) -> None:
        """Remember the mode to go back to."""
        import termios

        self._termios = termios
        self._descriptor = descriptor
        self._mode_before = termios.tcgetattr(descriptor)

    def __enter__(self) -> Self:
        """Switch to single keys."""
        self._listen()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Restore the mode, whatever happened."""
        if self._is_foreground():
            self._termios.tcsetattr(self._descriptor, self._termios.TCSADRAIN, self._mode_before)

    def pressed(self) -> str:
        """Keys pressed since the last call, in lower case; arrow and function keys are none."""
        if not self._is_foreground():
            return ""
        # A shell puts its own mode back when the process was suspended in between.
        self._listen()
        ready, _, _ = select.select([self._descriptor], [], [], 0)
        return clean(os.read(self._descriptor, 256).decode(errors="ignore")).lower() if ready else ""

    def _listen(self) -> None:
        mode = self._termios.tcgetattr(self._descriptor)
        waits_for_lines = mode[_LOCAL_MODES] & (self._termios.ICANON | self._termios.ECHO)
        if waits_for_lines and self._is_foreground():
            mode[_LOCAL_MODES] &= ~(self._termios.ICANON | self._termios.ECHO)
            self._termios.tcsetattr(self._descriptor, self._termios.TCSADRAIN, mode)

    def _is_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            # The terminal is gone or is not the one that controls this process: nobody to listen to.
            return False


def keys_of_this_terminal() -> Keys:
    """Keys from standard input when it is a terminal, else none."""
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty() or sys.platform == "win32":
        return NoKeys()
    return TerminalKeys(sys.stdin.fileno())
