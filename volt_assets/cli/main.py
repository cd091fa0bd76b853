"""`volt-agent`: one error boundary around every command.

Imports of Dagster, polars and the clients wait until a command needs them, so that help and errors come at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from volt_assets import __version__
from volt_assets.cli.commands import (
    dead_letters,
    deliver,
    demo,
    diff,
    doctor,
    explain,
    metrics,
    migrate,
    ranges,
    run,
    runs,
    sandbox,
    stages,
    subjects,
    ui,
)
from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode, exit_code_for, original_error
from volt_assets.errors import VoltError

app = typer.Typer(
    name="volt-agent",
    help="Truthful reports of a team's time: Toggl Track entries and Fibery work items in, per-person and team reports out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("plan")(run.plan)
app.command("list-stages")(stages.list_stages)
app.command("list-runs")(runs.list_runs)
app.command("show-run")(runs.show_run)
app.command("cancel-run")(runs.cancel_run)
app.command("prune")(runs.prune)
app.command("explain")(explain.explain)
app.command("diff")(diff.diff)
app.command("migrate")(migrate.migrate)
app.command("deliver")(deliver.deliver)
app.command("ui")(ui.ui)
app.command("metrics")(metrics.metrics)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("sandbox")(sandbox.sandbox)
app.command("export")(subjects.export)
app.command("forget")(subjects.forget)
app.add_typer(ranges.app, name="ranges")
app.add_typer(dead_letters.app, name="dead-letters")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 -- the signature typer's callbacks have
    if wanted:
        Console().data(f"volt-agent {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Truthful reports of a team's time: Toggl Track entries and Fibery work items in, per-person and team reports out."""


def main() -> None:
    """Run the command line; every expected error becomes one line, a hint and an exit code."""
    from volt_assets.cli.instance import prepare_environment
    from volt_assets.cli.interrupts import sigterm_as_ctrl_c

    console = Console()
    try:
        with sigterm_as_ctrl_c():
            prepare_environment(os.environ)
            code = app(prog_name="volt-agent", standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        console.error("canceled")
        sys.exit(ExitCode.CANCELED)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 -- the one error boundary; what is no VoltError is raised again
        sys.exit(_ended(error, console))
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _ended(error: Exception, console: Console) -> ExitCode:
    from volt_assets.resilience.atomic_file import said_of

    # Typer carries its own copy of click since 0.28 and older ones import it: both usage errors have this method.
    format_message = getattr(error, "format_message", None)
    if type(error).__name__ == "NoArgsIsHelpError" and format_message is not None:
        console.say(format_message())
        return ExitCode.USAGE
    if format_message is not None:
        console.error(format_message(), "volt-agent --help lists commands and options")
        return ExitCode.USAGE
    found = original_error(error)
    if isinstance(found, OSError) and found.filename is not None and (said := said_of(found)) is not None:
        console.error(*said)
        return ExitCode.FAILED
    if not isinstance(found, VoltError):
        raise error
    console.error(str(found), found.hint)
    return exit_code_for(found)
