"""`volt-agent list-stages`: what is made in which order, from what, and how long it took last."""

from __future__ import annotations

from typing import Annotated

import typer

from volt_assets.cli.console import Console


def list_stages(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """List the stages of a run: their assets, what they require and produce, which stages they depend on, how long they took last."""
    from volt_assets.cli.stage_listing import list_found_stages, print_stages

    stages, console = list_found_stages(), Console()
    if as_json:
        console.json([stage.as_dict() for stage in stages])
    else:
        print_stages(stages, console)
    return 0
