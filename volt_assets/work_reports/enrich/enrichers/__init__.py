"""One module per enricher, found by its name: `activity: enrich_scrum_task` is enrichers/enrich_scrum_task.py.

Each module holds one `ENRICHER`. A new type is one such module and one entry in config/enrichment_config.yaml: see
docs/adding_a_type.md. Does not belong here: asking Fibery, and anything that several types share.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from pathlib import Path

from volt_assets.errors import SettingsError
from volt_assets.settings import EnrichmentSettings, Settings
from volt_assets.work_reports.enrich.enricher import Enricher
from volt_assets.yaml_source import read_yaml

DEFAULT_ACTIVITY = "default_enrich_entity"


def activity_names() -> tuple[str, ...]:
    """Every enricher there is, by name."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def find_enricher(activity: str) -> Enricher:
    """The enricher of this name. Raises SettingsError, with the nearest name, when there is none."""
    known = activity_names()
    if activity not in known:
        near = difflib.get_close_matches(activity, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}; docs/adding_a_type.md shows how to add one"
        raise SettingsError(f"there is no enricher '{activity}'", hint=hint)
    found = getattr(importlib.import_module(f"{__name__}.{activity}"), "ENRICHER", None)
    if not isinstance(found, Enricher):
        raise SettingsError(f"enrichers/{activity}.py: ENRICHER is not an Enricher", hint="see docs/adding_a_type.md")
    return found


def check_activities(settings: Settings) -> None:
    """Raise SettingsError (file, line, key, fix) for the first type whose activity is no enricher."""
    for type_name, configured in settings.enrichment.enrichment_activities.items():
        try:
            find_enricher(configured.activity)
        except SettingsError as error:
            key = ("enrichment_activities", type_name, "activity")
            place = read_yaml(Path(settings.enrichment_file)).place(key) if settings.enrichment_file else "enrichment_config.yaml"
            raise SettingsError(f"{place}: key '{'.'.join(key)}': {error}", hint=error.hint) from error


def enricher_of_type(type_name: str, enrichment: EnrichmentSettings) -> Enricher:
    """The enricher configured for a type, else the one for types nobody has described."""
    settings = enrichment.for_type(type_name)
    return find_enricher(settings.activity if settings else DEFAULT_ACTIVITY)
