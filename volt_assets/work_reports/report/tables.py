"""`tables.md` and `tables/*.csv`: every table of the reports with all of its rows, for a spreadsheet or another program.

Belongs here: which tables there are and what their columns mean. Does not: how a CSV file is written (csv_text.py), any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.alignment_report import WorkAlignment
from volt_assets.work_reports.report.billing import Billing
from volt_assets.work_reports.report.configuration_health import ConfigValidation
from volt_assets.work_reports.report.csv_text import Cell, csv_bytes
from volt_assets.work_reports.report.data_quality import DataQuality
from volt_assets.work_reports.report.figures import Hours
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.trend import trend
from volt_assets.work_reports.report.unknown_types import UnknownEntities
from volt_assets.work_reports.report.whole_range import WholeRange

_SECONDS_PER_HOUR = 3600


class Further(NamedTuple):
    """The documents that tables are made of besides the range itself."""

    alignment: WorkAlignment
    unknown: UnknownEntities
    configuration: ConfigValidation
    quality: DataQuality
    billing: Billing


class TableEntry(Frozen):
    """One table in the index."""

    name: str
    file: str
    """Below `reports/`."""
    about: str
    rows: int
    columns: tuple[str, ...]


class Tables(FurtherReport):
    """`tables.json`: which tables there are."""

    tables: tuple[TableEntry, ...]

    @property
    def plotted(self) -> dict[str, int]:
        """How many tables and rows."""
        return {"tables": len(self.tables), "table_rows": sum(table.rows for table in self.tables)}


@dataclass(frozen=True)
class Table:
    """One table with all of its rows. Hours are as the reports print them; seconds are exact."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    @property
    def content(self) -> bytes:
        """The CSV file."""
        return csv_bytes(self.columns, self.rows)


def tables_index(whole: WholeRange, tables: Sequence[Table]) -> Tables:
    """The index of the tables."""
    entries = [
        TableEntry(name=table.name, file=f"tables/{table.name}.csv", about=table.about, rows=len(table.rows), columns=table.columns)
        for table in tables
    ]
    return further_report(Tables, whole, tables=tuple(entries))


def all_tables(whole: WholeRange, further: Further) -> tuple[Table, ...]:
    """Every table, in the order of the index."""
    return (
        _people(whole, further),
        _items(whole),
        _activities(whole),
        _hours_by_day(whole),
        _alignment(further.alignment),
        _billing(further.billing),
        _odd_entries(further.quality),
        _late_edits(further.quality),
        _types(further),
        _trend(whole),
    )


def _shown(hours: Hours | None) -> float | None:
    return None if hours is None else hours.tenths / 10


def _people(whole: WholeRange, further: Further) -> Table:
    days = {one.user_id: one for one in further.quality.attendance}
    rows: list[Sequence[Cell]] = []
    for work in (*whole.works, *whole.works_without_time):
        one = days.get(work.user_id)
        finished = sum(each.item.completed_in_period for each in work.items)
        rows.append(
            (
                *(work.user_id, work.called, work.email, _shown(work.total), work.total.seconds, _shown(work.on_items), _shown(work.other)),
                *(len(work.items), finished, _shown(work.before)),
                *((one.working_days, len(one.absent_days), len(one.silent_days), _shown(one.target)) if one else (None,) * 4),
            )
        )
    columns = ("user_id", "person", "email", "hours", "seconds", "hours_on_items", "hours_other", "items", "items_finished")
    calendar = ("hours_before", "working_days", "absent_days", "working_days_without_time", "target_hours")
    return Table("people", gettext("One row per person: time, items, working days by the calendar."), (*columns, *calendar), rows)


def _items(whole: WholeRange) -> Table:
    rows = [
        (
            *(work.user_id, work.called, one.item.type, one.item.public_id, one.item.name, one.item.url, one.tracked.project),
            *(one.item.status, one.item.state.name if one.item.state else None, _shown(one.hours), one.hours.seconds),
            *(
                len(one.tracked.entries),
                one.item.dates.started,
                one.item.dates.completed,
                one.item.dates.planned_end,
                one.item.overdue_days,
            ),
        )
        for work in whole.works
        for one in work.items
    ]
    columns = ("user_id", "person", "type", "number", "name", "url", "project", "status", "state", "hours", "seconds", "entries")
    return Table(
        "items", gettext("One row per person and work item."), (*columns, "started", "completed", "planned_end", "overdue_days"), rows
    )


def _activities(whole: WholeRange) -> Table:
    rows = [
        (work.user_id, work.called, each.description, each.reason, each.project, _shown(hours), hours.seconds, len(each.entries))
        for work in whole.works
        for each, hours in work.activities
    ]
    columns = ("user_id", "person", "text", "why_no_item", "toggl_project", "hours", "seconds", "entries")
    return Table("activities", gettext("One row per person, text and Toggl project without a work item."), columns, rows)


def _hours_by_day(whole: WholeRange) -> Table:
    rows = [
        (person.user_id, whole.around.called[person.user_id], day, round(seconds / _SECONDS_PER_HOUR, 4), seconds)
        for person in whole.aggregated.people
        for day, seconds in sorted(person.seconds_by_day.items())
    ]
    columns = ("user_id", "person", "day", "hours", "seconds")
    return Table("hours_by_day", gettext("One row per person and day, in the zone of the person."), columns, rows)


def _alignment(document: WorkAlignment) -> Table:
    rows = [
        (
            *(person.user_id, person.name, row.kind, row.item.type, row.item.public_id, row.item.name, row.item.url),
            *(_shown(row.hours), row.hours.seconds if row.hours else None, row.state, row.expected, row.action, row.detail),
        )
        for person in document.people
        for row in person.rows
    ]
    columns = ("user_id", "person", "class", "type", "number", "name", "url", "hours", "seconds", "state", "expected", "action", "found")
    return Table("work_alignment", gettext("One row per person and item: whether time and state agree."), columns, rows)


def _billing(document: Billing) -> Table:
    rows: list[Sequence[Cell]] = []
    for row in document.projects:
        hours = (_shown(row.hours), row.hours.seconds, _shown(row.billable), row.billable.seconds, row.entries)
        # One column holds one currency only: the time stands in the first row of a project, further currencies below it.
        money: Sequence[tuple[float | None, str | None]] = [(one.cents / 100, one.currency) for one in row.amounts] or [(None, None)]
        rows.append((row.client, row.project, *hours, *money[0], row.entries_without_amount))
        rows += [(row.client, row.project, None, None, None, None, None, *more, None) for more in money[1:]]
    columns = ("client", "project", "hours", "seconds", "billable_hours", "billable_seconds", "entries", "amount", "currency")
    return Table("billing", gettext("One row per client and project as Toggl has them."), (*columns, "entries_without_amount"), rows)


def _odd_entries(document: DataQuality) -> Table:
    rows = [
        (one.user_id, one.person, one.day, one.kind, _shown(one.hours), one.hours.seconds, one.on, one.entry_id, one.overlaps_entry_id)
        for one in document.odd_entries
    ]
    columns = ("user_id", "person", "day", "finding", "hours", "seconds", "entry", "toggl_id", "overlaps_toggl_id")
    return Table("odd_entries", gettext("One row per finding about a single entry."), columns, rows)


def _late_edits(document: DataQuality) -> Table:
    rows = [(one.day, one.noticed_at, one.added, one.changed, one.deleted, one.seconds) for one in document.edited_days]
    columns = ("day", "noticed_at", "added", "changed", "deleted", "seconds_more")
    return Table("late_edits", gettext("One row per day that was changed after its download."), columns, rows)


def _types(further: Further) -> Table:
    scores = {one.type: one for one in further.unknown.types}
    found = [(one.type, "yes", one.use, one.in_workspace, "; ".join(one.problems)) for one in further.configuration.configured]
    found += [(one.type, "no", one.use, True, "") for one in further.configuration.unconfigured]
    listed = {name for name, *_ in found}
    rows: list[Sequence[Cell]] = []
    for name, configured, use, is_there, problems in found:
        score = scores.get(name)
        where = None if is_there is None else "yes" if is_there else "no"
        advice = (score.score, score.advice) if score else (None, None)
        rows.append((name, configured, where, use.items, use.people, _shown(use.hours), use.hours.seconds, use.assigned, *advice, problems))
    for score in further.unknown.types:
        if score.type not in listed:
            where = None if score.in_workspace is None else "yes" if score.in_workspace else "no"
            time = (score.items, len(score.people), _shown(score.hours), score.hours.seconds)
            rows.append((score.type, "no", where, *time, None, score.score, score.advice, ""))
    columns = ("type", "configured", "in_workspace", "items", "people", "hours", "seconds", "assigned_items", "score", "advice", "problems")
    return Table("types", gettext("One row per type of work items: configuration, use, score."), columns, rows)


def _trend(whole: WholeRange) -> Table:
    rows: list[Sequence[Cell]] = []
    before = whole.before
    for user_id, name, total, on_items, shown_before in (
        (None, "everybody", whole.total, whole.on_items, before),
        *((work.user_id, work.called, work.total, work.on_items, work.before) for work in whole.works),
    ):
        points = trend(whole.aggregated.earlier_periods, whole.scene.period, total, on_items, shown_before, user_id).points
        rows += [
            (user_id, name, one.first_day, one.last_day, _shown(one.total), one.total.seconds, _shown(one.on_items), one.on_items.seconds)
            for one in points
        ]
    columns = ("user_id", "person", "first_day", "last_day", "hours", "seconds", "hours_on_items", "seconds_on_items")
    return Table("trend", gettext("One row per person and period, this one last; everybody together first."), columns, rows)
