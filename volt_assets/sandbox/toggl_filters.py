"""Reads the body of a Reports v3 request and finds the rows it asks for.

Belongs here: validation, filters, order, rounding. How rows are written is in toggl_rows.py, HTTP in toggl_server.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID, NONE, STOPPED, EntryTable
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.toggl_catalogue import GROUPS, OWNER_ROUNDING, OWNER_ROUNDING_MINUTES, PROJECTS, TAG_SETS, TASKS

MOST_DAYS = 366
_ORDERS = ("date", "user", "duration", "description", "last_update")
_ID_LISTS = ("user_ids", "group_ids", "time_entry_ids", "client_ids", "project_ids", "tag_ids", "task_ids")
_NULLABLE_LISTS = ("client_ids", "project_ids", "tag_ids", "task_ids")
_INTEGERS = (
    "min_duration_seconds",
    "max_duration_seconds",
    "rounding",
    "rounding_minutes",
    "page_size",
    "first_row_number",
    "first_id",
    "first_timestamp",
)
_BOOLEANS = ("billable", "grouped", "enrich_response", "hide_amounts")


class BadRequestError(Exception):
    """The request is refused with 400 and this text."""


@dataclass(frozen=True)
class Selection:
    """A validated request: days inclusive, filters as given."""

    first_day: date
    last_day: date
    body: Mapping[str, Any]

    def number(self, key: str) -> int | None:
        """An integer of the body."""
        value = self.body.get(key)
        return value if isinstance(value, int) else None

    def flag(self, key: str) -> bool:
        """A boolean of the body, false by default."""
        return self.body.get(key) is True

    def rounded(self, seconds: int) -> int:
        """Seconds after the rounding asked for; who asks for none gets the token owner's preference."""
        direction, minutes = self.number("rounding"), self.number("rounding_minutes")
        step = 60 * (OWNER_ROUNDING_MINUTES if minutes is None else minutes)
        if step <= 0 or seconds < 0:
            return seconds
        direction = OWNER_ROUNDING if direction is None else direction
        bump = {-1: 0, 0: step // 2, 1: step - 1}.get(direction, 0)
        return (seconds + bump) // step * step


def read_selection(body: Any, world_last_day: date) -> Selection:
    """Validate a body. Raises BadRequestError as the API answers 400."""
    if not isinstance(body, dict):
        raise BadRequestError("Invalid JSON input.")
    if not body:
        raise BadRequestError("At least one parameter must be set")
    for key in _ID_LISTS:
        _check_ids(key, body.get(key))
    for key, kind in [(key, int) for key in _INTEGERS] + [(key, bool) for key in _BOOLEANS]:
        if body.get(key) is not None and (not isinstance(body[key], kind) or (kind is int and isinstance(body[key], bool))):
            raise BadRequestError(f"Invalid value for parameter {key}")
    if body.get("order_by") not in (None, *_ORDERS) or str(body.get("order_dir") or "ASC").upper() not in ("ASC", "DESC"):
        raise BadRequestError("Invalid sort order")
    if body.get("page_size") is not None and body["page_size"] < 1:
        raise BadRequestError("Invalid value for parameter page_size")
    first, last = _days(body, world_last_day)
    return Selection(first, last, body)


def _check_ids(key: str, value: Any) -> None:
    if value is None:
        return
    nullable = key in _NULLABLE_LISTS
    if not isinstance(value, list) or not all(
        (isinstance(one, int) and not isinstance(one, bool)) or (one is None and nullable) for one in value
    ):
        raise BadRequestError(f"Invalid value for parameter {key}")


def _days(body: Mapping[str, Any], world_last_day: date) -> tuple[date, date]:
    start, end = (_day(body, key) for key in ("start_date", "end_date"))
    if start is None and body.get("time_entry_ids"):
        return date.min, date.max  # entries asked for by id need no dates
    if start is None:
        start = (end or world_last_day) - timedelta(days=6)
    end = end or start + timedelta(days=6)
    if end < start:
        raise BadRequestError("end_date must be greater than or equal to start_date")
    if (end - start).days + 1 > MOST_DAYS:
        raise BadRequestError("Reports date range can not be larger than 366 days")
    return start, end


def _day(body: Mapping[str, Any], key: str) -> date | None:
    value = body.get(key)
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadRequestError(f"Invalid value for parameter {key}") from None
    if day.isoformat() != value:
        raise BadRequestError(f"Invalid value for parameter {key}")
    return day


@dataclass(frozen=True)
class EntryFinder:
    """Finds rows. `only_person`: the position of the one whose entries a non-admin token sees."""

    table: EntryTable
    people: tuple[SandboxPerson, ...]
    rows_by_day: Mapping[int, Collection[int]]
    only_person: int | None = None

    def find(self, selection: Selection) -> list[int]:
        """Rows in the order asked for; equal keys in the order of their start."""
        first, last = selection.first_day.toordinal(), selection.last_day.toordinal()
        days = range(max(first, min(self.rows_by_day, default=0)), min(last, max(self.rows_by_day, default=-1)) + 1)
        tests = self._tests(selection)
        found = [row for day in days for row in self.rows_by_day.get(day, ()) if all(test(row) for test in tests)]
        return self._ordered(found, selection)

    def _ordered(self, rows: list[int], selection: Selection) -> list[int]:
        columns, texts = self.table.columns, self.table.descriptions
        keys: dict[str, Callable[[int], Any]] = {
            # Rows stand in this very order until somebody edits them.
            "date": (lambda row: (columns["start"][row], columns["person"][row], row)) if self.table.is_reordered else (lambda row: row),
            "user": lambda row: (self.people[columns["person"][row]].name, row),
            "duration": lambda row: (columns["seconds"][row], row),
            "description": lambda row: (texts[columns["text"][row]], row),
            "last_update": lambda row: (updated_at(self.table, row), row),
        }
        descends = str(selection.body.get("order_dir") or "ASC").upper() == "DESC"
        return sorted(rows, key=keys[selection.body.get("order_by") or "date"], reverse=descends)

    def _tests(self, selection: Selection) -> list[Callable[[int], bool]]:
        columns, body = self.table.columns, selection.body
        tests: list[Callable[[int], bool]] = []
        if (people := self._people(body)) is not None:
            tests.append(lambda row: columns["person"][row] in people)
        if ids := body.get("time_entry_ids"):
            wanted_rows = {one - FIRST_ENTRY_ID for one in ids}
            tests.append(lambda row: row in wanted_rows)
        for key, values_of in (("project_ids", project_ids), ("client_ids", client_ids), ("tag_ids", tag_ids), ("task_ids", task_ids)):
            if ids := body.get(key):
                tests.append(_any_of(self.table, frozenset(ids), values_of))
        if (needle := body.get("description")) is not None:
            texts = {number for number, text in enumerate(self.table.descriptions) if str(needle).lower() in text.lower()}
            tests.append(lambda row: columns["text"][row] in texts)
        if (billable := body.get("billable")) is not None:
            tests.append(lambda row: bool(columns["billable"][row]) == billable)
        if (least := selection.number("min_duration_seconds")) is not None:
            tests.append(lambda row: columns["seconds"][row] >= least)
        if (most := selection.number("max_duration_seconds")) is not None:
            tests.append(lambda row: columns["seconds"][row] <= most)
        return tests

    def _people(self, body: Mapping[str, Any]) -> frozenset[int] | None:
        wanted: frozenset[int] | None = None
        if ids := body.get("user_ids"):
            wanted = frozenset(position for position, person in enumerate(self.people) if person.user_id in ids)
        if groups := body.get("group_ids"):
            members = frozenset(position for group in groups for position in GROUPS.get(group, ()))
            wanted = members if wanted is None else wanted | members
        if self.only_person is not None:
            wanted = frozenset({self.only_person}) if wanted is None else wanted & {self.only_person}
        return wanted


def _any_of(
    table: EntryTable, wanted: frozenset[int | None], values_of: Callable[[EntryTable, int], tuple[int, ...]]
) -> Callable[[int], bool]:
    """An entry passes with one of the ids, or with none at all when null is asked for."""

    def passes(row: int) -> bool:
        values = values_of(table, row)
        return any(value in wanted for value in values) if values else None in wanted

    return passes


def project_ids(table: EntryTable, row: int) -> tuple[int, ...]:
    """The entry's project, if it has one."""
    position = table.columns["project"][row]
    return () if position == NONE else (PROJECTS[position].id,)


def client_ids(table: EntryTable, row: int) -> tuple[int, ...]:
    """The client of the entry's project, if it has one."""
    position = table.columns["project"][row]
    client = None if position == NONE else PROJECTS[position].client_id
    return () if client is None else (client,)


def tag_ids(table: EntryTable, row: int) -> tuple[int, ...]:
    """The entry's tags."""
    tags = TAG_SETS[table.columns["tags"][row]]
    return tuple(tag for tag in tags if tag not in table.deleted_tags) if table.deleted_tags else tags


def task_ids(table: EntryTable, row: int) -> tuple[int, ...]:
    """The entry's task, if it has one."""
    position = table.columns["task"][row]
    return () if position == NONE else (TASKS[position][0],)


def updated_at(table: EntryTable, row: int) -> int:
    """When the entry was last changed, in epoch seconds: a little after its stop, unless it was edited later."""
    if (edited_at := table.touched.get(row)) is not None:
        return edited_at
    start, seconds = table.columns["start"][row], table.columns["seconds"][row]
    return start + max(0, seconds) + 5 + (row * 37) % 3000


def is_stopped(table: EntryTable, row: int) -> bool:
    """Running entries are no time yet: totals and summaries leave them out."""
    return table.columns["ending"][row] == STOPPED
