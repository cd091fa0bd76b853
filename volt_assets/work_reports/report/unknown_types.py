"""`unknown_entities.md`: the types with time that have no entry of their own, how much they weigh, and what to paste."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from volt_assets.work_reports.languages.language import gettext_noop, pgettext, style
from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.fact_models import ItemName
from volt_assets.work_reports.report.figures import Hours, added, percentage
from volt_assets.work_reports.report.further_reports import FurtherReport, further_report
from volt_assets.work_reports.report.item_facts import item_name
from volt_assets.work_reports.report.type_proposals import fields_to_show, prompt, yaml_entry
from volt_assets.work_reports.report.whole_range import WholeRange
from volt_assets.work_reports.report.work import ItemWork, PersonWork

Advice = Literal["configure", "consider", "skip", "correct the label"]
# What is printed of an advice; the advice itself is the same in every language.
ADVICE: Mapping[Advice, Callable[[], str]] = {
    "configure": lambda: pgettext("advice", "configure"),
    "consider": lambda: pgettext("advice", "consider"),
    "skip": lambda: pgettext("advice", "skip"),
    "correct the label": lambda: pgettext("advice", "correct the label"),
}
CONFIGURE_ABOVE, SKIP_BELOW = 50, 20
_SAMPLES = 5
_SECONDS_PER_HOUR = 3600


class UnknownType(Frozen):
    """One type without an entry of its own."""

    type: str
    hours: Hours
    items: int
    people: tuple[str, ...]
    samples: tuple[ItemName, ...]
    """The items with most time."""
    score: float
    """10 for an hour, 5 for an item, 2 for a person; rounded to tenths."""
    advice: Advice
    handled_by_default: bool
    """The `default` entry looks its items up; else nothing is known of them."""
    in_workspace: bool | None
    """None when the schema is not known."""
    yaml: str | None
    """The entry to paste below `enrichment_activities:`; None where a type is not to be configured."""
    prompt: str | None

    @property
    def score_shown(self) -> str:
        """The score as reports print it."""
        return str(self.score).replace(".", style().decimal_mark)

    @property
    def advised(self) -> str:
        """The advice as reports print it."""
        return ADVICE[self.advice]()


class TypeCoverage(Frozen):
    """The time on items whose type has an entry of its own."""

    label: str
    hours: Hours
    percent: int
    """Of all time on items."""
    types: int


class UnknownEntities(FurtherReport):
    """`unknown_entities.json`: types in the time entries that are not configured."""

    on_items: Hours
    types: tuple[UnknownType, ...]
    """The highest score first."""
    coverage: tuple[TypeCoverage, ...]
    """Now, with those to configure, with those to consider as well."""

    @property
    def plotted(self) -> dict[str, int]:
        """How many types, and the share that has entries."""
        return {"unconfigured_types": len(self.types), "configured_percent": self.coverage[0].percent}

    @property
    def snippet(self) -> str:
        """All entries worth pasting, as one block."""
        return "".join(one.yaml for one in self.types if one.yaml)


def unknown_entities(whole: WholeRange) -> UnknownEntities:
    """The types of the items with time that have no entry of their own in enrichment_config.yaml."""
    by_type: dict[str, list[tuple[PersonWork, ItemWork]]] = {}
    for work in whole.works:
        for one in work.items:
            if not whole.settings.enrichment.is_configured(one.item.type):
                by_type.setdefault(one.item.type, []).append((work, one))
    types = [_unknown_type(name, pairs, whole) for name, pairs in by_type.items()]
    types.sort(key=lambda one: (-one.score, one.type))
    return further_report(UnknownEntities, whole, on_items=whole.on_items, types=tuple(types), coverage=tuple(_coverage(whole, types)))


def _unknown_type(name: str, pairs: Sequence[tuple[PersonWork, ItemWork]], whole: WholeRange) -> UnknownType:
    seconds: dict[tuple[str, str], int] = {}
    for _, one in pairs:
        seconds[one.key] = seconds.get(one.key, 0) + one.tracked.duration_seconds
    hours = added([one.hours for _, one in pairs])
    samples = {one.key: item_name(one.item) for _, one in pairs}
    people = tuple(sorted({work.called for work, _ in pairs}))
    exact = 10 * hours.seconds / _SECONDS_PER_HOUR + 5 * len(seconds) + 2 * len(people)
    schema = whole.workspace.schema
    found = schema.find_type(name) if schema else None
    advice: Advice = "correct the label" if schema and found is None else _advice(exact)
    is_proposed = advice in ("configure", "consider")
    fields = fields_to_show(found, schema) if schema and found else ()
    return UnknownType(
        type=name,
        hours=hours,
        items=len(seconds),
        people=people,
        samples=tuple(samples[key] for key in sorted(seconds, key=lambda key: (-seconds[key], key))[:_SAMPLES]),
        score=round(exact, 1),
        advice=advice,
        handled_by_default=whole.settings.enrichment.for_type(name) is not None,
        in_workspace=None if schema is None else found is not None,
        yaml=yaml_entry(found.name if found else name, fields) if is_proposed else None,
        prompt=prompt(name, fields) if is_proposed else None,
    )


def _advice(score: float) -> Advice:
    return "configure" if score > CONFIGURE_ABOVE else "skip" if score < SKIP_BELOW else "consider"


def _coverage(whole: WholeRange, types: Sequence[UnknownType]) -> list[TypeCoverage]:
    """The hours of a line are those of the lines above plus those of the types it adds, as they are shown."""
    own = {one.item.type for work in whole.works for one in work.items} - {one.type for one in types}
    unknown = added([one.hours for one in types])
    reached = Hours(seconds=whole.on_items.seconds - unknown.seconds, tenths=whole.on_items.tenths - unknown.tenths)
    rows = [(gettext_noop("now"), reached, len(own))]
    for advice, label in (
        ("configure", gettext_noop("with the types to configure")),
        ("consider", gettext_noop("with the types to consider as well")),
    ):
        chosen = [one for one in types if one.advice == advice]
        if chosen:
            reached = added([reached, *(one.hours for one in chosen)])
            rows.append((label, reached, rows[-1][2] + len(chosen)))
    share = whole.on_items.seconds
    return [TypeCoverage(label=label, hours=hours, percent=percentage(hours.seconds, share), types=known) for label, hours, known in rows]
