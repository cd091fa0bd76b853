"""`work_alignment.md`: every item of everybody judged, with what is expected and what to do. The rules stand in alignment.py."""

from __future__ import annotations

from collections.abc import Sequence

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.alignment import CLASS_ICONS, FULLY_TRACKED, alignment, alignment_summary
from volt_assets.work_reports.report.fact_models import AlignmentClass, AlignmentRow, AlignmentSummary
from volt_assets.work_reports.report.figures import Hours, nearest
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.report.work import PersonWork

_IN_ORDER: frozenset[AlignmentClass] = frozenset(("properly tracked", "just begun", "tracked by others"))
_WITHOUT_TIME: tuple[AlignmentClass, ...] = ("missing in Toggl", "tracked by others", "open")


class PersonAlignment(Frozen):
    """One person's items: those that ask for an action first, most hours first."""

    user_id: int
    name: str
    slug: str | None
    """The file of the individual report; None for people without time, who have none."""
    on_items: Hours
    items: int
    """With time."""
    items_in_order: int
    """With time, and properly tracked or just begun."""
    items_not_judged: int
    """With time, and neither state nor dates to judge by."""
    known_in_fibery: bool
    rows: tuple[AlignmentRow, ...]


class AlignmentClassRow(Frozen):
    """One class over everybody, and its rule in words."""

    summary: AlignmentSummary
    rule: str


class WorkAlignment(FurtherReport):
    """`work_alignment.json`: whether the time in Toggl and the state in Fibery agree."""

    judged_by_dates: bool
    """The period was looked at long after its end: only dates say what was so then."""
    states_on: str
    """The day on which the states were fetched."""
    on_items: Hours
    classes: tuple[AlignmentClassRow, ...]
    people: tuple[PersonAlignment, ...]
    """Everybody with time on an item or with an open item assigned, by name."""
    nothing_to_judge: tuple[str, ...]
    """People with neither."""

    @property
    def plotted(self) -> dict[str, int]:
        """How many rows are in order and how many ask for an action."""
        in_order = sum(row.kind in _IN_ORDER for row in self.rows)
        return {"rows": len(self.rows), "rows_in_order": in_order}

    @property
    def rows(self) -> tuple[AlignmentRow, ...]:
        """Everybody's rows."""
        return tuple(row for person in self.people for row in person.rows)


def work_alignment(whole: WholeRange) -> WorkAlignment:
    """Every item with time, and every assigned item that is open or in progress without the person's time."""
    slugs = {person.user_id: person.slug for person in whole.aggregated.people}
    people = [_person(work, slugs.get(work.user_id), alignment(work, whole.around)) for work in (*whole.works, *whole.works_without_time)]
    people.sort(key=lambda person: (person.name.casefold(), person.user_id))
    rows = [row for person in people for row in person.rows]
    rules = _rules(whole)
    return further_report(
        WorkAlignment,
        whole,
        scene=whole.scene,
        judged_by_dates=whole.around.by_dates,
        states_on=whole.around.states_on,
        on_items=whole.on_items,
        classes=tuple(AlignmentClassRow(summary=one, rule=rules[one.kind]) for one in alignment_summary(rows)),
        people=tuple(person for person in people if person.rows),
        nothing_to_judge=tuple(person.name for person in people if not person.rows),
    )


def _person(work: PersonWork, slug: str | None, rows: Sequence[AlignmentRow]) -> PersonAlignment:
    return PersonAlignment(
        user_id=work.user_id,
        name=work.called,
        slug=slug,
        on_items=work.on_items,
        items=len(work.items),
        items_in_order=sum(row.kind in _IN_ORDER for row in rows if row.hours),
        items_not_judged=sum(row.kind in FULLY_TRACKED - _IN_ORDER for row in rows),
        known_in_fibery=work.is_known_in_fibery,
        rows=tuple(sorted(rows, key=_urgency)),
    )


def _urgency(row: AlignmentRow) -> tuple[int, int]:
    """What asks for an action first; the order within a class stays, most hours first."""
    without_time = row.kind in _WITHOUT_TIME
    group = 1 + _WITHOUT_TIME.index(row.kind) * 2 if without_time else 2 if row.kind in FULLY_TRACKED else 0
    return group, -row.hours.seconds if row.hours else 0


def _rules(whole: WholeRange) -> dict[AlignmentClass, str]:
    limit = nearest(round(whole.settings.reports.not_updated_hours * 3600)).text
    rules: dict[AlignmentClass, str] = {
        "properly tracked": gettext("time logged, and the item is in progress or was finished accordingly"),
        "just begun": gettext("at most %(hours)s logged on an item that is not started yet", hours=limit),
        "Fibery not updated": gettext(
            "more than %(hours)s logged on an item that is not started, or time logged after it was finished", hours=limit
        ),
        "wrong person": gettext("who logged the time is not among the assignees"),
        "wrong type": gettext("the time entries name it otherwise than Fibery: label or number may be those of another item"),
        "no state to judge by": gettext("the item has neither a state nor dates"),
        "no dates to judge by": gettext("the item has no dates that tell what was so in the period"),
        "not found": gettext("no item of the type has this number"),
        "fetch failed": gettext("Fibery gave no answer for it"),
        "type not configured": gettext("the type has no entry in enrichment_config.yaml"),
        "missing in Toggl": gettext("assigned and in progress in the period, but nobody logged time"),
        "tracked by others": gettext("assigned and in progress in the period; only others logged time"),
        "open": gettext("assigned, but not started"),
    }
    return {kind: rules[kind] for kind in CLASS_ICONS}
