"""`volt-agent explain`: what a sentence of a report rests on."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console


def explain(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="team_summary, toggl_summary, or a person's report, e.g. john_doe.")],
    sentence: Annotated[Optional[str], typer.Argument(metavar="[SENTENCE]", help="The id of a sentence; all when left out.")] = None,
    *,
    range_key: Annotated[Optional[str], typer.Option("--range", metavar="KEY", help="The range; default: the one that ends last.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Tell what a sentence of a report rests on: its facts with their values, time entries and work items."""
    from volt_assets.cli.explaining import explain_report

    return explain_report(report, sentence, range_key, Console(), as_json=as_json)
