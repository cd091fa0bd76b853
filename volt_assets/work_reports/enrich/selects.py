"""Selects of Commands API queries, built from the live schema under our own keys.

Every value is a path of field names (`{"state/name": ["workflow/state", "enum/name"]}`) or a sub-query. What the schema
lacks is left out. Belongs here: what is asked for of one entity. Does not: which entities (queries.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.enrich.enricher import Enricher, Names
from volt_assets.work_reports.enrich.enrichers import enricher_of_type
from volt_assets.work_reports.enrich.fetched import SUB_QUERY_LIMIT, CollectionShape
from volt_assets.work_reports.enrich.workspace_schema import (
    COMMENT_TYPE,
    DOCUMENT_TYPE,
    USER_TYPE,
    Kind,
    SchemaField,
    SchemaType,
    WorkspaceSchema,
)

Select = dict[str, Any]
ID = "fibery/id"
DATE_FIELDS = ("started", "completed", "planned_end", "planned_start")
_CHANGED = "fibery/modification-date"
_DOCUMENT_CHANGED = "Collaboration~Documents/modification-date"
_DATE_KINDS: frozenset[Kind] = frozenset({"date", "range"})


@dataclass(frozen=True)
class Selects:
    """Makes the parts of selects for one workspace and one configuration."""

    schema: WorkspaceSchema
    enrichment: EnrichmentSettings
    enrichers: dict[str, Enricher] = field(default_factory=dict)

    def enricher(self, type_name: str) -> Enricher:
        """The enricher of a type, looked up once."""
        if type_name not in self.enrichers:
            self.enrichers[type_name] = enricher_of_type(type_name, self.enrichment)
        return self.enrichers[type_name]

    def identity(self, one: SchemaType, path: tuple[str, ...] = (), prefix: str = "") -> Select:
        """fibery/id, public id and name."""
        title = one.title
        select: Select = {f"{prefix}{ID}": [*path, ID], f"{prefix}public_id": [*path, "fibery/public-id"]}
        if title is not None:
            select[f"{prefix}name"] = [*path, title.name]
        return select

    def state(self, one: SchemaType, path: tuple[str, ...] = (), prefix: str = "") -> Select:
        """Name, finality and type of the workflow state, as far as the workspace has them."""
        state = self.schema.state_field(one)
        if state is None:
            return {}
        target = self.schema.types.get(state.type)
        select: Select = {f"{prefix}state/name": [*path, state.name, "enum/name"]}
        if target is None or target.has("workflow/Final"):
            select[f"{prefix}state/final"] = [*path, state.name, "workflow/Final"]
        if target is not None and target.has("workflow/Type"):
            kind = self.schema.kind(target.fields["workflow/Type"])
            select[f"{prefix}state/type"] = [*path, state.name, "workflow/Type", *(["enum/name"] if kind == "choice" else [])]
        return select

    def dates(self, one: SchemaType, names: Names, key: str, path: tuple[str, ...] = (), prefix: str = "") -> Select:
        """`<key>/0`, `<key>/1`, ...: the fields among `names` that exist and hold dates, in the order of `names`."""
        found = [self._date_field(one, name) for name in names]
        return {f"{prefix}{key}/{number}": [*path, date.name] for number, date in enumerate(found) if date is not None}

    def reference(self, one: SchemaType, path: tuple[str, ...] = (), prefix: str = "") -> Select:
        """What a related item is shown with: identity, state and planned end."""
        planned = self.dates(one, self.enricher(one.name).planned_end, "planned_end", path, prefix)
        return {**self.identity(one, path, prefix), **self.state(one, path, prefix), **planned}

    def entity_dates(self, one: SchemaType) -> Select:
        """Creation, modification, and the dates the type's enricher names."""
        system = {"created": "fibery/creation-date", "modified": _CHANGED}
        select: Select = {key: [name] for key, name in system.items() if one.has(name)}
        enricher = self.enricher(one.name)
        for key in DATE_FIELDS:
            select.update(self.dates(one, getattr(enricher, key), key))
        return select

    def document(self, name: str, key: str) -> Select:
        """The secret of a rich-text field and, where the workspace has it, when the text was last changed."""
        target = self.schema.types.get(DOCUMENT_TYPE)
        select: Select = {f"{key}/secret": [name, "Collaboration~Documents/secret"]}
        if target is not None and target.has(_DOCUMENT_CHANGED):
            select[f"{key}/modified"] = [name, _DOCUMENT_CHANGED]
        return select

    def assignees(self, one: SchemaType) -> CollectionShape | None:
        """Names and e-mails of the people an item is assigned to."""
        found = self.schema.assignees_field(one)
        select = {ID: [ID], **self._existing(USER_TYPE, {"name": ["user/name"], "email": ["user/email"]})}
        return self.collection(one, found, "assignees", select) if found is not None else None

    def comments(self, one: SchemaType) -> CollectionShape | None:
        """Author, time, the secret of the text, and the comment that is answered."""
        found = self.schema.comments_field(one)
        select = {
            "created": ["fibery/creation-date"],
            "author": ["comment/author", "user/name"],
            "secret": ["comment/document-secret"],
            "parent": ["comments/parent", ID],
        }
        target = self.schema.types.get(COMMENT_TYPE)
        if target is not None and target.has(_CHANGED):
            select["modified"] = [_CHANGED]
        return self.collection(one, found, "comments", {ID: [ID], **self._existing(COMMENT_TYPE, select)}) if found is not None else None

    def collection(self, owner: SchemaType, one: SchemaField, key: str, select: Select) -> CollectionShape:
        """A sub-query and what it takes to continue it."""
        back = self.schema.inverse(owner, one)
        return CollectionShape(key=key, field=one.name, target_type=one.type, inverse=back.name if back else None, select=select)

    def value(self, one: SchemaType, found: SchemaField, key: str) -> tuple[Select, CollectionShape | None]:
        """The select of a configured field, whatever its kind, and its collection when it is one."""
        kind = self.schema.kind(found)
        if kind == "document":
            return self.document(found.name, key), None
        if kind in ("choice", "state"):
            return {key: [found.name, "enum/name"]}, None
        if kind not in ("relation", "collection"):
            return {key: [found.name]}, None
        title = self._title_of(found.type)
        if kind == "relation":
            return {key: [found.name, title]}, None
        shape = self.collection(one, found, key, {ID: [ID], "name": [title]})
        return {key: sub_query(shape)}, shape

    def is_readable(self, found: SchemaField) -> bool:
        """Whether a value of the field can be shown as text, number, yes/no or names."""
        return self.schema.kind(found) != "unsupported" and (not found.is_collection or bool(self._title_of(found.type)))

    def _title_of(self, type_name: str) -> str:
        if type_name == USER_TYPE:
            return "user/name"
        target = self.schema.types.get(type_name)
        return target.title.name if target is not None and target.title is not None else ""

    def _date_field(self, one: SchemaType, name: str) -> SchemaField | None:
        found = one.find(name)
        return found if found is not None and self.schema.kind(found) in _DATE_KINDS else None

    def _existing(self, type_name: str, select: Mapping[str, list[str]]) -> Select:
        """Without the fields that the live schema lacks; all of them when it does not describe the type."""
        target = self.schema.types.get(type_name)
        return {key: path for key, path in select.items() if target is None or target.has(path[0])}


def sub_query(shape: CollectionShape) -> dict[str, Any]:
    """The sub-query of a collection."""
    return {"q/from": shape.field, "q/select": shape.select, "q/limit": SUB_QUERY_LIMIT}


def freshness_select(one: SchemaType, select: Select) -> Select:
    """The part of a type's select that shows every change of what the whole select shows.

    Fibery moves an item's modification date when its own values change, and not when something it is related to changes
    (the name of a state, a parent, a comment, the text of a document) or when a formula gives another result. So the own
    values may be left out, everything else may not; without a modification date nothing may.
    """
    if not one.has(_CHANGED):
        return select
    always = (ID, "public_id", "modified")
    return {key: path for key, path in select.items() if key in always or not _is_own_value(one, path)}


def _is_own_value(one: SchemaType, path: Any) -> bool:
    return isinstance(path, list) and len(path) == 1 and not one.fields[path[0]].is_computed
