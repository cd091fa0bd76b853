"""Related items out of rows: state, reference, and how far the children of an item are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from volt_assets.work_reports.enrich.fetched import CollectionShape, ParentShape, rows_of
from volt_assets.work_reports.enrich.item_dates import item_dates
from volt_assets.work_reports.enrich.item_links import item_url
from volt_assets.work_reports.enrich.selects import ID
from volt_assets.work_reports.models import ItemRef, ItemState, Progress

Row = Mapping[str, Any]


def text_of(value: Any) -> str:
    """The text of a value that should be one; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def state_of(row: Row, prefix: str = "") -> ItemState | None:
    """The workflow state; finality None when the workspace's states do not say."""
    name = text_of(row.get(f"{prefix}state/name"))
    if not name:
        return None
    # The flag is empty on states that were never marked as final; without the key the workspace has no such flag.
    final = bool(row[f"{prefix}state/final"]) if f"{prefix}state/final" in row else None
    return ItemState(name=name, is_final=final, type=text_of(row.get(f"{prefix}state/type")) or None)


def item_ref(row: Row, type_name: str, link_base_url: str, prefix: str = "") -> ItemRef | None:
    """The item whose keys start with `prefix`; None when there is none."""
    public_id = row.get(f"{prefix}public_id")
    if row.get(f"{prefix}{ID}") is None or public_id is None:
        return None
    name = text_of(row.get(f"{prefix}name"))
    return ItemRef(
        type=type_name,
        public_id=str(public_id),
        name=name,
        url=item_url(link_base_url, type_name, str(public_id), name),
        state=state_of(row, prefix),
        planned_end=item_dates(row, prefix).planned_end,
    )


def references(rows: Any, type_name: str, link_base_url: str) -> tuple[ItemRef, ...]:
    """The members of a collection by number, the oldest first."""
    found = [ref for row in rows_of(rows) if (ref := item_ref(row, type_name, link_base_url)) is not None]
    return tuple(sorted(found, key=lambda ref: (len(ref.public_id), ref.public_id)))


def parent_chain(row: Row, shapes: Sequence[ParentShape]) -> list[ParentShape]:
    """The parents that are set, nearest first."""
    chain: list[ParentShape] = []
    while (found := next((shape for shape in shapes if row.get(f"{shape.prefix}{ID}") is not None), None)) is not None:
        chain.append(found)
        shapes = found.parents
    return chain


def progress_of(row: Row, shapes: Iterable[CollectionShape], link_base_url: str) -> Progress:
    """How many of the children of a row are in a final state."""
    children = [ref for shape in shapes for ref in references(row.get(shape.key), shape.target_type, link_base_url)]
    done = sum(1 for child in children if child.state is not None and child.state.is_final)
    return Progress(done=done, total=len(children), children=tuple(children))
