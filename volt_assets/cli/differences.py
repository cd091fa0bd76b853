"""What `volt-agent diff` prints: two neighbouring revisions of each report, compared.

Belongs here: choosing the revisions and laying the difference out. What changed in the time entries was found when the revision was made.
"""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, Any

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.terminal_text import one_line
from volt_assets.environment import data_dir
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.report.figures import signed
from volt_assets.work_reports.revision_store import REVISIONS, read_index, read_revision

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.work_reports.models.revisions import Revision

_IDS_NAMED = 12
_PEOPLE = "individual/"


def print_differences(key: str, report: str | None, number: int | None, console: Console, *, as_json: bool) -> ExitCode:
    """The differences of one report or of all of the range. Raises UsageError for what is not there."""
    folder = DataFolder(data_dir(os.environ)).of_range(key) / REVISIONS
    current = {name: each.number for name, each in read_index(folder).reports.items()}
    if not current:
        raise UsageError(f"{key}: has no reports yet", hint="volt-agent list-runs shows the keys there are")
    names = [_named(report, list(current), key)] if report is not None else list(current)
    found = []
    for name in names:
        latest = number or current[name]
        if latest > current[name]:
            if report is None:
                continue
            raise UsageError(f"{name} of {key}: has no revision {latest}", hint=f"the latest is {current[name]}")
        if latest > 1:
            found.append(_difference(_read(folder, name, latest - 1), _read(folder, name, latest)))
    if as_json:
        console.json(found)
    elif not found:
        console.say(f"{key}: every report asked for is in its first revision")
    else:
        console.data("\n\n".join(_told(each) for each in found))
    return ExitCode.OK


def _named(report: str, known: list[str], key: str) -> str:
    for name in (report, f"{_PEOPLE}{report}"):
        if name in known:
            return name
    near = difflib.get_close_matches(report, [name.removeprefix(_PEOPLE) for name in known], n=1, cutoff=0.4)
    raise UsageError(
        f"{key}: has no report '{report[:80]}'", hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known[:8])}"
    )


def _read(folder: AnyPath, name: str, number: int) -> Revision:
    revision = read_revision(folder, name, number)
    if revision is None:
        raise StoredDataError(f"{folder}/{name}/{number}.json: is not there or cannot be read", hint="restore it from a backup")
    return revision


def _difference(before: Revision, after: Revision) -> dict[str, Any]:
    since = after.since_previous
    gone, new = _sentences(before), _sentences(after)
    return {
        "report": after.report,
        "revisions": [before.number, after.number],
        "generated_at": [before.generated_at.isoformat(), after.generated_at.isoformat()],
        "seconds": since.seconds if since else None,
        "entries_added": list(since.added) if since else [],
        "entries_changed": list(since.changed) if since else [],
        "entries_deleted": list(since.deleted) if since else [],
        "time_counts_elsewhere": since is not None and since.is_spread_anew,
        "sentences_removed": [text for text in gone if text not in new],
        "sentences_added": [text for text in new if text not in gone],
        "lines": [
            line
            for line in difflib.unified_diff(before.markdown.splitlines(), after.markdown.splitlines(), lineterm="", n=0)
            if line[:1] in "+-" and not line.startswith(("+++", "---", "+<!--", "-<!--"))
        ],
    }


def _sentences(revision: Revision) -> list[str]:
    return [sentence["text"] for sentence in (revision.document or {}).get("sentences", ())]


def _told(found: dict[str, Any]) -> str:
    first, second = found["revisions"]
    knows_entries = found["seconds"] is not None
    hours = f", {signed(found['seconds'])} h" if knows_entries else ""
    lines = [f"{found['report']}: revision {first} -> {second}{hours}"]
    for kind in ("added", "changed", "deleted") if knows_entries else ():
        ids = found[f"entries_{kind}"]
        more = f" and {len(ids) - _IDS_NAMED} more" if len(ids) > _IDS_NAMED else ""
        named = f": {', '.join(map(str, ids[:_IDS_NAMED]))}{more}" if ids else ""
        unseen = kind == "changed" and found["time_counts_elsewhere"]
        lines.append(f"  entries {kind:8}{'not known; the same time counts elsewhere than before' if unseen else f'{len(ids)}{named}'}")
    lines += [f"  no longer said: {one_line(text)}" for text in found["sentences_removed"]]
    lines += [f"  said now:       {one_line(text)}" for text in found["sentences_added"]]
    said = {*found["sentences_removed"], *found["sentences_added"]}
    lines += [f"  {one_line(line)}" for line in found["lines"] if line[1:].strip() and line[1:] not in said]
    return "\n".join(lines)
