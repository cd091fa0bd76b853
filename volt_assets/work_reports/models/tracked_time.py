"""From the day store to `toggl_aggregated.json`: who spent which seconds on what."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from volt_assets.clients.toggl_wire import TimeEntryRow
from volt_assets.work_reports.models.document import SCHEMA_VERSION, Document, Frozen
from volt_assets.work_reports.models.time_sums import BillingSum, EarlierPeriod

Reason = Literal["reference", "bare id", "tags without id", "no reference"]
Resolution = Literal["alias", "as written", "guess", "default database"]


class TimeEntry(TimeEntryRow):
    """One entry as Toggl wrote it (names of the wire). `start`/`stop` keep the offset of the person's zone.

    A running entry has `stop` null or negative `seconds`: it is not time yet.
    """

    # Stored documents are ours: a key nobody knows is a mistake there.
    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def is_running(self) -> bool:
        """Not stopped yet."""
        return self.stop is None or self.seconds is None or self.seconds < 0

    @property
    def day(self) -> str:
        """YYYY-MM-DD of the start as written, i.e. in the person's own zone."""
        return self.start[:10]


class Proof(Frozen):
    """Toggl's own total over a slice of days that our sum was compared with, and when."""

    start_date: date
    end_date: date
    toggl_seconds: int
    our_seconds: int
    checked_at: datetime

    @property
    def difference_seconds(self) -> int:
        """Ours minus Toggl's; 0 means proven."""
        return self.our_seconds - self.toggl_seconds


class DayEdit(Frozen):
    """What became of a day after it was stored: found by looking again, by the ids of the entries."""

    checked_at: datetime
    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    deleted: tuple[int, ...] = ()
    """An entry moved to another day is deleted here and added there."""
    seconds_before: int
    seconds_after: int


class DayFile(Frozen):
    """`toggl_days/<day>.json` (`.json.gz` when large): every entry that starts on `day`, of everybody, sorted by id."""

    schema_version: int = SCHEMA_VERSION
    day: date
    data_as_of: datetime
    code_version: str
    is_closed: bool
    """The day had ended in the last zone on earth when it was downloaded; only such days are not downloaded again."""
    proof: Proof | None = None
    """None: downloaded, but not compared with Toggl's total yet."""
    edits: tuple[DayEdit, ...] = ()
    """Late edits, oldest first: each replaced the day's entries as a whole."""
    content_sha256: str | None = None
    """SHA-256, in hex, of all other bytes of the file (uncompressed): a file that does not have it is downloaded again. Null in memory."""
    entries: tuple[TimeEntry, ...] = ()


class Person(Frozen):
    """Somebody in the Toggl workspace."""

    user_id: int
    name: str
    email: str | None = None
    zone: str | None = None
    is_active: bool = True


class Reconciliation(Frozen):
    """Our sum against Toggl's own total for the days of the range (everybody, running entries excluded)."""

    our_seconds: int
    toggl_seconds: int | None
    """None when no total could be had for every day."""
    unproven_days: tuple[date, ...] = ()

    @property
    def is_reconciled(self) -> bool:
        """Proven to the second."""
        return self.toggl_seconds == self.our_seconds and not self.unproven_days


class DayInRange(Frozen):
    """The state of one stored day that a document was made from."""

    day: date
    version: str
    """Digest over the day's entries, 16 hex digits: equal entries, equal version."""
    entries: int
    data_as_of: datetime


class LateEdit(DayEdit):
    """An edit of one of the range's days after it had been downloaded."""

    day: date


class RawTogglHead(Document):
    """`raw_toggl_data.json` up to its entries: all that later steps read of it."""

    read_up_to: ClassVar[str | None] = "entries"
    """A file is read up to this key only; None reads all of it."""
    start_date: date
    end_date: date
    timezone: str
    scope: str | None = None
    in_progress: bool = False
    """The range had days that were not over when the data was taken."""
    reconciliation: Reconciliation
    people: tuple[Person, ...]
    """Everybody the report is about, with or without time (in a scoped range: only its people)."""
    sees_only_own_entries: bool = False
    """The token belongs to somebody without the rights to see others' entries."""
    toggl_workspace_id: int
    days: tuple[DayInRange, ...] = ()
    """The stored days whose entries are listed; whoever reads those days instead of the list compares the versions."""
    moved_entries: int = 0
    """Entries that two of the days hold, because they were moved between two downloads; the later download counts."""
    previous_days: tuple[DayInRange, ...] | None = None
    """The days of the equally long period before, when all are stored; None otherwise."""
    late_edits: tuple[LateEdit, ...] = ()
    """What changed on days that had been downloaded before, oldest first."""


class RawTogglData(RawTogglHead):
    """`raw_toggl_data.json`: the entries of the range's days and people, and who the people are.

    A year may hold a million entries: they are written and read line by line, one line each, never as one object of this class.
    """

    read_up_to: ClassVar[str | None] = None
    entries: tuple[TimeEntry, ...]
    previous_entries: tuple[TimeEntry, ...] | None = None
    """Entries of the equally long period before, when all its days are stored; None otherwise."""


class Statistics(Frozen):
    """Seconds and entries; matched + unmatched = total; running entries count nowhere."""

    total_duration_seconds: int = 0
    matched_duration_seconds: int = 0
    unmatched_duration_seconds: int = 0
    total_entries: int = 0
    matched_entries: int = 0
    unmatched_entries: int = 0


class TrackedItem(Frozen):
    """One work item of one person: the sum of the entries whose description names it."""

    type: str
    public_id: str
    label: str
    """The bracket groups as written, without the project, e.g. `[Scrum] [Release]`."""
    resolution: Resolution
    project: str | None = None
    names: tuple[str, ...] = ()
    """The distinct texts before the reference, most time first."""
    duration_seconds: int
    seconds_by_day: dict[str, int] = Field(default_factory=dict)
    entries: tuple[int, ...]


class Activity(Frozen):
    """Time on something that names no work item."""

    description: str
    reason: Reason
    public_id: str | None = None
    """The bare number, when the reason is `bare id`."""
    project: str | None = None
    """Toggl's own project of the entries."""
    duration_seconds: int
    seconds_by_day: dict[str, int] = Field(default_factory=dict)
    entries: tuple[int, ...]


class RunningEntry(Frozen):
    """An entry that is still running: listed, not counted."""

    entry_id: int
    description: str
    started_at: datetime


class EntryFinding(Frozen):
    """Something odd about an entry, for data quality."""

    kind: Literal["no description", "too long", "overlapping", "zero length"]
    entry_id: int
    user_id: int
    day: str
    duration_seconds: int
    overlaps_entry_id: int | None = None


class TrackedPerson(Frozen):
    """One person's time in the range. Items and activities: most time first, then type/id or text."""

    user_id: int
    name: str
    slug: str
    """`[a-z0-9_]`, unique in the range: the file name of the individual report."""
    email: str | None
    zone: str | None
    statistics: Statistics
    previous_statistics: Statistics | None = None
    """The same over the equally long period before; None when that period is not stored."""
    seconds_by_day: dict[str, int] = Field(default_factory=dict)
    switches: int = 0
    """Changes from one item or activity to another between consecutive entries of one day."""
    items: tuple[TrackedItem, ...] = ()
    activities: tuple[Activity, ...] = ()
    running: tuple[RunningEntry, ...] = ()
    findings: tuple[EntryFinding, ...] = ()


class TeamStatistics(Statistics):
    """The sums over all people, and what is counted once however many people worked on it."""

    people_with_time: int = 0
    unique_items: int = 0
    running_entries: int = 0


class TogglAggregated(Document):
    """`toggl_aggregated.json`."""

    start_date: date
    end_date: date
    timezone: str
    scope: str | None = None
    in_progress: bool = False
    toggl_workspace_id: int
    sees_only_own_entries: bool = False
    reconciliation: Reconciliation
    late_edits: tuple[LateEdit, ...] = ()
    """What changed on days that had been downloaded before, oldest first."""
    statistics: TeamStatistics
    previous_statistics: TeamStatistics | None = None
    seconds_by_day: dict[str, int]
    seconds_by_project: dict[str, int]
    """Project of the description for items, Toggl's project for activities; '' is "no project"."""
    seconds_by_type: dict[str, int]
    """Item type -> seconds; '' is everything without an item."""
    billing: tuple[BillingSum, ...] = ()
    """All of the time by client, project and currency, most time first."""
    earlier_periods: tuple[EarlierPeriod, ...] = ()
    """Up to eight periods before this one without a gap, the oldest first."""
    people: tuple[TrackedPerson, ...]
    """People with at least one entry (running ones included), by name then user id."""
    people_without_time: tuple[Person, ...] = ()
