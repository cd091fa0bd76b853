"""`volt-agent ui`: Dagster's own UI over the shared instance."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from volt_assets.cli.commands.run import LogLevelOption, choose_log_level
from volt_assets.cli.console import Console

PORT = 3000
LOOPBACK = "127.0.0.1"


def ui(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on; anything but loopback opens it to the network.")] = LOOPBACK,
    run_id: Annotated[Optional[str], typer.Option("--run-id", metavar="RUN", help="Print the address of this run first.")] = None,
    log_level: LogLevelOption = None,
) -> int:
    """Open Dagster's UI: the graph, runs, checks, backfills and schedules. Ends with Ctrl-C."""
    from volt_assets.cli.web_interface import serve_ui

    choose_log_level(log_level)
    console = Console()
    if host not in (LOOPBACK, "localhost", "::1"):
        console.warning(f"everybody who reaches {host}:{port} can see and start everything: Dagster's UI has no login")
    if run_id is not None:
        from volt_assets.cli.run_lookup import find_run

        console.data(f"http://{host}:{port}/runs/{find_run(run_id).run_id}")
    return serve_ui(host, port, console, environ=os.environ)


def open_run(run_id: str) -> str:
    """Show the run in the browser when the UI is up; a line for the person."""
    from volt_assets.cli.web_interface import is_ui_up, open_in_browser

    address = f"http://{LOOPBACK}:{PORT}/runs/{run_id}"
    if not is_ui_up(LOOPBACK, PORT):
        return f"the UI is not running: start it with `volt-agent ui` in another terminal, then open {address}"
    open_in_browser(address)
    return address
