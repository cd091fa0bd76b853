"""The Commands API queries of a fetch: items, assigned items, people, and the children of features.

Values travel through `params` only; public ids are strings and unique per type only. Belongs here: which entities are
asked for and how a type's rows are to be read. Does not: sending (fetch.py) and reading (enrich_type.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery
from volt_assets.work_reports.enrich.fetched import CollectionShape, DisplayShape, ParentShape, TypeShape
from volt_assets.work_reports.enrich.item_dates import Period
from volt_assets.work_reports.enrich.selects import ID, Select, Selects, freshness_select, sub_query
from volt_assets.work_reports.enrich.workspace_schema import USER_TYPE, SchemaType, normalised_name
from volt_assets.work_reports.models import SchemaWarning, TypeToEnrich

PAGE = 1000
"""Fibery's longest page."""
MOST_PARENTS = 3
# Every item carries these anyway; naming them in the configuration is no request for a field of that name.
_ALWAYS_SHOWN = frozenset({"state", "dates", "description", "comments", "assignees"})


@dataclass(frozen=True)
class TypeQuery:
    """What to select of the items of one type, how to read it, and what the schema lacks for it."""

    shape: TypeShape
    select: Select
    warnings: tuple[SchemaWarning, ...]
    freshness: Select
    """The part of `select` that tells whether an item fetched before is still the same (freshness.py)."""

    @property
    def digest(self) -> str:
        """16 hex digits; equal as long as rows hold the same under the same keys."""
        text = json.dumps([self.shape.model_dump(mode="json"), self.select], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def type_query(plan: TypeToEnrich, one: SchemaType, selects: Selects) -> TypeQuery:
    """Everything a report shows of the items of a type, their comments, assignees and parents included."""
    select: Select = {**selects.identity(one), **selects.state(one), **selects.entity_dates(one)}
    description = one.find("Description")
    described = description is not None and selects.schema.kind(description) in ("document", "text")
    if described and description is not None:
        select.update(selects.value(one, description, "description")[0])
    comments = selects.comments(one)
    collections = [shape for shape in (selects.assignees(one), comments, *_linked(one, selects)) if shape is not None]
    select.update({shape.key: sub_query(shape) for shape in collections})
    parents_select, parents = _parents(one, selects, (), "", MOST_PARENTS)
    select.update(parents_select)
    display_select, display, display_collections, missing = _display(plan, one, selects)
    select.update(display_select)
    shape = TypeShape(
        schema_type=one.name,
        has_description=described,
        has_comments=comments is not None,
        parents=parents,
        display=display,
        collections=(*collections, *display_collections),
    )
    return TypeQuery(
        shape, select, freshness=freshness_select(one, select), warnings=(*missing_of_enricher(plan.type, one, selects), *missing)
    )


def item_queries(one: TypeQuery, public_ids: Iterable[str], ids_per_query: int, *, freshness_only: bool = False) -> list[EntityQuery]:
    """The items of these numbers, in as many queries as Fibery's limit on ids makes necessary."""
    select = one.freshness if freshness_only else one.select
    ids = list(dict.fromkeys(public_ids))
    chunks = [ids[start : start + ids_per_query] for start in range(0, len(ids), ids_per_query)]
    where = ["q/in", ["fibery/public-id"], "$ids"]
    return [_query(one.shape.schema_type, select, where, {"$ids": chunk}) for chunk in chunks]


def assigned_query(one: SchemaType, emails: Sequence[str], period: Period, selects: Selects, *, narrow: bool = True) -> EntityQuery | None:
    """Items of a type assigned to these e-mails; `narrow` leaves out what was surely finished before the period.

    Nobody changes an item before finishing it, so one in a final state that was last changed before the period was
    finished before it. None when the type has no assignees.
    """
    assignees = selects.assignees(one)
    if assignees is None:
        return None
    where: list[Any] = ["q/in", [assignees.field, "user/email"], "$emails"]
    params: dict[str, Any] = {"$emails": list(emails)}
    state = selects.state(one).get("state/final")
    if narrow and state is not None and one.has("fibery/modification-date"):
        start = datetime.combine(period.start, time.min, period.zone).astimezone(UTC)
        params.update({"$true": True, "$start": start.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
        where = ["q/and", where, ["q/or", ["!=", state, "$true"], [">=", ["fibery/modification-date"], "$start"]]]
    select = {**selects.identity(one), **selects.state(one), **selects.entity_dates(one), "assignees": sub_query(assignees)}
    return _query(one.name, select, where, params)


def users_query(selects: Selects) -> EntityQuery:
    """Everybody in the workspace: e-mails are compared without regard to case, which only our side can do."""
    users = selects.schema.types.get(USER_TYPE)
    wanted = {"name": ["user/name"], "email": ["user/email"]}
    return _query(USER_TYPE, {ID: [ID], **{key: path for key, path in wanted.items() if users is None or users.has(path[0])}}, None, {})


def children_shapes(one: SchemaType, selects: Selects) -> tuple[CollectionShape, ...]:
    """The collections whose members make up the progress of an item of the type."""
    shapes = []
    for number, name in enumerate(selects.enricher(one.name).children):
        found = one.find(name)
        target = selects.schema.types.get(found.type) if found is not None and found.is_collection else None
        if found is not None and target is not None:
            shapes.append(selects.collection(one, found, f"children/{number}", selects.reference(target)))
    return tuple(shapes)


def children_query(one: SchemaType, ids: Sequence[str], shapes: Sequence[CollectionShape]) -> EntityQuery:
    """The children of these items (fibery/id, at most a page of them)."""
    select = {ID: [ID], **{shape.key: sub_query(shape) for shape in shapes}}
    return _query(one.name, select, ["q/in", [ID], "$ids"], {"$ids": list(ids)})


def _query(type_name: str, select: Select, where: list[Any] | None, params: dict[str, Any]) -> EntityQuery:
    query: dict[str, Any] = {"q/from": type_name, "q/select": select, "q/limit": PAGE}
    if where is not None:
        query["q/where"] = where
    return EntityQuery(query, params)


def _linked(one: SchemaType, selects: Selects) -> list[CollectionShape]:
    shapes: dict[str, CollectionShape] = {}
    for name in selects.enricher(one.name).linked:
        found = one.find(name)
        target = selects.schema.types.get(found.type) if found is not None and found.is_collection else None
        if found is not None and target is not None:
            shapes[found.name] = selects.collection(one, found, f"linked/{len(shapes)}", selects.reference(target))
    return list(shapes.values())


def _parents(one: SchemaType, selects: Selects, path: tuple[str, ...], prefix: str, levels: int) -> tuple[Select, tuple[ParentShape, ...]]:
    """The possible parents of a type and theirs, `levels` upwards, all in the item's own query."""
    select: Select = {}
    shapes: list[ParentShape] = []
    for number, name in enumerate(selects.enricher(one.name).parents if levels else ()):
        found = one.find(name)
        if found is None or selects.schema.kind(found) != "relation":
            continue
        target = selects.schema.types[found.type]
        own_path, own_prefix = (*path, found.name), f"{prefix}parent{number}/"
        above, grandparents = _parents(target, selects, own_path, own_prefix, levels - 1)
        select.update({**selects.reference(target, own_path, own_prefix), **above})
        has_progress = bool(children_shapes(target, selects))
        shapes.append(ParentShape(prefix=own_prefix, type=target.name, has_progress=has_progress, parents=grandparents))
    return select, tuple(shapes)


def _display(
    plan: TypeToEnrich, one: SchemaType, selects: Selects
) -> tuple[Select, tuple[DisplayShape, ...], list[CollectionShape], list[SchemaWarning]]:
    select: Select = {}
    shapes: list[DisplayShape] = []
    collections: list[CollectionShape] = []
    warnings: list[SchemaWarning] = []
    for number, name in enumerate(plan.fields):
        if normalised_name(name) in _ALWAYS_SHOWN:
            continue
        found = one.find(name)
        # The entry for all other types cannot know their fields: what one of them lacks is no mistake.
        if found is None and not plan.configured:
            continue
        if found is None or not selects.is_readable(found):
            problem = "has no field called" if found is None else "has no readable value in the field"
            warnings.append(SchemaWarning(type=plan.type, field=name, message=f"{one.name} {problem} '{name}'"))
            continue
        part, collection = selects.value(one, found, f"field{number}")
        select.update(part)
        collections += [collection] if collection is not None else []
        shapes.append(DisplayShape(name=name, key=f"field{number}", kind=selects.schema.kind(found)))
    return select, tuple(shapes), collections, warnings


def missing_of_enricher(type_name: str, one: SchemaType, selects: Selects) -> list[SchemaWarning]:
    """What the enricher of a type looks for and the type lacks; nothing for an enricher that only tries the usual names."""
    enricher = selects.enricher(one.name)
    if enricher.names_are_guesses:
        return []
    found = {
        "started": bool(selects.dates(one, enricher.started, "started")),
        "completed": bool(selects.dates(one, enricher.completed, "completed")),
        "planned_end": bool(selects.dates(one, enricher.planned_end, "planned_end")),
        "parents": bool(_parents(one, selects, (), "", 1)[1]),
        "children": bool(children_shapes(one, selects)),
    }
    what = {"started": "date", "completed": "date", "planned_end": "date", "parents": "relation", "children": "collection"}
    return [
        SchemaWarning(type=type_name, field=names[0], message=f"{one.name} has no {what[key]} called {' or '.join(names)}")
        for key, is_there in found.items()
        if (names := getattr(enricher, key)) and not is_there
    ]
