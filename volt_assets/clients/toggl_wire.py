"""What Toggl sends, as frozen models: unknown keys are ignored, missing ones and nulls tolerated where Toggl leaves them out.

Belongs here: shapes of Reports API v3 and API v9 only. What the data means (days, running entries) is work_reports/collect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, FailFast, Field, model_validator

# Python also reads week dates and dates without dashes; the day of an entry is its first ten characters.
_DAY_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")


def _moment(text: str) -> str:
    try:
        is_complete = _DAY_AND_TIME.match(text) is not None and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        is_complete = False
    if not is_complete:
        raise ValueError("not a date and time with an offset")
    return text


def _without_nulls(value: Any) -> Any:
    return tuple(item for item in value if item is not None) if isinstance(value, list) else value or ()


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _or_nothing(value: Any) -> Any:
    return [] if value is None else value


def _in_a_list(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


def _or_false(value: Any) -> Any:
    return False if value is None else value


Moment = Annotated[str, AfterValidator(_moment)]
"""RFC 3339 with an offset, kept as written: the offset says in whose day it lies."""
Text = Annotated[str, BeforeValidator(_or_empty)]
OptionalText = Annotated[str | None, BeforeValidator(_or_none)]
Flag = Annotated[bool, BeforeValidator(_or_false)]
# A list refused at its first wrong element costs one error, not one per element.
Ids = Annotated[tuple[int, ...], FailFast(), BeforeValidator(_without_nulls)]
Names = Annotated[tuple[str, ...], FailFast(), BeforeValidator(_without_nulls)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class WireEntry(_Wire):
    """One of the `time_entries` of a row. `seconds` is negative and `stop` null while it runs."""

    id: int
    start: Moment
    stop: Annotated[Moment | None, BeforeValidator(_or_none)] = None
    seconds: int | None = None
    at: OptionalText = None


class WireRow(_Wire):
    """One row of `search/time_entries`: what 1 to N entries have in common."""

    user_id: int
    user_name: Text = Field(default="", alias="username")
    email: OptionalText = None
    description: Text = ""
    project_id: int | None = None
    project_name: OptionalText = None
    client_name: OptionalText = None
    task_id: int | None = None
    task_name: OptionalText = None
    tag_ids: Ids = ()
    tag_names: Names = ()
    billable: Flag = False
    billable_amount_in_cents: int | None = None
    hourly_rate_in_cents: int | None = None
    currency: OptionalText = None
    time_entries: Annotated[tuple[WireEntry, ...], FailFast(), BeforeValidator(_without_nulls)] = ()


class TimeEntryRow(_Wire):
    """One time entry with everything its row says: the keys of `WireRow` and `WireEntry` side by side."""

    id: int
    user_id: int
    user_name: str
    email: str | None = None
    description: str = ""
    start: str
    stop: str | None = None
    seconds: int | None = None
    at: str | None = None
    project_id: int | None = None
    project_name: str | None = None
    client_name: str | None = None
    task_id: int | None = None
    task_name: str | None = None
    tag_ids: tuple[int, ...] = ()
    tag_names: tuple[str, ...] = ()
    billable: bool = False
    billable_amount_in_cents: int | None = None
    hourly_rate_in_cents: int | None = None
    currency: str | None = None


Rows = Annotated[list[WireRow], FailFast(), BeforeValidator(_or_nothing)]
"""Body of `search/time_entries`."""


def entries_of(rows: Iterable[WireRow]) -> Iterator[TimeEntryRow]:
    """Every entry of every row, grouped or not."""
    for row in rows:
        shared = row.model_dump(exclude={"time_entries"})
        for entry in row.time_entries:
            # Both halves are validated already; this runs once per entry of a year.
            yield TimeEntryRow.model_construct(**shared, **dict(entry))


class Totals(_Wire):
    """Answer of `search/time_entries/totals`, as far as it is needed. Seconds of stopped entries."""

    seconds: int


TotalsParts = Annotated[list[Totals], FailFast(), BeforeValidator(_in_a_list)]
"""Body of `search/time_entries/totals`: one total, or several to be added up."""


class _SummarySubGroup(_Wire):
    """Entries of one group with the same description."""

    title: OptionalText = None
    seconds: int = 0
    ids: Ids = Field(default=(), validation_alias=AliasChoices("ids", "time_entry_ids"))


class _SummaryGroup(_Wire):
    """Entries of one person."""

    id: int | None = None
    sub_groups: Annotated[tuple[_SummarySubGroup, ...], FailFast(), BeforeValidator(_without_nulls)] = ()


class Summary(_Wire):
    """Answer of `summary/time_entries` grouped by users and descriptions; stopped entries only."""

    groups: Annotated[tuple[_SummaryGroup, ...], FailFast(), BeforeValidator(_without_nulls)] = ()


class SummaryPart(_Wire):
    """What a summary says of some entries of one person: their ids and the sum of their seconds."""

    user_id: int | None
    seconds: int
    entry_ids: tuple[int, ...]


def parts_of(summary: Summary | None) -> list[SummaryPart]:
    """Every sub-group of every group; null is an empty summary."""
    return [
        SummaryPart(user_id=group.id, seconds=part.seconds, entry_ids=part.ids)
        for group in (summary.groups if summary else ())
        for part in group.sub_groups
    ]


class Workspace(_Wire):
    """`GET /api/v9/workspaces/{id}`."""

    id: int
    organization_id: int | None = None
    name: Text = ""
    role: OptionalText = None
    admin: bool | None = None

    @property
    def sees_everybody(self) -> bool:
        """The token's owner may see other people's entries; anybody else silently sees only their own."""
        return self.role == "admin" if self.role is not None else bool(self.admin)


class WorkspaceUser(_Wire):
    """A person of `workspaces/{id}/users` or of `workspace_users`, which spell the same things differently.

    `timezone` comes with the latter only.
    """

    user_id: int
    name: Text = Field(default="", validation_alias=AliasChoices("fullname", "name"))
    email: OptionalText = None
    is_active: bool = True
    role: OptionalText = None
    timezone: OptionalText = None

    @model_validator(mode="before")
    @classmethod
    def _in_one_spelling(cls, user: Any) -> Any:
        if not isinstance(user, Mapping):
            return user
        # In a workspace_users list `id` is the membership's, `user_id` the person's.
        user_id = next((user[key] for key in ("user_id", "uid", "id") if user.get(key) is not None), None)
        flags = [user[key] for key in ("is_active", "active") if user.get(key) is not None]
        is_active = bool(flags[0]) if flags else not user.get("inactive")
        return {**user, "user_id": user_id, "is_active": is_active}


Users = Annotated[list[WorkspaceUser], FailFast(), BeforeValidator(_or_nothing)]
"""Body of `workspaces/{id}/users` and of `workspace_users`; an empty one may be null."""


class QuotaRow(_Wire):
    """One pool of `GET /api/v9/me/quota`; `organization_id` None is the pool of `/me` itself."""

    organization_id: int | None = None
    remaining: int
    total: int | None = None
    resets_in_seconds: int | None = Field(default=None, alias="resets_in_secs")


Quotas = Annotated[list[QuotaRow], FailFast(), BeforeValidator(_or_nothing)]
"""Body of `GET /api/v9/me/quota`."""
