"""Which field of a type holds what: dates, state, and the values that only some types have.

Belongs here: names of fields and how their values look on the wire. Which items exist is in work_items.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any, Literal, NamedTuple

from volt_assets.sandbox import item_texts
from volt_assets.sandbox.fibery_store import FiberyStore
from volt_assets.sandbox.schema import DOCUMENT, FieldSpec, TypeSpec
from volt_assets.sandbox.work_calendar import WorkCalendar

Stage = Literal["open", "started", "review", "done"]
_STATE_POSITION: dict[Stage, int] = {"open": 0, "started": 1, "review": 2, "done": 3}


class DateFields(NamedTuple):
    """Display names of a type's date fields; None where it has none."""

    started: str | None
    completed: str | None
    planned_start: str | None
    planned_end: str | None


_ORDINARY = DateFields("Started Date", "Completion Date", "Planned Start", "Planned End")
DATE_FIELDS: dict[str, DateFields] = {
    "Scrum/Sub-task": DateFields("Started Date", "Completed Date", None, None),
    "Scrum/Sub-bug": DateFields(None, None, None, None),
    "Scrum/Feature": DateFields("Dev Actual Start Date", "Dev Actual End Date", "Dev Planned Start Date", "Dev Planned End Date"),
    "Scrum/Build": DateFields(None, "Completion Date", None, "Planned End"),
    "Scrum/Hotfix": DateFields(None, "Completion Date", None, "Planned End"),
    "Scrum/Release": DateFields(None, "Actual Release Date", None, "Planned Release Date"),
    "Scrum/Chore": DateFields("Started Date", "Completion Date", None, None),
    "Design/Design Feature": DateFields("Actual Start Date", "Actual Ready for Dev Date", "Planned Start", "Planned End"),
    "Design/Work Version": DateFields("Sent for Review", "Review Completion Date", None, "Planned End Date"),
    "Design/Old Work Version": DateFields(None, None, None, "Planned End Date"),
    "Product Management/Request": DateFields("Dev Actual Start", "Actual Release Date", None, "Planned Release Date"),
    "QA/Test report": DateFields("Started Date", "Completion Date", None, None),
    "To-dos/To-do": DateFields(None, None, None, "Due"),
    "Ops/Incident": DateFields(None, None, None, None),
    "Marketing/Campaign": DateFields(None, None, None, None),
}


def date_fields(type_name: str) -> DateFields:
    """The date fields of a type; most have the ordinary four."""
    return DATE_FIELDS.get(type_name, _ORDINARY)


def state_field(spec: TypeSpec) -> FieldSpec | None:
    """The field that holds the state, however it is spelled."""
    return next((field for field in spec.fields.values() if field.name in ("workflow/state", "Design/State")), None)


def state_id(store: FiberyStore, spec: TypeSpec, stage: Stage) -> tuple[str, str] | None:
    """(field, id of the state) for a stage; None for a type without states."""
    field = state_field(spec)
    if field is None:
        return None
    options = store.types[field.type].options
    return field.name, store.option(spec.name, field.name, options[_STATE_POSITION[stage]][0])


def date_value(field: FieldSpec, calendar: WorkCalendar, working_day: int, hour: int) -> str:
    """A date or an instant, as the field wants it."""
    return calendar.moment(working_day, hour) if field.type == "fibery/date-time" else calendar.day(working_day).isoformat()


def days_range(first: date, last: date) -> dict[str, str]:
    """A date range on the wire."""
    return {"start": first.isoformat(), "end": last.isoformat()}


_OWN_VALUES: dict[str, Callable[[Random], Any]] = {
    "Story Points": lambda rng: ("1", "2", "3", "5", "8", "0.5")[int(rng.random() * 6)],
    "Time Spent": lambda rng: None if rng.random() < 0.3 else f"{1 + int(rng.random() * 40) / 4:.2f}",  # noqa: PLR2004 -- a share
    "Root Cause": lambda rng: None if rng.random() < 0.4 else "two rules with the same filter",  # noqa: PLR2004 -- a share
    "Environment & version": lambda rng: f"staging, build {100 + int(rng.random() * 50)}",
    "Next action": lambda _rng: "ask the reporter",
    "Customer Requests": lambda rng: int(rng.random() * 20),
    "Revenue Impact": lambda rng: f"{int(rng.random() * 900) * 100}.50",
    "Q&A done?": lambda rng: rng.random() < 0.5,  # noqa: PLR2004 -- a share
    "# of reviews": lambda rng: int(rng.random() * 4),
    "Passed #": lambda rng: 40 + int(rng.random() * 60),
    "Failed #": lambda rng: int(rng.random() * 5),
    "Budget €": lambda rng: f"{int(rng.random() * 90) * 100}",
}
_OWN_OPTIONS: dict[str, Callable[[Random], str]] = {
    "Severity": item_texts.severity,
    "Priority": lambda rng: ("Could", "Should", "Must")[int(rng.random() * 3)],
}
_OWN_DOCUMENTS: dict[str, Callable[[Random], str]] = {
    "Acceptance Criteria": item_texts.criteria,
    "Steps to Reproduce": lambda _rng: "1. open the page\n2. wait\n3. look at the log\n",
}


def own_values(store: FiberyStore, spec: TypeSpec, public_id: str, created_at: str, rng: Random) -> dict[str, Any]:
    """Values of the fields that are this type's own: estimates, severities, texts, criteria."""
    values: dict[str, Any] = {}
    for field in spec.fields.values():
        display = field.name.partition("/")[2]
        if field.is_deleted or field.is_collection:
            continue
        if display in _OWN_VALUES:
            values[field.name] = _OWN_VALUES[display](rng)
        elif display in _OWN_OPTIONS and not field.is_primitive:
            values[field.name] = store.option(spec.name, field.name, _OWN_OPTIONS[display](rng))
        elif display in _OWN_DOCUMENTS and field.type == DOCUMENT:
            values[field.name] = store.add_document(f"{spec.name}/{public_id}/{display}", _OWN_DOCUMENTS[display](rng), created_at)
    return values
