"""One module per enricher, found by its name: `activity: enrich_scrum_task` is enrichers/enrich_scrum_task.py.

Each module holds one `ENRICHER`. A new type is one such module and one entry in config/enrichment_config.yaml: see
docs/adding_a_type.md. Does not belong here: asking Fibery, and anything that several types share.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil

from volt_assets.errors import SettingsError
from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.enrich.enricher import Enricher

DEFAULT_ACTIVITY = "default_enrich_entity"


def activity_names() -> tuple[str, ...]:
    """Every enricher there is, by name."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def find_enricher(activity: str) -> Enricher:
    """The enricher of this name. Raises SettingsError, with the nearest name, when there is none."""
    known = activity_names()
    if activity not in known:
        raise _unknown(activity, "enrichment_activities", known)
    found = importlib.import_module(f"{__name__}.{activity}").ENRICHER
    if not isinstance(found, Enricher):
        raise SettingsError(f"enrichers/{activity}.py: ENRICHER is not an Enricher", hint="see docs/adding_a_type.md")
    return found


def check_activities(enrichment: EnrichmentSettings) -> None:
    """Raise SettingsError for the first type whose activity is no enricher."""
    known = activity_names()
    for type_name, settings in enrichment.enrichment_activities.items():
        if settings.activity not in known:
            raise _unknown(settings.activity, f"enrichment_activities.{type_name}.activity", known)


def enricher_of_type(type_name: str, enrichment: EnrichmentSettings) -> Enricher:
    """The enricher configured for a type, else the one for types nobody has described."""
    settings = enrichment.for_type(type_name)
    return find_enricher(settings.activity if settings else DEFAULT_ACTIVITY)


def _unknown(activity: str, key: str, known: tuple[str, ...]) -> SettingsError:
    near = difflib.get_close_matches(activity, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}; docs/adding_a_type.md shows how to add one"
    return SettingsError(f"enrichment_config.yaml: key '{key}': there is no enricher '{activity}'", hint=hint)
