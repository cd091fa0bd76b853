"""`volt-agent diff`: what a report says now that it did not say before."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console


def diff(
    key: Annotated[str, typer.Argument(metavar="KEY", help="A range key, e.g. 2025-10-06_2025-10-12.")],
    *,
    report: Annotated[
        Optional[str], typer.Option("--report", metavar="REPORT", help="team_summary, a person's report, …; all when left out.")
    ] = None,
    revision: Annotated[
        Optional[int], typer.Option("--revision", metavar="N", min=2, help="Compare N with N-1; default: the latest.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Tell what the latest revision of a range's reports changed: hours, time entries, sentences."""
    from volt_assets.cli.differences import print_differences

    return print_differences(key, report, revision, Console(), as_json=as_json)
