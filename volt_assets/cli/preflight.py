"""The checks before the first step: everything that would end a run later is found before anything is written.

Belongs here: one cheap request to each API the run will use, and who the people of `--users` are. Does not: the run.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.llm import LlmClient
from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import FiberyAccess, LlmAccess, TogglAccess, fibery_access, llm_access, toggl_access
from volt_assets.resilience.atomic_file import write_atomically
from volt_assets.work_reports.collect.people_directory import match_emails
from volt_assets.work_reports.collect.workspace import TogglWorkspace, load_workspace
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.enrich.enrichers import check_activities
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.workspace_schema import WorkspaceSchema
from volt_assets.work_reports.report.html.templates import PAGES, load_html_templates
from volt_assets.work_reports.report.prompts import load_prompts
from volt_assets.work_reports.report.templates import REPORTS, load_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from volt_assets.cli.run_plan import RunPlan
    from volt_assets.settings import RetrySettings, Settings

CACHES = ("people.json", "fibery_schema.json")


@dataclass(frozen=True)
class Access:
    """What the environment gives access to. Raises EnvironmentVariableError when made of a bad environment."""

    toggl: TogglAccess
    fibery: FiberyAccess
    llm: LlmAccess | None


def read_access(settings: Settings, *, use_model: bool) -> Access:
    """Every access of the environment; `llm` None when no model is to be used."""
    llm = llm_access(os.environ, settings.llm.model) if use_model else None
    return Access(toggl_access(os.environ), fibery_access(os.environ), llm)


def check_files(settings: Settings) -> int:
    """Read what people edit besides the settings (activities, prompts, templates); how many files. Raises SettingsError."""
    check_activities(settings.enrichment)
    load_templates(os.environ)
    load_html_templates(os.environ)
    return len(load_prompts(os.environ)) + len(REPORTS) + len(PAGES)


def check_before_run(plan: RunPlan, access: Access, *, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> None:
    """Ask every service once. Raises the first VoltError found; nothing has been written then."""
    data.check_claim(access.toggl, access.fibery)
    with caches_aside(data) as aside:
        asyncio.run(_check_services(plan, access, settings=settings, data=aside, now=now))
        for name in CACHES:
            found = aside.cache(name)
            if found.exists():
                write_atomically(data.cache(name), found.read_bytes())


@contextmanager
def caches_aside(data: DataFolder) -> Iterator[DataFolder]:
    """A temporary folder with copies of the caches: what is looked up in vain leaves nothing in the data folder."""
    with TemporaryDirectory(prefix="volt-") as folder:
        aside = DataFolder(folder)
        for name in CACHES:
            if (stored := data.cache(name)).exists():
                write_atomically(aside.cache(name), stored.read_bytes())
        yield aside


async def _check_services(plan: RunPlan, access: Access, *, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> None:
    if plan.start_from == "toggl":
        workspace = await check_toggl(access.toggl, settings=settings, data=data, now=now)
        if plan.users:
            match_emails(plan.users, workspace.people)
    await check_fibery(access.fibery, settings=settings, data=data, now=now)
    if access.llm is not None:
        await check_model(access.llm, settings=settings, now=now)


async def check_toggl(access: TogglAccess, *, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> TogglWorkspace:
    """The workspace and its people; the token is tried even when both are known already."""
    async with TogglClient(access, settings=settings.toggl, retries=_few(settings), pace=settings.pace, now=now) as client:
        return await load_workspace(client, data.cache("people.json"), now=now, try_token=True)


async def check_fibery(access: FiberyAccess, *, settings: Settings, data: DataFolder, now: Callable[[], datetime]) -> WorkspaceSchema:
    """The live schema; the run that follows within a minute does not ask for it again."""
    async with FiberyClient(access, settings=settings.fibery, retries=_few(settings), pace=settings.pace, now=now) as client:
        return await SchemaCache(data.cache("fibery_schema.json")).current(client, now())


async def check_model(access: LlmAccess, *, settings: Settings, now: Callable[[], datetime]) -> None:
    """The model server answers and takes the key."""
    async with LlmClient(access, settings=settings.llm, retries=_few(settings), pace=settings.pace, now=now) as client:
        await client.check()


def _few(settings: Settings) -> RetrySettings:
    """Two tries: somebody waits for the answer, and an address that is wrong stays wrong."""
    return settings.retries.model_copy(update={"attempts": min(2, settings.retries.attempts)})
