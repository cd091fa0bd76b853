"""What `dead-letters` does: the store of the data folder, printed, tried again, or given up."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.work_reports.data_folder import DataFolder

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.work_reports.enrich.failed_items import RedrivenItems


def print_letters(console: Console, *, as_json: bool) -> ExitCode:
    """The letters, oldest first."""
    contents = _store(DataFolder(data_dir(os.environ))).contents()
    if as_json:
        console.json([letter.model_dump(mode="json") for letter in contents.letters])
    elif contents.letters:
        rows = [
            (
                one.id,
                one.key,
                one.error_class,
                one.attempts,
                f"{one.first_seen:%Y-%m-%d %H:%M}",
                f"{one.last_seen:%Y-%m-%d %H:%M}",
                one.message,
            )
            for one in contents.letters
        ]
        console.table("Dead letters (times in UTC)", ("Id", "Item", "Error", "Tries", "First", "Last", "Message"), rows)
    else:
        console.say("nothing waits to be tried again")
    for name in contents.damaged:
        console.warning(f"{name} in the store of dead letters cannot be read; delete it, or restore it from a backup")
    return ExitCode.OK


def redrive_letters(range_key: str | None, console: Console) -> ExitCode:
    """Try everything that failed again, each kind in its way, and say what became of it."""
    from volt_assets.cli.delivering import redrive_deliveries
    from volt_assets.work_reports.deliver.failed_deliveries import KIND as DELIVERY

    kinds = {letter.kind for letter in _store(DataFolder(data_dir(os.environ))).letters()}
    found = [redrive_deliveries(range_key, console)] if DELIVERY in kinds else []
    # Deliveries alone need neither Toggl nor Fibery.
    if kinds != {DELIVERY}:
        found.append(_redrive_items(range_key, console))
    return max(found)


def _redrive_items(range_key: str | None, console: Console) -> ExitCode:
    """Enrich the items again and say what became of each."""
    from volt_assets.resources import VoltResource
    from volt_assets.work_reports.enrich.redrive import redrive_stored

    return print_redriven(asyncio.run(redrive_stored(VoltResource(), range_key)), console)


def print_redriven(done: RedrivenItems, console: Console) -> ExitCode:
    """What became of each letter; INCOMPLETE as long as one of them waits."""
    for key, item in done.enriched:
        console.data(f"{key}: {item.type} #{item.public_id}: {item.status}")
    for letter in done.failed:
        console.error(f"{letter.key}: failed again: {letter.message}")
    for key in sorted({key for key, _ in done.enriched}):
        console.say(f"make the reports again: volt-agent run --start-from fibery --run-id {key}")
    if done.stopped_by is not None:
        console.error(str(done.stopped_by), done.stopped_by.hint)
    untried = f", {len(done.untried)} not tried" if done.untried else ""
    console.say(f"{len(done.enriched)} tried with success, {len(done.failed)} failed again{untried}")
    return ExitCode.INCOMPLETE if done.failed or done.untried else ExitCode.OK


def forget_letter(letter_id: str, console: Console) -> ExitCode:
    """Remove one letter. Raises UsageError when there is none of this id."""
    forgotten = _store(DataFolder(data_dir(os.environ))).forget(lambda letter: letter.id == letter_id)
    if not forgotten:
        raise UsageError(f"{letter_id[:40]}: no dead letter has this id", hint="volt-agent dead-letters list")
    console.say(f"forgotten: {forgotten[0].key}")
    return ExitCode.OK


def _store(data: DataFolder) -> DeadLetters:
    return DeadLetters(data.dead_letters, now=lambda: datetime.now(UTC))
