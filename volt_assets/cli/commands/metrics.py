"""`volt-agent metrics`: figures of the runs for Prometheus."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode

PORT = 9464
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def metrics(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; anything but loopback opens it to the network.")] = LOOPBACK[0],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = PORT,
    once: Annotated[bool, typer.Option("--once", help="Print the metrics and end, instead of serving them.")] = False,
) -> int:
    """Serve metrics of runs, quota, circuits, dead letters and cost at /metrics for Prometheus. Ends with Ctrl-C."""
    from volt_assets.cli.instance import open_instance
    from volt_assets.cli.metrics_exposition import exposition, serve_metrics
    from volt_assets.cli.run_metrics import MetricsReader
    from volt_assets.environment import data_dir
    from volt_assets.work_reports.data_folder import DataFolder

    console = Console()
    with open_instance() as instance:
        reader = MetricsReader(instance, DataFolder(data_dir(os.environ)), lambda: datetime.now(UTC))
        if once:
            console.data(exposition(reader))
            return ExitCode.OK
        if host not in LOOPBACK:
            console.warning(f"everybody who reaches {host}:{port} can read the metrics: there is no login")
        serve_metrics(reader, host, port, console)
    return ExitCode.OK
