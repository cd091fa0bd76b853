"""Cron lines as schedules take them: judged field by field, so that a mistake is named before Dagster sees the line.

Belongs here: the five fields, ranges, steps, lists, names of months and days, `L` and `#`. Does not: when a line comes due (Dagster).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[0-9]{1,2}")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class _Field:
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    specials: str = "(?!)"
    """Parts that stand for themselves, as a pattern; by default none."""

    @property
    def choice(self) -> str:
        numbers = f"a number from {self.lowest} to {self.highest}"
        return f"neither {numbers} nor a name such as {self.names[0]}" if self.names else f"not {numbers}"

    def number(self, text: str) -> int | None:
        """What a number or a name stands for."""
        if text.upper() in self.names:
            return self.names.index(text.upper()) + self.lowest
        return int(text) if _NUMBER.fullmatch(text) else None


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31, specials=r"L"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _DAYS, specials=r"(?:[0-6]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]|L[0-6]"),
)
# Alone or with a step that leads beyond the end.
_ONLY_FEBRUARY = re.compile(r"(?:0?2|FEB)(?:/(?:1[1-9]|[2-9][0-9]))?", re.IGNORECASE)
_ONLY_AFTER_THE_29TH = re.compile(r"3[01](?:/[0-9]+)?")
_MAY_BE_LEFT_OPEN = (_FIELDS[2], _FIELDS[4])


def check_cron_line(text: str) -> str:
    """The line itself. Raises ValueError that names the field and what is wrong with it."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"'{text}' is not a cron line of five fields, e.g. 0 6 * * 1")
    for written, field in zip(fields, _FIELDS, strict=True):
        if problem := _problem(written, field):
            raise ValueError(f"'{text}' is not a cron line: the {field.name} '{written}' {problem}")
    if _ONLY_FEBRUARY.fullmatch(fields[3]) and _ONLY_AFTER_THE_29TH.fullmatch(fields[2]):
        raise ValueError(f"'{text}' is not a cron line: {fields[2]} February never comes")
    return text


def _problem(written: str, field: _Field) -> str | None:
    if written == "?" and field in _MAY_BE_LEFT_OPEN:
        return None
    parts = written.split(",")
    if field is _FIELDS[4] and len(parts) > 1 and any(re.fullmatch(field.specials, part, re.IGNORECASE) for part in parts):
        return "names a day of one week in the month: that stands alone"
    return next((problem for part in parts if (problem := _problem_of_part(part, field))), None)


def _problem_of_part(part: str, field: _Field) -> str | None:
    if re.fullmatch(field.specials, part, re.IGNORECASE):
        return None
    span, slash, step = part.partition("/")
    if slash and not (_NUMBER.fullmatch(step) and int(step)):
        return "has a step of 0" if step in ("0", "00") else "has a step that is no number"
    if span == "*":
        return None
    first, dash, last = span.partition("-")
    numbers = [field.number(end) for end in ((first, last) if dash else (first,))]
    if any(number is None for number in numbers):
        return f"is {field.choice}"
    if any(not field.lowest <= number <= field.highest for number in numbers if number is not None):
        return f"is not within {field.lowest} to {field.highest}"
    return None
