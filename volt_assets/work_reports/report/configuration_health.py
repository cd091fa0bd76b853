"""`config_validation.md`: whether configuration and workspace still fit, and what changed in the workspace.

Belongs here: comparing names. Does not: what to add for a type with time (unknown_types.py), files with mistakes (settings.py
refuses those before anything is asked).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar

from volt_assets.settings import DEFAULT_TYPE
from volt_assets.work_reports.enrich.enrichers import enricher_of_type
from volt_assets.work_reports.enrich.queries import missing_of_enricher
from volt_assets.work_reports.enrich.schema_history import is_work_type
from volt_assets.work_reports.enrich.selects import Selects
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import Frozen, SchemaWarning
from volt_assets.work_reports.models.workspace_schema import SchemaChange
from volt_assets.work_reports.report.figures import Hours, added
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.whole_range import WholeRange


class TypeUse(Frozen):
    """What of a type is in the time entries of the period."""

    hours: Hours
    items: int
    people: int
    assigned: int
    """Items assigned to people of the report, with time or without."""

    @property
    def is_used(self) -> bool:
        """Whether anything is."""
        return bool(self.items or self.assigned)


class ConfiguredType(Frozen):
    """An entry of enrichment_config.yaml."""

    type: str
    activity: str
    in_workspace: bool | None
    """None when the schema is not known."""
    use: TypeUse
    problems: tuple[str, ...]
    """What the live schema lacks, one sentence each."""


class WorkspaceType(Frozen):
    """A type of the workspace without an entry of its own."""

    type: str
    use: TypeUse


class Label(Frozen):
    """A label in time entries and the type it was taken for."""

    label: str
    type: str
    hours: Hours
    items: int


class ConfigValidation(FurtherReport):
    """`config_validation.json`: configuration against workspace."""

    times_of_looking: ClassVar[tuple[str, ...]] = ("schema_first_seen",)
    schema_known: bool
    schema_first_seen: datetime | None
    work_types: int
    change: SchemaChange | None
    """The latest change of the workspace's types and fields; None when no other schema was seen before."""
    has_default: bool
    """Types without an entry are handled by the `default` entry."""
    configured: tuple[ConfiguredType, ...]
    unconfigured: tuple[WorkspaceType, ...]
    aliases_to_nowhere: tuple[tuple[str, str], ...]
    """Aliases whose type the workspace lacks."""
    guessed: tuple[Label, ...]
    """Labels that stand in no alias."""
    unmatched_people: tuple[str, ...]
    """People whom Fibery does not know by e-mail."""
    unknown_emails: tuple[tuple[str, str], ...]
    """Key of volt.yaml and e-mail that nobody in Toggl has; only looked for when the report is about everybody."""
    other_warnings: tuple[SchemaWarning, ...]
    """What else Fibery refused."""

    @property
    def problems(self) -> int:
        """How many points of the configuration need a change."""
        missing = sum(len(one.problems) for one in self.configured)
        return missing + len(self.aliases_to_nowhere) + len(self.unmatched_people) + len(self.unknown_emails) + len(self.other_warnings)

    @property
    def plotted(self) -> dict[str, int]:
        """How many points need a change."""
        return {"configuration_problems": self.problems, "guessed_labels": len(self.guessed)}


def config_validation(whole: WholeRange) -> ConfigValidation:
    """The configuration of this run against the schema it saw and the time it was used for."""
    schema, enrichment = whole.workspace.schema, whole.settings.enrichment
    uses = _Uses(whole)
    configured = tuple(_configured(name, whole, uses) for name in enrichment.enrichment_activities if name != DEFAULT_TYPE)
    work_types = sorted(name for name, one in schema.types.items() if is_work_type(one)) if schema else []
    own = {found.name for name in enrichment.enrichment_activities if schema and (found := schema.find_type(name)) is not None}
    unconfigured = [WorkspaceType(type=name, use=uses.of(name)) for name in work_types if name not in own]
    said = {(one.type, one.field) for one in whole.enriched.warnings if one.field is None and schema and schema.find_type(one.type) is None}
    return further_report(
        ConfigValidation,
        whole,
        schema_known=schema is not None,
        schema_first_seen=whole.workspace.first_seen,
        work_types=len(work_types),
        change=whole.workspace.change,
        has_default=enrichment.for_type("") is not None,
        configured=configured,
        unconfigured=tuple(sorted(unconfigured, key=lambda one: (-one.use.hours.seconds, -one.use.assigned, one.type))),
        aliases_to_nowhere=tuple(
            (label, name) for label, name in enrichment.aliases.items() if schema is not None and schema.find_type(name) is None
        ),
        guessed=tuple(_guessed(whole)),
        unmatched_people=tuple(whole.around.called.get(person.user_id, person.name) for person in whole.enriched.unmatched_people),
        unknown_emails=tuple(_unknown_emails(whole)),
        other_warnings=tuple(
            one for one in whole.enriched.warnings if one.field is None and (one.type, one.field) not in said and schema is not None
        ),
    )


class _Uses:
    """The use of every type, counted once."""

    def __init__(self, whole: WholeRange) -> None:
        self._hours: dict[str, list[Hours]] = {}
        self._items: dict[str, set[str]] = {}
        self._people: dict[str, set[int]] = {}
        self._assigned = Counter(name for name, _ in {(one.item.type, one.item.public_id) for one in whole.enriched.assigned})
        for work in whole.works:
            for one in work.items:
                self._hours.setdefault(one.item.type, []).append(one.hours)
                self._items.setdefault(one.item.type, set()).add(one.item.public_id)
                self._people.setdefault(one.item.type, set()).add(work.user_id)

    def of(self, name: str) -> TypeUse:
        return TypeUse(
            hours=added(self._hours.get(name, [])),
            items=len(self._items.get(name, ())),
            people=len(self._people.get(name, ())),
            assigned=self._assigned[name],
        )


def _configured(name: str, whole: WholeRange, uses: _Uses) -> ConfiguredType:
    schema, enrichment = whole.workspace.schema, whole.settings.enrichment
    return ConfiguredType(
        type=name,
        activity=enrichment.enrichment_activities[name].activity,
        in_workspace=None if schema is None else schema.find_type(name) is not None,
        use=uses.of(name),
        problems=tuple(_problems(name, whole, schema)) if schema is not None else (),
    )


def _problems(name: str, whole: WholeRange, schema: WorkspaceSchema) -> Iterator[str]:
    enrichment = whole.settings.enrichment
    found = schema.find_type(name)
    if found is None:
        yield gettext("the workspace has no such type")
        return
    missing = [field for field in enrichment.enrichment_activities[name].fields if found.find(field) is None]
    if missing:
        yield gettext("fields that the type lacks: %(fields)s", fields=", ".join(missing))
    selects = Selects(schema, enrichment, {found.name: enricher_of_type(name, enrichment)})
    yield from (warning.message for warning in missing_of_enricher(name, found, selects))


def _guessed(whole: WholeRange) -> list[Label]:
    hours: dict[tuple[str, str], list[Hours]] = {}
    items: dict[tuple[str, str], set[str]] = {}
    for work in whole.works:
        for one in work.items:
            if one.tracked.resolution == "guess":
                key = (one.tracked.label, one.item.type)
                hours.setdefault(key, []).append(one.hours)
                items.setdefault(key, set()).add(one.item.public_id)
    found = [Label(label=key[0], type=key[1], hours=added(hours[key]), items=len(items[key])) for key in hours]
    return sorted(found, key=lambda one: (-one.hours.seconds, one.label, one.type))


def _unknown_emails(whole: WholeRange) -> Iterator[tuple[str, str]]:
    """E-mails that volt.yaml names and nobody active in Toggl or with time has; a part of the people tells nothing of the others."""
    if whole.aggregated.scope is not None or whole.aggregated.sees_only_own_entries:
        return
    emails_of = [person.email for person in whole.aggregated.people] + [person.email for person in whole.aggregated.people_without_time]
    known = {(email or "").lower() for email in emails_of}
    for key, emails in _named_emails(whole):
        yield from ((key, email) for email in emails if email not in known)


def _named_emails(whole: WholeRange) -> Iterator[tuple[str, Iterable[str]]]:
    yield "people", whole.settings.people
    yield from ((f"teams.{team}", members) for team, members in whole.settings.teams.items())
