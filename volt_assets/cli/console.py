"""The only module that prints: data on standard output, everything said to a person on standard error.

Belongs here: the two streams, colour or not, tables, JSON, the form of errors. What is said belongs to the commands.
Everything that may come from outside is cleaned (terminal_text.py) and never read as markup.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from volt_assets.cli.safe_stream import SafeStream
from volt_assets.cli.terminal_text import clean, escape_in_json, one_line
from volt_assets.cli.text_table import Cell, cell_text, text_table

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

_TERMINALS_WITHOUT_CURSOR = ("dumb", "unknown")
_BOLD_RED, _YELLOW, _CYAN = "1;31", "33", "36"


class Console:
    """Speech and data of one command."""

    def __init__(
        self,
        *,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        environ: Mapping[str, str] | None = None,
        is_quiet: bool = False,
    ) -> None:
        """Without arguments: the process's own streams and environment, as they are at each call. `is_quiet`: only warnings and errors."""
        self._is_quiet = is_quiet
        self._stdout = SafeStream(lambda: stdout or sys.stdout)
        self._stderr = SafeStream(lambda: stderr or sys.stderr)
        self._environ = os.environ if environ is None else environ

    @property
    def stdout_is_terminal(self) -> bool:
        """Whether data goes to a screen that can do more than lines."""
        return self._is_terminal(self._stdout)

    @property
    def stderr_is_terminal(self) -> bool:
        """Whether talk goes to a screen that can do more than lines."""
        return self._is_terminal(self._stderr)

    def data(self, text: str) -> None:
        """Text on standard output, ending with one line feed."""
        self._write(self._stdout, clean(text).rstrip("\n") + "\n")

    def json(self, value: Any) -> None:
        """A value as JSON on standard output; times and paths as strings, characters the stream lacks escaped."""
        dumped = json.dumps(value, indent=2, ensure_ascii=not self._stdout.is_unicode, default=_json_text, allow_nan=False)
        self._write(self._stdout, escape_in_json(dumped) + "\n")

    def table(self, title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A table on standard output: drawn on a terminal, aligned plain text elsewhere; numbers to the right."""
        heading = one_line(title) if title else None
        if self.stdout_is_terminal:
            from volt_assets.cli.drawn_table import drawn_table

            screen = self._rich(self._stdout)
            cells = [[cell_text(value) for value in row] for row in rows]
            screen.print(drawn_table(heading, columns, cells, screen.width))
        else:
            lines = [*([heading] if heading else []), *text_table(columns, rows)]
            self._write(self._stdout, "".join(f"{line}\n" for line in lines))

    def say(self, text: str) -> None:
        """A line to the person, on standard error."""
        if not self._is_quiet:
            self._write(self._stderr, clean(text) + "\n")

    def note(self, text: str) -> None:
        """Something worth knowing."""
        if not self._is_quiet:
            self._labelled("note", text, _CYAN)

    def warning(self, text: str) -> None:
        """Something that may need care."""
        self._labelled("warning", text, _YELLOW)

    def error(self, message: str, hint: str | None = None) -> None:
        """What went wrong, and under it what to do."""
        self._labelled("error", message, _BOLD_RED)
        if hint:
            self._labelled("hint", hint, _CYAN)

    def rich_stderr(self) -> RichConsole:
        """A rich console on standard error, for the live display; it reads no markup."""
        return self._rich(self._stderr)

    def _rich(self, stream: SafeStream) -> RichConsole:
        from rich.console import Console as RichConsole

        return RichConsole(
            file=cast("IO[str]", stream),
            force_terminal=self._is_terminal(stream),
            no_color=not self._wants_colour,
            markup=False,
            emoji=False,
            highlight=False,
        )

    @property
    def _wants_colour(self) -> bool:
        return not self._environ.get("NO_COLOR")

    def _is_terminal(self, stream: SafeStream) -> bool:
        return stream.isatty() and self._environ.get("TERM", "") not in _TERMINALS_WITHOUT_CURSOR

    def _labelled(self, label: str, text: str, colour: str) -> None:
        is_coloured = self._wants_colour and self.stderr_is_terminal
        prefix = f"\x1b[{colour}m{label}:\x1b[0m" if is_coloured else f"{label}:"
        self._write(self._stderr, f"{prefix} {one_line(text)}\n")

    @staticmethod
    def _write(stream: SafeStream, text: str) -> None:
        stream.write(text)
        stream.flush()


def _json_text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
