"""`views/operations.md`: how the data was collected and what is wrong with it: counts alone, for whoever runs Volt.

No name, no text of an entry or item, no label somebody typed, no hours. Types and fields are those of configuration and workspace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import ClassVar

from volt_assets.work_reports.languages.language import gettext_noop
from volt_assets.work_reports.models import Frozen, ItemStatus
from volt_assets.work_reports.models.run_metadata import RunMetadata, Usage
from volt_assets.work_reports.report.configuration_health import ConfigValidation
from volt_assets.work_reports.report.data_quality import DataQuality
from volt_assets.work_reports.report.figures import percentage
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.report.unknown_types import ADVICE, Advice, UnknownEntities
from volt_assets.work_reports.report.views.team_view import nameless
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.stages import Stage

_STATUSES: Mapping[ItemStatus, str] = {
    "enriched": gettext_noop("items with their facts from Fibery"),
    "not found": gettext_noop("items that Fibery does not have"),
    "failed": gettext_noop("items that could not be fetched"),
    "type not configured": gettext_noop("items of a type that is not configured"),
}


class CountRow(Frozen):
    """Something that is counted."""

    label: str
    count: int


class TypeProblem(Frozen):
    """A type of the configuration and what the workspace lacks of it."""

    type: str
    problems: tuple[str, ...]


class UnknownTypeRow(Frozen):
    """A type of the workspace with time that has no entry of its own."""

    type: str
    items: int
    advice: Advice

    @property
    def advised(self) -> str:
        """The advice as it is printed."""
        return ADVICE[self.advice]()


class StageCost(Frozen):
    """What one stage of the run took."""

    stage: Stage
    seconds: float
    usage: Usage


class RunCost(Frozen):
    """The run that wrote this revision."""

    run_id: str
    stages: tuple[StageCost, ...]
    usage: Usage
    """Of everything up to this report, the checks before the run included."""
    model: str | None
    warnings: int


class OperationsView(FurtherReport):
    """`views/operations.json`: coverage, proof, configuration, cost and freshness."""

    # What a run spent says nothing of the data: a later run that finds the same leaves the revision as it is.
    times_of_looking: ClassVar[tuple[str, ...]] = ("cost", "states_fetched")
    held_back: bool
    """Too few people: what counts their entries is left out."""
    minimum_group_size: int
    states_fetched: str
    entries: int
    entries_on_items_percent: int
    coverage: tuple[CountRow, ...]
    unreconciled_days: int
    quality: tuple[CountRow, ...]
    running: int
    late_edits: tuple[CountRow, ...]
    schema_known: bool
    work_types: int
    configuration_problems: int
    type_problems: tuple[TypeProblem, ...]
    guessed_labels: int
    aliases_to_nowhere: int
    people_not_in_fibery: int
    emails_nobody_has: int
    refused_by_fibery: int
    types_added: tuple[str, ...]
    types_removed: tuple[str, ...]
    types_changed: tuple[str, ...]
    unknown_types: tuple[UnknownTypeRow, ...]
    wrong_labels: int
    """Labels in time entries that name no type of the workspace."""
    suspicious_texts: int | None
    cost: RunCost | None

    @property
    def further_quality(self) -> tuple[CountRow, ...]:
        """What is odd beside the findings about entries; the labels are translated where they are printed."""
        labels = {
            "added": gettext_noop("entries added after the download"),
            "changed": gettext_noop("entries changed after the download"),
            "deleted": gettext_noop("entries deleted after the download"),
        }
        edits = tuple(CountRow(label=labels[one.label], count=one.count) for one in self.late_edits)
        texts = () if self.suspicious_texts is None else (CountRow(label=gettext_noop("suspicious texts"), count=self.suspicious_texts),)
        return (*edits, *texts)

    @property
    def configuration_counts(self) -> tuple[CountRow, ...]:
        """Everything that may want a change of the configuration."""
        counts = {
            gettext_noop("labels whose type was guessed"): self.guessed_labels,
            gettext_noop("labels that name no type of the workspace"): self.wrong_labels,
            gettext_noop("aliases that lead to no type"): self.aliases_to_nowhere,
            gettext_noop("people whom Fibery does not know"): self.people_not_in_fibery,
            gettext_noop("e-mails in volt.yaml that nobody has"): self.emails_nobody_has,
            gettext_noop("questions that Fibery refused"): self.refused_by_fibery,
        }
        return tuple(CountRow(label=label, count=count) for label, count in counts.items())


def operations_view(
    whole: WholeRange, configuration: ConfigValidation, unknown: UnknownEntities, quality: DataQuality, run: RunMetadata | None
) -> OperationsView:
    """The counts behind the reports of the range, and what the run took."""
    data = whole.aggregated
    statistics, minimum = data.statistics, whole.settings.reports.minimum_group_size
    held_back = statistics.people_with_time < minimum
    known = [one for one in unknown.types if one.in_workspace]
    change = configuration.change
    return further_report(
        OperationsView,
        whole,
        scene=nameless(whole.scene),
        held_back=held_back,
        minimum_group_size=minimum,
        states_fetched=moment(whole.enriched.fetched_at),
        entries=0 if held_back else statistics.total_entries,
        entries_on_items_percent=0 if held_back else percentage(statistics.matched_entries, statistics.total_entries),
        coverage=() if held_back else tuple(_coverage(whole)),
        unreconciled_days=len(data.reconciliation.unproven_days),
        quality=() if held_back else tuple(CountRow(label=row.kind, count=row.count) for row in quality.summary),
        running=0 if held_back else statistics.running_entries,
        late_edits=() if held_back else tuple(_late_edits(whole)),
        schema_known=configuration.schema_known,
        work_types=configuration.work_types,
        configuration_problems=configuration.problems,
        type_problems=tuple(TypeProblem(type=one.type, problems=one.problems) for one in configuration.configured if one.problems),
        guessed_labels=len(configuration.guessed),
        aliases_to_nowhere=len(configuration.aliases_to_nowhere),
        people_not_in_fibery=len(configuration.unmatched_people),
        emails_nobody_has=len(configuration.unknown_emails),
        refused_by_fibery=len(configuration.other_warnings),
        types_added=change.types_added if change else (),
        types_removed=change.types_removed if change else (),
        types_changed=tuple(one.type for one in change.types_changed) if change else (),
        unknown_types=tuple(UnknownTypeRow(type=one.type, items=one.items, advice=one.advice) for one in known),
        wrong_labels=len(unknown.types) - len(known),
        suspicious_texts=None if quality.suspicious is None else len(quality.suspicious),
        cost=_cost(run) if run is not None else None,
    )


def _coverage(whole: WholeRange) -> Iterator[CountRow]:
    items = {one.key: one.item.status for work in whole.works for one in work.items}
    counts = Counter(items.values())
    yield from (CountRow(label=label, count=counts[status]) for status, label in _STATUSES.items())


def _late_edits(whole: WholeRange) -> Iterator[CountRow]:
    edits = whole.aggregated.late_edits
    for label in ("added", "changed", "deleted"):
        yield CountRow(label=label, count=sum(len(getattr(edit, label)) for edit in edits))


def _cost(run: RunMetadata) -> RunCost:
    stages: dict[Stage, StageCost] = {}
    for step in run.steps:
        known = stages.get(step.stage, StageCost(stage=step.stage, seconds=0, usage=Usage()))
        seconds = round(known.seconds + (step.duration_seconds or 0), 3)
        stages[step.stage] = StageCost(stage=step.stage, seconds=seconds, usage=known.usage.plus(step.usage))
    return RunCost(
        run_id=run.run_id, stages=tuple(stages.values()), usage=run.usage, model=run.parameters.model, warnings=len(run.warnings)
    )
