"""What is read out of Dagster's definitions."""

from __future__ import annotations

from fnmatch import fnmatch

from volt_assets.cli.run_choice import asset_graph
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.conftest import Week
from volt_assets_tests.pipeline import files_of, folder_of


def test_every_asset_comes_after_those_it_is_made_from() -> None:
    graph = asset_graph()
    assert tuple(graph) == RANGE_ASSETS
    seen: set[str] = set()
    for name, node in graph.items():
        assert set(node.parents) <= seen
        seen.add(name)
    assert graph["enriched_entities"].parents == ("entities_to_enrich",)
    assert len(graph["combined_report"].parents) == 9


def test_every_file_of_a_range_belongs_to_one_asset(week: Week) -> None:
    graph, files = asset_graph(), files_of(folder_of(week.data))
    left = [name for name in files if not name.startswith(("revisions/", "runs/")) and name != "run_metadata.json"]
    owners = {name: [node.name for node in graph.values() for pattern in node.files if fnmatch(name, pattern)] for name in left}
    assert {name: owned for name, owned in owners.items() if len(owned) != 1} == {}
    assert all(node.files[0] in left for node in graph.values())
