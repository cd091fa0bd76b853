"""`volt-agent dead-letters`: work items and deliveries that failed, and trying them again."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console

app = typer.Typer(
    help="Work items and deliveries that failed: list them, try them again, give them up.", no_args_is_help=True, rich_markup_mode=None
)
Range = Annotated[Optional[str], typer.Option("--range", metavar="KEY", help="Only those of this range key.")]


@app.command("list")
def list_letters(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """List the failed items and deliveries of the data folder, the one that waits longest first."""
    from volt_assets.cli.letters import print_letters

    return print_letters(Console(), as_json=as_json)


@app.command("redrive")
def redrive(*, range_key: Range = None) -> int:
    """Fetch the failed items again, and send the failed deliveries. What succeeds is taken off the list.

    Reports with items that succeeded are remade with --start-from fibery.

    A service that fails too often ends it early: what had no turn by then is left as it was.
    Exit codes: 0 nothing waits any more, 4 something failed again or had no turn.
    """
    from volt_assets.cli.letters import redrive_letters

    return redrive_letters(range_key, Console())


@app.command("forget")
def forget(letter_id: Annotated[str, typer.Argument(metavar="ID", help="The id that list shows.")]) -> int:
    """Give one up: it is taken off the list and not tried again."""
    from volt_assets.cli.letters import forget_letter

    return forget_letter(letter_id, Console())
