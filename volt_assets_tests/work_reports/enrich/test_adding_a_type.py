"""docs/adding_a_type.md is followed to the letter: its module is put in place, its entry is read, an item is enriched."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from volt_assets.settings import EnrichmentSettings
from volt_assets.work_reports.enrich import enrichers
from volt_assets_tests.work_reports.enrich.little_fibery import WORKFLOW, LittleFibery
from volt_assets_tests.work_reports.enrich.plans import SHIPPED, enriching, plan_of

pytestmark = pytest.mark.anyio
GUIDE = (Path(__file__).parents[3] / "docs" / "adding_a_type.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def added_enricher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (file_name,) = re.findall(r"^`(enrich_\w+\.py)`$", GUIDE, re.MULTILINE)
    (tmp_path / file_name).write_text(snippets("python")[0], encoding="utf-8")
    monkeypatch.setattr(enrichers, "__path__", [*enrichers.__path__, str(tmp_path)])
    name = Path(file_name).stem
    yield name
    sys.modules.pop(f"{enrichers.__name__}.{name}", None)


def operations() -> LittleFibery:
    fibery = LittleFibery()
    fibery.types["Ops/Service"] = {"Ops/Name": "fibery/text"}
    fibery.types["Ops/Follow-up"] = {"Ops/Name": "fibery/text", "workflow/state": WORKFLOW}
    fibery.types["Ops/Incident"] = {
        "Ops/Name": "fibery/text",
        "workflow/state": WORKFLOW,
        "Ops/Detected at": "fibery/date-time",
        "Ops/Resolved At": "fibery/date-time",
        "Ops/🎯 Target": "fibery/date",
        "Ops/Service": "Ops/Service",
        "Ops/Follow-ups": "Ops/Follow-up*",
        "Ops/Severity": "fibery/text",
        "Ops/Minutes lost": "fibery/decimal",
    }
    open_state, done = fibery.state("Open"), fibery.state("Done", final=True)
    follow_ups = [
        fibery.add("Ops/Follow-up", number, Name=f"Follow {number}", **{"workflow/state": state})
        for number, state in (("1", done), ("2", open_state))
    ]
    values = {"workflow/state": open_state, "Ops/🎯 Target": "2025-10-10", "Ops/Detected at": "2025-10-07T09:00:00.000Z"}
    service = fibery.add("Ops/Service", "5", Name="Sign-in")
    fibery.add(
        "Ops/Incident",
        "77",
        Name="Sign-in is slow",
        Service=service,
        Severity="high",
        **{"Ops/Follow-ups": follow_ups, "Ops/Minutes lost": "42.5"},
        **values,
    )
    return fibery


async def test_the_guide_adds_a_type(added_enricher: str) -> None:
    entry, aliases = (yaml.safe_load(text) for text in snippets("yaml"))
    enrichment = EnrichmentSettings.model_validate({**entry, **aliases})
    settings = SHIPPED.model_copy(update={"enrichment": enrichment})
    enrichers.check_activities(settings)
    plan = plan_of({"Ops/Incident": ["77"]}, settings)
    async with enriching(operations(), settings) as run:
        work = await run.fetch(plan)
        item = (await run.enrich(plan, work))["Ops/Incident", "77"]
    assert (item.status, item.enricher, item.configured) == ("enriched", added_enricher, True)
    assert (item.dates.started, item.dates.planned_end, item.overdue_days) == ("2025-10-07T09:00:00.000Z", "2025-10-10", 2)
    assert item.fields == {"Severity": "high", "Minutes Lost": 42.5}
    assert [(parent.type, parent.name) for parent in item.parents] == [("Ops/Service", "Sign-in")]
    assert item.progress is not None
    assert (item.progress.done, item.progress.total) == (1, 2)
    assert work.warnings == ()
