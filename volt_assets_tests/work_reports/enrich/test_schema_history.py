"""What became of the workspace between two runs that saw different schemas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from volt_assets.clients.fibery_wire import FiberyField, FiberyType
from volt_assets.work_reports.enrich.schema_history import FILE_NAME, continued, last_change, remembered, snapshot
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.models.workspace_schema import SchemaHistory

NOON = datetime(2025, 10, 13, 12, tzinfo=UTC)


def schema(**types: dict[str, str]) -> WorkspaceSchema:
    """Types by their name in the space Scrum, with the fields besides their number."""
    return WorkspaceSchema.from_types(
        FiberyType.model_validate(
            {
                "fibery/name": name if "/" in name else f"Scrum/{name}",
                "fibery/fields": [
                    FiberyField.model_validate({"fibery/name": field, "fibery/type": kind}).model_dump(by_alias=True)
                    for field, kind in {"fibery/public-id": "fibery/text", **fields}.items()
                ],
            }
        )
        for name, fields in types.items()
    )


TASK = {"Scrum/Points": "fibery/int", "Scrum/Sprint": "fibery/text"}


def test_only_types_of_work_items_are_looked_at() -> None:
    others = {"fibery/user": TASK, "Collaboration~Documents/Document": TASK, "Scrum/Severity": {"enum/name": "fibery/text"}}
    assert list(snapshot(schema(Task=TASK, **others), NOON).types) == ["Scrum/Task"]


def test_added_removed_and_changed_names_are_told_apart(tmp_path: Path) -> None:
    first, warning = remembered(tmp_path, snapshot(schema(Task=TASK, Bug={}), NOON))
    assert (last_change(first), warning) == (None, None)
    again, _ = remembered(tmp_path, snapshot(schema(Task=TASK, Bug={}), NOON + timedelta(days=1)))
    assert (last_change(again), again.current.first_seen) == (None, NOON)
    later = NOON + timedelta(days=7)
    changed, _ = remembered(
        tmp_path, snapshot(schema(Task={"Scrum/Points": "fibery/decimal", "Scrum/Epic": "fibery/text"}, Chore={}), later)
    )
    change = last_change(changed)
    assert change is not None
    assert (change.before, change.after) == (NOON + timedelta(days=1), later)
    assert (change.types_added, change.types_removed) == (("Scrum/Chore",), ("Scrum/Bug",))
    [task] = change.types_changed
    assert (task.fields_added, task.fields_removed, task.fields_changed) == (("Scrum/Epic",), ("Scrum/Sprint",), ("Scrum/Points",))
    # The next run sees nothing new: the change stays the latest one.
    after, _ = remembered(tmp_path, snapshot(schema(Task={"Scrum/Points": "fibery/decimal", "Scrum/Epic": "fibery/text"}, Chore={}), later))
    assert last_change(after) == change


def test_a_run_that_looked_earlier_and_ends_later_does_not_turn_time_back() -> None:
    history = continued(None, snapshot(schema(Task=TASK), NOON))
    assert continued(history, snapshot(schema(Bug={}), NOON - timedelta(hours=1))) == history


def test_a_history_that_cannot_be_read_is_begun_anew_and_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{}")
    history, warning = remembered(tmp_path, snapshot(schema(Task=TASK), NOON))
    assert history.previous is None
    assert warning is not None
    assert "is not what Volt wrote" in warning
    assert SchemaHistory.model_validate_json((tmp_path / FILE_NAME).read_bytes()) == history
