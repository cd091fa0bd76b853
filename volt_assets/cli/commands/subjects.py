"""`volt-agent export` and `volt-agent forget`: one person's data, given out or removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console

Email = Annotated[str, typer.Option("--subject", metavar="EMAIL", help="The person's e-mail in Toggl.")]


def export(
    *,
    subject: Email,
    output: Annotated[
        Optional[Path], typer.Option("--output", metavar="FILE", help="The ZIP file to write; it must not exist yet.")
    ] = None,
) -> int:
    """Write everything that is stored and said about one person into a ZIP file."""
    from volt_assets.cli.subjects import export_to

    return export_to(subject, output, Console())


def forget(
    *,
    subject: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Let later downloads have the person again.")] = False,
) -> int:
    """Remove one person from the data folder and from Dagster's history, and keep later downloads from bringing them back."""
    from volt_assets.cli.subjects import forget_person, lift_suppression

    return lift_suppression(subject, Console()) if lift else forget_person(subject, Console(), is_sure=yes)
