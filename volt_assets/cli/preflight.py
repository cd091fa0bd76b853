"""The checks before the first step: everything that would end a run later is found before anything is written.

Belongs here: one cheap request to each API the run will use, and who the people of `--users` are. Does not: the run.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from volt_assets.cli.found_before import before_the_first_step
from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.llm import LlmClient
from volt_assets.clients.quota import OnQuotaWait
from volt_assets.clients.retrying import OnRetryWait, RetryPatience
from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import FiberyAccess, LlmAccess, TogglAccess, fibery_access, llm_access, toggl_access
from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.settings import Settings
from volt_assets.work_reports.asset_reads import READS
from volt_assets.work_reports.collect.people_directory import match_emails
from volt_assets.work_reports.collect.workspace import TogglWorkspace, load_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich.enrichers import check_activities
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.languages.catalog import language_of
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.report.html.templates import PAGES, load_html_templates
from volt_assets.work_reports.report.prompts import load_prompts
from volt_assets.work_reports.report.templates import REPORTS, load_templates
from volt_assets.work_reports.run_spending import Spending
from volt_assets.work_reports.subjects.hiding_toggl import HidingToggl
from volt_assets.work_reports.subjects.suppression import read_suppression

if TYPE_CHECKING:
    from volt_assets.cli.run_plan import RunPlan
    from volt_assets.settings import RetrySettings

# An address that is wrong stays wrong.
UNREACHED_ATTEMPTS = 2
MOST_RETRY_SECONDS = 120.0
CACHES = ("people.json", "fibery_schema.json")


@dataclass(frozen=True)
class Access:
    """What the environment gives access to. Raises EnvironmentVariableError when made of a bad environment."""

    toggl: TogglAccess
    fibery: FiberyAccess
    llm: LlmAccess | None


def read_access(settings: Settings, *, use_model: bool) -> Access:
    """Every access of the environment; `llm` None when no model is to be used, or none may be in the language of the reports."""
    llm = llm_access(os.environ, settings.llm.model) if use_model and settings.reports.is_proven_language else None
    return Access(toggl_access(os.environ), fibery_access(os.environ), llm)


def check_files(settings: Settings) -> int:
    """Read what people edit besides the settings (activities, prompts, templates, catalogs); how many files. Raises SettingsError."""
    check_activities(settings)
    language_of(settings.reports, os.environ)
    load_templates(os.environ)
    load_html_templates(os.environ)
    return len(load_prompts(os.environ).by_name) + len(REPORTS) + len(PAGES)


def check_before_run(
    plan: RunPlan,
    access: Access,
    *,
    settings: Settings,
    data: DataFolder,
    now: Callable[[], datetime],
    on_quota_wait: OnQuotaWait | None = None,
    on_retry_wait: OnRetryWait | None = None,
) -> Usage:
    """Ask every service once; returns what that has spent.

    `on_quota_wait` is told until when a quota is waited for, `on_retry_wait` how long a service that is ill or overrun is.

    Raises what found_before.py makes of the first VoltError; nothing has been written then.
    """
    data.check_claim(access.toggl, access.fibery)
    with caches_aside(data) as aside:
        checks = ServiceChecks(settings, aside, now, on_quota_wait, on_retry_wait)
        asyncio.run(_check_services(plan, access, checks))
        for name in CACHES:
            found = aside.cache(name)
            if found.exists():
                write_atomically(data.cache(name), found.read_bytes())
    return checks.spending.so_far


def check_people(emails: Sequence[str], *, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> None:
    """Raise UsageError, with the nearest e-mail, for somebody whom Toggl does not know, and what found_before.py makes of other errors."""
    access = toggl_access(os.environ)
    with caches_aside(data) as aside:
        workspace = asyncio.run(ServiceChecks(settings, aside, now).toggl(access))
    match_emails(emails, workspace.people)


@contextmanager
def caches_aside(data: DataFolder) -> Iterator[DataFolder]:
    """A temporary folder with copies of the caches: what is looked up in vain leaves nothing in the data folder."""
    with TemporaryDirectory(prefix="volt-") as folder:
        aside = DataFolder(folder)
        for name in CACHES:
            if (stored := data.cache(name)).exists():
                write_atomically(aside.cache(name), stored.read_bytes())
        if data.suppressed.exists():
            write_atomically(aside.suppressed, data.suppressed.read_bytes())
        yield aside


async def _check_services(plan: RunPlan, access: Access, checks: ServiceChecks) -> None:
    if plan.start_from == "toggl" and "raw_toggl_data" in plan.assets:
        workspace = await checks.toggl(access.toggl)
        if plan.users:
            match_emails(plan.users, workspace.people)
    if "enriched_entities" in plan.assets:
        await checks.fibery(access.fibery)
    if access.llm is not None and any(READS[asset].asks_a_model for asset in plan.assets):
        await checks.model(access.llm)


@dataclass(frozen=True)
class ServiceChecks:
    """One cheap question to each service; `data` takes what the answers are kept in, `spending` counts the requests.

    A quota that is used up is waited for, within the settings, only when somebody is told (`on_quota_wait`); likewise a
    service that is ill or overrun (`on_retry_wait`), as often as in a run and two minutes at most.
    """

    settings: Settings
    data: DataFolder
    now: Callable[[], datetime]
    on_quota_wait: OnQuotaWait | None = None
    on_retry_wait: OnRetryWait | None = None
    spending: Spending = field(default_factory=Spending)

    async def toggl(self, access: TogglAccess) -> TogglWorkspace:
        """The workspace and its people; the token is tried even when both are known already."""
        patience = {} if self.on_quota_wait else {"quota_patience_seconds": 0}
        client = TogglClient(
            access,
            settings=self.settings.toggl.model_copy(update=patience),
            retries=self._retries,
            pace=self.settings.pace,
            now=self.now,
            patience=self._patience,
            on_quota_wait=self.on_quota_wait or (lambda _: None),
        )
        with before_the_first_step("TOGGL_BASE_URL"), self.spending.counting(lambda: Usage(toggl_requests=client.requests_made)):
            async with client:
                source = HidingToggl(client, read_suppression(self.data.suppressed))
                return await load_workspace(source, self.data.cache("people.json"), now=self.now, try_token=True)

    async def fibery(self, access: FiberyAccess) -> WorkspaceSchema:
        """The live schema; the run that follows within a minute does not ask for it again."""
        client = FiberyClient(
            access, settings=self.settings.fibery, retries=self._retries, pace=self.settings.pace, now=self.now, patience=self._patience
        )
        with before_the_first_step(_fibery_variable()), self.spending.counting(lambda: Usage(fibery_requests=client.requests_made)):
            async with client:
                return await SchemaCache(self.data.cache("fibery_schema.json")).current(client, self.now())

    async def model(self, access: LlmAccess) -> None:
        """The model server answers and takes the key."""
        client = LlmClient(
            access, settings=self.settings.llm, retries=self._retries, pace=self.settings.pace, now=self.now, patience=self._patience
        )
        with before_the_first_step("OPENAI_BASE_URL"), self.spending.counting(lambda: Usage(llm_requests=client.requests_made)):
            async with client:
                await client.check()

    @property
    def _retries(self) -> RetrySettings:
        """Those of a run for somebody who is told of the waiting, else two tries: nobody waits long in silence."""
        retries = self.settings.retries
        return retries if self.on_retry_wait else retries.model_copy(update={"attempts": min(UNREACHED_ATTEMPTS, retries.attempts)})

    @property
    def _patience(self) -> RetryPatience | None:
        if self.on_retry_wait is None:
            return None
        return RetryPatience(unreached_attempts=UNREACHED_ATTEMPTS, most_seconds=MOST_RETRY_SECONDS, on_wait=self.on_retry_wait)


def _fibery_variable() -> str:
    """Where the address of Fibery comes from."""
    return "FIBERY_BASE_URL" if os.environ.get("FIBERY_BASE_URL", "").strip() else "FIBERY_WORKSPACE_NAME"
