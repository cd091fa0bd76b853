"""What has to be true of the stored documents of a range, each as a sentence. A check reads its own key only.

A check that took its asset as an input would load every partition, so each reads the key's files itself.
"""

from typing import TypeVar

import dagster as dg
from pydantic import ValidationError

from volt_assets.errors import IncompleteDataError, StoredDataError, VoltError
from volt_assets.io_managers import json_head
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.resilience.dead_letters import DeadLetters
from volt_assets.resilience.parsed_documents import DOCUMENTS
from volt_assets.resources import VoltResource
from volt_assets.work_reports.collect.listed_entries import listed_entries
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.enrich.failed_items import KIND
from volt_assets.work_reports.models import (
    Activity,
    Document,
    EnrichedData,
    EnrichedEntities,
    EntitiesToEnrich,
    IndividualReports,
    RawTogglHead,
    TogglAggregated,
    TrackedItem,
)
from volt_assets.work_reports.own_files import is_own
from volt_assets.work_reports.report.alignment_report import WorkAlignment
from volt_assets.work_reports.report.csv_text import table_sums
from volt_assets.work_reports.report.link_check import broken_links
from volt_assets.work_reports.run_record import RunRecord

SECONDS_PER_DAY = 86_400
AnyDocument = TypeVar("AnyDocument", bound=Document)


def _stored(context: dg.AssetCheckExecutionContext, volt: VoltResource, kind: type[AnyDocument], name: str) -> AnyDocument:
    path = DataFolder(volt.data_location()).of_range(context.partition_key) / f"{name}.json"
    read_up_to = getattr(kind, "read_up_to", None)
    try:
        content = path.read_bytes() if read_up_to is None else json_head(path, read_up_to)
        return DOCUMENTS.parsed(kind, content, kind.model_validate_json)
    except (OSError, ValidationError) as error:
        problem = StoredDataError(f"{path}: cannot be trusted by the checks", hint=f"make {name} of this range again")
        _note_in_record(context, volt, problem)
        raise dg.Failure(f"{problem}. Hint: {problem.hint}.", allow_retries=False) from error


def _note_in_record(context: dg.AssetCheckExecutionContext, volt: VoltResource, problem: VoltError) -> None:
    """Let the record of the range say why its run ends; a check that is run by itself ends no run."""
    record = RunRecord(DataFolder(volt.data_location()).of_range(context.partition_key), now=volt.now)
    stored = record.read()
    if stored is not None and stored.run_id == context.op_execution_context.run_id:
        record.broke_outside(problem)


def _verdict(passed: bool, severity: dg.AssetCheckSeverity, **metadata: str | float) -> dg.AssetCheckResult:  # noqa: FBT001 -- the verdict itself
    return dg.AssetCheckResult(passed=passed, severity=severity, metadata=metadata)


def _must_hold(
    context: dg.AssetCheckExecutionContext, volt: VoltResource, name: str, *, passed: bool, **figures: str | float
) -> dg.AssetCheckResult:
    """The verdict of a check without which no report is given out (stages.MUST_HOLD); the record of the range keeps it."""
    RunRecord(DataFolder(volt.data_location()).of_range(context.partition_key), now=volt.now).check_evaluated(name, held=passed)
    return _verdict(passed, dg.AssetCheckSeverity.ERROR, **figures)


def _blocking(
    context: dg.AssetCheckExecutionContext, volt: VoltResource, name: str, *, passed: bool, **figures: str | float
) -> dg.AssetCheckResult:
    """The verdict of a check that ends its run when it fails; then the record of the range says why."""
    if not passed:
        found = ", ".join(f"{figure} {value}" for figure, value in figures.items())
        hint = "run the range again; the check's page in the UI has the figures"
        _note_in_record(context, volt, IncompleteDataError(f"the check {name} failed: {found}", hint=hint))
    return _must_hold(context, volt, name, passed=passed, **figures)


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "raw_toggl_data"]),
)
def reconciled_with_toggl(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """The entries of every day add up to Toggl's own total, to the second."""
    proof = _stored(context, volt, RawTogglHead, "raw_toggl_data").reconciliation
    return _verdict(
        proof.is_reconciled,
        dg.AssetCheckSeverity.WARN,
        our_seconds=proof.our_seconds,
        toggl_seconds="unknown" if proof.toggl_seconds is None else str(proof.toggl_seconds),
        unproven_days=", ".join(map(str, proof.unproven_days)) or "none",
    )


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "toggl_aggregated"]),
    blocking=True,
)
def every_entry_accounted_for(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every entry is accounted for exactly once: on an item, as an activity, or listed as running."""
    listed = listed_entries(DataFolder(volt.data_location()).of_range(context.partition_key) / "raw_toggl_data.json")
    aggregated = _stored(context, volt, TogglAggregated, "toggl_aggregated")
    parts: list[TrackedItem | Activity] = []
    for person in aggregated.people:
        parts += [*person.items, *person.activities]
    placed = [entry for part in parts for entry in part.entries]
    placed += [running.entry_id for person in aggregated.people for running in person.running]
    seconds_out = sum(part.duration_seconds for part in parts)
    is_complete = sorted(placed) == sorted(listed.ids) and listed.seconds == seconds_out == aggregated.statistics.total_duration_seconds
    return _blocking(
        context,
        volt,
        "every_entry_accounted_for",
        passed=is_complete,
        entries_in=len(listed.ids),
        entries_out=len(placed),
        seconds_in=listed.seconds,
        seconds_out=seconds_out,
    )


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "enriched_entities"]),
    blocking=True,
)
def every_item_enriched_or_explained(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every planned item is enriched, or says why it is not."""
    plan = _stored(context, volt, EntitiesToEnrich, "entities_to_enrich")
    enriched = _stored(context, volt, EnrichedEntities, "enriched_entities")
    planned = sorted((one.type, item.public_id) for one in plan.types for item in one.items)
    silent = [f"{item.type} #{item.public_id}" for item in enriched.items if item.status != "enriched" and not item.reason]
    is_whole = planned == sorted((item.type, item.public_id) for item in enriched.items)
    return _blocking(
        context,
        volt,
        "every_item_enriched_or_explained",
        passed=is_whole and not silent,
        planned=len(planned),
        received=len(enriched.items),
        unexplained=", ".join(silent[:20]) or "none",
    )


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "individual_reports"]),
    blocking=True,
)
def every_person_has_a_report(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every person with time has a report of their own; who has no time is named in the team summary."""
    aggregated = _stored(context, volt, TogglAggregated, "toggl_aggregated")
    reports = _stored(context, volt, IndividualReports, "individual_reports")
    folder = DataFolder(volt.data_location()).of_range(context.partition_key) / "reports" / "individual"
    expected = sorted(person.slug for person in aggregated.people)
    written = sorted(path.stem for path in folder.glob("*.md") if is_own(path))
    is_complete = expected == written == sorted(report.slug for report in reports.reports)
    return _blocking(
        context,
        volt,
        "every_person_has_a_report",
        passed=is_complete,
        people=len(expected),
        reports=len(written),
        without_time=len(aggregated.people_without_time),
    )


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "enriched_data"]),
)
def coverage_adds_up(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """The parts of the coverage add up to the total of the range."""
    data = _stored(context, volt, EnrichedData, "enriched_data")
    cover = data.coverage
    parts = cover.enriched_duration_seconds + cover.not_enriched_duration_seconds + cover.unmatched_duration_seconds
    total = data.statistics.total_duration_seconds
    share = round(100 * cover.enriched_duration_seconds / total, 1) if total else 100.0
    is_whole = parts == cover.total_duration_seconds == total
    return _must_hold(context, volt, "coverage_adds_up", passed=is_whole, seconds=total, enriched_percent=share)


@dg.asset_check(
    asset=dg.AssetKey([DOMAIN, "report"]),
)
def report_set_is_whole(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every file of the report set was made from the same data."""
    folder = DataFolder(volt.data_location()).of_range(context.partition_key)
    record = RunRecord(folder, now=volt.now).refresh()
    state = record.report_set.state if record is not None else "none"
    return _verdict(state == "complete", dg.AssetCheckSeverity.WARN, state=state, files=len(record.report_set.files) if record else 0)


@dg.asset_check(asset=dg.AssetKey([DOMAIN, "work_alignment"]))
def every_item_is_judged(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every item of every person stands in the work alignment exactly once, with all of its time."""
    document = _stored(context, volt, WorkAlignment, "reports/work_alignment")
    aggregated = _stored(context, volt, TogglAggregated, "toggl_aggregated")
    judged = sorted((one.user_id, *row.item.key, row.hours.seconds) for one in document.people for row in one.rows if row.hours)
    tracked = sorted((one.user_id, item.type, item.public_id, item.duration_seconds) for one in aggregated.people for item in one.items)
    return _must_hold(context, volt, "every_item_is_judged", passed=judged == tracked, items=len(tracked), judged=len(judged))


@dg.asset_check(asset=dg.AssetKey([DOMAIN, "tables"]))
def tables_add_up(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """The tables of people, of days, and of items with activities each add up to the total of the range, and the hours to each other."""
    folder = DataFolder(volt.data_location()).of_range(context.partition_key) / "reports" / "tables"
    total = _stored(context, volt, TogglAggregated, "toggl_aggregated").statistics.total_duration_seconds
    sums = {name: table_sums((folder / f"{name}.csv").read_bytes()) for name in ("people", "hours_by_day", "items", "activities")}
    parts = sums["items"].seconds + sums["activities"].seconds
    seconds_agree = sums["people"].seconds == sums["hours_by_day"].seconds == parts == total
    hours_agree = sums["people"].tenths == sums["items"].tenths + sums["activities"].tenths
    return _must_hold(context, volt, "tables_add_up", passed=seconds_agree and hours_agree, seconds=total, seconds_of_parts=parts)


@dg.asset_check(asset=dg.AssetKey([DOMAIN, "combined_report"]))
def links_lead_somewhere(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """Every relative link of every report leads to a file of the set."""
    reports = DataFolder(volt.data_location()).of_range(context.partition_key) / "reports"
    broken = list(broken_links(reports))
    # A file of a person has the person's name, which Dagster is not to know.
    said = dict.fromkeys(_nameless(link, reports) for link in broken)
    return _verdict(not broken, dg.AssetCheckSeverity.WARN, broken=", ".join([*said][:20]) or "none")


def _nameless(link: str, reports: AnyPath) -> str:
    file, _, target = link.partition(": ")
    where = file if (reports / file).is_file() else "a person's report"
    return f"{where}: {'a file of a person' if 'individual/' in target else target}"


@dg.asset_check(asset=dg.AssetKey([DOMAIN, "enriched_entities"]))
def no_dead_letter_is_old(context: dg.AssetCheckExecutionContext, volt: VoltResource) -> dg.AssetCheckResult:
    """No failed work item of the range has waited longer to be tried again than the settings allow."""
    data, longest_days = DataFolder(volt.data_location()), volt.settings().dead_letters.oldest_days
    key = data.of_range(context.partition_key).name
    stored = DeadLetters(data.dead_letters, now=volt.now).letters()
    letters = [one for one in stored if one.kind == KIND and one.payload.get("range") == key]
    age_days = max(0.0, (volt.now() - letters[0].first_seen).total_seconds()) / SECONDS_PER_DAY if letters else 0.0
    return _verdict(age_days <= longest_days, dg.AssetCheckSeverity.WARN, letters=len(letters), oldest_days=round(age_days, 1))


ALL_CHECKS = [
    reconciled_with_toggl,
    every_entry_accounted_for,
    every_item_enriched_or_explained,
    no_dead_letter_is_old,
    every_person_has_a_report,
    coverage_adds_up,
    report_set_is_whole,
    every_item_is_judged,
    tables_add_up,
    links_lead_somewhere,
]
