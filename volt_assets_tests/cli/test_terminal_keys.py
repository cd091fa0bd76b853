"""Single keys, and the terminal's mode before and after."""

from __future__ import annotations

import io
import sys
import termios

import pytest

from volt_assets.cli.terminal_keys import NoKeys, keys_of_this_terminal
from volt_assets_tests.cli.terminal import Terminal

LISTENING = """
import select
from volt_assets.cli.terminal_keys import keys_of_this_terminal
with keys_of_this_terminal() as keys:
    print("listening", keys.is_available, flush=True)
    while True:
        pressed = keys.pressed()
        if pressed:
            print("pressed", pressed, flush=True)
        if "x" in pressed:
            raise SystemExit(7)
        select.select([], [], [], 0.005)
"""


def test_keys_come_without_enter_and_echo_and_the_mode_comes_back() -> None:
    with Terminal(LISTENING) as terminal:
        terminal.wait_for("listening True")
        assert not terminal.mode()[3] & (termios.ICANON | termios.ECHO)
        assert terminal.mode()[3] & termios.ISIG

        terminal.press("Q")
        terminal.wait_for("pressed q")
        # An arrow key ends in a letter; only what comes after it counts.
        terminal.press("\x1b[Dx")
        assert terminal.wait_for_exit() == 7

        assert "pressed x" in terminal.shown
        assert terminal.mode() == terminal.mode_before


def test_a_terminal_that_is_not_ours_to_control_is_left_alone() -> None:
    program = LISTENING.replace("while True:", "for _ in range(3):")
    with Terminal(_in_the_background(program)) as terminal:
        terminal.wait_for("listening True")
        assert terminal.wait_for_exit() == 0
        assert terminal.mode() == terminal.mode_before


def _in_the_background(program: str) -> str:
    """A child in a process group of its own, which the terminal does not have in its foreground."""
    return f"""
import subprocess, sys
sys.exit(subprocess.run([sys.executable, "-c", {program!r}], process_group=0).returncode)
"""


def test_without_a_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("q"))

    with keys_of_this_terminal() as keys:
        assert isinstance(keys, NoKeys)
        assert not keys.is_available
        assert keys.pressed() == ""
