"""`volt-agent doctor`: whether everything is in order for a run."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """Check configuration, tokens, role, workspace, Fibery's schema against the configuration, and the model.

    Exit codes: 0 all is well (notes are allowed), 2 something has to be fixed. Schedules and sensors do nothing before it has
    passed once for the data folder.
    """
    from volt_assets.cli.diagnosis import diagnose
    from volt_assets.environment import data_dir
    from volt_assets.work_reports.data_folder import DataFolder
    from volt_assets.work_reports.doctor_note import note_passed

    console = Console()
    findings = diagnose()
    if as_json:
        console.json([{"check": one.check, "verdict": one.verdict, "message": one.message, "hint": one.hint} for one in findings])
    else:
        for one in findings:
            console.data(f"{one.verdict:<4}  {one.check}: {one.message}" + (f"\n      hint: {one.hint}" if one.hint else ""))
    if any(one.verdict == "fail" for one in findings):
        return ExitCode.USAGE
    note_passed(DataFolder(data_dir(os.environ)), datetime.now(UTC))
    return ExitCode.OK
