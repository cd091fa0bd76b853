"""Parts of the tracked time side by side: people, projects, types; shown hours add up to the shown whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from volt_assets.work_reports.languages.language import gettext_noop
from volt_assets.work_reports.models import Statistics
from volt_assets.work_reports.report.fact_models import Totals
from volt_assets.work_reports.report.figures import Hours, added, change, nearest, percentage
from volt_assets.work_reports.report.leaf_hours import LeafHours
from volt_assets.work_reports.report.people import AnyPerson, tracked_items
from volt_assets.work_reports.report.team_models import MemberRow, Rest, ShareRow

NO_PROJECT = gettext_noop("no project")


def share_rows(parts: Iterable[tuple[str, Hours]], *, whole: int | None = None) -> list[ShareRow]:
    """One row per label, most time first; percentages are of `whole` seconds (default: the sum)."""
    by_label: dict[str, list[Hours]] = {}
    for label, part in parts:
        by_label.setdefault(label, []).append(part)
    hours = {label: added(each) for label, each in by_label.items()}
    ordered = sorted(hours, key=lambda label: (-hours[label].seconds, label))
    of = sum(part.seconds for part in hours.values()) if whole is None else whole
    return [ShareRow(label=label, hours=hours[label], percent=percentage(hours[label].seconds, of)) for label in ordered]


def member_rows(
    people: Sequence[AnyPerson], hours: LeafHours, called: Mapping[int, str], finished: Mapping[int, int]
) -> tuple[MemberRow, ...]:
    """One row per person, in the order of the document (by name): no ranking."""
    rows = []
    for person in people:
        on_items, other = hours.totals[person.user_id]
        total, before = added([on_items, other]), hours.before.get(person.user_id)
        rows.append(
            MemberRow(
                user_id=person.user_id,
                name=called[person.user_id],
                slug=person.slug,
                total=total,
                on_items=on_items,
                other=other,
                on_items_percent=percentage(on_items.seconds, total.seconds),
                items=len(tracked_items(person)),
                finished=finished.get(person.user_id, 0),
                entries=(
                    *(entry for item in tracked_items(person) for entry in item.entries),
                    *(entry for activity in person.activities for entry in activity.entries),
                ),
                change=change(total, before) if before else None,
            )
        )
    return tuple(rows)


def totals_of(on_items: Hours, other: Hours, before: Hours | None) -> Totals:
    """The totals of a report, and how they differ from those of the period before."""
    total = added([on_items, other])
    return Totals(
        total=total,
        on_items=on_items,
        other=other,
        on_items_percent=percentage(on_items.seconds, total.seconds),
        change=change(total, before) if before else None,
    )


def total_before(statistics: Statistics | None, hours: LeafHours) -> Hours | None:
    """What the period before is shown with: the people of this period, and those who have no time in it any more."""
    if statistics is None:
        return None
    known = added(list(hours.before.values()))
    return added([known, nearest(max(0, statistics.total_duration_seconds - known.seconds))])


def rest_of(hours: Sequence[Hours], shown: int) -> Rest | None:
    """What stays when only the first `shown` rows are listed."""
    left = hours[shown:]
    if not left:
        return None
    return Rest(count=len(left), hours=added(left))
