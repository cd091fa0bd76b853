"""What goes to which stream, and in which form."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from volt_assets.cli.console import Console
from volt_assets_tests.cli.terminal import Terminal

HOSTILE = "\x1b]0;owned\x07\x1b[31mred \u202e[bold]no[/bold] :smile:"
HARMLESS = "red [bold]no[/bold] :smile:"


def consoled() -> tuple[Console, io.StringIO, io.StringIO]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return Console(stdout=stdout, stderr=stderr, environ={}), stdout, stderr


def test_data_goes_to_standard_output_and_talk_to_standard_error() -> None:
    console, stdout, stderr = consoled()

    console.data("a figure\n\n")
    console.say("working")
    console.note("a note")
    console.warning("careful")

    assert stdout.getvalue() == "a figure\n"
    assert stderr.getvalue() == "working\nnote: a note\nwarning: careful\n"


def test_an_error_is_one_line_and_its_hint_another() -> None:
    console, stdout, stderr = consoled()

    console.error("config/volt.yaml:3: pace\nis wrong", "use a number")
    console.error("no hint here")

    assert stderr.getvalue() == "error: config/volt.yaml:3: pace is wrong\nhint: use a number\nerror: no hint here\n"
    assert stdout.getvalue() == ""


def test_nothing_from_outside_steers_the_terminal_or_is_read_as_markup() -> None:
    console, stdout, stderr = consoled()

    console.data(HOSTILE)
    console.say(HOSTILE)
    console.error(HOSTILE, HOSTILE)
    console.table(HOSTILE, ["Name"], [[HOSTILE]])

    assert stdout.getvalue() == f"{HARMLESS}\n{HARMLESS}\nName\n{HARMLESS}\n"
    assert stderr.getvalue() == f"{HARMLESS}\nerror: {HARMLESS}\nhint: {HARMLESS}\n"


def test_json_keeps_the_data_and_readable_letters() -> None:
    console, stdout, _ = consoled()

    console.json({"name": "Jürgen " + HOSTILE, "day": date(2025, 10, 6), "at": datetime(2025, 10, 6, tzinfo=UTC), "path": Path("a/b")})

    assert json.loads(stdout.getvalue()) == {
        "name": "Jürgen " + HOSTILE,
        "day": "2025-10-06",
        "at": "2025-10-06T00:00:00+00:00",
        "path": "a/b",
    }
    assert stdout.getvalue().startswith('{\n  "name": "Jürgen ')
    assert "\x1b" not in stdout.getvalue()
    assert "\u202e" not in stdout.getvalue()


def test_json_loses_nothing_on_a_stream_without_unicode() -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")

    Console(stdout=stdout, environ={}).json(["Jürgen 東"])

    assert json.loads(raw.getvalue()) == ["Jürgen 東"]


@pytest.mark.parametrize("value", [float("nan"), {"x": object()}])
def test_what_json_cannot_say_is_an_error(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        consoled()[0].json(value)


def test_a_table_without_a_terminal_is_aligned_text() -> None:
    console, stdout, _ = consoled()

    console.table("Hours", ["Person", "Hours"], [["Ana Example", 12.5], ["Bo", None]])

    assert stdout.getvalue() == "Hours\nPerson       Hours\nAna Example   12.5\nBo               -\n"


PROGRAM = """
from volt_assets.cli.console import Console
console = Console()
console.table("Hours", ["Person", "Hours"], [["\\x1b[5m[red]Ana[/red]", 12.5]])
console.error("it broke", "mend it")
console.say(str(console.stdout_is_terminal))
"""


def test_a_terminal_gets_drawn_tables_and_colour() -> None:
    with Terminal(PROGRAM) as terminal:
        assert terminal.wait_for_exit() == 0

    assert "──────" in terminal.shown
    assert "[red]Ana[/red]" in terminal.shown
    assert "\x1b[5m" not in terminal.shown
    assert "\x1b[1;31merror:\x1b[0m it broke" in terminal.shown
    assert "True" in terminal.shown


@pytest.mark.parametrize(("variable", "value", "is_terminal"), [("NO_COLOR", "1", "True"), ("TERM", "dumb", "False")])
def test_colour_can_be_declined(variable: str, value: str, is_terminal: str) -> None:
    with Terminal(PROGRAM, environ={variable: value}) as terminal:
        assert terminal.wait_for_exit() == 0

    assert "error: it broke" in terminal.shown
    assert "\x1b[31m" not in terminal.shown
    assert "\x1b[1;31m" not in terminal.shown
    assert terminal.shown.strip().endswith(is_terminal)


def test_head_ends_a_command_quietly() -> None:
    program = "from volt_assets.cli.console import Console\nfor line in range(100_000): Console().data(f'line {line}')"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 -- this interpreter
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"line 0\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 0


def test_a_program_that_only_talks_does_not_import_rich() -> None:
    program = "import sys; from volt_assets.cli.console import Console; Console().error('x', 'y'); sys.exit('rich' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0  # noqa: S603 -- this interpreter
