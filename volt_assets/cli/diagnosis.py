"""The checks of `doctor`, each one finding: ok, note, or fail with the fix. One failed check does not end the others."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

from volt_assets.cli.preflight import ServiceChecks, caches_aside, check_files
from volt_assets.delivery_settings import Delivery
from volt_assets.environment import data_dir, fibery_access, llm_access, toggl_access
from volt_assets.errors import VoltError
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.channels import Channels
from volt_assets.work_reports.enrich.schema_warnings import schema_warnings, unknown_type
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema

Found = TypeVar("Found")
Verdict = Literal["ok", "note", "fail"]
_SERVICE = re.compile(r"^(Toggl|Fibery|Language model): ")


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: str
    verdict: Verdict
    message: str
    hint: str | None = None


def diagnose() -> list[Finding]:
    """Every check, in the order in which a run would need them."""
    findings: list[Finding] = []
    settings = _tried(findings, "configuration", lambda: load_settings(os.environ))
    if settings is None:
        return findings
    findings.append(Finding("configuration", "ok", settings.volt_file))
    if read := _tried(findings, "activities, prompts and templates", lambda: check_files(settings)):
        findings.append(Finding("activities, prompts and templates", "ok", f"{read} files are in order"))
    data = DataFolder(data_dir(os.environ))
    with caches_aside(data) as aside:
        checks = ServiceChecks(settings, aside, _now)
        _toggl(findings, checks)
        _fibery(findings, checks)
        _data_folder(findings, data)
        _model(findings, checks)
    _deliveries(findings, settings)
    return findings


def _toggl(findings: list[Finding], checks: ServiceChecks) -> None:
    access = _tried(findings, "Toggl", lambda: toggl_access(os.environ))
    if access is None:
        return
    found = _tried(findings, "Toggl", lambda: asyncio.run(checks.toggl(access)))
    if found is None:
        return
    findings.append(Finding("Toggl", "ok", f"workspace {found.workspace_id} {found.name}, {len(found.people)} people"))
    if not found.sees_everybody:
        hint = "use the token of a workspace admin for team reports"
        findings.append(Finding("Toggl role", "note", "the token belongs to no admin: Toggl shows it only its owner's entries", hint))
    if not any(person.zone for person in found.people):
        said = "this token is not shown people's time zones: reports do not name them, days are those Toggl wrote in each entry"
        findings.append(Finding("Toggl zones", "note", said, "an admin of the organisation is shown them, on plans that have them"))
    known = {person.email.lower() for person in found.people if person.email}
    for team, members in checks.settings.teams.items():
        fix = f"correct it in {checks.settings.volt_file}"
        findings.extend(
            Finding(f"team {team}", "fail", f"{email} is not in the Toggl workspace", fix) for email in sorted(set(members) - known)
        )


def _fibery(findings: list[Finding], checks: ServiceChecks) -> None:
    access = _tried(findings, "Fibery", lambda: fibery_access(os.environ))
    if access is None:
        return
    schema = _tried(findings, "Fibery", lambda: asyncio.run(checks.fibery(access)))
    if schema is None:
        return
    findings.append(Finding("Fibery", "ok", f"workspace {access.workspace_name}, {len(schema.types)} types"))
    findings.extend(_schema_findings(schema, checks.settings))


def _schema_findings(schema: WorkspaceSchema, settings: Settings) -> list[Finding]:
    """What the reports would warn of, whatever their days name."""
    fix = "correct enrichment_config.yaml; until then reports do without"
    said = [one.message for one in schema_warnings(schema, settings.enrichment)]
    for label, name in settings.enrichment.aliases.items():
        if schema.find_type(name) is None:
            said.append(f"alias {label}: {unknown_type(name).message}")
    return [Finding("Fibery", "note", message, fix) for message in said]


def _data_folder(findings: list[Finding], data: DataFolder) -> None:
    try:
        toggl, fibery = toggl_access(os.environ), fibery_access(os.environ)
    except VoltError:
        return  # said already: whose data it is cannot be judged without both
    try:
        data.check_claim(toggl, fibery)
    except VoltError as error:
        findings.append(Finding("data folder", "fail", str(error), error.hint))
    else:
        findings.append(Finding("data folder", "ok", data.location))


def _model(findings: list[Finding], checks: ServiceChecks) -> None:
    def ask() -> str:
        access = llm_access(os.environ, checks.settings.llm.model)
        if access is None:
            return "none configured: reports are written without one"
        if not checks.settings.reports.is_proven_language:
            return f"{access.model} is not asked: its sentences cannot be checked in '{checks.settings.reports.language}'"
        asyncio.run(checks.model(access))
        return f"{access.model} at {access.base_url}"

    if answer := _tried(findings, "model", ask):
        findings.append(Finding("model", "ok", answer))


def _deliveries(findings: list[Finding], settings: Settings) -> None:
    """Whether every variable is set; nobody is sent anything."""
    channels = Channels(settings.delivery, os.environ, _now)
    for name, delivery in settings.delivery.named.items():

        def check(delivery: Delivery = delivery) -> str:
            channels.check(delivery)
            return f"{delivery.audience} by {delivery.channel}{'' if delivery.send else ', switched off (send: false)'}"

        if answer := _tried(findings, f"delivery {name}", check):
            findings.append(Finding(f"delivery {name}", "ok", answer))


def _tried(findings: list[Finding], check: str, attempt: Callable[[], Found]) -> Found | None:
    try:
        return attempt()
    except VoltError as error:
        # Clients begin with the service they speak of; here it stands there already.
        findings.append(Finding(check, "fail", _SERVICE.sub("", str(error)), error.hint))
        return None


def _now() -> datetime:
    return datetime.now(UTC)
