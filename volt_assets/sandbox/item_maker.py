"""Makes one work item of any type: state, dates, people, description, comments, relations, in the spelling of its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from volt_assets.sandbox import item_texts
from volt_assets.sandbox.fibery_store import FiberyStore, Row
from volt_assets.sandbox.item_fields import Stage, date_fields, date_value, own_values, state_id
from volt_assets.sandbox.schema import DOCUMENT
from volt_assets.sandbox.work_calendar import WorkCalendar

FIRST_PUBLIC_ID = 7001


@dataclass(frozen=True)
class ItemPlan:
    """What an item's life looks like, in working days of the world."""

    stage: Stage
    created: int
    started: int | None = None
    completed: int | None = None
    planned_end: int | None = None
    assignees: tuple[str, ...] = ()
    public_id: str | None = None
    name: str | None = None
    """None: by chance."""
    description: str | None = None
    comments: int | None = None
    """None: by chance."""
    related: Mapping[str, Any] = field(default_factory=dict)
    """Display name of a relation or of another field -> value; what the type lacks is left out."""


@dataclass(frozen=True)
class ItemMaker:
    """Adds items to the store. `authors` are the Fibery ids of those who comment."""

    store: FiberyStore
    calendar: WorkCalendar
    authors: tuple[str, ...]
    rng: Random

    def make(self, type_name: str, plan: ItemPlan) -> Row:
        """The new item's row."""
        spec = self.store.types[type_name]
        public_id = plan.public_id or self.store.next_public_id(type_name, FIRST_PUBLIC_ID)
        created_at = self.calendar.moment(plan.created, 8)
        name = item_texts.item_name(type_name, self.rng) if plan.name is None else plan.name
        values = own_values(self.store, spec, public_id, created_at, self.rng)
        values[next(own.name for own in spec.fields.values() if own.is_title)] = name
        values.update(self._dates(type_name, plan))
        if state := state_id(self.store, spec, plan.stage):
            values[state[0]] = state[1]
        for collection in ("assignments/assignees", "assignments/Assignees"):
            if collection in spec.fields:
                values[collection] = list(plan.assignees)
        values.update(self._description(type_name, public_id, plan, created_at))
        for display, value in plan.related.items():
            own = spec.field_named(display)
            if own is not None and value is not None:
                values[own.name] = value
        row = self.store.add(type_name, public_id, created_at, values)
        if self.authors:
            row["fibery/created-by"] = self.authors[0]
        row["fibery/modification-date"] = self.calendar.moment(max(plan.created, plan.completed or plan.started or plan.created), 16)
        if "comments/comments" in spec.fields:
            self._comment(row, plan)
        return row

    def _dates(self, type_name: str, plan: ItemPlan) -> dict[str, str]:
        spec, names = self.store.types[type_name], date_fields(type_name)
        planned_start = plan.started if plan.started is not None else plan.created + 5
        moments = (
            (names.started, plan.started, 9),
            (names.completed, plan.completed, 15),
            (names.planned_start, planned_start, 9),
            (names.planned_end, plan.planned_end, 17),
        )
        values: dict[str, str] = {}
        for display, working_day, hour in moments:
            own = spec.field_named(display) if display else None
            if own is not None and working_day is not None:
                values[own.name] = date_value(own, self.calendar, working_day, hour)
        return values

    def _description(self, type_name: str, public_id: str, plan: ItemPlan, created_at: str) -> dict[str, str]:
        spec = self.store.types[type_name]
        text = item_texts.description(self.rng) if plan.description is None else plan.description
        own = next((own for own in spec.fields.values() if own.name.partition("/")[2].lower() in ("description", "brief")), None)
        if own is None or own.type != DOCUMENT:
            return {}
        return {own.name: self.store.add_document(f"{type_name}/{public_id}/description", text, created_at)}

    def _comment(self, row: Row, plan: ItemPlan) -> None:
        count = plan.comments
        if count is None:
            count = 0 if plan.started is None else int(self.rng.random() * 4)
        if not self.authors:
            return
        first_day = plan.started if plan.started is not None else plan.created
        previous: Row | None = None
        for number in range(count):
            author = self.authors[int(self.rng.random() * len(self.authors))]
            # Items under way are talked about at a slow pace, so that even a hundred comments fit into the world.
            latest = self.calendar.working_days - 1 if plan.completed is None else plan.completed
            day = min(first_day + (number // 20 if plan.completed is None else number), latest)
            at = self.calendar.moment(day, 10 + number % 8)
            if previous is not None and self.rng.random() < 0.4:  # noqa: PLR2004 -- a share
                self.store.add_comment(row, author, at, item_texts.answer(self.rng), parent=previous)
                continue
            previous = self.store.add_comment(row, author, at, item_texts.news(self.rng))
