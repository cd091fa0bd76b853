"""Writes Reports v3 answers: rows of the detailed search, totals, summaries. Shapes are those of recorded exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from volt_assets.sandbox.entry_table import FIRST_ENTRY_ID, NONE, RUNNING, RUNNING_NEGATIVE, STOPPED, EntryTable
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.toggl_catalogue import CLIENTS, CURRENCY, PROJECTS, TAGS, TASKS
from volt_assets.sandbox.toggl_filters import Selection, tag_ids, updated_at

_CLIENT_NAMES = {client.id: client.name for client in CLIENTS}
_TAG_NAMES = dict(TAGS)


@dataclass(frozen=True)
class RowWriter:
    """Writes entries of a table for one request."""

    table: EntryTable
    people: tuple[SandboxPerson, ...]

    def search_row(self, rows: Sequence[int], row_number: int, selection: Selection) -> dict[str, Any]:
        """One row of the search: one entry, or the entries of one group."""
        table, first = self.table.columns, rows[0]
        person = self.people[table["person"][first]]
        task = table["task"][first]
        rate = self._rate(first)
        amount = None if rate is None else sum(self._amount(row, rate, selection) for row in rows)
        hides = selection.flag("hide_amounts")
        answer: dict[str, Any] = {
            "user_id": person.user_id,
            "username": person.name,
            "project_id": self._project_id(first),
            "task_id": None if task == NONE else TASKS[task][0],
            "billable": bool(table["billable"][first]),
            "description": self.table.descriptions[table["text"][first]],
            "tag_ids": list(tag_ids(self.table, first)),
            "billable_amount_in_cents": None if hides else amount,
            "hourly_rate_in_cents": None if hides else rate,
            "currency": CURRENCY,
            "time_entries": [self._time_entry(row, person, selection) for row in rows],
            "row_number": row_number,
        }
        if selection.flag("enrich_response"):
            answer.update(self._names(first, person))
        return answer

    def _time_entry(self, row: int, person: SandboxPerson, selection: Selection) -> dict[str, Any]:
        start, seconds, ending = (self.table.columns[name][row] for name in ("start", "seconds", "ending"))
        zone, updated = ZoneInfo(person.zone), updated_at(self.table, row)
        # An entry that older clients left running has a stop, but negative seconds.
        stop = None if ending == RUNNING else _iso(start if ending == RUNNING_NEGATIVE else start + seconds, zone)
        return {
            "id": FIRST_ENTRY_ID + row,
            "seconds": selection.rounded(seconds) if ending == STOPPED else seconds,
            "start": _iso(start, zone),
            "stop": stop,
            "at": _iso(updated, UTC),
            "at_tz": _iso(updated, zone),
        }

    def _names(self, row: int, person: SandboxPerson) -> dict[str, Any]:
        position, task = self.table.columns["project"][row], self.table.columns["task"][row]
        project = None if position == NONE else PROJECTS[position]
        return {
            "email": person.toggl_email,
            "client_name": _CLIENT_NAMES.get(project.client_id) if project and project.client_id else None,
            "project_name": project.name if project else None,
            "project_color": project.color if project else None,
            "project_hex": project.hex if project else None,
            "task_name": None if task == NONE else TASKS[task][1],
            "tag_names": [_TAG_NAMES[tag] for tag in tag_ids(self.table, row)],
        }

    def _project_id(self, row: int) -> int | None:
        position = self.table.columns["project"][row]
        return None if position == NONE else PROJECTS[position].id

    def _rate(self, row: int) -> int | None:
        return self.people[self.table.columns["person"][row]].hourly_rate_cents if self.table.columns["billable"][row] else None

    def _amount(self, row: int, rate: int, selection: Selection) -> int:
        return selection.rounded(max(0, self.table.columns["seconds"][row])) * rate // 3600

    def totals(self, rows: Sequence[int], selection: Selection) -> dict[str, Any]:
        """Seconds of the whole selection and of each day; running entries are left out."""
        stopped = self._stopped(rows)
        day_of, seconds_of, rounded = self.table.columns["day"], self.table.columns["seconds"], selection.rounded
        by_day: Counter[int] = Counter()
        for row in stopped:
            by_day[day_of[row]] += rounded(seconds_of[row])
        first, last = selection.first_day.toordinal(), selection.last_day.toordinal()
        days = range(first, last + 1) if last - first < 366 else sorted(by_day)  # noqa: PLR2004 -- the longest range
        return {
            "seconds": by_day.total(),
            "rates": self._rates(stopped, selection),
            "graph": [{"seconds": by_day.get(day, 0)} for day in days],
            "resolution": "day",
            "tracked_days": len(by_day),
        }

    def _stopped(self, rows: Sequence[int]) -> list[int]:
        """Without running entries, which are no time yet."""
        ending = self.table.columns["ending"]
        return [row for row in rows if ending[row] == STOPPED]

    def _rates(self, rows: Sequence[int], selection: Selection) -> list[dict[str, Any]]:
        person_of, billable, seconds_of = (self.table.columns[name] for name in ("person", "billable", "seconds"))
        seconds: Counter[int] = Counter()
        for row in rows:
            if billable[row]:
                seconds[self.people[person_of[row]].hourly_rate_cents] += selection.rounded(seconds_of[row])
        return [
            {"billable_seconds": number, "hourly_rate_in_cents": rate, "currency": CURRENCY} for rate, number in sorted(seconds.items())
        ]

    def summary(self, rows: Sequence[int], selection: Selection, grouping: str, sub_grouping: str) -> dict[str, Any]:
        """Groups and their sub-groups with seconds, and entry ids when asked for."""
        with_ids, seconds_of = selection.flag("include_time_entry_ids"), self.table.columns["seconds"]
        groups: dict[Any, dict[Any, list[int]]] = {}
        stopped = self._stopped(rows)
        for row, group, sub in zip(stopped, self._members(grouping, stopped), self._members(sub_grouping, stopped), strict=True):
            groups.setdefault(group, {}).setdefault(sub, []).append(row)
        answer = []
        for (group_id, _), subs in groups.items():
            sub_groups = []
            for (sub_id, title), members in subs.items():
                sub_group: dict[str, Any] = {
                    "id": sub_id,
                    "title": title,
                    "seconds": sum(selection.rounded(seconds_of[row]) for row in members),
                    "rates": self._rates(members, selection),
                }
                if with_ids:
                    sub_group["ids"] = [FIRST_ENTRY_ID + row for row in members]
                sub_groups.append(sub_group)
            answer.append({"id": group_id, "sub_groups": sub_groups})
        return {"groups": answer}

    def _members(self, grouping: str, rows: Sequence[int]) -> Iterator[tuple[int | None, str | None]]:
        """(id, title) of the group that each row belongs to."""
        column, label = self._grouper(grouping)
        labels: dict[int, tuple[int | None, str | None]] = {}
        for value in map(self.table.columns[column].__getitem__, rows):
            if value not in labels:
                labels[value] = label(value)
            yield labels[value]

    def _grouper(self, name: str) -> tuple[str, Callable[[int], tuple[int | None, str | None]]]:
        """The column that decides, and what a value of it is called."""

        def project(position: int) -> tuple[int | None, str | None]:
            return (None, None) if position == NONE else (PROJECTS[position].id, PROJECTS[position].name)

        def client(position: int) -> tuple[int | None, str | None]:
            own = None if position == NONE else PROJECTS[position].client_id
            return own, None if own is None else _CLIENT_NAMES[own]

        def user(position: int) -> tuple[int | None, str | None]:
            return self.people[position].user_id, self.people[position].name

        return {
            "projects": ("project", project),
            "clients": ("project", client),
            "users": ("person", user),
            "time_entries": ("text", lambda position: (None, self.table.descriptions[position])),
        }[name]


def grouped(table: EntryTable, rows: Sequence[int]) -> list[tuple[int, ...]]:
    """Rows that agree in everything but their time, together, in the order of the first of each."""
    names = ("person", "project", "task", "billable", "text", "tags")
    groups: dict[tuple[int, ...], list[int]] = {}
    keys = zip(*(map(table.columns[name].__getitem__, rows) for name in names), strict=True)
    for row, key in zip(rows, keys, strict=True):
        groups.setdefault(key, []).append(row)
    return [tuple(members) for members in groups.values()]


def _iso(epoch_seconds: int, zone: ZoneInfo | timezone) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch_seconds)).astimezone(zone).isoformat()
