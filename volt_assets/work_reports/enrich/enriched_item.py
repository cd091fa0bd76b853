"""Rows of one type as enriched items: what is said of an item that Fibery gave, and of one that it did not.

Belongs here: reading rows that are whole. Does not: fetching anything (fetch.py, enrich_type.py), figures of reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from volt_assets.settings import Settings
from volt_assets.work_reports.enrich.fetched import FetchedType, FetchedWork, TypeShape, rows_of
from volt_assets.work_reports.enrich.field_values import document_text, field_values
from volt_assets.work_reports.enrich.item_dates import Period, day_of, is_done, item_dates, overdue_days
from volt_assets.work_reports.enrich.item_links import item_url
from volt_assets.work_reports.enrich.item_refs import item_ref, parent_chain, references, state_of, text_of
from volt_assets.work_reports.enrich.name_similarity import name_similarity
from volt_assets.work_reports.enrich.selects import ID
from volt_assets.work_reports.models import Assignee, Comment, EnrichedItem, ItemRef, ItemStatus, ItemToEnrich, Progress, TypeToEnrich


@dataclass(frozen=True)
class Reading:
    """What reading one type's rows needs to know."""

    plan: TypeToEnrich
    work: FetchedWork
    period: Period
    settings: Settings
    link_base_url: str

    @property
    def fetched(self) -> FetchedType:
        """What came of the type."""
        return self.work.types.get(self.plan.type, FetchedType())

    def progress_of(self, row: Mapping[str, Any], prefix: str = "") -> Progress | None:
        """How far the item of a row is, or its parent whose keys start with `prefix`."""
        return self.work.parents_progress.get(str(row[f"{prefix}{ID}"]))


def with_facts(item: ItemToEnrich, row: Mapping[str, Any], documents: Mapping[str, str], reading: Reading) -> EnrichedItem:
    """An item that Fibery gave. `documents`: Markdown by secret."""
    shape = reading.fetched.shape or TypeShape(schema_type=reading.plan.type)
    name, state, dates = text_of(row.get("name")), state_of(row), item_dates(row)
    similarity = name_similarity(item.names, name)
    days = overdue_days(state, dates, reading.period) if _can_be_finished(row) else 0
    description, comments = document_text(row, "description", documents), _comments(row, documents)
    chain = parent_chain(row, shape.parents)
    completed = day_of(dates.completed, reading.period.zone)
    return EnrichedItem(
        id=str(row[ID]),
        type=item.type,
        database=item.type.partition("/")[0],
        public_id=item.public_id,
        label=item.label,
        name=name or (item.names[0] if item.names else ""),
        url=item_url(reading.link_base_url, shape.schema_type, item.public_id, name),
        status="enriched",
        configured=reading.plan.configured,
        enricher=reading.plan.activity,
        resolution=item.resolution,
        name_similarity=similarity,
        name_mismatch=similarity is not None and similarity < reading.settings.reports.name_similarity_minimum,
        state=state,
        dates=dates,
        is_overdue=days > 0,
        overdue_days=days,
        completed_in_period=reading.period.has(completed) and is_done(state, dates, reading.period),
        missing_context=(shape.has_description or shape.has_comments) and not description and not comments,
        description=description,
        comments=comments,
        assignees=_assignees(row),
        fields=field_values(row, shape.display, documents),
        parents=tuple(ref for one in chain if (ref := item_ref(row, one.type, reading.link_base_url, one.prefix)) is not None),
        progress=reading.progress_of(row),
        parent_progress=next((one for parent in chain if (one := reading.progress_of(row, parent.prefix)) is not None), None),
        linked=_linked(row, shape, reading.link_base_url),
        fetched_at=reading.work.fetched_at,
    )


def _can_be_finished(row: Mapping[str, Any]) -> bool:
    """A type with neither a state nor a date of completion, such as a sprint, ends by itself: it is never late."""
    return any(key.startswith(("state/", "completed/")) for key in row)


def without_facts(item: ItemToEnrich, reading: Reading, status: ItemStatus, reason: str) -> EnrichedItem:
    """An item that is known only by what people wrote of it."""
    return EnrichedItem(
        type=item.type,
        database=item.type.partition("/")[0],
        public_id=item.public_id,
        label=item.label,
        name=item.names[0] if item.names else "",
        status=status,
        reason=reason,
        configured=reading.plan.configured,
        enricher=reading.plan.activity,
        resolution=item.resolution,
        fetched_at=reading.work.fetched_at,
    )


def _linked(row: Mapping[str, Any], shape: TypeShape, link_base_url: str) -> tuple[ItemRef, ...]:
    return tuple(ref for one in shape.collection("linked/") for ref in references(row.get(one.key), one.target_type, link_base_url))


def _comments(row: Mapping[str, Any], documents: Mapping[str, str]) -> tuple[Comment, ...]:
    """Oldest first; a comment whose text Fibery does not have stays, without text."""
    found = [
        Comment(
            id=str(one[ID]),
            author=text_of(one.get("author")) or None,
            created_at=text_of(one.get("created")) or None,
            text=documents.get(str(one.get("secret")), "").strip(),
            parent_id=text_of(one.get("parent")) or None,
        )
        for one in rows_of(row.get("comments"))
        if one.get(ID) is not None
    ]
    return tuple(sorted(found, key=lambda comment: (comment.created_at or "", comment.id)))


def _assignees(row: Mapping[str, Any]) -> tuple[Assignee, ...]:
    found = [Assignee(name=text_of(one.get("name")), email=text_of(one.get("email")) or None) for one in rows_of(row.get("assignees"))]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.email or "")))
