"""`volt-agent migrate`: bring the documents of a data folder up to the version that this Volt reads."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from volt_assets.cli.console import Console


def migrate(*, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be migrated.")] = False) -> int:
    """Bring stored documents of an older Volt up to date; each is replaced whole. Make a backup of the data folder first."""
    from volt_assets.environment import data_dir
    from volt_assets.work_reports.data_folder import DataFolder
    from volt_assets.work_reports.migrating import all_documents, outdated
    from volt_assets.work_reports.migrating import migrate as bring_up_to_date
    from volt_assets.work_reports.subjects.forget import refuse_while_runs_go

    console, data = Console(), DataFolder(data_dir(os.environ))
    if not dry_run:
        refuse_while_runs_go(data)
    # All are looked at before the first is touched: a file of a newer Volt leaves everything as it is.
    found = list(outdated(all_documents(data)))
    for one in found:
        console.data(f"{one.path}: {'; '.join(map(str, one.migrations))}")
        if not dry_run:
            bring_up_to_date(one)
    said = "would be migrated" if dry_run else "migrated"
    console.say(f"{len(found)} documents {said}" if found else "every document has the version that this Volt reads")
    return 0
