"""Execute a planned run in this process, live in the shared instance, and settle how it ended.

Belongs here: the run inside Dagster. Does not: what ends it before its time (run_ending.py), what is printed of it (outcome.py).
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.instance import host_name, open_instance
from volt_assets.cli.interrupts import hold_interrupts, interruptible_by_threads
from volt_assets.cli.operators import tell_operators
from volt_assets.cli.processes import own_tags
from volt_assets.cli.run_ending import RunEnding
from volt_assets.cli.run_plan import RunPlan
from volt_assets.resilience.progress_log import ProgressLog
from volt_assets.resilience.time_limit import RUN_LIMITS, TimeLimit
from volt_assets.settings import load_settings
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.run_log import log_about_run, log_end, start_log
from volt_assets.work_reports.run_parameters import SKIPPED_TAG
from volt_assets.work_reports.run_record import RunRecord, took_too_long
from volt_assets.work_reports.run_spending import CHECKS_SPENT, unrecorded
from volt_assets.work_reports.stages import RANGE_ASSETS

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True)
class RunEnd:
    """How a run ended. `reason` and `hint` say why, when it ended before a step could write that down."""

    status: str
    """completed, incomplete, waiting, failed or canceled."""
    reason: str | None = None
    hint: str | None = None


def execute(plan: RunPlan, *, report_forced_end: Callable[[RunEnd], int] = lambda _: ExitCode.FAILED) -> RunEnd:
    """Run the plan to its end.

    A run that has to end and does not listen ends with its process; `report_forced_end` is called before and gives the exit code.
    """
    os.environ["VOLT_DATA_DIR"] = plan.data_location
    hold_interrupts()
    _quiet_dagster()
    from volt_assets.work_reports.automation import RANGES_NAME

    CHECKS_SPENT[plan.run_id] = Usage(**plan.checks)
    data = DataFolder(plan.data_location)
    start_log(data)
    progress = ProgressLog(data.progress_file(plan.run_id), _now)
    progress.write("run_started", run_id=plan.run_id, key=plan.key, steps=plan.assets)
    # Steps print nothing. Capturing it would start four helper processes a run, which inherit that SIGTERM is held back and then
    # cannot be stopped with it.
    with open_instance(captures_output=False) as instance:
        instance.add_dynamic_partitions(RANGES_NAME, [plan.key])
        limit = TimeLimit(load_settings(os.environ, plan.overrides).timeouts.run_seconds)
        RUN_LIMITS[plan.run_id] = limit

        end_process = partial(end_for_certain, plan, instance, progress, report_forced_end)
        ending = RunEnding(instance, plan.run_id, limit, end_process=end_process)
        ending.start()
        try:
            _execute_job(plan, instance)
        finally:
            ending.run_has_ended()
        return _settled(plan, instance, progress)


def end_for_certain(
    plan: RunPlan,
    instance: dg.DagsterInstance,
    progress: ProgressLog,
    report: Callable[[RunEnd], int],
    *,
    exit_process: Callable[[int], object] = os._exit,
) -> None:
    """Settle a run that does not listen, let `report` say what came of it, and end the process with its code, whatever still goes on."""
    code = report(_settled(plan, instance, progress))
    sys.stdout.flush()
    sys.stderr.flush()
    exit_process(code)


def _execute_job(plan: RunPlan, instance: dg.DagsterInstance) -> None:
    import dagster as dg

    from volt_assets.definitions import defs
    from volt_assets.work_reports.automation import JOB_NAME

    with interruptible_by_threads(), suppress(dg.DagsterExecutionInterruptedError, KeyboardInterrupt):
        job = defs.resolve_job_def(JOB_NAME)
        # What was loaded stays to the end: the collector need not go through it again and again.
        gc.collect()
        gc.freeze()
        # And of what is made, little stands in circles: it looks less often than for a process that lives for weeks.
        gc.set_threshold(50_000, 20, 20)
        job.execute_in_process(
            instance=instance,
            partition_key=plan.key,
            asset_selection=[dg.AssetKey([DOMAIN, name]) for name in plan.assets] if plan.assets != RANGE_ASSETS else None,
            run_id=plan.run_id,
            run_config=_run_config(plan),
            raise_on_error=False,
            tags=_tags(plan),
        )


def _settled(plan: RunPlan, instance: dg.DagsterInstance, progress: ProgressLog) -> RunEnd:
    """Let the record, the lock and the progress file know that the run has ended, and say how."""
    end = _end_of(plan, was_canceled=_was_canceled(instance, plan.run_id))
    DataFolder(plan.data_location).lock(plan.key).release()
    if end.reason is None:
        progress.write("run_finished", run_id=plan.run_id, status=end.status)
    else:
        progress.write("run_finished", run_id=plan.run_id, status=end.status, message=end.reason, hint=end.hint or "")
    with log_about_run(plan.run_id, plan.key):
        log_end("run ended", status=end.status)
        tell_operators(plan, end.status, now=_now)
    return end


def _was_canceled(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether somebody ended the run. One that Dagster had not begun to watch over is still canceling: it ends here."""
    import dagster as dg

    run = instance.get_run_by_id(run_id)
    if run is not None and run.status is dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run)
    return run is not None and run.status in (dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.CANCELING)


def _end_of(plan: RunPlan, *, was_canceled: bool) -> RunEnd:
    """How the run ended, also in the record; an interrupted step could not say so there itself."""
    record = RunRecord(DataFolder(plan.data_location).of_range(plan.key), now=_now)
    limit, spent = RUN_LIMITS[plan.run_id], unrecorded(plan.run_id)
    is_too_long = limit.seconds_left <= 0
    if was_canceled:
        record.run_was_canceled(plan.run_id, spent)
    elif is_too_long:
        record.run_took_too_long(plan.run_id, limit.seconds, spent)
    else:
        record.run_died(plan.run_id, spent)
    stored = record.read()
    if stored is not None and stored.run_id == plan.run_id:
        return RunEnd(stored.status)
    if was_canceled:
        return RunEnd("canceled")
    return RunEnd("failed", *took_too_long(limit.seconds)) if is_too_long else RunEnd("failed")


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
        **({SKIPPED_TAG: json.dumps(plan.skipped)} if plan.skipped else {}),
    }


def _quiet_dagster() -> None:
    """Keep Dagster's and the libraries' own log lines off the terminal; errors reach people through the record of the run."""
    import warnings

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    # What libraries say about a run that is ended inside a request or a transaction would be printed for want of a handler.
    logging.getLogger().addHandler(logging.NullHandler())
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


if __name__ == "__main__":
    main()
