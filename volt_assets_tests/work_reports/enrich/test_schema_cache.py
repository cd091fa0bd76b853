from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import NOW, enriching

pytestmark = pytest.mark.anyio


async def test_a_fresh_schema_costs_nothing_and_an_old_one_a_304(tmp_path: Path) -> None:
    fibery, cache = LittleFibery(), SchemaCache(tmp_path / "cache" / "schema.json", max_age_seconds=60)
    async with enriching(fibery) as run:
        first = await cache.current(run.client, NOW)
        assert await cache.current(run.client, NOW + timedelta(seconds=59)) == first
        assert fibery.schema_requests == [200]
        assert await cache.current(run.client, NOW + timedelta(seconds=61)) == first
        assert fibery.schema_requests == [200, 304]
        assert await cache.current(run.client, NOW + timedelta(seconds=120)) == first
        assert fibery.schema_requests == [200, 304]


async def test_a_changed_schema_replaces_the_stored_one(tmp_path: Path) -> None:
    fibery, cache = LittleFibery(), SchemaCache(tmp_path / "schema.json")
    async with enriching(fibery) as run:
        await cache.current(run.client, NOW)
        fibery.types["Scrum/Task"]["Scrum/Risk"] = "fibery/text"
        await cache.current(run.client, NOW)
        assert (await SchemaCache(tmp_path / "schema.json", 60).current(run.client, NOW)).types["Scrum/Task"].has("Scrum/Risk")
    assert fibery.schema_requests == [200, 200]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"etag": null, "checked_at": "2025-10-14T09:30:00", "types": []}'])
async def test_a_file_that_cannot_be_read_is_fetched_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(content)
    fibery = LittleFibery()
    async with enriching(fibery) as run:
        schema = await SchemaCache(path, 60).current(run.client, NOW)
    assert "Scrum/Task" in schema.types
    assert fibery.schema_requests == [200]


async def test_a_clock_that_went_back_does_not_make_a_schema_fresh_for_ever(tmp_path: Path) -> None:
    fibery, cache = LittleFibery(), SchemaCache(tmp_path / "schema.json", 60)
    async with enriching(fibery) as run:
        await cache.current(run.client, NOW)
        await cache.current(run.client, NOW - timedelta(days=1))
    assert fibery.schema_requests == [200, 304]
