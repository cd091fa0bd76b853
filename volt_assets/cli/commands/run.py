"""`volt-agent run`: plan, check, execute, say what came of it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Annotated, Any, Literal, Optional

import typer

from volt_assets.cli.console import Console

StartDateOption = Annotated[Optional[str], typer.Option(metavar="YYYY-MM-DD", help="First day of the report.")]
EndDateOption = Annotated[Optional[str], typer.Option(metavar="YYYY-MM-DD", help="Last day of the report, included.")]
LastWeekOption = Annotated[bool, typer.Option("--last-week", help="Monday to Sunday of last week, in the configured zone.")]
ThisWeekOption = Annotated[bool, typer.Option("--this-week", help="Monday of this week to today; marked as in progress.")]
LastMonthOption = Annotated[bool, typer.Option("--last-month", help="The calendar month before this one.")]
UsersOption = Annotated[Optional[str], typer.Option(metavar="E-MAIL,E-MAIL", help="Only these people, by their Toggl e-mail.")]
TeamOption = Annotated[Optional[str], typer.Option(metavar="NAME", help="Only the people of this team of config/volt.yaml.")]
OutputDirOption = Annotated[Optional[str], typer.Option(metavar="DIR", help="Data folder (default: VOLT_DATA_DIR, else ./data).")]
StartFromOption = Annotated[
    str, typer.Option(metavar="toggl|fibery", help="fibery: enrich and report again on the stored Toggl data of --run-id.")
]
RunIdOption = Annotated[Optional[str], typer.Option(metavar="RUN", help="A run id or a range key such as 2025-10-06_2025-10-12.")]
NoLlmOption = Annotated[bool, typer.Option("--no-llm", help="Write without a language model even if OPENAI_API_KEY is set.")]
OverridesOption = Annotated[
    Optional[list[str]], typer.Option("--set", metavar="KEY=VALUE", help="Override a key of volt.yaml for this run; repeatable.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only print what it would download, ask and cost: volt-agent plan.")]
LogLevelOption = Annotated[
    Optional[str],
    typer.Option("--log-level", metavar="LEVEL", help="debug, info, warning or error: from when on the run's log tells (VOLT_LOG_LEVEL)."),
]
StageOption = Annotated[
    Optional[list[str]],
    typer.Option("--stage", metavar="STAGE", help="Only this stage: collect, enrich or report (see list-stages); repeatable."),
]
FromOption = Annotated[Optional[str], typer.Option("--from", metavar="STAGE", help="This stage and those after it.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Make what is fresh as well.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Say nothing but warnings and errors.")]
AsJsonOption = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


def run(  # noqa: PLR0913 -- one parameter per option
    *,
    start_date: StartDateOption = None,
    end_date: EndDateOption = None,
    last_week: LastWeekOption = False,
    this_week: ThisWeekOption = False,
    last_month: LastMonthOption = False,
    users: UsersOption = None,
    team: TeamOption = None,
    output_dir: OutputDirOption = None,
    start_from: StartFromOption = "toggl",
    run_id: RunIdOption = None,
    stages: StageOption = None,
    from_stage: FromOption = None,
    force: ForceOption = False,
    no_llm: NoLlmOption = False,
    overrides: OverridesOption = None,
    dry_run: DryRunOption = False,
    log_level: LogLevelOption = None,
    quiet: QuietOption = False,
    as_json: AsJsonOption = False,
) -> int:
    """Make the reports of a range of days: download what is missing, enrich, write. What is fresh is skipped.

    Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 waiting for quota, 4 finished but incomplete, 130 canceled.
    """
    from volt_assets.cli.interrupts import start_workers_of_polars

    # Before anything loads it: the run has to hear Ctrl-C.
    start_workers_of_polars()
    from volt_assets.cli.run_plan import RunOptions
    from volt_assets.cli.running import RunRequest, print_dry_run, run_to_the_end

    choose_log_level(log_level)
    named = _one_name(last_week=last_week, this_week=this_week, last_month=last_month)
    options = RunOptions(start_date, end_date, named, users, team, start_from, run_id, tuple(stages or ()), from_stage, force)
    if output_dir is not None:
        os.environ["VOLT_DATA_DIR"] = output_dir
    request = RunRequest(options, tuple(overrides or ()), use_model=not no_llm, explicit_data_dir=output_dir is not None, quiet=quiet)
    act = print_dry_run if dry_run else run_to_the_end
    return act(request, Console(is_quiet=quiet), as_json=as_json)


def choose_log_level(level: str | None) -> None:
    """Let this process, and those it starts, log from `level` on. Raises UsageError for one that is none."""
    from volt_assets.environment import LOG_LEVELS
    from volt_assets.errors import UsageError

    if level is None:
        return
    if level.lower() not in LOG_LEVELS:
        raise UsageError(f"--log-level {level[:40]}: there is no such level", hint=f"one of: {', '.join(LOG_LEVELS)}")
    os.environ["VOLT_LOG_LEVEL"] = level.lower()


def plan(**options: Any) -> int:
    """Print what `run` with the same options would download, ask and cost, before anything is spent.

    Asks Toggl for one total; everything else comes from what is stored. Estimates are marked.
    """
    return run(**options, dry_run=True)


def _takes_the_options_of_run(command: Callable[..., int]) -> None:
    """Typer reads a command's options from its signature: both commands have one list of them."""
    signature = inspect.signature(run, eval_str=True)
    options = [parameter for name, parameter in signature.parameters.items() if name not in ("dry_run", "log_level")]
    vars(command)["__signature__"] = signature.replace(parameters=options)
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in options}


_takes_the_options_of_run(plan)


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
