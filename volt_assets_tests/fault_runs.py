"""Small, quick runs under trouble, and what has to hold after each of them whatever went wrong."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from volt_assets import errors
from volt_assets.cli.exit_codes import ExitCode, exit_code_for
from volt_assets.cli.outcome import CODES
from volt_assets.sandbox.faults import KINDS
from volt_assets.sandbox.server import RunningSandbox
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets_tests.conftest import forget_our_variables
from volt_assets_tests.pipeline import ClockedVolt, document, folder_of, record_of, run_job

ON_THE_WIRE = [kind for kind in KINDS if not kind.startswith(("page-shift", "model-"))]
OF_THE_MODEL = [kind for kind in KINDS if kind.startswith("model-")]
# As the switches take them: a quota beyond every patience, an answer beyond the client's bound and time.
NOTATION = {"402-quota": "402-quota=7200", "oversized": "oversized=4", "slow": "slow=0.7"}
BOUND_BYTES = 2 * 1024 * 1024
STOPS: dict[str, tuple[ExitCode, str]] = {
    "429": (ExitCode.FAILED, "RateLimitError"),
    "402-quota": (ExitCode.WAITING, "QuotaExhaustedError"),
    "402-plan": (ExitCode.FAILED, "PlanFeatureError"),
    "500": (ExitCode.FAILED, "ServerError"),
    "503": (ExitCode.FAILED, "ServerError"),
    "reset": (ExitCode.FAILED, "ConnectionFailedError"),
    "reset-in-body": (ExitCode.FAILED, "ConnectionFailedError"),
    "cut-body": (ExitCode.FAILED, "ConnectionFailedError"),
    "cut-json": (ExitCode.FAILED, "ConnectionFailedError"),
    "slow": (ExitCode.FAILED, "ConnectionFailedError"),
    "invalid-utf8": (ExitCode.FAILED, "ConnectionFailedError"),
    "html": (ExitCode.FAILED, "UnexpectedAnswerError"),
    "oversized": (ExitCode.FAILED, "AnswerTooLargeError"),
    "redirect": (ExitCode.FAILED, "UnexpectedAnswerError"),
    "query-timeout": (ExitCode.FAILED, "IncompleteDataError"),
    "413": (ExitCode.FAILED, "RequestRejectedError"),
}
TIMEOUT_SECONDS = 0.5
# Few types and few keys: every step of a run reads the configuration, and this is what most of a small run costs.
ENRICHMENT = """
enrichment_activities:
  "Scrum/Task": {activity: enrich_scrum_task, fields: [Story Points, Acceptance Criteria]}
  "Scrum/Feature": {activity: enrich_scrum_feature}
  default: {activity: default_enrich_entity}
aliases: {}
"""


class Runs:
    """Runs in one instance: making a new one for each costs more than most of these runs."""

    def __init__(self) -> None:
        self._instance = dg.DagsterInstance.ephemeral()

    def __call__(self, assets: tuple[str, ...] | None = None, *, kind: str = "") -> RunMetadata:
        """The record of a finished run. Where answers are slow it gives up soon."""
        timeouts = ("toggl.timeout_seconds", "fibery.timeout_seconds", "llm.timeout_seconds") if kind == "slow" else ()
        volt = ClockedVolt(overrides=dict.fromkeys(timeouts, TIMEOUT_SECONDS))
        run_job(volt=volt, instance=self._instance, assets=assets)
        return record_of(Path(os.environ["VOLT_DATA_DIR"]))


@dataclass(frozen=True)
class Finished:
    """A folder as an undisturbed run left it."""

    data: Path
    aggregated: Any
    enriched: Any


def use(company: RunningSandbox, data: Path, environment: pytest.MonkeyPatch) -> None:
    forget_our_variables(environment)
    for name, value in company.environ().items():
        environment.setenv(name, value)
    environment.setenv("VOLT_DATA_DIR", str(data))
    environment.setenv("VOLT_CONFIG", str(data.parent))
    (data.parent / "volt.yaml").write_text("pace: 0\nretries: {attempts: 2}\n")
    (data.parent / "enrichment_config.yaml").write_text(ENRICHMENT)
    environment.chdir(data.parent)


def figures(data: Path) -> tuple[Any, Any]:
    """What toggl_aggregated.json and enriched_data.json say of time and items, prose and times of looking left out."""
    return content_of(document(data, "toggl_aggregated")), content_of(document(data, "enriched_data"))


def content_of(value: Any) -> Any:
    left_out = ("run_id", "data_as_of", "data_version", "made_from", "fetched_at", "checked_at", "prose", "code_version")
    if isinstance(value, dict):
        return {name: content_of(inner) for name, inner in value.items() if name not in left_out}
    return [content_of(inner) for inner in value] if isinstance(value, list) else value


def reports(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder_of(data).glob("reports/**/*.md")}


def assert_nothing_is_half_written(data: Path) -> None:
    files = [path for path in data.rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix == ".tmp"] == []
    for path in files:
        if path.suffix == ".json":
            json.loads(path.read_bytes())


def assert_stopped_cleanly(record: RunMetadata, expected: tuple[ExitCode, str]) -> None:
    """The record of the run says what went wrong, where, and what to do, and the exit code follows from it."""
    code, name = expected
    assert record.error is not None
    kind = getattr(errors, record.error.type)
    assert (record.error.type, exit_code_for(kind.__new__(kind)), CODES[record.status]) == (name, code, code)
    assert "\n" not in record.error.message
    named = record.error.message.partition(":")[0]
    assert named in ("Toggl", "Fibery", "Language model") or re.fullmatch(r"[A-Z]\w+/[A-Z][\w-]+", named), "a service, or the type of items"
    assert record.error.hint
    assert (record.error.resets_at is not None) == (code is ExitCode.WAITING)
    assert record.report_set.state != "complete"


def use_model(company: RunningSandbox, environment: pytest.MonkeyPatch) -> None:
    for name, value in company.environ(with_model=True).items():
        environment.setenv(name, value)


def notation(api: str, kind: str, when: str, path: str) -> str:
    return f"{api}:{NOTATION.get(kind, kind)}:{when}:{path}"
