"""Whether an item fetched before is still the same, judged by one answer of Fibery and never by its age.

An item is fresh when everything that may change without its modification date, and that date, are as they were stored:
states, parents, comments, assignees, times of change of its documents, linked items, computed fields. Anything missing or
refused in the answer means that it is fetched again. Children are not stored at all (children.py).

No answer shows an own value that is changed without the modification date, as an import may do, in a field that the schema
does not call computed; a text edited without its document's date; nor, for up to a day, the text of a comment edited
without the comment's date (document_cache.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from volt_assets.clients.fibery_paging import EntityQuery
from volt_assets.work_reports.enrich.fetched import SUB_QUERY_LIMIT, CollectionShape, TypeShape, rows_of
from volt_assets.work_reports.enrich.follow_ups import WHOLE, CutCollection, page_query, page_rows
from volt_assets.work_reports.enrich.item_store import Row
from volt_assets.work_reports.enrich.queries import TypeQuery
from volt_assets.work_reports.enrich.selects import ID

RestKey = tuple[str, str]
"""Public id and key of a collection with more rows than a sub-query gives."""


@dataclass(frozen=True)
class StoredItems:
    """Stored rows of one type, by public id, and how they are checked."""

    query: TypeQuery
    rows: Mapping[str, Row] = field(default_factory=dict)

    def rest_queries(self) -> dict[RestKey, list[EntityQuery]]:
        """The pages of the stored collections that no sub-query gives whole."""
        shape = self.query.shape
        return {
            (number, one.key): _page_queries(CutCollection(shape.schema_type, row[ID], one, rows_of(row.get(one.key))))
            for number, row in self.rows.items()
            for one in _long_collections(row, shape)
        }

    def fresh(self, answers: Sequence[Row], rests: Mapping[RestKey, Sequence[Row]]) -> dict[str, Row]:
        """The stored rows that the answers confirm. `rests`: the rows that came for `rest_queries`."""
        seen = {str(row.get("public_id")): row for row in answers}
        return {
            number: row
            for number, row in self.rows.items()
            if number in seen and self._is_same(row, seen[number]) and self._has_same_collections(number, row, seen[number], rests)
        }

    def _is_same(self, stored: Row, seen: Row) -> bool:
        collections = {shape.key for shape in self.query.shape.collections}
        values = [key for key in self.query.freshness if key not in collections]
        has_date = "modified" not in self.query.freshness or isinstance(seen.get("modified"), str)
        return has_date and all(seen.get(key) == stored.get(key) for key in values)

    def _has_same_collections(self, number: str, stored: Row, seen: Row, rests: Mapping[RestKey, Sequence[Row]]) -> bool:
        long = {one.key for one in _long_collections(stored, self.query.shape)}
        for shape in self.query.shape.collections:
            first = rows_of(seen.get(shape.key))
            # A collection that was stored cut has its rest still to come (enrich_type.py): only its first rows are compared.
            seen_rows = _rest(shape, rests.get((number, shape.key))) if shape.key in long else first
            if seen_rows is None or _by_id(seen_rows) != _by_id(rows_of(stored.get(shape.key))):
                return False
        return True


def _long_collections(row: Row, shape: TypeShape) -> list[CollectionShape]:
    return [one for one in shape.collections if one.key in row.get(WHOLE, ())]


def _page_queries(cut: CutCollection) -> list[EntityQuery]:
    """One query when the other side leads back, else one per 100 known rows, all at once: the ids between are known."""
    if cut.shape.inverse is not None:
        return [page_query(cut, None)]
    ends = [row[ID] for row in cut.first_rows[SUB_QUERY_LIMIT - 1 :: SUB_QUERY_LIMIT]]
    return [page_query(cut, after) for after in (None, *ends)]


def _rest(shape: CollectionShape, answers: Sequence[Row] | None) -> list[Row] | None:
    """All rows of a collection out of the answers to its page queries; None when more may follow or something is missing."""
    if answers is None:
        return None
    if shape.inverse is not None:
        return list(answers)
    pages = [page_rows(shape, answer) for answer in answers]
    return [row for page in pages for row in page] if pages and len(pages[-1]) < SUB_QUERY_LIMIT else None


def _by_id(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: str(row.get(ID)))
