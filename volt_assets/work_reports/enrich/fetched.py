"""What one fetch brought, as JSON that Dagster can hand from the fetching op to the op of each type.

Belongs here: the rows under our own keys, and the shape that says how to read them. Does not: reading (enrich_type.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import Field

from volt_assets.errors import (
    AnswerTooLargeError,
    ConnectionFailedError,
    RateLimitError,
    RequestRejectedError,
    ServerError,
    UnexpectedAnswerError,
    VoltError,
)
from volt_assets.work_reports.enrich.document_cache import TextVersion
from volt_assets.work_reports.models import AssignedItem, Frozen, Person, Progress, SchemaWarning

SUB_QUERY_LIMIT = 100
"""Fibery cuts sub-queries here: exactly so many rows mean that there may be more."""

_LOST: dict[str, type[VoltError]] = {
    kind.__name__: kind
    for kind in (
        ServerError,
        ConnectionFailedError,
        RateLimitError,
        RequestRejectedError,
        UnexpectedAnswerError,
        AnswerTooLargeError,
    )
}


class CollectionShape(Frozen):
    """A sub-query of a type: where its rows stand in a row, and what it takes to ask for the rest of them."""

    key: str
    field: str
    target_type: str
    inverse: str | None = None
    """The field of the target that leads back to the item."""
    select: dict[str, Any]


class DisplayShape(Frozen):
    """A configured field: under which key its value stands and what kind of value it is."""

    name: str
    key: str
    kind: str


class ParentShape(Frozen):
    """A possible parent: its keys start with `prefix`; `parents` are its own possible parents."""

    prefix: str
    type: str
    has_progress: bool = False
    parents: tuple[ParentShape, ...] = ()


class TypeShape(Frozen):
    """How to read the rows of one type."""

    schema_type: str
    """The type as the schema spells it."""
    has_description: bool = False
    has_comments: bool = False
    parents: tuple[ParentShape, ...] = ()
    display: tuple[DisplayShape, ...] = ()
    collections: tuple[CollectionShape, ...] = ()

    def collection(self, prefix: str) -> tuple[CollectionShape, ...]:
        """The collections whose key starts with `prefix`."""
        return tuple(one for one in self.collections if one.key.startswith(prefix))


class FetchedType(Frozen):
    """The rows of one type by public id; a planned id that is not among them is one that Fibery does not show."""

    digest: str = ""
    """Of the select the rows were fetched with."""
    shape: TypeShape | None = None
    """None when the type was not asked for, or its query failed."""
    rows: dict[str, dict[str, Any]] = Field(default_factory=dict)
    unknown_type: bool = False
    """The workspace has no such type."""
    failure: str | None = None
    """Why the query failed, for people."""


class LostText(Frozen):
    """Why a text could not be had: an error of the client, in a form that travels between steps."""

    error_class: str
    message: str
    hint: str | None = None

    @classmethod
    def of(cls, error: VoltError) -> Self:
        """The error without what belongs to its class alone."""
        return cls(error_class=type(error).__name__, message=str(error), hint=error.hint)

    def error(self) -> VoltError:
        """The error again; a class that is not known is a text that did not come."""
        return _LOST.get(self.error_class, ServerError)(self.message, hint=self.hint)


class FetchedWork(Frozen):
    """Everything one fetch brought; `part_of` is what the op of some types needs of it."""

    fetched_at: datetime | None = None
    types: dict[str, FetchedType] = Field(default_factory=dict)
    documents: dict[str, str] = Field(default_factory=dict)
    """Secret -> Markdown."""
    lost: dict[str, LostText] = Field(default_factory=dict)
    """Secret -> why its text could not be had; it was asked for alone, as often as any request, and is not asked for again."""
    parents_progress: dict[str, Progress] = Field(default_factory=dict)
    """fibery/id of a parent (a feature) -> how far its children are."""
    assigned: tuple[AssignedItem, ...] = ()
    unmatched_people: tuple[Person, ...] = ()
    warnings: tuple[SchemaWarning, ...] = ()

    def part_of(self, *type_names: str) -> FetchedWork:
        """The same with the rows and documents of these types only."""
        types = {name: self.types.get(name, FetchedType()) for name in type_names}
        secrets = {secret for fetched in types.values() for secret in secrets_in(fetched)}
        rows = [row for fetched in types.values() for row in fetched.rows.values()]
        ids = {value for row in rows for key, value in row.items() if key.endswith("fibery/id")}
        return self.model_copy(
            update={
                "types": types,
                "documents": {secret: text for secret, text in self.documents.items() if secret in secrets},
                "lost": {secret: why for secret, why in self.lost.items() if secret in secrets},
                "parents_progress": {parent: progress for parent, progress in self.parents_progress.items() if parent in ids},
                "assigned": (),
                "unmatched_people": (),
                "warnings": (),
            }
        )


def secrets_in(fetched: FetchedType) -> dict[str, TextVersion]:
    """Secret -> what is known of its text, of every document the rows of a type name."""
    found: dict[str, TextVersion] = {}
    for row in fetched.rows.values() if fetched.shape is not None else ():
        found.update(secrets_of_row(row, fetched.shape))
    return found


def secrets_of_row(row: Mapping[str, Any], shape: TypeShape | None) -> dict[str, TextVersion]:
    """The same of one row."""
    display = shape.display if shape is not None else ()
    found: dict[str, TextVersion] = {}
    for key in ("description", *(one.key for one in display if one.kind == "document")):
        secret, changed = row.get(f"{key}/secret"), row.get(f"{key}/modified")
        if isinstance(secret, str):
            found[secret] = TextVersion(changed if isinstance(changed, str) else None)
    return {**found, **comment_secrets(row.get("comments"))}


def comment_secrets(comments: Any) -> dict[str, TextVersion]:
    """Secret -> when the comment was changed, or else made."""
    found: dict[str, TextVersion] = {}
    for one in rows_of(comments):
        changed = one.get("modified") or one.get("created")
        if isinstance(one.get("secret"), str):
            found[one["secret"]] = TextVersion(changed if isinstance(changed, str) else None, is_certain=False)
    return found


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The rows of a sub-query; an empty collection comes as [] or as null."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
