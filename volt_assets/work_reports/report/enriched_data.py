"""`enriched_data.json`: time, items, prose and coverage of everybody in one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from volt_assets.errors import IncompleteDataError
from volt_assets.work_reports.models import (
    Coverage,
    EnrichedData,
    EnrichedEntities,
    EnrichedItem,
    EnrichedPerson,
    Origin,
    PersonItem,
    PersonReport,
    TogglAggregated,
    TrackedItem,
    TrackedPerson,
    stamped,
)
from volt_assets.work_reports.report.work import paired

Pair = tuple[TrackedItem, EnrichedItem]


def build_enriched_data(
    aggregated: TogglAggregated, enriched: EnrichedEntities, person_reports: Sequence[PersonReport], origin: Origin
) -> EnrichedData:
    """Everything in one document. Raises IncompleteDataError when a report or an item is missing."""
    reports = {report.user_id: report for report in person_reports}
    if missing := [str(person.user_id) for person in aggregated.people if person.user_id not in reports]:
        raise IncompleteDataError(
            f"no individual report was written for person {', '.join(missing)}", hint="run the reports of this range again"
        )
    items = {(item.type, item.public_id): item for item in enriched.items}
    without_time = {person.user_id for person in aggregated.people_without_time}
    pairs = {person.user_id: paired(person, items) for person in aggregated.people}
    return stamped(
        EnrichedData,
        origin,
        data_as_of=aggregated.data_as_of,
        start_date=aggregated.start_date,
        end_date=aggregated.end_date,
        timezone=aggregated.timezone,
        scope=aggregated.scope,
        in_progress=aggregated.in_progress,
        toggl_workspace_id=aggregated.toggl_workspace_id,
        fibery_workspace=enriched.fibery_workspace,
        made_from=f"{aggregated.data_version}.{enriched.data_version}",
        sees_only_own_entries=aggregated.sees_only_own_entries,
        reconciliation=aggregated.reconciliation,
        late_edits=aggregated.late_edits,
        fetched_at=enriched.fetched_at,
        statistics=aggregated.statistics,
        previous_statistics=aggregated.previous_statistics,
        seconds_by_day=aggregated.seconds_by_day,
        seconds_by_project=aggregated.seconds_by_project,
        seconds_by_type=aggregated.seconds_by_type,
        earlier_periods=aggregated.earlier_periods,
        coverage=_coverage(aggregated, [pair for listed in pairs.values() for pair in listed]),
        people=tuple(_person(person, pairs[person.user_id], reports[person.user_id], enriched) for person in aggregated.people),
        people_without_time=aggregated.people_without_time,
        assigned_without_time=tuple(each for each in enriched.assigned if each.user_id in without_time),
        unmatched_people=enriched.unmatched_people,
        warnings=enriched.warnings,
    )


def _person(person: TrackedPerson, pairs: Sequence[Pair], report: PersonReport, enriched: EnrichedEntities) -> EnrichedPerson:
    return EnrichedPerson(
        user_id=person.user_id,
        name=person.name,
        slug=person.slug,
        email=person.email,
        zone=person.zone,
        statistics=person.statistics,
        previous_statistics=person.previous_statistics,
        seconds_by_day=person.seconds_by_day,
        items=tuple(PersonItem(tracked=tracked, item=item) for tracked, item in pairs),
        activities=person.activities,
        running=person.running,
        findings=person.findings,
        assigned=tuple(each for each in enriched.assigned if each.user_id == person.user_id),
        prose=report.prose,
        report=f"reports/individual/{person.slug}.md",
    )


def _coverage(aggregated: TogglAggregated, pairs: Sequence[Pair]) -> Coverage:
    enriched_seconds = sum(tracked.duration_seconds for tracked, item in pairs if item.status == "enriched")
    on_items = sum(tracked.duration_seconds for tracked, _ in pairs)
    statuses = {(item.type, item.public_id): item.status for _, item in pairs}
    return Coverage(
        total_duration_seconds=aggregated.statistics.total_duration_seconds,
        enriched_duration_seconds=enriched_seconds,
        not_enriched_duration_seconds=on_items - enriched_seconds,
        unmatched_duration_seconds=aggregated.statistics.unmatched_duration_seconds,
        items=len(statuses),
        items_by_status=dict(sorted(Counter(statuses.values()).items())),
    )
