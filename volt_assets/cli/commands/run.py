"""`volt-agent run`: plan, check, execute, say what came of it."""

from __future__ import annotations

import os
from typing import Annotated, Literal, Optional

import typer

from volt_assets.cli.console import Console


def run(  # noqa: PLR0913 -- one parameter per option
    *,
    start_date: Annotated[Optional[str], typer.Option(metavar="YYYY-MM-DD", help="First day of the report.")] = None,
    end_date: Annotated[Optional[str], typer.Option(metavar="YYYY-MM-DD", help="Last day of the report, included.")] = None,
    last_week: Annotated[bool, typer.Option("--last-week", help="Monday to Sunday of last week, in the configured zone.")] = False,
    this_week: Annotated[bool, typer.Option("--this-week", help="Monday of this week to today; marked as in progress.")] = False,
    last_month: Annotated[bool, typer.Option("--last-month", help="The calendar month before this one.")] = False,
    users: Annotated[Optional[str], typer.Option(metavar="E-MAIL,E-MAIL", help="Only these people, by their Toggl e-mail.")] = None,
    team: Annotated[Optional[str], typer.Option(metavar="NAME", help="Only the people of this team of config/volt.yaml.")] = None,
    output_dir: Annotated[Optional[str], typer.Option(metavar="DIR", help="Data folder (default: VOLT_DATA_DIR, else ./data).")] = None,
    start_from: Annotated[
        str, typer.Option(metavar="toggl|fibery", help="fibery: enrich and report again on the stored Toggl data of --run-id.")
    ] = "toggl",
    run_id: Annotated[Optional[str], typer.Option(metavar="RUN", help="A run id or a range key such as 2025-10-06_2025-10-12.")] = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Write without a language model even if OPENAI_API_KEY is set.")] = False,
    overrides: Annotated[
        Optional[list[str]], typer.Option("--set", metavar="KEY=VALUE", help="Override a key of volt.yaml for this run; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> int:
    """Make the reports of a range of days: download what is missing, enrich, write.

    Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 waiting for quota, 4 finished but incomplete, 130 cancelled.
    """
    from volt_assets.cli.run_plan import RunOptions
    from volt_assets.cli.running import RunRequest, run_to_the_end

    named = _one_name(last_week=last_week, this_week=this_week, last_month=last_month)
    options = RunOptions(start_date, end_date, named, users, team, start_from, run_id)
    if output_dir is not None:
        os.environ["VOLT_DATA_DIR"] = output_dir
    request = RunRequest(options, tuple(overrides or ()), use_model=not no_llm, explicit_data_dir=output_dir is not None)
    return run_to_the_end(request, Console(), as_json=as_json)


def _one_name(*, last_week: bool, this_week: bool, last_month: bool) -> Literal["last-week", "this-week", "last-month"] | None:
    from volt_assets.errors import UsageError

    chosen: list[Literal["last-week", "this-week", "last-month"]] = []
    if last_week:
        chosen.append("last-week")
    if this_week:
        chosen.append("this-week")
    if last_month:
        chosen.append("last-month")
    if len(chosen) > 1:
        raise UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other", hint="use one of them")
    return chosen[0] if chosen else None
