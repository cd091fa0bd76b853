"""Parts of the tracked time side by side: people, projects, types; shown parts add up to the shown whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from volt_assets.work_reports.report.figures import Hours, change, percentage, percentages, split
from volt_assets.work_reports.report.team_models import MemberRow, Rest, ShareRow
from volt_assets.work_reports.report.work import AnyPerson, tracked_items

NO_PROJECT = "no project"


def share_rows(seconds: Mapping[str, int], total_tenths: int, *, whole: int | None = None, target: int = 100) -> list[ShareRow]:
    """One row per label, most time first; percentages are of `whole` (default: the sum) and add up to `target`."""
    ordered = sorted(seconds, key=lambda label: (-seconds[label], label))
    parts = [seconds[label] for label in ordered]
    return [
        ShareRow(label=label, hours=hours, percent=percent)
        for label, hours, percent in zip(ordered, split(parts, total_tenths), percentages(parts, whole=whole, target=target), strict=True)
    ]


def member_rows(
    people: Sequence[AnyPerson], shown: Mapping[int, tuple[Hours, Hours]], called: Mapping[int, str], finished: Mapping[int, int]
) -> tuple[MemberRow, ...]:
    """One row per person, in the order of the document (by name): no ranking."""
    rows = []
    for person in people:
        on_items, other = shown[person.user_id]
        now, before = person.statistics, person.previous_statistics
        rows.append(
            MemberRow(
                user_id=person.user_id,
                name=called[person.user_id],
                slug=person.slug,
                total=Hours(seconds=on_items.seconds + other.seconds, tenths=on_items.tenths + other.tenths),
                on_items=on_items,
                other=other,
                on_items_percent=percentage(on_items.seconds, on_items.seconds + other.seconds),
                items=len(tracked_items(person)),
                finished=finished.get(person.user_id, 0),
                entries=(
                    *(entry for item in tracked_items(person) for entry in item.entries),
                    *(entry for activity in person.activities for entry in activity.entries),
                ),
                change=change(now.total_duration_seconds - before.total_duration_seconds) if before else None,
            )
        )
    return tuple(rows)


def rest_of(hours: Sequence[Hours], shown: int) -> Rest | None:
    """What stays when only the first `shown` rows are listed."""
    left = hours[shown:]
    if not left:
        return None
    return Rest(count=len(left), hours=Hours(seconds=sum(part.seconds for part in left), tenths=sum(part.tenths for part in left)))
