"""The state of every asset of a range, from its stored files and what is decided now. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping

from volt_assets.work_reports.asset_graph import AssetNode
from volt_assets.work_reports.asset_reads import Surroundings
from volt_assets.work_reports.made_from import MadeFromStore, files_left
from volt_assets.work_reports.staleness import Judged, Stored, judge


def range_state(graph: Mapping[str, AssetNode], around: Surroundings) -> dict[str, Judged]:
    """Each asset by itself. Raises StoredDataError and SettingsError for what cannot be read."""
    store = MadeFromStore(around.data, str(around.key))
    stored = {name: Stored(store.read(name), files_left(store.range_folder, node.files)) for name, node in graph.items()}
    return judge(graph, stored, around.read_by)
