from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from volt_assets.settings import FiberySettings
from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.clients.loopback_server import Asked, Told, serve
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import NOW, SHIPPED, Enriching, client_of, plan_of
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

pytestmark = pytest.mark.anyio
PLAN = plan_of({"Scrum/Task": ["7", "8"], "Scrum/Bug": ["7"], "Scrum/Feature": ["50"]})
# One request at a time: whatever was answered before a request has been taken in when it arrives.
SETTINGS = SHIPPED.model_copy(update={"fibery": FiberySettings(documents_per_request=60, max_in_flight=1)})


def talkative() -> LittleFibery:
    """The workspace with so many comments that an item needs requests of its own and the texts several batches."""
    fibery = workspace()
    comments = [fibery.comment(f"no {number}", None, "2025-10-07T10:00:00.000Z") for number in range(110)]
    fibery.rows["Scrum/Task"][0]["comments/comments"] = comments
    return fibery


@dataclass
class Watched:
    """A Fibery that keeps a copy of the caches as they are whenever a request arrives: what a kill at that moment leaves."""

    fibery: LittleFibery
    caches: Path
    moments: Path
    answered: list[Counter[str]] = field(default_factory=list)
    """Per request, what it was answered with: items given whole, texts, rests of collections. Checks of what is known may be repeated."""

    def script(self, asked: Asked) -> Told:
        if self.caches.exists():
            shutil.copytree(self.caches, self.moments / str(len(self.answered)))
        self.answered.append(_asked_for(asked))
        return self.fibery.script(asked)


def _asked_for(asked: Asked) -> Counter[str]:
    if asked.path == "/api/documents/commands":
        return Counter(one["secret"] for one in asked.json["args"])
    found: Counter[str] = Counter()
    for one in asked.json if asked.path == "/api/commands" else ():
        query, params = one["args"]["query"], one["args"]["params"]
        if "created" in query["q/select"]:
            found.update(f"{query['q/from']} {number}" for number in params["$ids"])
        if "$known" in params:
            found[f"the rest of {params['$owner']}"] += 1
    return found


async def enriched(watched: Watched) -> dict[tuple[str, str], EnrichedItem]:
    caches = FetchCaches.in_folders(watched.caches, watched.caches / "results", lambda: NOW)
    async with serve(watched.script) as server, client_of(server.url, SETTINGS) as client:
        run = Enriching(client, SETTINGS)
        run.schema = await caches.current_schema(client, NOW)
        return await run.enrich(PLAN, await run.fetch(PLAN, caches), caches)


async def test_nothing_that_was_answered_before_a_kill_is_asked_for_again(tmp_path: Path) -> None:
    watched = Watched(talkative(), tmp_path / "caches", tmp_path / "moments")
    whole = await enriched(watched)
    requests = len(watched.answered)
    # The schema, the items, the children, two batches of texts, the rest of the comments, and their texts.
    assert requests == 1 + 1 + 1 + 2 + 1 + 1
    for moment in range(1, requests):
        again = Watched(talkative(), tmp_path / "moments" / str(moment), tmp_path / "later" / str(moment))
        assert await enriched(again) == whole
        had = sum(watched.answered[:moment], Counter())
        asked = sum(again.answered, Counter())
        assert sorted(had & asked) == [], f"killed at request {moment}"
