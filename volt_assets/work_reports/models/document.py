"""What every stored document shares: its head, and the version of its content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1
# When something was looked up or written says nothing about what was found: these keys do not change a content's version.
# A quote inside a text is written as \", so the pattern meets keys only.
_TIMES_OF_LOOKING = re.compile(rb'"(?:fetched_at|checked_at|data_as_of|generated_at)":(?:null|"[^"]*"),?')


class Frozen(BaseModel):
    """A value that does not change; unknown keys are errors, so a typo in code cannot vanish."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Document(Frozen):
    """The head of every JSON document of a range."""

    schema_version: int = SCHEMA_VERSION
    key: str
    data_as_of: datetime
    code_version: str
    run_id: str
    data_version: str
    """16 hex digits over the content below the head: equal content, equal version."""


@dataclass(frozen=True)
class Origin:
    """Which range a document is about and which run and code made it."""

    key: str
    run_id: str
    code_version: str


AnyDocument = TypeVar("AnyDocument", bound=Document)


def stamped(kind: type[AnyDocument], origin: Origin, *, data_as_of: datetime, **content: Any) -> AnyDocument:
    """A document with its head filled in; `content` are the fields below the head."""
    draft = kind(key=origin.key, run_id=origin.run_id, code_version=origin.code_version, data_as_of=data_as_of, data_version="", **content)
    return draft.model_copy(update={"data_version": content_version(draft)})


def content_version(document: Document) -> str:
    """16 hex digits of SHA-256 over everything below the head, times of looking left out.

    The bytes are those pydantic writes: the order of fields is fixed, that of a dictionary's keys is part of the content.
    """
    below_head = document.__pydantic_serializer__.to_json(document, exclude=set(Document.model_fields))
    return digest(_TIMES_OF_LOOKING.sub(b"", below_head))


def digest(*parts: bytes) -> str:
    """16 hex digits of SHA-256 over the parts, one after the other."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()[:16]
