"""The sandbox as commands use it: `sandbox` serves it, `demo` runs a week against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from volt_assets.sandbox.server import SandboxOptions, serve_forever
from volt_assets.sandbox.world import WorldOptions

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(*, people: int, weeks: int, seed: int, pace: float, page_size: int, latency_seconds: float, host: str, console: Console) -> None:
    """Serve until Ctrl-C; the environment goes to standard output as soon as the servers answer."""
    options = SandboxOptions(
        world=WorldOptions(seed=seed, people=people, weeks=weeks),
        pace=pace,
        max_page_size=page_size,
        latency_seconds=latency_seconds,
        host=host,
        allow_remote=host not in LOOPBACK,
    )

    def announce(text: str) -> None:
        """Lines to `eval` are data; the rest is talk."""
        (console.data if text.startswith("export ") else console.say)(text)

    serve_forever(options, announce)
