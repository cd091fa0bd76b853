"""`volt-agent demo`: the main job, end to end, on the embedded sandbox."""

from __future__ import annotations

import io
import os
from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console

DEMO_FOLDER = "demo-data"
WEEKS = (("2025-10-06", "2025-10-12"), ("2025-10-13", "2025-10-19"))
"""The second week has the first to be compared with."""


def demo(
    *,
    output_dir: Annotated[str, typer.Option(metavar="DIR", help="Data folder of the demo.")] = DEMO_FOLDER,
    start_date: Annotated[
        Optional[str], typer.Option(metavar="YYYY-MM-DD", help="First day of a single report (default: 2025-10-06 and the week after).")
    ] = None,
    end_date: Annotated[Optional[str], typer.Option(metavar="YYYY-MM-DD", help="Last day of a single report, included.")] = None,
    people: Annotated[int, typer.Option(min=1, max=2000, help="People in the made-up company.")] = 11,
    weeks: Annotated[int, typer.Option(min=1, max=53, help="Weeks of entries it has, from 2025-10-06 on.")] = 2,
    with_model: Annotated[bool, typer.Option("--with-model", help="Let the sandbox's model server write the prose.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> int:
    """Start a made-up company on free loopback ports and make its reports: no account, no network."""
    from volt_assets.cli.interrupts import hold_interrupts
    from volt_assets.sandbox.server import SandboxOptions, running_sandbox
    from volt_assets.sandbox.world import WorldOptions

    console = Console()
    console.say("starting a made-up company on loopback: Toggl, Fibery" + (" and a model server" if with_model else ""))
    # Before any thread starts: Ctrl-C must reach the thread of the run that waits for it.
    hold_interrupts()
    one_range = (start_date or WEEKS[0][0], end_date or WEEKS[0][1])
    ranges = WEEKS[:weeks] if start_date is None and end_date is None else (one_range,)
    with running_sandbox(SandboxOptions(world=WorldOptions(people=people, weeks=weeks), pace=0)) as sandbox:
        os.environ.update(sandbox.environ(with_model=with_model))
        os.environ["VOLT_DATA_DIR"] = output_dir
        for first_day, last_day in ranges[:-1]:
            # One outcome as JSON: that of the last range.
            own_console = Console(stdout=io.StringIO()) if as_json else console
            if code := _report(first_day, last_day, own_console, with_model=with_model, as_json=as_json):
                return code
        return _report(*ranges[-1], console, with_model=with_model, as_json=as_json)


def _report(first_day: str, last_day: str, console: Console, *, with_model: bool, as_json: bool) -> int:
    from volt_assets.cli.interrupts import start_workers_of_polars

    # Before anything loads it: the run has to hear Ctrl-C.
    start_workers_of_polars()
    from volt_assets.cli.run_plan import RunOptions
    from volt_assets.cli.running import RunRequest, run_to_the_end

    request = RunRequest(
        RunOptions(start_date=first_day, end_date=last_day), ("pace=0",), use_model=with_model, explicit_data_dir=True, own_process=False
    )
    return run_to_the_end(request, console, as_json=as_json)
