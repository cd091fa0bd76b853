"""Everything a person may decide, as frozen objects: config/volt.yaml, config/enrichment_config.yaml, the environment.

Belongs here: the keys, their defaults and limits, and one-line errors that name file, key and fix. Nothing is read at
import. Secrets come from the environment only (environment.py) and never become part of `Settings`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from volt_assets.alert_settings import AlertSettings
from volt_assets.calendar_settings import CalendarSettings
from volt_assets.config_files import find_config_file
from volt_assets.delivery_settings import DeliverySettings
from volt_assets.errors import SettingsError, UsageError
from volt_assets.report_languages import PROVEN_LANGUAGES, SOURCE_LANGUAGE, check_language, check_style
from volt_assets.schedule_settings import ScheduleSettings
from volt_assets.settings_values import SCOPE_NAME, Email, Keys, ZoneName
from volt_assets.yaml_source import YamlSource, read_yaml, settings_error

Model = TypeVar("Model", bound=BaseModel)
DEFAULT_TYPE = "default"
SPACE_AND_TYPE = re.compile(r"[^/\s][^/]*/[^/]*[^/\s]")


def _space_and_type(text: str) -> str:
    if not SPACE_AND_TYPE.fullmatch(text):
        raise ValueError(f"'{text}' is not of the form Space/Type")
    return text


def _space_and_type_or_default(text: str) -> str:
    return text if text == DEFAULT_TYPE else _space_and_type(text)


def _alias_label(text: str) -> str:
    if not re.fullmatch(r"(\[[^\[\]]+\])( \[[^\[\]]+\])?", text):
        raise ValueError(f"alias '{text}' is not written as [Space label] [Type label]")
    return text


def _team_name(text: str) -> str:
    if not SCOPE_NAME.fullmatch(text):
        raise ValueError(f"team name '{text}' must be lower-case letters, digits and _ (it becomes part of partition keys)")
    return text


def _some_members(members: tuple[str, ...]) -> tuple[str, ...]:
    if not members:
        raise ValueError("the team has no members")
    return members


# Checked key by key, so that a complaint names the line of the very key.
TypeName = Annotated[str, AfterValidator(_space_and_type)]
ConfiguredType = Annotated[str, AfterValidator(_space_and_type_or_default)]
AliasLabel = Annotated[str, AfterValidator(_alias_label)]
TeamName = Annotated[str, AfterValidator(_team_name)]
Members = Annotated[tuple[Email, ...], AfterValidator(_some_members)]
LocaleName = Annotated[str, AfterValidator(check_style)]


class TogglSettings(Keys):
    """How Toggl is asked."""

    page_size: int = Field(default=1000, ge=1, le=10_000)
    requests_per_second: float = Field(default=1.0, gt=0, le=1)
    quota_patience_seconds: float = Field(default=300, ge=0)
    timeout_seconds: float = Field(default=60, gt=0)
    recheck_days: int = Field(default=14, ge=0, le=366)


class FiberySettings(Keys):
    """How Fibery is asked. Its own limits are 3 requests a second per token and 7 per workspace."""

    requests_per_second: float = Field(default=2.5, gt=0, le=3)
    max_in_flight: int = Field(default=2, ge=1, le=3)
    ids_per_query: int = Field(default=1000, ge=1, le=1000)
    documents_per_request: int = Field(default=100, ge=1, le=1000)
    timeout_seconds: float = Field(default=60, gt=0)


class LlmSettings(Keys):
    """How a language model is asked, when one is used."""

    model: str = "gpt-4.1-mini"
    max_concurrent_people: int = Field(default=3, ge=1, le=3)
    max_output_tokens: int = Field(default=1500, ge=50)
    budget_tokens: int | None = Field(default=None, ge=1)
    budget_usd: float | None = Field(default=None, gt=0)
    pseudonyms: bool = False
    usd_per_million_input_tokens: float | None = Field(default=None, ge=0)
    usd_per_million_output_tokens: float | None = Field(default=None, ge=0)
    timeout_seconds: float = Field(default=120, gt=0)

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.budget_usd is not None and None in (self.usd_per_million_input_tokens, self.usd_per_million_output_tokens):
            raise ValueError("budget_usd needs usd_per_million_input_tokens and usd_per_million_output_tokens")
        return self


class RetrySettings(Keys):
    """How often and how patiently a request that may succeed later is tried."""

    attempts: int = Field(default=5, ge=1, le=20)
    wait_initial_seconds: float = Field(default=1.0, ge=0)
    wait_max_seconds: float = Field(default=30.0, ge=0)


class TimeoutSettings(Keys):
    """How long work may take; waiting for a quota does not count."""

    fetch_toggl_seconds: float = Field(default=1800, gt=0, allow_inf_nan=False)
    enrich_entity_seconds: float = Field(default=120, gt=0, allow_inf_nan=False)
    report_seconds: float = Field(default=300, gt=0, allow_inf_nan=False)
    local_step_seconds: float = Field(default=600, gt=0, allow_inf_nan=False)
    run_seconds: float = Field(default=7200, gt=0, allow_inf_nan=False)


class DeadLetterSettings(Keys):
    """When a failed item that nobody tries again becomes a warning."""

    oldest_days: float = Field(default=7, ge=0, allow_inf_nan=False)


class ReportSettings(Keys):
    """The language of the reports, and thresholds that decide what a report says about an item or an entry."""

    language: str = SOURCE_LANGUAGE
    number_style: LocaleName | None = None
    short_item_hours: float = Field(default=1.5, ge=0)
    not_updated_hours: float = Field(default=5.0, ge=0)
    long_entry_hours: float = Field(default=12.0, gt=0)
    name_similarity_minimum: float = Field(default=0.5, ge=0, le=1)
    meeting_words: tuple[str, ...] = ("meeting", "stand-up", "standup", "call", "sync", "retro", "planning", "1:1", "interview")
    needs_attention_most: int = Field(default=5, ge=1, le=5)
    minimum_group_size: int = Field(default=3, ge=2, le=20)

    @property
    def is_proven_language(self) -> bool:
        """Whether what a model writes in this language can be checked: else none is asked."""
        return self.language in PROVEN_LANGUAGES


class TypeSettings(Keys):
    """How the items of one Fibery type ("Space/Type") are enriched."""

    activity: str
    max_concurrent: int = Field(default=5, ge=1, le=50)
    fields: tuple[str, ...] = ()
    on_failure: Literal["stop", "dead_letter"] = "stop"


class EnrichmentSettings(Keys):
    """config/enrichment_config.yaml: the enricher per type, and the alias table from Toggl labels to Fibery types."""

    enrichment_activities: dict[ConfiguredType, TypeSettings] = Field(default_factory=dict)
    aliases: dict[AliasLabel, TypeName] = Field(default_factory=dict)
    default_database: TypeName | None = None

    def for_type(self, database: str) -> TypeSettings | None:
        """The entry of this type, else the `default` entry, else None (the type is not configured)."""
        return self.enrichment_activities.get(database) or self.enrichment_activities.get(DEFAULT_TYPE)

    def is_configured(self, database: str) -> bool:
        """Whether the type has an entry of its own."""
        return database in self.enrichment_activities and database != DEFAULT_TYPE


class VoltKeys(Keys):
    """config/volt.yaml."""

    timezone: ZoneName = "UTC"
    pace: float = Field(default=1.0, ge=0, le=10)
    people: dict[Email, Email] = Field(default_factory=dict)
    teams: dict[TeamName, Members] = Field(default_factory=dict)
    toggl: TogglSettings = TogglSettings()
    fibery: FiberySettings = FiberySettings()
    llm: LlmSettings = LlmSettings()
    retries: RetrySettings = RetrySettings()
    timeouts: TimeoutSettings = TimeoutSettings()
    dead_letters: DeadLetterSettings = DeadLetterSettings()
    calendar: CalendarSettings = CalendarSettings()
    reports: ReportSettings = ReportSettings()
    schedules: ScheduleSettings = ScheduleSettings()
    alerts: AlertSettings = AlertSettings()
    delivery: DeliverySettings = DeliverySettings()

    @model_validator(mode="after")
    def _teams_exist(self) -> Self:
        asked = {f"schedules.more.{name}": one.team for name, one in self.schedules.more.items()}
        asked |= {f"delivery.named.{name}": one.team for name, one in self.delivery.named.items()}
        for place, team in asked.items():
            if team is not None and team not in self.teams:
                known = ", ".join(sorted(self.teams)) or "none yet"
                raise ValueError(f"{place}: there is no team '{team}' (teams: {known})")
        return self


class Settings(VoltKeys):
    """volt.yaml plus enrichment_config.yaml plus where they came from. Frozen; holds no secret."""

    enrichment: EnrichmentSettings = EnrichmentSettings()
    volt_file: str = ""
    enrichment_file: str = ""
    overrides: dict[str, Any] = Field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the reports, the schedules and `--last-week`."""
        return ZoneInfo(self.timezone)

    def digest(self) -> str:
        """12 hex digits that change exactly when a decision in the files or an override changes."""
        content = self.model_dump(mode="json", exclude={"volt_file", "enrichment_file", "overrides"})
        # The order of lines in a file is no decision.
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_settings(environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read both files and apply `overrides` (dotted key of volt.yaml -> value).

    Raises SettingsError (file, line, key, fix) and UsageError for an override that names no key or does not fit.
    """
    volt_source = read_yaml(find_config_file("volt.yaml", environ))
    _validated(VoltKeys, volt_source)
    enrichment_source = read_yaml(find_config_file("enrichment_config.yaml", environ))
    enrichment = _validated(EnrichmentSettings, enrichment_source)
    content = dict(volt_source.content)
    for key, value in (overrides or {}).items():
        content = _with_override(content, key, value)
    keys = _validated(VoltKeys, YamlSource(volt_source.path, content, volt_source.lines))
    _check_language(keys.reports.language, environ, volt_source, overrides or {})
    return Settings(
        **keys.model_dump(),
        enrichment=enrichment,
        volt_file=str(volt_source.path),
        enrichment_file=str(enrichment_source.path),
        overrides=dict(overrides or {}),
    )


def _check_language(language: str, environ: Mapping[str, str], source: YamlSource, overrides: Mapping[str, Any]) -> None:
    """Which languages there are depends on the folders of the configuration."""
    try:
        check_language(language, environ, source.place(("reports", "language")))
    except SettingsError as error:
        if "reports.language" not in overrides:
            raise
        check = str(error).partition(": ")[2]
        raise UsageError(f"--set: {check}", hint=error.hint) from error


def parse_override(text: str) -> tuple[str, Any]:
    """`key=value` of `--set`; the value is YAML (`3`, `true`, `[a, b]`, text). Raises UsageError."""
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise UsageError(f"--set {text}: is not of the form key=value", hint="for example --set toggl.page_size=500")
    try:
        return key.strip(), yaml.safe_load(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(f"--set {key}: the value is not valid YAML: {value[:80]}", hint="put quotes around text") from error


def _with_override(content: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    changed = dict(content)
    target = changed
    *parents, last = key.split(".")
    for parent in parents:
        inner = target.get(parent)
        target[parent] = dict(inner) if isinstance(inner, dict) else {}
        target = target[parent]
    target[last] = value
    try:
        VoltKeys.model_validate(changed)
    except ValidationError as error:
        complaint = settings_error(error, YamlSource(Path("--set"), changed), VoltKeys)
        raise UsageError(str(complaint), hint=complaint.hint) from error
    return changed


def _validated(model: type[Model], source: YamlSource) -> Model:
    try:
        return model.model_validate(source.content)
    except ValidationError as error:
        raise settings_error(error, source, model) from error
