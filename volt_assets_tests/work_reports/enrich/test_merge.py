from __future__ import annotations

import pytest

from volt_assets.errors import IncompleteDataError
from volt_assets.work_reports.enrich.fetched import FetchedWork
from volt_assets.work_reports.enrich.merge import merge_enriched
from volt_assets.work_reports.models import EnrichedItem
from volt_assets_tests.work_reports.enrich.plans import NOW, ORIGIN, plan_of

PLAN = plan_of({"Scrum/Bug": ["9", "2"], "Scrum/Task": ["1"]})


def item(type_name: str, public_id: str) -> EnrichedItem:
    return EnrichedItem(type=type_name, database="Scrum", public_id=public_id, name="x", status="not found")


def test_items_come_in_the_order_of_the_plan() -> None:
    results = [(item("Scrum/Task", "1"),), (item("Scrum/Bug", "2"), item("Scrum/Bug", "9"))]
    merged = merge_enriched(PLAN, results, FetchedWork(fetched_at=NOW), ORIGIN, fibery_workspace="acme")
    assert [(one.type, one.public_id) for one in merged.items] == [("Scrum/Bug", "9"), ("Scrum/Bug", "2"), ("Scrum/Task", "1")]
    assert (merged.fetched_at, merged.data_as_of, merged.fibery_workspace, merged.key) == (NOW, NOW, "acme", ORIGIN.key)


@pytest.mark.parametrize(
    ("received", "named"),
    [
        ([item("Scrum/Task", "1")], "types differ from the planned ones: Scrum/Bug"),
        ([item("Scrum/Task", "1"), item("Scrum/Bug", "9")], "items differ from the planned ones: Scrum/Bug #2"),
        ([item("Scrum/Task", "1"), item("Scrum/Bug", "9"), item("Scrum/Bug", "2"), item("Scrum/Bug", "2")], "Scrum/Bug #2"),
        ([item("Scrum/Task", "1"), item("Scrum/Bug", "9"), item("Scrum/Bug", "2"), item("Scrum/Epic", "1")], "Scrum/Epic"),
    ],
)
def test_anything_missing_or_too_much_stops_the_run(received: list[EnrichedItem], named: str) -> None:
    with pytest.raises(IncompleteDataError, match=named):
        merge_enriched(PLAN, [received], FetchedWork(), ORIGIN, fibery_workspace="acme")
