"""What became of entries after their days had been downloaded: how many, by how much, when, and whom it concerns.

A deleted entry is gone with its owner; only added and changed ones can be told to belong to somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from volt_assets.work_reports.models import LateEdit
from volt_assets.work_reports.report.data_models import LateEdits
from volt_assets.work_reports.report.figures import signed
from volt_assets.work_reports.report.people import AnyPerson, entry_ids
from volt_assets.work_reports.report.periods import Period, moment


def team_late_edits(edits: Sequence[LateEdit], people: Iterable[tuple[str, AnyPerson]], period: Period) -> LateEdits | None:
    """The edits of everybody's entries; `people` with the names they are called by. None when there are none."""
    if not edits:
        return None
    touched = {entry for edit in edits for entry in (*edit.added, *edit.changed)}
    concerned = ((name, len(touched.intersection(entry_ids(person)))) for name, person in people)
    return _facts(edits, None, period, tuple((name, count) for name, count in concerned if count))


def own_late_edits(edits: Sequence[LateEdit], person: AnyPerson, period: Period) -> LateEdits | None:
    """The entries of one person that were added or changed late. None when there are none."""
    if not edits:
        return None
    own = frozenset(entry_ids(person))
    mine = [edit for edit in edits if not own.isdisjoint((*edit.added, *edit.changed))]
    return _facts(mine, own, period, ()) if mine else None


def _facts(edits: Sequence[LateEdit], own: frozenset[int] | None, period: Period, people: tuple[tuple[str, int], ...]) -> LateEdits:
    added, changed, deleted = (
        {entry for edit in edits for entry in getattr(edit, kind) if own is None or entry in own}
        for kind in ("added", "changed", "deleted")
    )
    return LateEdits(
        added=len(added),
        changed=len(changed),
        deleted=len(deleted),
        moved=len(added & deleted),
        hours=signed(sum(edit.seconds_after - edit.seconds_before for edit in edits)) if own is None else None,
        days=tuple(period.day(day) for day in sorted({edit.day for edit in edits})),
        noticed_at=moment(max(edit.checked_at for edit in edits)),
        people=people,
    )
