"""One range, enriched again and again with the same caches, and a Fibery whose answers about freshness can be spoilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from volt_assets.work_reports.enrich.caches import FetchCaches
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.work_reports.enrich.little_fibery import LittleFibery
from volt_assets_tests.work_reports.enrich.plans import JANE, enriching, plan_of
from volt_assets_tests.work_reports.enrich.test_fetch import workspace

PLAN = plan_of({"Scrum/Task": ["7", "8", "7999"], "Scrum/Sub-task": ["1"], "Scrum/Bug": ["7"], "Scrum/Feature": ["50"]}, people=[JANE])
Answered = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


@dataclass
class Doubtful(LittleFibery):
    """`spoil` may change the answer to each freshness query; it is given the arguments of the query and the answer."""

    spoil: Answered | None = None
    spoilt: list[str] = field(default_factory=list)

    def _answer(self, args: dict[str, Any]) -> dict[str, Any]:
        answer = super()._answer(args)
        if self.spoil is None or not _is_about_freshness(args):
            return answer
        self.spoilt.append(args["query"]["q/from"])
        return self.spoil(args, answer)


def _is_about_freshness(args: dict[str, Any]) -> bool:
    return "modified" in args["query"]["q/select"] and "created" not in args["query"]["q/select"]


def company() -> Doubtful:
    fibery = Doubtful(**vars(workspace()))
    fibery.rows["Scrum/Task"][0]["comments/comments"] = [fibery.comment("first", None, "2025-10-07T10:00:00.000Z")]
    return fibery


@dataclass
class Week:
    """One range, enriched again and again with the same caches."""

    fibery: Doubtful
    caches: FetchCaches
    requests: int = 0
    items: dict[tuple[str, str], EnrichedItem] = field(default_factory=dict)
    commands: list[list[dict[str, Any]]] = field(default_factory=list)
    documents: int = 0

    async def enrich(self) -> str:
        """All items as JSON; `requests`, `commands` and `documents` are those of this time, the schema's left out."""
        before, documents = len(self.fibery.commands), len(self.fibery.document_requests)
        async with enriching(self.fibery) as run:
            work = await run.fetch(PLAN, self.caches)
            self.items = await run.enrich(PLAN, work, self.caches)
            self.requests = run.client.requests_made - 1
        self.commands = self.fibery.commands[before:]
        self.documents = len(self.fibery.document_requests) - documents
        rest = work.model_copy(update={"types": {}, "documents": {}, "parents_progress": {}})
        return json.dumps([one.model_dump(mode="json") for one in self.items.values()]) + rest.model_dump_json()

    def asked_whole(self, round_number: int) -> dict[str, list[str]]:
        """Type -> numbers asked for with everything, in the n-th commands request."""
        asked = [one["args"] for one in self.commands[round_number]]
        whole = [one for one in asked if "created" in one["query"]["q/select"] and "$ids" in one["params"]]
        return {one["query"]["q/from"]: one["params"]["$ids"] for one in whole}
