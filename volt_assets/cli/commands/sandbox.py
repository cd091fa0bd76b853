"""`volt-agent sandbox`: the seeded world as real servers, for trying things out and for load."""

from __future__ import annotations

from typing import Annotated

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode


def sandbox(
    *,
    people: Annotated[int, typer.Option(min=1, max=2000, help="People in the company.")] = 11,
    weeks: Annotated[int, typer.Option(min=1, max=53, help="Weeks of entries, from Monday 2025-10-06 on.")] = 2,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    pace: Annotated[float, typer.Option(min=0, max=10, help="Scale of the services' limits: 1 real, 0 none.")] = 1.0,
    page_size: Annotated[int, typer.Option(min=1, max=10_000, help="Most rows that a page of Toggl has.")] = 50,
    latency: Annotated[float, typer.Option(min=0, max=60, metavar="SECONDS", help="How long each answer takes.")] = 0.0,
    host: Annotated[str, typer.Option(help="Address to listen on; anything but loopback opens it to the network.")] = "127.0.0.1",
) -> int:
    """Serve Toggl, Fibery and a model server over a made-up company, until Ctrl-C.

    Standard output gets the environment variables, ready for `eval` or a .env file.
    """
    from volt_assets.cli.sandboxes import serve

    serve(people=people, weeks=weeks, seed=seed, pace=pace, page_size=page_size, latency_seconds=latency, host=host, console=Console())
    return ExitCode.OK
