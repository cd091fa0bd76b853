"""`volt-agent sandbox`: the seeded world as real servers, for trying things out and for load."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode

People = Annotated[int, typer.Option(min=1, max=2000, help="People in the company.")]
Weeks = Annotated[int, typer.Option(min=1, max=53, help="Weeks of entries, from Monday 2025-10-06 on.")]
Seed = Annotated[int, typer.Option(help="Same seed, same bytes.")]
Pace = Annotated[float, typer.Option(min=0, max=10, help="Scale of the services' limits: 1 real, 0 none.")]
PageSize = Annotated[int, typer.Option(min=1, max=10_000, help="Most rows that a page of Toggl has.")]
Latency = Annotated[float, typer.Option(min=0, max=60, metavar="SECONDS", help="How long each answer takes.")]
Quota = Annotated[Optional[int], typer.Option(min=0, help="Requests an hour that Toggl's plan allows (default: 600).")]
QuotaWindow = Annotated[
    Optional[float], typer.Option(min=0.001, metavar="SECONDS", help="How long until the quota is full again (default: an hour).")
]
Traps = Annotated[bool, typer.Option("--traps", help="Plant traps for writers of reports, and four people more.")]
Faults = Annotated[
    Optional[list[str]],
    typer.Option(
        "--fault",
        metavar="API:KIND[=VALUE]:WHEN[:PATH]",
        help="Let requests go wrong, e.g. toggl:429:every-3, fibery:reset:2..4:/api/commands, openai:slow=5:1; repeatable.",
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on; anything but loopback opens it to the network.")]


def sandbox(  # noqa: PLR0913 -- options of a command
    *,
    people: People = 11,
    weeks: Weeks = 2,
    seed: Seed = 1,
    pace: Pace = 1.0,
    page_size: PageSize = 50,
    latency: Latency = 0.0,
    quota: Quota = None,
    quota_window: QuotaWindow = None,
    traps: Traps = False,
    faults: Faults = None,
    host: Host = "127.0.0.1",
) -> int:
    """Serve Toggl, Fibery and a model server over a made-up company, until Ctrl-C.

    Standard output gets the environment variables, ready for `eval` or a .env file.
    """
    from volt_assets.cli.sandboxes import LOOPBACK, read_faults, serve
    from volt_assets.sandbox.server import SandboxOptions
    from volt_assets.sandbox.world import WorldOptions

    options = SandboxOptions(
        world=WorldOptions(seed=seed, people=people, weeks=weeks, traps=traps),
        pace=pace,
        max_page_size=page_size,
        latency_seconds=latency,
        quota_per_hour=quota,
        quota_window_seconds=quota_window,
        faults=read_faults(faults or ()),
        host=host,
        allow_remote=host not in LOOPBACK,
    )
    serve(options, Console())
    return ExitCode.OK
