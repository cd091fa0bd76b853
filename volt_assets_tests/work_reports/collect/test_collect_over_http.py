"""The whole stage without Dagster, against the sandbox's Toggl over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from volt_assets.clients.toggl import TogglClient
from volt_assets.environment import toggl_access
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.settings import ReportSettings, RetrySettings, TogglSettings, load_settings
from volt_assets.work_reports.collect.aggregate import aggregate_days, aggregate_listed
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.download import DownloadResult, ensure_days
from volt_assets.work_reports.collect.people_directory import load_people
from volt_assets.work_reports.collect.raw_data import raw_toggl_document
from volt_assets.work_reports.models import Origin, Person, RawTogglData, TogglAggregated
from volt_assets.work_reports.range_key import RangeKey
from volt_assets_tests.work_reports.collect.tracked_samples import MONDAY, NOW

WEEK = RangeKey(MONDAY, date(2025, 10, 12))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(pace=0, max_page_size=50)) as running:
        yield running


def collected(sandbox: RunningSandbox, store: DayStore) -> tuple[DownloadResult, list[Person]]:
    async def ask() -> tuple[DownloadResult, list[Person]]:
        async with TogglClient(
            toggl_access(sandbox.environ()),
            settings=TogglSettings(),
            retries=RetrySettings(attempts=1),
            pace=0,
            now=lambda: NOW,
            environ={},
        ) as client:
            people = await load_people(client, await client.workspace())
            return await ensure_days(WEEK.days, store=store, client=client, clock=lambda: NOW, code_version="1"), people

    return asyncio.run(ask())


def of_week(store: DayStore, people: list[Person]) -> TogglAggregated:
    origin = Origin(str(WEEK), "run-1", "1")
    raw = raw_toggl_document(
        WEEK,
        store=store,
        people=people,
        scope_emails=None,
        timezone="UTC",
        sees_only_own=False,
        workspace_id=1,
        origin=origin,
    )
    assert raw.head.reconciliation.is_reconciled
    enrichment = load_settings({}).enrichment
    from_days = aggregate_days(raw.head, store, enrichment, ReportSettings(), origin)
    listed = RawTogglData.model_validate_json(b"".join(raw.parts()))
    assert list(aggregate_listed(listed, enrichment, ReportSettings(), origin).parts()) == list(from_days.parts())
    return from_days.document()


def test_a_week_costs_its_pages_and_one_total_and_the_next_time_nothing(sandbox: RunningSandbox, tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    first, _ = collected(sandbox, store)
    assert first.requests == -(-first.entries // 50) + 1
    assert first.warnings == ()
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")}
    again, _ = collected(sandbox, store)
    assert (again.requests, again.reused_days) == (0, tuple(WEEK.days))
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")} == files


def test_the_awkward_people_of_the_sandbox(sandbox: RunningSandbox, tmp_path: Path) -> None:
    store = DayStore(tmp_path)
    _, people = collected(sandbox, store)
    found = of_week(store, people)
    slugs = [person.slug for person in found.people]
    assert len(set(slugs)) == len(slugs)
    assert sum(slug.startswith("alex_kim_") for slug in slugs) == 2
    assert sum(slug.startswith("user_") for slug in slugs) == 2
    assert "Ben Carter" in [person.name for person in found.people_without_time]
    assert sum(item.duration_seconds for person in found.people for item in person.items) == found.statistics.matched_duration_seconds
    kinds = {finding.kind for person in found.people for finding in person.findings}
    assert kinds == {"no description", "too long", "overlapping", "zero length"}
    types = {(item.type, item.public_id, item.resolution) for person in found.people for item in person.items}
    assert {("Scrum/Build", "2", "alias"), ("Backend/Bug", "1234", "as written")} <= types
    reasons = {activity.reason for person in found.people for activity in person.activities}
    assert reasons == {"bare id", "tags without id", "no reference"}
