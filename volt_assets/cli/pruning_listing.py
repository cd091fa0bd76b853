"""What `prune` says: the runs that go, and how much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.cli.pruning import Pruning

_KIB = 1024


def print_pruning(found: Pruning, console: Console, *, removed: bool) -> None:
    """The runs on standard output, the sum on standard error."""
    if found.runs:
        rows = [
            (run.run_id, run.key, run.status.replace("_", " "), f"{run.created_at:%Y-%m-%d %H:%M}", len(run.files), human_size(run.size))
            for run in found.runs
        ]
        console.table("Old runs (times in UTC)", ("Run", "Report", "Status", "Created", "Files", "Size"), rows)
    if found.orphans:
        console.say(f"{len(found.orphans)} files belong to runs that the history does not know any more")
    if found.old_but_current:
        console.say(f"{found.old_but_current} more are as old and stay: each is the latest of its range, or made its current files")
    if not found.runs and not found.orphans:
        console.say("nothing is to be removed")
        return
    what = f"{len(found.runs)} runs, {found.files} files, {human_size(found.size)}"
    console.say(f"removed: {what}" if removed else f"to be removed: {what}; add --yes to remove them")


def pruning_object(found: Pruning, *, removed: bool) -> dict[str, Any]:
    """The same for `--json`; sizes in bytes."""
    return {
        "removed": removed,
        "runs": [
            {
                "run_id": run.run_id,
                "key": run.key,
                "status": run.status,
                "created_at": run.created_at,
                "files": len(run.files),
                "bytes": run.size,
            }
            for run in found.runs
        ],
        "orphans": len(found.orphans),
        "files": found.files,
        "bytes": found.size,
        "old_but_current": found.old_but_current,
    }


def human_size(size: int) -> str:
    """`1.5 MiB`."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB"):
        if amount < _KIB:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= _KIB
    return f"{amount:.1f} GiB"
