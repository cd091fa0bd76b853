"""From `entities_to_enrich.json` to `enriched_entities.json`: what Fibery knows of the items."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from volt_assets.work_reports.models.document import Document, Frozen
from volt_assets.work_reports.models.tracked_time import Person, Resolution

ItemStatus = Literal["enriched", "not found", "failed", "type not configured"]
OnFailure = Literal["stop", "dead_letter"]


class ItemToEnrich(Frozen):
    """One item to look up, whoever worked on it."""

    type: str
    public_id: str
    label: str
    resolution: Resolution
    names: tuple[str, ...] = ()
    duration_seconds: int
    user_ids: tuple[int, ...]


class TypeToEnrich(Frozen):
    """All items of one type. `activity` None: the configuration has neither the type nor a default."""

    type: str
    activity: str | None
    max_concurrent: int
    configured: bool
    """The type has its own entry in the configuration."""
    fields: tuple[str, ...] = ()
    on_failure: OnFailure = "stop"
    """Whether an item that fails stops the run, or is reported as failed and kept as a dead letter."""
    items: tuple[ItemToEnrich, ...]


class EntitiesToEnrich(Document):
    """`entities_to_enrich.json`: the plan; the merge of the results is checked against it."""

    start_date: date
    end_date: date
    people: tuple[Person, ...]
    """Whose assigned items are asked for."""
    types: tuple[TypeToEnrich, ...]


class ItemState(Frozen):
    """A workflow state as Fibery names it. `type` is workflow/Type when the workspace has it."""

    name: str
    is_final: bool | None = None
    type: str | None = None


class ItemDates(Frozen):
    """ISO dates or date-times as Fibery gave them, cut to what they mean; None when the type has no such field."""

    created: str | None = None
    modified: str | None = None
    started: str | None = None
    completed: str | None = None
    planned_start: str | None = None
    planned_end: str | None = None


class Comment(Frozen):
    """One comment; `parent_id` makes threads."""

    id: str
    author: str | None = None
    created_at: str | None = None
    text: str = ""
    parent_id: str | None = None


class Assignee(Frozen):
    """Who an item is assigned to in Fibery."""

    name: str
    email: str | None = None


class ItemRef(Frozen):
    """A related item, by name and number."""

    type: str
    public_id: str
    name: str
    url: str
    state: ItemState | None = None
    planned_end: str | None = None


class Progress(Frozen):
    """How far the children of an item are: `done` of `total`."""

    done: int
    total: int
    children: tuple[ItemRef, ...] = ()


class EnrichedItem(Frozen):
    """One work item with everything a report says about it. For any status but `enriched` the facts are empty."""

    id: str | None = None
    type: str
    database: str
    """The Fibery space, the part before the slash of `type`."""
    public_id: str
    label: str | None = None
    name: str
    """Fibery's name; for items that were not enriched, the text people wrote."""
    url: str | None = None
    status: ItemStatus
    reason: str | None = None
    """Why it is not enriched, for people; never the raw text of an error."""
    configured: bool = True
    enricher: str | None = None
    resolution: Resolution | None = None
    name_similarity: float | None = None
    """0 to 1 between the description and Fibery's name; None when there was nothing to compare."""
    name_mismatch: bool = False
    """The similarity is below the configured minimum: the number may be a wrong one."""
    state: ItemState | None = None
    dates: ItemDates = ItemDates()
    is_overdue: bool = False
    """Judged at the end of the report period, never by today's clock."""
    overdue_days: int = 0
    completed_in_period: bool = False
    missing_context: bool = False
    """No description and no comments, of a type that could have them."""
    description: str = ""
    comments: tuple[Comment, ...] = ()
    assignees: tuple[Assignee, ...] = ()
    fields: dict[str, Any] = Field(default_factory=dict)
    """Display name -> value (text, number, bool, or list of text), only what is set."""
    parents: tuple[ItemRef, ...] = ()
    """The chain upwards, nearest first, at most three."""
    progress: Progress | None = None
    """Of the item's own children (a feature)."""
    parent_progress: Progress | None = None
    """Of the nearest parent that has progress (the feature this item is a child of)."""
    linked: tuple[ItemRef, ...] = ()
    """Linked requests and the like."""
    fetched_at: datetime | None = None
    """When Fibery began to be asked: the item is as it was then or moments later. One taken from the store of items was
    compared with Fibery at this time. What it was at any earlier time, the end of the period included, only dates tell."""


class AssignedItem(Frozen):
    """An item assigned to a person of the report and not finished before the period."""

    user_id: int
    item: ItemRef
    started: str | None = None
    completed: str | None = None
    planned_start: str | None = None


class SchemaWarning(Frozen):
    """A configured type or field that the live schema does not have."""

    type: str
    field: str | None = None
    message: str


class EnrichedEntities(Document):
    """`enriched_entities.json`: every planned item exactly once, in the order of the plan."""

    start_date: date
    end_date: date
    fetched_at: datetime | None
    """As `EnrichedItem.fetched_at`; None when nothing had to be fetched."""
    items: tuple[EnrichedItem, ...]
    assigned: tuple[AssignedItem, ...] = ()
    unmatched_people: tuple[Person, ...] = ()
    """People of the report whom Fibery does not know by e-mail nor by the `people:` map."""
    warnings: tuple[SchemaWarning, ...] = ()
    fibery_workspace: str = ""
