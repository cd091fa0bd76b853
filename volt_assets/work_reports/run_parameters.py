"""What a run was asked for, who started it and which versions it runs on, from its tags, its settings and the environment.

Belongs here: reading them. Does not: keeping them (run_record.py).
"""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version

from volt_assets import __version__
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.models.run_metadata import RunParameters
from volt_assets.work_reports.range_key import RangeKey

SKIPPED_TAG = "volt/skipped"
"""A JSON object, asset -> why."""
_PARENT_TAG = "dagster/parent_run_id"


def is_executed_again(tags: Mapping[str, str]) -> bool:
    """Whether somebody executed a run again in Dagster's UI: then the tags of its process and its launcher are those of the run before."""
    return _PARENT_TAG in tags


def run_parameters(tags: Mapping[str, str], *, key: RangeKey, settings: Settings, data: DataFolder, model: str | None) -> RunParameters:
    """The parameters of the run with these tags; `model` writes the prose. Raises UsageError for a scope that nobody defined."""
    emails = data.scope_emails(key, settings)
    return RunParameters(
        start_date=key.start,
        end_date=key.end,
        scope=key.scope,
        users_filter=tuple(sorted(emails)) if emails is not None else None,
        start_from="fibery" if tags.get("volt/start_from") == "fibery" else "toggl",
        overrides=json.loads(json.dumps(settings.overrides, default=str)),
        model=model,
        output_dir=data.location,
        skipped=_skipped(tags),
        launcher=launcher_of(tags),
    )


def _skipped(tags: Mapping[str, str]) -> dict[str, str]:
    """What this very run left out; one that is executed again in the UI makes what the person selects."""
    return dict(json.loads(tags[SKIPPED_TAG])) if SKIPPED_TAG in tags and not is_executed_again(tags) else {}


def launcher_of(tags: Mapping[str, str]) -> str:
    """`volt-agent`, or how Dagster started the run."""
    if "volt/launcher" in tags and not is_executed_again(tags):
        return tags["volt/launcher"]
    for tag, name in (("dagster/schedule_name", "schedule"), ("dagster/backfill", "backfill"), ("dagster/sensor_name", "sensor")):
        if tag in tags:
            return f"{name} {tags[tag]}"
    return "dagster"


def versions_in_use() -> dict[str, str]:
    """The versions of Volt, Python and what the figures rest on."""
    packages = {name: version(name) for name in ("dagster", "polars", "pydantic")}
    return {"volt": __version__, "python": platform.python_version(), **packages}
