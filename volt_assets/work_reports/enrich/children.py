"""The children of features: how far an item, or the nearest parent of one that has children, has come.

A child may be finished or added without a trace on its parent or on the items beside it, so progress is never stored: it
is asked for in every fetch, with the first request where an earlier fetch tells who has children.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery
from volt_assets.work_reports.enrich.asking import Asking, Key, Rows
from volt_assets.work_reports.enrich.fetched import CollectionShape, TypeShape, rows_of
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.follow_ups import CutCollection, cut_collections, page_query, whole_collections
from volt_assets.work_reports.enrich.item_refs import parent_chain, progress_of
from volt_assets.work_reports.enrich.queries import children_query, children_shapes
from volt_assets.work_reports.enrich.selects import ID
from volt_assets.work_reports.models import Progress

Parents = dict[str, list[str]]
"""Type -> fibery/id of items that may have children."""
CHILDREN, REST = "children", "children's rest"


@dataclass(frozen=True)
class Children:
    """What is known of the children of some parents."""

    progress: Mapping[str, Progress]
    """By fibery/id of the parent; only of parents that have children."""
    incomplete_types: tuple[str, ...] = ()
    """Types of parents of which some children could not be had."""
    cut: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """fibery/id of a parent -> keys of its collections with more rows than a sub-query gives."""


def parents_in(rows_by_shape: Iterable[tuple[TypeShape, Iterable[Mapping[str, Any]]]]) -> Parents:
    """The items themselves, and the nearest parent of each that may have children."""
    found: dict[str, dict[str, None]] = {}
    for shape, rows in rows_by_shape:
        for row in rows:
            found.setdefault(shape.schema_type, {})[str(row[ID])] = None
            parents = (parent for parent in parent_chain(row, shape.parents) if parent.has_progress)
            if (nearest := next(parents, None)) is not None:
                found.setdefault(nearest.type, {})[str(row[f"{nearest.prefix}{ID}"])] = None
    return {name: list(ids) for name, ids in found.items()}


def children_questions(asking: Asking, parents: Parents, known_cuts: Mapping[str, tuple[str, ...]]) -> dict[Key, list[EntityQuery]]:
    """One question per type, and one per collection that is known to be too long for it."""
    questions: dict[Key, list[EntityQuery]] = {}
    per_query = asking.settings.fibery.ids_per_query
    for name, ids in parents.items():
        one, shapes = asking.schema.types.get(name), shapes_of(asking, name)
        if one is None or not shapes:
            continue
        chunks = [ids[start : start + per_query] for start in range(0, len(ids), per_query)]
        questions[CHILDREN, name] = [children_query(one, chunk, shapes) for chunk in chunks]
        for owner in ids:
            long = [shape for shape in shapes if shape.key in known_cuts.get(owner, ()) and shape.inverse is not None]
            questions.update({(REST, name, owner, shape.key): [page_query(CutCollection(name, owner, shape, []), None)] for shape in long})
    return questions


async def read_children(client: FiberySource, asking: Asking, answers: Mapping[Key, Rows], link_base_url: str) -> Children:
    """The progress of every parent in the answers to `children_questions`; collections that were cut are followed to their end."""
    progress: dict[str, Progress] = {}
    incomplete: list[str] = []
    cut: dict[str, tuple[str, ...]] = {}
    for key, parents in answers.items():
        if key[0] != CHILDREN:
            continue
        name, shapes = key[1], shapes_of(asking, key[1])
        rests = {(one[2], one[3]): rows for one, rows in answers.items() if one[:2] == (REST, name)}
        cuts = [one for row in parents for one in cut_collections(name, row, shapes)]
        whole = await _with_whole_collections(client, parents, cuts, rests)
        progress.update({str(row[ID]): progress_of(row, shapes, link_base_url) for row in whole})
        incomplete += [name] if len(whole) < len(parents) else []
        for one in cuts:
            cut[one.owner_id] = (*cut.get(one.owner_id, ()), one.shape.key)
    return Children({parent: one for parent, one in progress.items() if one.total}, tuple(incomplete), cut)


def shapes_of(asking: Asking, type_name: str) -> tuple[CollectionShape, ...]:
    """The collections of a type that count as its children."""
    one = asking.schema.types.get(type_name)
    return children_shapes(one, asking.selects) if one is not None else ()


async def _with_whole_collections(
    client: FiberySource, rows: Rows, cuts: list[CutCollection], rests: Mapping[tuple[str, str], Rows]
) -> list[dict[str, Any]]:
    """The rows with the rest of their cut collections; a row whose rest cannot be had is left out: n of m would be wrong."""
    by_id = {str(row[ID]): dict(row) for row in rows}
    answers: dict[tuple[str, str], Rows | None] = {**rests}
    missing = [cut for cut in cuts if not _is_rest_of(cut, rests.get((cut.owner_id, cut.shape.key)))]
    for cut, followed in zip(missing, await whole_collections(client, missing), strict=True):
        answers[cut.owner_id, cut.shape.key] = followed
    for cut in cuts:
        whole = answers[cut.owner_id, cut.shape.key]
        if whole is None:
            by_id.pop(cut.owner_id, None)
        elif cut.owner_id in by_id:
            by_id[cut.owner_id][cut.shape.key] = whole
    return list(by_id.values())


def _is_rest_of(cut: CutCollection, rest: Rows | None) -> bool:
    """Whether the rows asked for early hold at least those that the sub-query gave."""
    ids = {row.get(ID) for row in rest or ()}
    return ids.issuperset(row.get(ID) for row in rows_of(cut.first_rows))
