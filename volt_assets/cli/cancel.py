"""End a run from another terminal: report it as canceling, then let its process stop itself.

A run of `volt-agent` watches its own status in the instance and stops within seconds; a run that Dagster launched is ended
through its launcher.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.instance import open_instance
from volt_assets.cli.processes import PID_TAG
from volt_assets.cli.run_lookup import find_run
from volt_assets.work_reports.run_parameters import is_executed_again

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

PATIENCE_SECONDS = 20.0
_POLL_SECONDS = 0.2


def cancel(text: str, console: Console) -> ExitCode:
    """Cancel the run with this id or key and wait until it has ended. Raises UsageError when there is none."""
    found = find_run(text)
    with open_instance() as instance:
        run = instance.get_run_by_id(found.run_id)
        if run is None or run.is_finished:
            console.say(f"run {found.run_id} has ended already: {found.status}")
            return ExitCode.OK
        if PID_TAG in run.tags and not is_executed_again(run.tags):
            instance.report_run_canceling(run)
        else:
            instance.run_launcher.terminate(run.run_id)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            run = instance.get_run_by_id(found.run_id)
            if run is None or run.is_finished:
                console.say(f"run {found.run_id} is canceled")
                return ExitCode.OK
            time.sleep(_POLL_SECONDS)
    console.error(f"run {found.run_id} did not end within {PATIENCE_SECONDS:.0f} s", "it goes on canceling; look again with show-run")
    return ExitCode.FAILED
