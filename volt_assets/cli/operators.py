"""What the command line tells operators of its own runs: how they ended, or that they could not begin.

Belongs here: when. What is told and by which way is work_reports/alerts/'s; nothing in there fails a run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from volt_assets.errors import VoltError
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.run_record import RunRecord

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.cli.run_plan import RunPlan


def tell_operators(plan: RunPlan, status: str, *, now: Callable[[], datetime]) -> None:
    """The run of the plan has ended with one of the statuses of run_state.py."""
    from volt_assets.work_reports.alerts.alerting import Alerter

    data = DataFolder(plan.data_location)
    record = RunRecord(data.of_range(plan.key), now=now).read()
    alerter = Alerter(data, load_settings(os.environ, plan.overrides).alerts, os.environ, now=now)
    alerter.run_ended(status, key=plan.key, run_id=plan.run_id, record=record)


@contextmanager
def operators_are_told(plan: RunPlan, settings: Settings, console: Console, *, now: Callable[[], datetime]) -> Iterator[None]:
    """Tell of an error of the body, which keeps the run from beginning; unless somebody sits at a terminal and reads it there."""
    try:
        yield
    except VoltError as error:
        if not console.stderr_is_terminal:
            from volt_assets.work_reports.alerts.alert import of_not_begun
            from volt_assets.work_reports.alerts.alerting import Alerter

            Alerter(DataFolder(plan.data_location), settings.alerts, os.environ, now=now).tell(of_not_begun(error, key=plan.key, now=now()))
        raise
