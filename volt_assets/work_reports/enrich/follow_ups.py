"""The rest of collections that a sub-query cut at 100 rows.

All cut collections handed in are continued together, in one request per round: through the field of the other side that
leads back to the owner when the schema has one (the client pages), else by the same sub-query without the rows that are
known. Fibery promises no order for the first 100 of a sub-query, so there is no place in them to go on from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery
from volt_assets.work_reports.enrich.fetched import SUB_QUERY_LIMIT, CollectionShape, rows_of
from volt_assets.work_reports.enrich.fibery_source import FiberySource
from volt_assets.work_reports.enrich.queries import PAGE
from volt_assets.work_reports.enrich.selects import ID, sub_query

Rows = list[dict[str, Any]]
WHOLE = "whole"
"""Key of a row that lists the keys of its collections whose rest was fetched."""


@dataclass(frozen=True)
class CutCollection:
    """A collection of one entity (`owner_id` is its fibery/id) of which only the first 100 rows are known."""

    owner_type: str
    owner_id: str
    shape: CollectionShape
    first_rows: Rows


def cut_collections(owner_type: str, row: Mapping[str, Any], shapes: Sequence[CollectionShape]) -> list[CutCollection]:
    """The collections of a row that have exactly as many rows as a sub-query gives at most, and no more were fetched."""
    rows = [(shape, rows_of(row.get(shape.key))) for shape in shapes if shape.key not in row.get(WHOLE, ())]
    return [CutCollection(owner_type, row[ID], shape, first) for shape, first in rows if len(first) == SUB_QUERY_LIMIT]


async def whole_collections(client: FiberySource, cuts: Sequence[CutCollection]) -> list[Rows | None]:
    """All rows of each collection, in the order of `cuts`; None where Fibery would not give the rest."""
    whole: list[Rows | None] = [None] * len(cuts)
    pages: dict[int, Rows] = {number: [] for number in range(len(cuts))}
    waiting = list(range(len(cuts)))
    while waiting:
        ends = [pages[number][-1][ID] if pages[number] else None for number in waiting]
        answers = await client.query_all([rest_query(cuts[number], end) for number, end in zip(waiting, ends, strict=True)])
        unfinished = []
        for number, answer in zip(waiting, answers, strict=True):
            cut = cuts[number]
            if answer.rows is None:
                continue
            if cut.shape.inverse is not None:
                whole[number] = list(answer.rows)
                continue
            page = page_rows(cut.shape, answer.rows[0]) if answer.rows else []
            known = {row[ID] for row in (*cut.first_rows, *pages[number])}
            # A server that ignores the condition gives known rows again: then there is no way to the rest.
            if not known.isdisjoint(row[ID] for row in page):
                continue
            pages[number] = [*pages[number], *page]
            if len(page) == SUB_QUERY_LIMIT:
                unfinished.append(number)
            else:
                whole[number] = sorted((*cut.first_rows, *pages[number]), key=lambda row: str(row[ID]))
        waiting = unfinished
    return whole


def rest_query(cut: CutCollection, after: str | None) -> EntityQuery:
    """What leads to the whole collection: all of it through the field that leads back, else the next 100 unknown rows by fibery/id."""
    if cut.shape.inverse is not None:
        return page_query(cut, None)
    unknown = ["q/not-in", [ID], "$known"]
    known = [row[ID] for row in cut.first_rows]
    if after is None:
        return _sub_page(cut, unknown, {"$known": known})
    return _sub_page(cut, ["q/and", unknown, [">", [ID], "$after"]], {"$known": known, "$after": after})


def page_query(cut: CutCollection, after: str | None) -> EntityQuery:
    """The rows of a collection through the field that leads back to it, else the next 100 whose fibery/id is beyond `after`."""
    if cut.shape.inverse is not None:
        where = ["q/in", [cut.shape.inverse, ID], "$owner"]
        query = {"q/from": cut.shape.target_type, "q/select": cut.shape.select, "q/where": where, "q/limit": PAGE}
        return EntityQuery(query, {"$owner": [cut.owner_id]})
    return _sub_page(cut, None, {}) if after is None else _sub_page(cut, [">", [ID], "$after"], {"$after": after})


def _sub_page(cut: CutCollection, where: list[Any] | None, params: dict[str, Any]) -> EntityQuery:
    inner = {**sub_query(cut.shape), "q/order-by": [[[ID], "q/asc"]], **({"q/where": where} if where is not None else {})}
    select = {ID: [ID], cut.shape.key: inner}
    query = {"q/from": cut.owner_type, "q/select": select, "q/where": ["q/in", [ID], "$owner"], "q/limit": PAGE}
    return EntityQuery(query, {"$owner": [cut.owner_id], **params})


def page_rows(shape: CollectionShape, owner: Mapping[str, Any]) -> Rows:
    """The rows of a collection in an answer to a `page_query` of its owner's type."""
    return rows_of(owner.get(shape.key))
