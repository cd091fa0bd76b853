"""From validated options to an exit code: check, execute (here or in a process of its own), watch, report the outcome.

In a terminal the run lives in a process of its own, so that `q` can leave it going; elsewhere it lives in this one, so that
whatever ends this process ends the run.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.found_before import before_the_first_step
from volt_assets.cli.operators import operators_are_told
from volt_assets.cli.outcome import report_nothing_to_do, report_outcome
from volt_assets.cli.run_plan import RunOptions, RunPlan, check_start_from, chosen_assets, plan_range, plan_restart
from volt_assets.cli.skipped import note_skipped, say_skipped
from volt_assets.environment import data_dir
from volt_assets.settings import Settings, load_settings, parse_override
from volt_assets.work_reports.data_folder import DataFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from volt_assets.cli.console import Console
    from volt_assets.cli.execute import RunEnd
    from volt_assets.cli.progress import ProgressState


@dataclass(frozen=True)
class RunRequest:
    """The options of one `volt-agent run`."""

    options: RunOptions
    overrides: tuple[str, ...] = ()
    use_model: bool = True
    explicit_data_dir: bool = False
    own_process: bool = True
    """A terminal may have the run in a process of its own."""
    quiet: bool = False
    """Say nothing of progress."""


def run_to_the_end(request: RunRequest, console: Console, *, as_json: bool) -> int:
    """Do what `volt-agent run` promises. Raises VoltError for anything found before the first step."""
    try:
        with before_the_first_step():
            plan, data = _prepared(request, console)
    except KeyboardInterrupt:
        console.say("canceled before the run began; nothing was written")
        return ExitCode.CANCELED

    def report(end: RunEnd) -> int:
        return report_outcome(plan, end, data, console, as_json=as_json)

    note_skipped(plan, data, now=_now())
    if not plan.assets:
        return report_nothing_to_do(plan, data, console, as_json=as_json)
    path = data.progress_file(plan.run_id)
    if path is None:  # else the progress begins with it
        console.say(f"run {plan.run_id} · {plan.key}")
    say_skipped(plan.skipped, console)
    if path is not None and not request.quiet and console.stderr_is_terminal and sys.stdin.isatty() and request.own_process:
        end = _run_apart(plan, path, console)
        return ExitCode.OK if end is None else report(end)
    return report(_run_here(plan, data, console, report))


def print_dry_run(request: RunRequest, console: Console, *, as_json: bool) -> int:
    """Print what the run would do and cost. Raises VoltError as the run would."""
    from volt_assets.cli.planning import print_plan
    from volt_assets.cli.preflight import check_files, read_access
    from volt_assets.cli.run_choice import Choice

    with before_the_first_step("TOGGL_BASE_URL"):  # the only service that a plan asks
        settings = _settings(request)
        plan = _plan(request, settings)
        data = DataFolder(plan.data_location)
        access = read_access(settings, use_model=plan.use_model)
        check_files(settings)
        data.check_claim(access.toggl, access.fibery)
        choice = Choice(plan, settings, data, access, _now)
        return print_plan(choice, console, as_json=as_json)


def _prepared(request: RunRequest, console: Console) -> tuple[RunPlan, DataFolder]:
    """The plan, with everything that would end its run later on found already. The first thing written is a list of people."""
    from volt_assets.cli.database_version import check_database
    from volt_assets.cli.instance import open_instance
    from volt_assets.cli.preflight import check_files, read_access
    from volt_assets.cli.run_choice import Choice

    settings = _settings(request)
    plan = _plan(request, settings)
    data = DataFolder(plan.data_location)
    access = read_access(settings, use_model=plan.use_model)
    check_files(settings)
    data.check_claim(access.toggl, access.fibery)
    choice = Choice(plan, settings, data, access, _now)

    def quota_is_used_up(until: datetime) -> None:
        console.say(f"Toggl's quota is used up: waiting until {until:%H:%M} UTC; Ctrl-C ends the waiting")

    def trying_again(seconds: float, error: Exception) -> None:
        if seconds >= 1:
            console.say(f"{error}: trying again in {seconds:.0f} s; Ctrl-C ends the waiting")

    with open_instance() as instance:
        check_database(instance)
    with operators_are_told(plan, settings, console, now=_now):
        selection, spent = choice.settled(quota_is_used_up, trying_again)
    data.lock(plan.key).check(plan.run_id)
    if plan.users and selection.assets:
        data.remember_users(plan.users)
    return replace(plan, assets=selection.assets, skipped=selection.skipped, checks=spent.model_dump()), data


def _settings(request: RunRequest) -> Settings:
    return load_settings(os.environ, dict(parse_override(text) for text in request.overrides))


def _plan(request: RunRequest, settings: Settings) -> RunPlan:
    now, options = _now(), request.options
    start_from, assets = check_start_from(options), chosen_assets(options)
    plan = RunPlan(
        key="",
        data_location=data_dir(os.environ),
        assets=assets,
        # Who restarts from Fibery wants to hear what it says now, whatever is stored.
        force=options.force or start_from == "fibery",
        overrides=dict(parse_override(text) for text in request.overrides),
        use_model=request.use_model,
        start_from="toggl" if "raw_toggl_data" in assets else "fibery",
    )
    if options.run_id is None:
        key, users = plan_range(options, settings, now=now)
        if not users:
            DataFolder(plan.data_location).scope_emails(key, settings)
        return replace(plan, key=str(key), users=users)
    from volt_assets.cli.run_lookup import find_run

    found = find_run(options.run_id)
    if found.data_dir and not request.explicit_data_dir:
        plan = replace(plan, data_location=found.data_dir)
    key = plan_restart(options, settings, now=now, known_key=found.key, data=DataFolder(plan.data_location))
    return replace(plan, key=str(key))


def _run_here(plan: RunPlan, data: DataFolder, console: Console, report_forced_end: Callable[[RunEnd], int]) -> RunEnd:
    """Execute in this process; a thread shows each change of the progress file."""
    from volt_assets.cli.execute import execute
    from volt_assets.cli.interrupts import hold_interrupts
    from volt_assets.cli.terminal_keys import NoKeys
    from volt_assets.cli.watch import watch

    path = data.progress_file(plan.run_id)
    ended = threading.Event()
    hold_interrupts()
    shower = threading.Thread(
        target=watch,
        args=(path,),
        kwargs={
            "is_alive": lambda: not ended.is_set(),
            "console": console,
            "now": _now,
            "sleep": ended.wait,
            "on_quit": lambda: None,
            "on_open_ui": lambda: None,
            "keys": NoKeys(),
        },
        daemon=True,
    )
    if path is not None:
        shower.start()
    try:
        return execute(plan, report_forced_end=report_forced_end)
    finally:
        ended.set()
        if path is not None:
            shower.join(timeout=5)


def _run_apart(plan: RunPlan, path: Path, console: Console) -> RunEnd | None:
    """Execute in a process of its own and watch it through its progress file. None when the person stopped watching before its end."""
    from volt_assets.cli.commands.ui import open_run
    from volt_assets.cli.execute import RunEnd
    from volt_assets.cli.watch import watch

    process = _start(plan, path.with_suffix(".log"))
    has_quit = threading.Event()

    def follow() -> ProgressState:
        return watch(
            path,
            is_alive=lambda: process.poll() is None,
            console=console,
            now=_now,
            sleep=time.sleep,
            on_quit=has_quit.set,
            on_open_ui=lambda: open_run(plan.run_id),
        )

    try:
        state = follow()
    except KeyboardInterrupt:
        console.say("canceling …")
        process.send_signal(signal.SIGINT)
        process.wait()
        return RunEnd("canceled")
    if has_quit.is_set() and process.poll() is None:
        console.say(f"the run goes on: volt-agent show-run --run-id {plan.run_id}")
        return None
    process.wait()
    return RunEnd(state.status, state.message, state.hint)


def _start(plan: RunPlan, log: Path) -> subprocess.Popen[bytes]:
    """The run in a session of its own: neither this command's end nor the terminal's Ctrl-C reaches it by itself."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "volt_assets.cli.execute"]
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 -- our own module, no shell
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
        )
    if process.stdin is not None:
        process.stdin.write(plan.to_json().encode())
        process.stdin.close()
    return process


def _now() -> datetime:
    return datetime.now(UTC)
