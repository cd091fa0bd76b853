"""Execute a planned run in this process, live in the shared instance, and end it as CANCELED when somebody says so.

Dagster replaces the handlers of SIGINT and SIGTERM while a run goes, and an interrupted run ends as FAILURE unless it was
reported as canceling before. Hence: SIGINT is blocked in the main thread; one thread waits for it, another watches the run's
status in the instance (cancel-run, the UI's terminate), and both report first and then send SIGTERM to this process.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.instance import host_name, open_instance
from volt_assets.cli.processes import own_tags
from volt_assets.cli.run_plan import ALL_ASSETS, RunPlan
from volt_assets.resilience.progress_log import ProgressLog
from volt_assets.resilience.time_limit import RUN_LIMITS, TimeLimit
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.run_spending import CHECKS_SPENT, unrecorded

if TYPE_CHECKING:
    import dagster as dg

POLL_SECONDS = 0.5
GRACE_SECONDS = 20.0


def execute(plan: RunPlan) -> str:
    """Run the plan to its end and return its status: completed, incomplete, waiting, failed or canceled."""
    os.environ["VOLT_DATA_DIR"] = plan.data_location
    hold_interrupts()
    _quiet_dagster()
    import dagster as dg

    from volt_assets.definitions import defs
    from volt_assets.work_reports.automation import JOB_NAME, RANGES_NAME

    CHECKS_SPENT[plan.run_id] = Usage(**plan.checks)
    data = DataFolder(plan.data_location)
    progress = ProgressLog(data.progress_file(plan.run_id), _now)
    progress.write("run_started", run_id=plan.run_id, key=plan.key, steps=plan.assets)
    with open_instance() as instance:
        instance.add_dynamic_partitions(RANGES_NAME, [plan.key])
        finished = threading.Event()
        RUN_LIMITS[plan.run_id] = TimeLimit(load_settings(os.environ, plan.overrides).timeouts.run_seconds)
        for target in (_cancel_on_interrupt, _cancel_on_status, _stop_when_too_long):
            threading.Thread(target=target, args=(instance, plan, finished), daemon=True).start()
        with _ended_by_signals(), suppress(dg.DagsterExecutionInterruptedError, KeyboardInterrupt):
            defs.resolve_job_def(JOB_NAME).execute_in_process(
                instance=instance,
                partition_key=plan.key,
                asset_selection=[dg.AssetKey([DOMAIN, name]) for name in plan.assets] if plan.assets != ALL_ASSETS else None,
                run_id=plan.run_id,
                run_config=_run_config(plan),
                raise_on_error=False,
                tags=_tags(plan),
            )
        finished.set()
        was_canceled = _was_canceled(instance, plan.run_id)
    status = _settled_status(plan, was_canceled=was_canceled)
    data.lock(plan.key).release()
    progress.write("run_finished", run_id=plan.run_id, status=status)
    return status


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM unwind also before Dagster's own handler is in place: by default it would kill the run without a word."""

    def unwind(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _was_canceled(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether somebody ended the run. One that Dagster had not begun to watch over is still canceling: it ends here."""
    import dagster as dg

    run = instance.get_run_by_id(run_id)
    if run is not None and run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run)
    return run is not None and run.status in (dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.CANCELING)


def hold_interrupts() -> None:
    """Keep Ctrl-C for the thread that waits for it, from now on and for every thread started later."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _settled_status(plan: RunPlan, *, was_canceled: bool) -> str:
    """How the run ended; an interrupted step could not say so in the record itself."""
    record = RunRecord(DataFolder(plan.data_location).of_range(plan.key), now=_now)
    limit, spent = RUN_LIMITS[plan.run_id], unrecorded(plan.run_id)
    if was_canceled:
        record.run_was_canceled(plan.run_id, spent)
    elif limit.seconds_left <= 0:
        record.run_took_too_long(plan.run_id, limit.seconds, spent)
    else:
        record.run_died(plan.run_id, spent)
    stored = record.read()
    if stored is not None and stored.run_id == plan.run_id:
        return stored.status
    return "canceled" if was_canceled else "failed"


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Execute the plan that standard input holds: how a terminal's run gets a process of its own."""
    execute(RunPlan.from_json(sys.stdin.read()))


def _run_config(plan: RunPlan) -> dict[str, Any]:
    return {
        "resources": {"volt": {"config": {"overrides": plan.overrides, "use_model": plan.use_model}}},
        # Steps tell their story through the progress file; Dagster's event log keeps the rest.
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _tags(plan: RunPlan) -> dict[str, str]:
    return {
        **own_tags(host_name()),
        "volt/launcher": "volt-agent",
        "volt/start_from": plan.start_from,
        "volt/data_dir": plan.data_location,
    }


def _quiet_dagster() -> None:
    """Keep Dagster's and the libraries' own log lines off the terminal; errors reach people through the record of the run."""
    import warnings

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    # What libraries say about a run that is ended inside a request or a transaction would be printed for want of a handler.
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _cancel_on_interrupt(instance: dg.DagsterInstance, plan: RunPlan, finished: threading.Event) -> None:
    signal.sigwait({signal.SIGINT})
    if finished.is_set():
        return
    run = _wait_for_run(instance, plan.run_id, finished)
    if run is not None and not run.is_finished:
        instance.report_run_canceling(run)
        os.kill(os.getpid(), signal.SIGTERM)


def _cancel_on_status(instance: dg.DagsterInstance, plan: RunPlan, finished: threading.Event) -> None:
    """Stop when the instance says so. FAILURE counts too: run monitoring ends a run that took too long with it."""
    import dagster as dg

    ending = {dg.DagsterRunStatus.CANCELING, dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE}
    while not finished.wait(POLL_SECONDS):
        run = instance.get_run_by_id(plan.run_id)
        if run is not None and run.status in ending:
            if not finished.wait(POLL_SECONDS):
                os.kill(os.getpid(), signal.SIGTERM)
            return


def _stop_when_too_long(instance: dg.DagsterInstance, plan: RunPlan, finished: threading.Event) -> None:
    """End the run at its limit: first in the instance, which makes the other watcher stop this process, then for certain."""
    limit = RUN_LIMITS[plan.run_id]
    while not finished.wait(min(POLL_SECONDS, max(0.01, limit.seconds_left))):
        run = instance.get_run_by_id(plan.run_id)
        if limit.seconds_left > 0 or run is None or run.is_finished:
            continue
        instance.report_run_failed(run, f"The run took longer than its limit of {limit.seconds:g} s.")
        if not finished.wait(GRACE_SECONDS):
            # A step that neither awaits nor listens to signals would run for ever.
            _settled_status(plan, was_canceled=False)
            os._exit(ExitCode.FAILED)
        return


def _wait_for_run(instance: dg.DagsterInstance, run_id: str, finished: threading.Event) -> dg.DagsterRun | None:
    while (run := instance.get_run_by_id(run_id)) is None:
        if finished.wait(0.05):
            return None
    return run


if __name__ == "__main__":
    main()
