"""Which assets a run makes, by a graph small enough to see."""

from __future__ import annotations

import pytest

from volt_assets.errors import UsageError
from volt_assets.work_reports.asset_graph import AssetNode
from volt_assets.work_reports.run_selection import assets_from, assets_of_stages, check_inputs, select
from volt_assets.work_reports.stages import ASSETS_OF, FIBERY_ASSETS, RANGE_ASSETS, TOGGL_ASSETS
from volt_assets.work_reports.staleness import Judged, propagated, with_answers

GRAPH = {
    node.name: node
    for node in (
        AssetNode("time", "collect", (), ("time.json",), "1"),
        AssetNode("items", "enrich", ("time",), ("items.json",), "1"),
        AssetNode("summary", "report", ("time",), ("reports/summary.md",), "1"),
        AssetNode("page", "report", ("items", "summary"), ("reports/page.html",), "1"),
    )
}
FRESH = {name: Judged(name, "fresh") for name in GRAPH}


def judged(**states: str) -> dict[str, Judged]:
    return FRESH | {name: Judged(name, state, ("because",)) for name, state in states.items()}  # type: ignore[arg-type]


def test_what_is_fresh_is_skipped_unless_it_is_forced() -> None:
    found = select(tuple(GRAPH), FRESH, GRAPH, force=False)
    assert (found.assets, found.skipped) == ((), dict.fromkeys(GRAPH, "fresh"))
    assert select(tuple(GRAPH), FRESH, GRAPH, force=True).assets == tuple(GRAPH)


def test_what_is_below_a_stale_asset_is_made_too() -> None:
    found = select(tuple(GRAPH), judged(items="stale"), GRAPH, force=False)
    assert found.assets == ("items", "page")
    assert found.skipped == {"time": "fresh", "summary": "fresh"}


def test_a_stale_input_that_is_not_asked_for_makes_nothing_stale() -> None:
    assert select(("summary", "page"), judged(time="stale"), GRAPH, force=False).assets == ()
    assert propagated(GRAPH, judged(time="stale"))["page"].reasons == ("upstream items, summary",)


def test_an_answer_from_outside_makes_its_asset_stale() -> None:
    found = with_answers(FRESH, {"items": "changed there"})
    assert (found["items"].state, found["items"].reason) == ("stale", "changed there")
    assert found["time"] == FRESH["time"]


def test_something_missing_says_only_that_it_is_missing() -> None:
    found = propagated(GRAPH, judged(time="missing", items="missing"))
    assert found["items"].reasons == ("because",)


def test_an_input_that_is_neither_there_nor_planned_is_named() -> None:
    absent = judged(time="missing", items="missing")
    with pytest.raises(UsageError, match=r"K: stage enrich and report needs time\.json, which is not there and not planned") as refused:
        check_inputs(("items", "summary"), GRAPH, absent, "K")
    assert refused.value.hint == "add --stage collect, or use --from collect"
    check_inputs(("time", "items", "summary"), GRAPH, absent, "K")


def test_a_stage_is_its_assets_and_the_two_aliases_are_theirs() -> None:
    assert assets_of_stages(["enrich", "collect"]) == (*ASSETS_OF["collect"], *ASSETS_OF["enrich"])
    assert set(assets_of_stages(["toggl"])) == set(TOGGL_ASSETS)
    assert assets_of_stages(["toggl", "fibery"]) == RANGE_ASSETS
    assert assets_from("report") == ASSETS_OF["report"]
    assert assets_from("fibery") == FIBERY_ASSETS
    assert assets_from("toggl") == assets_from("collect") == RANGE_ASSETS


@pytest.mark.parametrize(
    ("name", "hint"), [("reprot", "did you mean 'report'?"), ("Enrich", "did you mean 'enrich'?"), ("xyz", "stages: ")]
)
def test_a_misspelt_stage_gets_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=r"--from .*: there is no such stage") as refused:
        assets_from(name)
    assert hint in (refused.value.hint or "")
    with pytest.raises(UsageError, match=r"--stage .*: there is no such stage"):
        assets_of_stages([name])
