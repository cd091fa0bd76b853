"""What Fibery sends, as frozen models: unknown keys are ignored, missing ones tolerated.

Belongs here: shapes of the Commands API, the schema and the documents API only. What a field means is work_reports/enrich.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, model_validator

_UNKNOWN_FIELD = re.compile(r"field-not-found|field-expr-invalid|unknown-field|invalid-field|field.{0,20}not-found")
_UNKNOWN_TYPE = re.compile(r"(type|database)-not-found")


def _or_empty_mapping(value: Any) -> Any:
    return {} if value is None else value


def _or_nothing(value: Any) -> Any:
    return () if value is None else value


def _or_false(value: Any) -> Any:
    return False if value is None else value


Meta = Annotated[dict[str, Any], BeforeValidator(_or_empty_mapping)]
Flag = Annotated[bool, BeforeValidator(_or_false)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class FiberyField(_Wire):
    """A field of a type: `name` is "Space/Field", `type` the name of a primitive or of a type."""

    name: str = Field(alias="fibery/name")
    type: str = Field(default="", alias="fibery/type")
    id: str | None = Field(default=None, alias="fibery/id")
    is_deleted: Flag = Field(default=False, alias="fibery/deleted?")
    meta: Meta = Field(default_factory=dict, alias="fibery/meta")


class FiberyType(_Wire):
    """A type ("Space/Type") of the schema, deleted ones included."""

    name: str = Field(alias="fibery/name")
    id: str | None = Field(default=None, alias="fibery/id")
    is_deleted: Flag = Field(default=False, alias="fibery/deleted?")
    meta: Meta = Field(default_factory=dict, alias="fibery/meta")
    fields: Annotated[tuple[FiberyField, ...], FailFast(), BeforeValidator(_or_nothing)] = Field(default=(), alias="fibery/fields")


def _at_least_one(types: tuple[FiberyType, ...]) -> tuple[FiberyType, ...]:
    # Even an empty workspace has types: its users, files and comments.
    if not types:
        raise ValueError("a schema without types")
    return types


Types = Annotated[tuple[FiberyType, ...], FailFast(), AfterValidator(_at_least_one)]


class Schema(_Wire):
    """Body of `GET /api/schema`: bare, or in the envelope of a command's answer."""

    types: Types = Field(alias="fibery/types")

    @model_validator(mode="before")
    @classmethod
    def _without_envelope(cls, body: Any) -> Any:
        inner = body[0] if isinstance(body, list) and len(body) == 1 else body
        if isinstance(inner, Mapping) and isinstance(inner.get("result"), Mapping):
            return inner["result"]
        return {"fibery/types": inner} if isinstance(inner, list) else inner


class SchemaAnswer(_Wire):
    """The schema, or that the known one still holds (then `types` is None)."""

    not_modified: bool
    etag: str | None
    types: tuple[FiberyType, ...] | None


class CommandError(_Wire):
    """Why one command of several failed."""

    name: str = ""
    message: str = ""
    data: Any = None

    def __str__(self) -> str:
        """The words, then Fibery's name of the error."""
        return f"{self.message or 'no reason given'} ({self.name or 'unnamed error'})"

    @property
    def is_timeout(self) -> bool:
        """The query took too long; half the page may do."""
        return "timeout" in self.message.lower() or "timeout" in self.name.lower()

    @property
    def is_unknown_field(self) -> bool:
        """A field of the query is unknown or deleted: drop it and send this query again."""
        return _UNKNOWN_FIELD.search(self.name) is not None

    @property
    def is_unknown_type(self) -> bool:
        """The type of the query is unknown or deleted."""
        return _UNKNOWN_TYPE.search(self.name) is not None

    @property
    def unknown_name(self) -> str | None:
        """The field or type that the message names first, e.g. "Scrum/Estimate"."""
        found = re.search(r'"([^"]{1,300})"', self.message) if self.is_unknown_field or self.is_unknown_type else None
        return found.group(1) if found else None


class CommandAnswer(_Wire):
    """Answer of one command: `result` when it succeeded, `error` when not."""

    success: bool
    result: Any = None
    error: CommandError | None = None

    @model_validator(mode="before")
    @classmethod
    def _error_is_the_result_of_a_failure(cls, body: Any) -> Any:
        if not isinstance(body, Mapping) or body.get("success") is not False:
            return body
        told = body.get("result")
        error = {key: value for key, value in told.items() if value is not None} if isinstance(told, Mapping) else {"message": str(told)}
        return {"success": False, "error": error}


class FiberyDocument(_Wire):
    """Markdown of one rich-text field or comment."""

    secret: str
    content: Annotated[str, BeforeValidator(lambda value: "" if value is None else value)] = ""
