"""Assets that a run leaves as they are: said to the person, and noted in the execution log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from volt_assets.work_reports.execution_log import Execution, ExecutionLog
from volt_assets.work_reports.stages import STAGE_OF

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.cli.run_plan import RunPlan
    from volt_assets.work_reports.data_folder import DataFolder


def say_skipped(skipped: Mapping[str, str], console: Console) -> None:
    """One line for each reason."""
    for reason in dict.fromkeys(skipped.values()):
        names = [asset for asset, why in skipped.items() if why == reason]
        console.say(f"skipped, {reason}: {', '.join(names)}")


def note_skipped(plan: RunPlan, data: DataFolder, *, now: datetime) -> None:
    """One line of the log for each asset."""
    lines = (
        Execution(at=now, run_id=plan.run_id, key=plan.key, stage=STAGE_OF[asset], asset=asset, outcome="skip", reason=why)
        for asset, why in plan.skipped.items()
    )
    ExecutionLog.of(data).write(*lines)
