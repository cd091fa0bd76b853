"""What changed in the workspace: the schema of this run compared with the different one that earlier runs saw.

Belongs here: which types count as those of work items, snapshots of their names, the comparison, and keeping both. Does not:
asking Fibery (schema_cache.py), what the configuration makes of it (report/configuration_health.py).
"""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import ValidationError

from volt_assets.resilience.atomic_file import AnyPath, write_atomically
from volt_assets.work_reports.enrich.workspace_schema import SchemaType, WorkspaceSchema
from volt_assets.work_reports.models.document import digest
from volt_assets.work_reports.models.workspace_schema import SchemaChange, SchemaHistory, SchemaSnapshot, TypeChange

FILE_NAME = "workspace_schema.json"
# Spaces that every workspace has for Fibery's own purposes; others of them have a ~ in their names.
_OWN_SPACES = frozenset(("fibery", "comments", "workflow", "assignments", "reactions", "avatars", "files", "whiteboards", "highlights"))


def is_work_type(one: SchemaType) -> bool:
    """Whether people can have items of this type: numbered, no list of choices, not one of Fibery's own."""
    is_own = one.space.casefold() in _OWN_SPACES or "~" in one.space
    return not is_own and not one.is_enum and one.has("fibery/public-id")


def snapshot(schema: WorkspaceSchema, seen_at: datetime) -> SchemaSnapshot:
    """The names of the work-item types and their fields, sorted. `seen_at` is aware."""
    types = {
        name: {field.name: f"{field.type}, several" if field.is_collection else field.type for _, field in sorted(one.fields.items())}
        for name, one in sorted(schema.types.items())
        if is_work_type(one)
    }
    text = json.dumps(types, sort_keys=True)
    return SchemaSnapshot(digest=digest(text.encode()), first_seen=seen_at, last_seen=seen_at, types=types)


def continued(history: SchemaHistory | None, now: SchemaSnapshot) -> SchemaHistory:
    """The history with what is seen now; an earlier look than the last one, from a run that came late, changes nothing."""
    if history is None:
        return SchemaHistory(current=now)
    known = history.current
    if now.digest == known.digest:
        return history.model_copy(update={"current": known.model_copy(update={"last_seen": max(known.last_seen, now.last_seen)})})
    return SchemaHistory(current=now, previous=known) if now.first_seen >= known.last_seen else history


def last_change(history: SchemaHistory) -> SchemaChange | None:
    """What differs between the two snapshots; None when there is only one."""
    if history.previous is None:
        return None
    before, after = history.previous.types, history.current.types
    kept = [name for name in sorted(before.keys() & after.keys()) if before[name] != after[name]]
    return SchemaChange(
        before=history.previous.last_seen,
        after=history.current.first_seen,
        types_added=tuple(sorted(after.keys() - before.keys())),
        types_removed=tuple(sorted(before.keys() - after.keys())),
        types_changed=tuple(_type_change(name, before[name], after[name]) for name in kept),
    )


def _type_change(name: str, before: dict[str, str], after: dict[str, str]) -> TypeChange:
    return TypeChange(
        type=name,
        fields_added=tuple(sorted(after.keys() - before.keys())),
        fields_removed=tuple(sorted(before.keys() - after.keys())),
        fields_changed=tuple(sorted(field for field in before.keys() & after.keys() if before[field] != after[field])),
    )


def remembered(folder: AnyPath, now: SchemaSnapshot) -> tuple[SchemaHistory, str | None]:
    """Continue the history in `folder` and store it; with a warning when what was stored could not be read."""
    path, history, warning = folder / FILE_NAME, None, None
    try:
        history = SchemaHistory.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        pass
    except ValidationError:
        warning = f"{path}: is not what Volt wrote; changes of the workspace are known from this run on"
    after = continued(history, now)
    if after != history:
        write_atomically(path, after.model_dump_json(indent=2).encode() + b"\n")
    return after, warning
