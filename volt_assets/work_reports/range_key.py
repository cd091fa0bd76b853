"""Partition keys of `date_ranges`: `2025-10-06_2025-10-12`, or with a scope `2025-10-06_2025-10-12_platform`.

Belongs here: parsing, validating and making keys, and what "last week" means. Both ends are inclusive.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from volt_assets.errors import UsageError
from volt_assets.settings_values import NamedPeriod

MAXIMUM_DAYS = 366
FIRST_DAY = date(2006, 1, 1)
"""Toggl began in 2006: an earlier day is a slip of the pen."""
_KEY = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})(?:_([a-z][a-z0-9_]{0,39}|users-[0-9a-f]{8}))?", re.ASCII)
_DAYS_BACK: dict[NamedPeriod, int] = {"yesterday": 1, "last-7-days": 7, "last-14-days": 14}
# Closed when over in the last zone on earth, UTC-12.
_LAST_ZONE_HOURS = 12


@dataclass(frozen=True)
class RangeKey:
    """A validated range of days and, for a part of the people, its scope (a team, or `users-<8 hex>`)."""

    start: date
    end: date
    scope: str | None = None

    def __str__(self) -> str:
        """The partition key."""
        return "_".join([self.start.isoformat(), self.end.isoformat(), *([self.scope] if self.scope else [])])

    @property
    def days(self) -> list[date]:
        """Every day, first to last."""
        return [self.start + timedelta(days=offset) for offset in range((self.end - self.start).days + 1)]

    @property
    def previous(self) -> RangeKey:
        """The equally long period that ends the day before this one starts."""
        length = self.end - self.start
        end = self.start - timedelta(days=1)
        return RangeKey(end - length, end, self.scope)


def parse_day(text: str, what: str) -> date:
    """A date of the calendar from YYYY-MM-DD. Raises UsageError naming `what`."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise UsageError(f"{what}: '{text[:40]}' is not a date of the form YYYY-MM-DD", hint="for example 2025-10-06")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{what}: {text} does not exist in the calendar", hint="check the day and the month") from error


def make_range(start: date, end: date, *, today: date, scope: str | None = None) -> RangeKey:
    """A validated key. `today` is the day in the configured zone. Raises UsageError for an impossible range."""
    if end < start:
        raise UsageError(f"the range {start} to {end} ends before it starts", hint=f"swap the dates: {end} to {start}")
    days = (end - start).days + 1
    if days > MAXIMUM_DAYS:
        raise UsageError(
            f"the range {start} to {end} has {days} days; at most {MAXIMUM_DAYS} are possible", hint="split it into shorter ranges"
        )
    if start < FIRST_DAY:
        raise UsageError(f"the range {start} to {end} begins before {FIRST_DAY}, when Toggl began", hint="check the year")
    if start > today:
        raise UsageError(f"the range {start} to {end} lies wholly in the future (today is {today})", hint="choose days that have begun")
    return RangeKey(start, end, scope)


def parse_key(text: str, *, today: date) -> RangeKey:
    """A partition key as written by a person, the UI or a schedule. Raises UsageError for anything else."""
    match = _KEY.fullmatch(text)
    if match is None:
        raise UsageError(f"'{text[:80]}' is not a range key", hint="write it as 2025-10-06_2025-10-12, with _team at the end for a team")
    start, end = (parse_day(match[group], "range key") for group in (1, 2))
    return make_range(start, end, today=today, scope=match[3])


def users_scope(emails: Iterable[str]) -> str:
    """`users-<8 hex>`, the same for the same set of e-mails in any order and case."""
    text = ",".join(sorted({email.strip().lower() for email in emails}))
    return f"users-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def is_list_of_users(scope: str | None) -> bool:
    """Whether a scope stands for people who were named one by one, not for a team or everybody."""
    return scope is not None and scope.startswith("users-")


def named_range(name: NamedPeriod, *, now: datetime, zone: ZoneInfo) -> RangeKey:
    """What `--last-week` and its sisters, and the periods of schedules, mean at `now` in `zone`; weeks begin on Monday."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    if name == "this-week":
        return RangeKey(monday, today)
    if name == "last-week":
        return RangeKey(monday - timedelta(days=7), monday - timedelta(days=1))
    if name in _DAYS_BACK:
        return RangeKey(today - timedelta(days=_DAYS_BACK[name]), today - timedelta(days=1))
    last = today.replace(day=1) - timedelta(days=1)
    return RangeKey(last.replace(day=1), last)


def is_closed(day: date, *, now: datetime) -> bool:
    """Whether `day` has ended everywhere on earth at `now` (aware)."""
    return now.astimezone(ZoneInfo("UTC")) - timedelta(hours=_LAST_ZONE_HOURS) >= datetime.combine(
        day + timedelta(days=1), datetime.min.time(), ZoneInfo("UTC")
    )
