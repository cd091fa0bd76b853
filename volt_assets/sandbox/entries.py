"""Everybody's working days: when they start, how they are cut into entries, and the entries that are odd in time.

Belongs here: hours. What stands in the descriptions comes from work_items.py, special_items.py and entry_texts.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from volt_assets.sandbox.entry_table import NONE, RUNNING, RUNNING_NEGATIVE, EntryTable, NewEntry
from volt_assets.sandbox.entry_texts import AWKWARD, HABITS
from volt_assets.sandbox.people import LEAVER, SandboxPerson
from volt_assets.sandbox.toggl_catalogue import PROJECT_POSITION, PROJECTS, TASKS
from volt_assets.sandbox.work_calendar import WorkCalendar
from volt_assets.sandbox.work_items import Stretch

_HABIT_SHARE = 0.24
_ABSENT_SHARE = 0.17
"""Weeks off: holiday, illness, public holidays."""
_STANDUP_SECONDS = 900
_AWKWARD_SLOTS = (1, 3)
"""Entries of a first-week day that carry an awkward description."""
_INTERNAL = PROJECT_POSITION["Internal"]


@dataclass(frozen=True)
class TimeKeeper:
    """Fills an entry table, person by person, then day by day."""

    table: EntryTable
    calendar: WorkCalendar
    rng: Random

    def track_ordinary_days(self, position: int, person: SandboxPerson, stretches: Sequence[Stretch]) -> None:
        """All working days of one person; from the third week on every sixth week or so is off."""
        zone = ZoneInfo(person.zone)
        weeks = 1 if position == LEAVER else self.calendar.weeks
        by_day: dict[int, list[Stretch]] = {}
        for stretch in stretches:
            for working_day in range(max(0, stretch.first_day), min(5 * weeks - 1, stretch.last_day) + 1):
                by_day.setdefault(working_day, []).append(stretch)
        for week in range(weeks):
            if week > 1 and self.rng.random() < _ABSENT_SHARE:
                continue
            for working_day in range(5 * week, 5 * week + 5):
                self._day(position, zone, working_day, by_day.get(working_day, []))

    def _day(self, position: int, zone: ZoneInfo, working_day: int, stretches: list[Stretch]) -> None:
        random = self.rng.random
        day = self.calendar.day(working_day)
        now = _epoch(day, time(8, 30), zone) + int(random() * 5400)
        total = 23400 + int(random() * 7200) - _STANDUP_SECONDS
        weights = [0.4 + random() for _ in range(4 + int(random() * 6))]
        unit, ordinal = total / sum(weights), day.toordinal()
        self.table.add(NewEntry(position, now, _STANDUP_SECONDS, ordinal, HABITS[0][0], _INTERNAL, HABITS[0][1]))
        now += _STANDUP_SECONDS
        for number, weight in enumerate(weights, start=1):
            seconds = int(weight * unit)
            self.table.add(self._entry(position, now, seconds, ordinal, stretches))
            now += seconds + int(random() * 600) + (2400 if number == len(weights) // 2 else 0)

    def _entry(self, position: int, start: int, seconds: int, ordinal: int, stretches: list[Stretch]) -> NewEntry:
        random = self.rng.random
        if not stretches or random() < _HABIT_SHARE:
            text, tags = HABITS[int(random() * len(HABITS))]
            return NewEntry(position, start, seconds, ordinal, text, _INTERNAL, tags)
        stretch = stretches[int(random() * len(stretches))]
        project = PROJECTS[stretch.project]
        task = next((number for number, known in enumerate(TASKS) if known[2] == project.id and random() < 0.1), NONE)  # noqa: PLR2004 -- a share
        return NewEntry(position, start, seconds, ordinal, stretch.description, stretch.project, 3, task, is_billable=project.is_billable)


def lay_awkward_texts(table: EntryTable, trackers: Sequence[int], first_day: date) -> None:
    """Put every awkward description onto one entry of the first week: its second and fourth of a day, people in turn."""
    rows: dict[tuple[int, int], list[int]] = {}
    last_ordinal = first_day.toordinal() + 4
    for row, (person, day) in enumerate(zip(table.columns["person"], table.columns["day"], strict=True)):
        if day <= last_ordinal:
            rows.setdefault((person, day - first_day.toordinal()), []).append(row)
    slots = [(slot, day, person) for slot in _AWKWARD_SLOTS for day in range(5) for person in trackers]
    for (slot, day, person), text in zip(slots, AWKWARD.values(), strict=False):
        own = rows.get((person, day), [])
        if slot < len(own):
            table.columns["text"][own[slot]] = table.text_position(text)


def odd_times(calendar: WorkCalendar, people: Sequence[SandboxPerson]) -> list[NewEntry]:
    """Entries that are odd in time; a world with fewer people has fewer of them."""
    monday, sunday = calendar.first_monday, calendar.last_day
    plan: list[tuple[int, date, time, int, str, int]] = [
        (1, monday + timedelta(days=1), time(22, 40), 9600, "Deployment window", 0),  # crosses midnight
        (4, monday + timedelta(days=2), time(21, 0), 0, "Started and stopped", 0),  # zero-length
        (6, monday + timedelta(days=5), time(8, 30), 47_700, "Forgot to stop the timer", 0),  # 13 h 15 min
        (1, monday + timedelta(days=2), time(10, 0), 5400, "Sync with the client", 0),  # overlaps the working day
        (8, monday + timedelta(days=6), time(23, 30), 3600, "On-call: alert storm", 0),  # starts in the first week, ends in the second
        (2, sunday, time(17, 40), 0, "Preparing next week", RUNNING),
        (7, sunday, time(18, 5), 0, "Watching the release", RUNNING_NEGATIVE),
    ]
    october_end = date(calendar.first_monday.year, 10, 31)
    clocks_back = october_end - timedelta(days=(october_end.weekday() + 1) % 7)
    if calendar.first_monday < clocks_back <= sunday:  # 23:30 to 04:30 on the wall are six hours that night in Belgrade
        plan.append((0, clocks_back - timedelta(days=1), time(23, 30), 6 * 3600, "On-call: clocks go back", 0))
    entries = []
    for position, day, at, seconds, text, ending in plan:
        if position < len(people) and people[position].tracks_time:
            start = _epoch(day, at, ZoneInfo(people[position].zone))
            entries.append(
                NewEntry(position, start, -start if ending == RUNNING_NEGATIVE else seconds, day.toordinal(), text, tags=4, ending=ending)
            )
    return entries


def _epoch(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())
