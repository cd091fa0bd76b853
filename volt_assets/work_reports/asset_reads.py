"""What each asset reads besides its inputs, once: settings, prompts, templates, and what lies in the data folder.

Belongs here: the list, and the digests of its parts as they are now. Does not: remembering them (made_from.py), comparing them
(staleness.py). How fast and how patiently somebody is asked (pace, retries, timeouts, windows) is not listed: it changes no report.
A test runs the steps and watches every key that they read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from volt_assets.config_files import PACKAGE_DIR, config_folders
from volt_assets.environment import FiberyAccess
from volt_assets.errors import StoredDataError
from volt_assets.report_languages import catalog_files
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.settings import Settings
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.earlier_periods import MOST_PERIODS
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.document import digest
from volt_assets.work_reports.range_key import RangeKey

NO_MODEL = "none"
ABSENT = "absent"
PEOPLE, SCHEMA = "people of the workspace", "schema of the Fibery workspace"
LOOKED_UP = (PEOPLE, SCHEMA)
"""What lies among the caches: when it is absent, the run looks it up before it decides."""
_INCLUDED = re.compile(r"\{%-?\s*(?:include|import|extends|from)\s*\"([^\"]+)\"")
_LOOKED_AT = re.compile(rb'"checked_at":\s*"[^"]*",?')
_ITEM_PROMPTS = "item_*"


@dataclass(frozen=True)
class Reads:
    """What one asset reads."""

    settings: tuple[str, ...] = ()
    """Keys of volt.yaml, and of enrichment_config.yaml below `enrichment`."""
    prompts: tuple[str, ...] = ()
    """Prompt files, read when a model writes."""
    templates: tuple[str, ...] = ()
    """Template files; what they include is read as well."""
    days: bool = False
    """The stored days of the range and of the one before."""
    earlier_days: bool = False
    """The stored days of the earlier periods of a trend."""
    people: bool = False
    """Who is in the workspace, whom the range is about, and who was forgotten."""
    schema: bool = False
    """The schema of the Fibery workspace, as it was last looked at."""
    fibery_links: bool = False
    """The address that links to work items begin with."""

    @property
    def speaks(self) -> bool:
        """Whether it says anything in words of ours."""
        return set(_WORDS) <= set(self.settings)

    @property
    def asks_a_model(self) -> bool:
        """Whether a model writes it, when one is used."""
        return bool(self.prompts)


WRITING = ("llm.max_output_tokens", "llm.pseudonyms", "llm.budget_tokens", "llm.budget_usd")
"""Decides what a model is asked and how much of it; read when a model writes."""
_WORDS = ("reports.language", "reports.number_style")
"""Decides how every text is written; with the catalogs of the language."""
_CALENDAR = ("calendar.working_days", "calendar.hours_per_day", "calendar.holidays", "calendar.people")
_RULES = ("reports.short_item_hours", "reports.not_updated_hours", "reports.meeting_words", "reports.needs_attention_most", "people")
_GROUP = "reports.minimum_group_size"
_TYPES = "enrichment.enrichment_activities"
_ALIASES = ("enrichment.aliases", "enrichment.default_database")

READS: dict[str, Reads] = {
    "raw_toggl_data": Reads(("timezone",), days=True, people=True),
    "toggl_aggregated": Reads((_TYPES, *_ALIASES, "reports.long_entry_hours"), earlier_days=True),
    "entities_to_enrich": Reads((_TYPES,)),
    "enriched_entities": Reads((_TYPES, "people", "reports.name_similarity_minimum", "timezone"), fibery_links=True),
    "toggl_summary": Reads(_WORDS, ("toggl_summary",), ("toggl_summary.md.j2",)),
    "individual_reports": Reads((*_WORDS, *_RULES, *_CALENDAR, _GROUP), ("individual", _ITEM_PROMPTS), ("individual.md.j2",)),
    "enriched_data": Reads(),
    "team_summary": Reads((*_WORDS, *_RULES, *_CALENDAR), ("team_summary",), ("team_summary.md.j2",)),
    "work_alignment": Reads((*_WORDS, "people", "reports.not_updated_hours"), templates=("work_alignment.md.j2",)),
    "unknown_entities": Reads((*_WORDS, "people", _TYPES), templates=("unknown_entities.md.j2",), schema=True),
    "config_validation": Reads(
        (*_WORDS, "people", "teams", _TYPES, "enrichment.aliases"), templates=("config_validation.md.j2",), schema=True
    ),
    "data_quality": Reads((*_WORDS, "people", *_CALENDAR), templates=("data_quality.md.j2",), schema=True),
    "billing": Reads((*_WORDS, "people"), templates=("billing.md.j2",)),
    # Its rows are those of the reports before it, and not of their files.
    "tables": Reads(
        (*_WORDS, "people", "teams", "reports.not_updated_hours", _TYPES, "enrichment.aliases", *_CALENDAR),
        templates=("tables.md.j2",),
        schema=True,
    ),
    "combined_report": Reads(_WORDS),
    "report": Reads((*_WORDS, *_RULES, *_CALENDAR, _GROUP), templates=("report.html.j2", "individual.html.j2", "view_*.j2", "report.css")),
}


@dataclass(frozen=True)
class Surroundings:
    """Everything that assets may read besides their inputs."""

    key: RangeKey
    settings: Settings
    environ: Mapping[str, str]
    data: DataFolder
    model: str | None
    """The model that writes; None: written without one."""
    fibery: FiberyAccess

    def read_by(self, asset: str) -> dict[str, str]:
        """What the asset would read now, `kind name` -> digest. Raises StoredDataError and SettingsError as reading it would."""
        return self.decided_for(asset) | self.stored_for(asset)

    def stored_for(self, asset: str) -> dict[str, str]:
        """The part of it that lies in the data folder; the first step brings it up to date itself."""
        return dict(self._stored(READS[asset]))

    def decided_for(self, asset: str) -> dict[str, str]:
        """The part of it that people decide: settings, the model, prompts, templates."""
        reads = READS[asset]
        names = (*reads.settings, *(WRITING if reads.asks_a_model and self.model else ()))
        found = {f"setting {name}": _digest(_value(self.settings, name)) for name in names}
        if reads.asks_a_model:
            found["model"] = self.model or NO_MODEL
            if self.model:
                found |= {f"prompt {path.name}": _of_file(path) for path in self._prompts(reads.prompts)}
        found |= {f"template {path.name}": _of_file(path) for path in self._templates(reads.templates)}
        language = self.settings.reports.language
        if reads.speaks and (catalogs := catalog_files(self.environ).get(language)):
            found[f"catalog {language}.po"] = digest(*(path.read_bytes() for path in catalogs))
        return found

    def _prompts(self, names: Iterable[str]) -> Iterator[Path]:
        folders = [folder / "prompts" for folder in config_folders(self.environ)]
        for name in names:
            yield from _first_of_each_name(folders, f"{name}.md")

    def _templates(self, roots: Iterable[str]) -> Iterator[Path]:
        folders = [*(folder / "templates" for folder in config_folders(self.environ)), PACKAGE_DIR / "templates"]
        waiting, seen = list(roots), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for path in _first_of_each_name(folders, name):
                yield path
                waiting += _INCLUDED.findall(path.read_text(encoding="utf-8", errors="replace"))

    def _stored(self, reads: Reads) -> Iterator[tuple[str, str]]:
        if reads.days or reads.earlier_days:
            yield from self._days(DayStore.of(self.data), reads)
        if reads.people:
            yield PEOPLE, _without_times(self.data.cache("people.json"))
            if self.key.scope in self.settings.teams:  # the people of any other range are in its key
                yield "people of the team", _digest(sorted(self.settings.teams[self.key.scope]))
            yield "people who were forgotten", _without_times(self.data.suppressed)
        if reads.schema:
            yield SCHEMA, _without_times(self.data.cache("fibery_schema.json"))
        if reads.fibery_links:
            yield "address of Fibery", _digest([self.fibery.link_base_url, self.fibery.workspace_name])

    def _days(self, store: DayStore, reads: Reads) -> Iterator[tuple[str, str]]:
        if reads.days:
            for day in self.key.days:
                try:
                    head = store.head(day)
                except StoredDataError:
                    head = None  # it is downloaded again
                yield f"day {day}", head.version if head is not None else ABSENT
        period = self.key
        for number in range(MOST_PERIODS if reads.earlier_days else 1):
            period = period.previous
            heads = store.heads_if_complete(period.days)
            if heads is None:
                break
            versions = [head.version for head in heads]
            yield f"days of {'the period before' if number == 0 else f'the period {number + 1} before'}", _digest(versions)
        store.keep_columns()


def _value(settings: Settings, dotted: str) -> Any:
    value: Any = settings
    for part in dotted.split("."):
        value = getattr(value, part)
    return value


def _digest(value: Any) -> str:
    """Equal for equal values; the order of keys in a file is no decision."""
    return digest(json.dumps(value, sort_keys=True, default=_plain).encode())


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def _first_of_each_name(folders: Iterable[Path], pattern: str) -> list[Path]:
    """The files of the pattern, each from the first folder that has it."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob(pattern)):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def _of_file(path: Path) -> str:
    return digest(path.read_bytes())


def _without_times(path: AnyPath) -> str:
    try:
        return digest(_LOOKED_AT.sub(b"", path.read_bytes()))
    except FileNotFoundError:
        return ABSENT
