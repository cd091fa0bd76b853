"""`enriched_data.json`: time, items, prose and coverage of everybody in one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from volt_assets.errors import IncompleteDataError
from volt_assets.work_reports.models import (
    Coverage,
    EnrichedData,
    EnrichedEntities,
    EnrichedPerson,
    Origin,
    PersonItem,
    PersonReport,
    TogglAggregated,
    TrackedPerson,
    stamped,
)
from volt_assets.work_reports.report.work import ItemWork, person_work, shown_hours


def build_enriched_data(
    aggregated: TogglAggregated, enriched: EnrichedEntities, person_reports: Sequence[PersonReport], origin: Origin
) -> EnrichedData:
    """Everything in one document. Raises IncompleteDataError when a report or an item is missing."""
    reports = {report.user_id: report for report in person_reports}
    if missing := [person.slug for person in aggregated.people if person.user_id not in reports]:
        raise IncompleteDataError(f"no individual report was written for {', '.join(missing)}", hint="run the reports of this range again")
    shown = shown_hours(aggregated.people)
    works = {person.user_id: person_work(person, shown[person.user_id], enriched).items for person in aggregated.people}
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
        fetched_at=enriched.fetched_at,
        statistics=aggregated.statistics,
        previous_statistics=aggregated.previous_statistics,
        seconds_by_day=aggregated.seconds_by_day,
        seconds_by_project=aggregated.seconds_by_project,
        seconds_by_type=aggregated.seconds_by_type,
        coverage=_coverage(aggregated, [one for items in works.values() for one in items]),
        people=tuple(_person(person, works[person.user_id], reports[person.user_id], enriched) for person in aggregated.people),
        people_without_time=aggregated.people_without_time,
        unmatched_people=enriched.unmatched_people,
        warnings=enriched.warnings,
    )


def _person(person: TrackedPerson, items: Sequence[ItemWork], report: PersonReport, enriched: EnrichedEntities) -> EnrichedPerson:
    return EnrichedPerson(
        user_id=person.user_id,
        name=person.name,
        slug=person.slug,
        email=person.email,
        zone=person.zone,
        statistics=person.statistics,
        previous_statistics=person.previous_statistics,
        seconds_by_day=person.seconds_by_day,
        items=tuple(PersonItem(tracked=one.tracked, item=one.item) for one in items),
        activities=person.activities,
        running=person.running,
        findings=person.findings,
        assigned=tuple(each for each in enriched.assigned if each.user_id == person.user_id),
        prose=report.prose,
        report=f"reports/individual/{person.slug}.md",
    )


def _coverage(aggregated: TogglAggregated, works: Sequence[ItemWork]) -> Coverage:
    enriched_seconds = sum(one.tracked.duration_seconds for one in works if one.item.status == "enriched")
    on_items = sum(one.tracked.duration_seconds for one in works)
    statuses = {one.key: one.item.status for one in works}
    return Coverage(
        total_duration_seconds=aggregated.statistics.total_duration_seconds,
        enriched_duration_seconds=enriched_seconds,
        not_enriched_duration_seconds=on_items - enriched_seconds,
        unmatched_duration_seconds=aggregated.statistics.unmatched_duration_seconds,
        items=len(statuses),
        items_by_status=dict(sorted(Counter(statuses.values()).items())),
    )
