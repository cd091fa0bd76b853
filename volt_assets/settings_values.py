"""Values that the keys of the configuration may take, checked one by one so that a complaint names the line of the very key.

Belongs here: what several parts of the settings share. Does not: the keys (settings.py, calendar_settings.py).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


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


Email = Annotated[str, AfterValidator(_email)]
Day = Annotated[date, BeforeValidator(_day)]
