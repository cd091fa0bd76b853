"""Stored days for the aggregation benchmarks: the time of the sandbox's company, as a download leaves it.

52 weeks or a year, as many people as the wanted number of entries takes (about 1,500 each a year), every description form of the
sandbox; surplus entries are left out by a seeded choice. Called in a process of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from pydantic import TypeAdapter

from volt_assets.clients.toggl_wire import WireRow, entries_of
from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.sandbox.toggl_filters import Selection
from volt_assets.sandbox.toggl_rows import RowWriter
from volt_assets.sandbox.world import World, WorldOptions, build_world
from volt_assets.settings import load_settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.wire_entries import tracked_seconds, unique_entries
from volt_assets.work_reports.collect.workspace import TogglWorkspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models import DayFile, Person, Proof, TimeEntry

FIRST_DAY, WEEKS = date(2025, 10, 6), 52
LAST_DAY = FIRST_DAY + timedelta(weeks=WEEKS, days=-1)
YEAR_DAYS = 365
"""They touch 53 weeks."""
DOWNLOADED_AT = datetime(2026, 11, 2, 6, tzinfo=UTC)
WORKSPACE_ID = 1
_ENTRIES_PER_PERSON = 1400
_ROWS = TypeAdapter(list[WireRow])


def store_days(folder: str, entries: int) -> dict[str, int]:
    """Write one file per day of 52 weeks into `folder`; returns how many entries and people they hold."""
    # Not compressed, however large a day is: the reference reads plain JSON.
    store = DayStore(Path(folder), compressed_above_bytes=sys.maxsize)
    return _store(_world(entries, WEEKS), store, entries, WEEKS * 7)


def store_year(location: str, entries: int) -> dict[str, int]:
    """Fill a data folder as downloads of a whole year leave it, the look-up of the workspace included."""
    data, world = DataFolder(location), _world(entries, YEAR_DAYS // 7 + 1)
    people = tuple(Person(user_id=one.user_id, name=one.name, email=one.toggl_email, zone=one.zone) for one in world.people)
    known = TogglWorkspace(checked_at=DOWNLOADED_AT, workspace_id=WORKSPACE_ID, name="Acme", sees_everybody=True, people=people)
    write_atomically(data.cache("people.json"), known.model_dump_json(indent=1).encode())
    return _store(world, DayStore.of(data), entries, YEAR_DAYS)


def _world(entries: int, weeks: int) -> World:
    return build_world(WorldOptions(people=entries // _ENTRIES_PER_PERSON + 3, weeks=weeks))


def _store(world: World, store: DayStore, entries: int, days: int) -> dict[str, int]:
    rows_by_day = _chosen(world, entries, days)
    writer = RowWriter(world.entries, world.people)
    people: set[int] = set()
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        stored = _day_file(day, writer, rows_by_day.get(day.toordinal(), ()))
        store.write(stored)
        people.update(entry.user_id for entry in stored.entries)
    store.keep_columns()
    return {"entries": sum(map(len, rows_by_day.values())), "people": len(people)}


def shipped_aliases() -> dict[str, str]:
    """Labels in descriptions -> Fibery's type, as the configuration has them."""
    return dict(load_settings({}).enrichment.aliases)


def _chosen(world: World, entries: int, days: int) -> dict[int, list[int]]:
    """Day (ordinal) -> its rows, `entries` in all."""
    day_of, end = world.entries.columns["day"], FIRST_DAY.toordinal() + days
    there = [row for row in range(len(world.entries)) if day_of[row] < end]
    if len(there) < entries:
        raise RuntimeError(f"the world has {len(there)} entries, {entries} are wanted")
    by_day: dict[int, list[int]] = {}
    for row in sorted(Random(1).sample(there, entries)):  # noqa: S311 -- repeatable chance, no secret
        by_day.setdefault(day_of[row], []).append(row)
    return by_day


def _day_file(day: date, writer: RowWriter, rows: Sequence[int]) -> DayFile:
    """The day as the client would have read it and the download stored it, proven to the second."""
    selection = Selection(day, day, {"enrich_response": True, "rounding": 0, "rounding_minutes": 0})
    wire = [writer.search_row([row], number, selection) for number, row in enumerate(rows, start=1)]
    entries: list[TimeEntry] = unique_entries(entries_of(_ROWS.validate_python(wire)))
    seconds = tracked_seconds(entries)
    proof = Proof(start_date=day, end_date=day, toggl_seconds=seconds, our_seconds=seconds, checked_at=DOWNLOADED_AT)
    return DayFile(day=day, data_as_of=DOWNLOADED_AT, code_version="1", is_closed=True, proof=proof, entries=tuple(entries))
