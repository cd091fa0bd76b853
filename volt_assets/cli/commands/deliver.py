"""`volt-agent deliver`: reports to their recipients, or what would go where."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console


def deliver(
    *,
    key: Annotated[
        Optional[str], typer.Option("--key", metavar="KEY", help="Only this range key; default: ranges that ended lately.")
    ] = None,
    only: Annotated[Optional[str], typer.Option("--only", metavar="NAME", help="Only this delivery of volt.yaml.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send what is due of deliveries with `send: true`.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Do not wait for the recipient's morning.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Print which report would go where, word by word; with --send, send it: each revision once, only after its checks passed.

    Exit codes: 0 done, 2 a delivery, a key or a variable is wrong and nothing was sent, 4 some messages failed and are dead letters.
    """
    from volt_assets.cli.delivering import DeliverOptions, run_deliveries

    return run_deliveries(DeliverOptions(key=key, only=only, send=send, regardless_of_hour=now), Console(), as_json=as_json)
