"""`data_quality.md`: what is odd about the entries themselves, who tracked nothing, what was edited late.

Belongs here: putting these findings together. Does not: finding odd entries (collect/entry_findings.py), the calendar's judgement
(attendance.py), judging texts (suspicious_texts.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from volt_assets.work_reports.models import Frozen, LateEdit, TrackedItem
from volt_assets.work_reports.report.accounting import quality
from volt_assets.work_reports.report.activities import NO_DESCRIPTION
from volt_assets.work_reports.report.attendance import Attendance, attendance
from volt_assets.work_reports.report.data_models import LateEdits, QualityRow
from volt_assets.work_reports.report.figures import Hours, nearest, percentage, signed
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.late_edits import team_late_edits
from volt_assets.work_reports.report.outside_texts import outside_texts
from volt_assets.work_reports.report.suspicious_texts import SuspiciousText, suspicious_texts
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.report.work import PersonWork

_TEXTS_NAMED = 3


class OddEntry(Frozen):
    """One finding about one entry."""

    kind: str
    user_id: int
    person: str
    day: str
    """ISO date."""
    hours: Hours
    on: str
    """The item or the text of the entry."""
    entry_id: int
    overlaps_entry_id: int | None


class WithoutItem(Frozen):
    """One person's time that names no work item."""

    user_id: int
    person: str
    hours: Hours
    percent: int
    """Of the person's time."""
    entries: int
    most: tuple[str, ...]
    """The texts with most time."""


class DayEdits(Frozen):
    """What became of one day after it had been downloaded."""

    day: str
    noticed_at: str
    added: int
    changed: int
    deleted: int
    hours: str
    """By how much the day changed, with its sign."""
    seconds: int


class DataQuality(FurtherReport):
    """`data_quality.json`: the entries and the people behind the figures."""

    total: Hours
    summary: tuple[QualityRow, ...]
    odd_entries: tuple[OddEntry, ...]
    """By day, then person."""
    without_item: tuple[WithoutItem, ...]
    """By name."""
    attendance: tuple[Attendance, ...]
    has_target: bool
    sees_only_own_entries: bool
    late_edits: LateEdits | None
    edited_days: tuple[DayEdits, ...]
    suspicious: tuple[SuspiciousText, ...]
    """Texts from outside that read as if they were written for a program."""

    @property
    def plotted(self) -> dict[str, int]:
        """How many findings there are."""
        return {
            "odd_entries": len(self.odd_entries),
            "silent_days": sum(len(one.silent_days) for one in self.attendance),
            "suspicious_texts": len(self.suspicious),
        }

    @property
    def silent(self) -> tuple[Attendance, ...]:
        """People with working days on which they tracked nothing."""
        return tuple(one for one in self.attendance if one.silent_days)

    @property
    def absent(self) -> tuple[Attendance, ...]:
        """People who were absent by the calendar."""
        return tuple(one for one in self.attendance if one.absent_days)


def data_quality(whole: WholeRange) -> DataQuality:
    """Everything about the entries that somebody may want to mend, and the texts that somebody should look at."""
    data, called, period = whole.aggregated, whole.around.called, whole.scene.period
    people = [(called[person.user_id], person) for person in data.people]
    days = attendance(data, called, {work.user_id: work.total for work in whole.works}, whole.settings.calendar)
    return further_report(
        DataQuality,
        whole,
        total=whole.total,
        summary=quality(
            [(name, finding) for name, person in people for finding in person.findings],
            [(work.called, activity, hours) for work in whole.works for activity, hours in work.activities],
            [(work.called, one.tracked, one.hours) for work in whole.works for one in work.items],
            period,
            name_people=True,
        ),
        odd_entries=tuple(sorted(_odd_entries(whole), key=lambda one: (one.day, one.person, one.entry_id, one.kind))),
        without_item=tuple(_without_item(work) for work in whole.works if work.activities),
        attendance=days,
        has_target=any(one.target is not None for one in days),
        sees_only_own_entries=data.sees_only_own_entries,
        late_edits=team_late_edits(data.late_edits, people, period),
        edited_days=tuple(_edits(edit) for edit in data.late_edits),
        suspicious=suspicious_texts(outside_texts(whole.aggregated, whole.enriched, called, whole.workspace)),
    )


def _odd_entries(whole: WholeRange) -> Iterator[OddEntry]:
    for person, work in zip(whole.aggregated.people, whole.works, strict=True):
        wanted = {finding.entry_id for finding in person.findings}
        leaves: list[tuple[str, tuple[int, ...], Hours]] = [(each.description, each.entries, hours) for each, hours in work.activities]
        leaves += [(_written(one.tracked), one.tracked.entries, one.hours) for one in work.items]
        leaf_of = {entry: leaf for leaf in leaves for entry in leaf[1] if entry in wanted}
        for finding in person.findings:
            text, entries, hours = leaf_of.get(finding.entry_id, ("", (), nearest(0)))
            yield OddEntry(
                kind=finding.kind,
                user_id=person.user_id,
                person=work.called,
                day=finding.day,
                # All there is of an item or activity is shown as that is.
                hours=hours if entries == (finding.entry_id,) else nearest(finding.duration_seconds),
                on=text or NO_DESCRIPTION,
                entry_id=finding.entry_id,
                overlaps_entry_id=finding.overlaps_entry_id,
            )


def _written(tracked: TrackedItem) -> str:
    return f"#{tracked.public_id} {tracked.names[0] if tracked.names else tracked.label}"


def _without_item(work: PersonWork) -> WithoutItem:
    most = sorted(work.activities, key=lambda pair: (-pair[1].seconds, pair[0].description))
    return WithoutItem(
        user_id=work.user_id,
        person=work.called,
        hours=work.other,
        percent=percentage(work.other.seconds, work.total.seconds),
        entries=sum(len(activity.entries) for activity, _ in work.activities),
        most=tuple(activity.description or NO_DESCRIPTION for activity, _ in most[:_TEXTS_NAMED]),
    )


def _edits(edit: LateEdit) -> DayEdits:
    return DayEdits(
        day=edit.day.isoformat(),
        noticed_at=f"{edit.checked_at:%Y-%m-%d %H:%M} UTC",
        added=len(edit.added),
        changed=len(edit.changed),
        deleted=len(edit.deleted),
        hours=signed(edit.seconds_after - edit.seconds_before),
        seconds=edit.seconds_after - edit.seconds_before,
    )
