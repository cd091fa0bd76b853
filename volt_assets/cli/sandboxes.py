"""The sandbox as commands use it: what their options mean, and serving it until Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from volt_assets.errors import UsageError
from volt_assets.sandbox.faults import Fault, read_fault
from volt_assets.sandbox.server import SandboxOptions, serve_forever

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_faults(texts: Sequence[str]) -> tuple[Fault, ...]:
    """What `--fault` says. Raises UsageError naming the option."""
    try:
        return tuple(map(read_fault, texts))
    except UsageError as error:
        raise UsageError(f"--{error}", hint=error.hint) from error


def serve(options: SandboxOptions, console: Console) -> None:
    """Serve until Ctrl-C; the environment goes to standard output as soon as the servers answer."""

    def announce(text: str) -> None:
        """Lines to `eval` are data; the rest is talk."""
        (console.data if text.startswith("export ") else console.say)(text)

    serve_forever(options, announce)
