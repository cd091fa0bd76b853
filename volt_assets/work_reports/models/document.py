"""What every stored document shares."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1


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
