"""`volt-agent list-runs`, `show-run`, `cancel-run`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Optional

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode

RunId = Annotated[str, typer.Option("--run-id", metavar="RUN", help="A run id, or a range key for its latest run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def list_runs(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most, latest first.")] = 10,
    status: Annotated[
        Optional[str], typer.Option(metavar="STATUS", help="completed, incomplete, failed, in_progress, waiting or canceled.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the latest runs, wherever they were started from."""
    from volt_assets.cli.run_listing import RUN_COLUMNS, run_object, run_rows, run_table_title
    from volt_assets.cli.run_lookup import STATUSES, list_found_runs
    from volt_assets.errors import UsageError

    if status is not None and status not in STATUSES:
        raise UsageError(f"--status {status[:40]}: there is no such status", hint=f"one of: {', '.join(STATUSES)}")
    console, now = Console(), datetime.now(UTC)
    runs = [run.as_dict() for run in list_found_runs(limit=limit, status=status)]
    if as_json:
        console.json([run_object(run, now=now) for run in runs])
    elif runs:
        console.table(run_table_title(), RUN_COLUMNS, run_rows(runs, now=now))
    else:
        console.say("no runs yet" if status is None else f"no run is {status}")
    return ExitCode.OK


def show_run(
    *,
    run_id: RunId,
    follow: Annotated[bool, typer.Option("--follow", help="Show a run under way live until it ends; then its story.")] = False,
    as_json: AsJson = False,
) -> int:
    """Tell the whole story of one run: what was asked for, steps, requests, tokens, money, checks, files, error.

    With --follow the exit code is that of the run's end, as of `run`; `q` or Ctrl-C stops looking, and the run goes on.
    """
    from volt_assets.cli.run_listing import run_object
    from volt_assets.cli.run_lookup import check_results, find_run, stored_record
    from volt_assets.cli.run_story import run_story

    console, found = Console(), find_run(run_id)
    code: int = ExitCode.OK
    if follow:
        from volt_assets.cli.following import follow_run

        ended = follow_run(found, console)
        if ended is None:
            return ExitCode.OK
        found, code = ended
    stored, checks, now = stored_record(found), check_results(found), datetime.now(UTC)
    if as_json:
        console.json(
            {**run_object(found.as_dict(), stored.metadata, now=now), "check_results": checks, "later_run_id": stored.later_run_id}
        )
    else:
        console.data(run_story(found.as_dict(), stored.metadata, now=now, checks=checks, later_run_id=stored.later_run_id))
    return code


def cancel_run(*, run_id: RunId) -> int:
    """End a run that is under way; its range keeps the reports it had."""
    from volt_assets.cli.cancel import cancel

    return cancel(run_id, Console())


def prune(
    *,
    keep: Annotated[str, typer.Option("--keep", metavar="N|DAYS", help="How much history stays: 50 for runs, 90d for days.")],
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; without it they are only listed.")] = False,
    as_json: AsJson = False,
) -> int:
    """Remove old runs from the history, with their records, progress, logs and ledgers; without --yes only list them.

    Reports, revisions and days stay. So do runs under way, the latest run of each range, and the run that made a range's current files.
    """
    from volt_assets.cli.pruning import find_old_runs, parse_keep, remove
    from volt_assets.cli.pruning_listing import print_pruning, pruning_object

    chosen, console = parse_keep(keep), Console()
    found = find_old_runs(chosen, now=datetime.now(UTC))
    if yes:
        remove(found)
    if as_json:
        console.json(pruning_object(found, removed=yes))
    else:
        print_pruning(found, console, removed=yes)
    return ExitCode.OK
