"""`volt-agent ranges`: the partition keys that Dagster's UI, backfills and schedules may use."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode

app = typer.Typer(help="Range keys: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)


@app.command("add")
def add(
    start_date: Annotated[str, typer.Argument(metavar="START", help="First day, YYYY-MM-DD.")],
    end_date: Annotated[str, typer.Argument(metavar="END", help="Last day, included.")],
    *,
    team: Annotated[Optional[str], typer.Option(metavar="NAME", help="Only this team of config/volt.yaml.")] = None,
    users: Annotated[
        Optional[str], typer.Option(metavar="E-MAIL,E-MAIL", help="Only these people, by their Toggl e-mail; Toggl is asked for them.")
    ] = None,
) -> int:
    """Register a range, so that it can be materialized and backfilled; prints its key."""
    from volt_assets.cli.instance import open_instance
    from volt_assets.cli.preflight import check_people
    from volt_assets.cli.run_plan import RunOptions, plan_range
    from volt_assets.environment import data_dir
    from volt_assets.settings import load_settings
    from volt_assets.work_reports.data_folder import DataFolder

    options, settings = RunOptions(start_date=start_date, end_date=end_date, users=users, team=team), load_settings(os.environ)
    key, emails = plan_range(options, settings, now=datetime.now(UTC))
    if emails:
        data = DataFolder(data_dir(os.environ))
        check_people(emails, settings=settings, data=data, now=lambda: datetime.now(UTC))
        data.remember_users(emails)
    with open_instance() as instance:
        instance.add_dynamic_partitions("date_ranges", [str(key)])
    Console().data(str(key))
    return ExitCode.OK


@app.command("list")
def list_ranges(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """List the registered keys."""
    from volt_assets.cli.instance import open_instance

    with open_instance() as instance:
        keys = sorted(instance.get_dynamic_partitions("date_ranges"))
    console = Console()
    if as_json:
        console.json(keys)
    elif keys:
        console.data("\n".join(keys))
    else:
        console.say("no ranges yet")
    return ExitCode.OK


@app.command("remove")
def remove(key: Annotated[str, typer.Argument(metavar="KEY", help="A registered key.")]) -> int:
    """Take a key off the list; its files and the history of its runs stay."""
    import difflib

    from volt_assets.cli.instance import open_instance
    from volt_assets.errors import UsageError

    with open_instance() as instance:
        known = instance.get_dynamic_partitions("date_ranges")
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise UsageError(f"{key[:80]}: not registered", hint=f"did you mean {near[0]}?" if near else "volt-agent ranges list")
        instance.delete_dynamic_partition("date_ranges", key)
    Console().say(f"removed {key}")
    return ExitCode.OK
