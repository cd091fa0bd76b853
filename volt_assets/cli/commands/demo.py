"""`volt-agent demo`: the main job, end to end, on the embedded sandbox."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from volt_assets.cli.console import Console

DEMO_FOLDER = "demo-data"
FIRST_DAY, LAST_DAY = "2025-10-06", "2025-10-12"


def demo(
    *,
    output_dir: Annotated[str, typer.Option(metavar="DIR", help="Data folder of the demo.")] = DEMO_FOLDER,
    start_date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First day of the report.")] = FIRST_DAY,
    end_date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Last day of the report, included.")] = LAST_DAY,
    people: Annotated[int, typer.Option(min=1, max=2000, help="People in the made-up company.")] = 11,
    weeks: Annotated[int, typer.Option(min=1, max=53, help="Weeks of entries it has, from 2025-10-06 on.")] = 2,
    with_model: Annotated[bool, typer.Option("--with-model", help="Let the sandbox's model server write the prose.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> int:
    """Start a made-up company on free loopback ports and make its reports: no account, no network."""
    from volt_assets.cli.interrupts import hold_interrupts
    from volt_assets.cli.run_plan import RunOptions
    from volt_assets.cli.running import RunRequest, run_to_the_end
    from volt_assets.sandbox.server import SandboxOptions, running_sandbox
    from volt_assets.sandbox.world import WorldOptions

    console = Console()
    console.say("starting a made-up company on loopback: Toggl, Fibery" + (" and a model server" if with_model else ""))
    # Before any thread starts: Ctrl-C must reach the thread of the run that waits for it.
    hold_interrupts()
    with running_sandbox(SandboxOptions(world=WorldOptions(people=people, weeks=weeks), pace=0)) as sandbox:
        os.environ.update(sandbox.environ(with_model=with_model))
        os.environ["VOLT_DATA_DIR"] = output_dir
        request = RunRequest(
            RunOptions(start_date=start_date, end_date=end_date),
            ("pace=0",),
            use_model=with_model,
            explicit_data_dir=True,
            own_process=False,
        )
        return run_to_the_end(request, console, as_json=as_json)
