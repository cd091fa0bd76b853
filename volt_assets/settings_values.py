"""Values that the keys of the configuration may take, checked one by one so that a complaint names the line of the very key.

Belongs here: what several parts of the settings share. Does not: the keys (settings.py, calendar_settings.py).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

SCOPE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Keys(BaseModel):
    """Keys of a file: no others, and no number that is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _email(text: str) -> str:
    cleaned = text.strip().lower()
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", cleaned):
        raise ValueError(f"'{text}' is not an e-mail address")
    return cleaned


def _day(value: Any) -> Any:
    """Numbers and times are dates to pydantic; here they are mistakes."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{value}' is not a date; write it as 2025-10-07") from error


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not a time zone; use a name such as Europe/Belgrade or UTC") from error
    return name


def _scope_name(text: str) -> str:
    if not SCOPE_NAME.fullmatch(text):
        raise ValueError(f"name '{text}' must be lower-case letters, digits and _, beginning with a letter")
    return text


Email = Annotated[str, AfterValidator(_email)]
ZoneName = Annotated[str, AfterValidator(_zone)]
ScopeName = Annotated[str, AfterValidator(_scope_name)]
NamedPeriod = Literal["last-week", "last-month", "this-week", "yesterday", "last-7-days", "last-14-days"]
"""What each means at a moment is work_reports/range_key.py."""
Day = Annotated[date, BeforeValidator(_day)]
