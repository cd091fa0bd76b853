"""What Dagster knows of the assets of a range: from which others each is made, which files it leaves, which code makes it.

Belongs here: reading it out of the definitions. Does not: which stage an asset is in (stages.py), what else it reads (asset_reads.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

from volt_assets.io_managers import IO_MANAGERS
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.work_reports.stages import RANGE_ASSETS, STAGE_OF, Stage

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.asset_graph import AssetGraph


@dataclass(frozen=True)
class AssetNode:
    """One asset of a range."""

    name: str
    stage: Stage
    parents: tuple[str, ...]
    """The assets of the range it is made from, in the order of the flow."""
    files: tuple[str, ...]
    """Patterns of the files it leaves in the folder of the range, its own one first."""
    code_version: str


def range_graph(graph: AssetGraph) -> dict[str, AssetNode]:
    """The assets of a range by name, each after those it is made from."""
    return {name: node_of(graph, name) for name in RANGE_ASSETS}


def knows(graph: AssetGraph, name: str) -> bool:
    """Whether the asset is in the graph under its own key, and leaves files by one of our IO managers."""
    key = dg.AssetKey([DOMAIN, name])
    return graph.has(key) and graph.get(key).assets_def.get_io_manager_key_for_asset_key(key) in IO_MANAGERS


def node_of(graph: AssetGraph, name: str) -> AssetNode:
    """One asset of the graph; a run that makes only some assets knows of the others all the same."""
    node = graph.get(dg.AssetKey([DOMAIN, name]))
    parents = {key.path[-1] for key in node.parent_keys}
    return AssetNode(
        name=name,
        stage=STAGE_OF[name],
        parents=tuple(parent for parent in RANGE_ASSETS if parent in parents),
        files=_files_of(node.assets_def, node.key),
        code_version=node.code_version or "",
    )


def _files_of(assets: dg.AssetsDefinition, key: dg.AssetKey) -> tuple[str, ...]:
    manager = IO_MANAGERS[assets.get_io_manager_key_for_asset_key(key)]
    kinds: Mapping[str, object] = {output.name: output.dagster_type.typing_type for output in assets.node_def.output_defs}
    # A report that is nothing but text has no document beside it.
    is_text = kinds[assets.get_output_name_for_asset_key(key)] is str
    patterns = [pattern for pattern in manager.leaves if not (is_text and pattern.endswith(".json"))]
    return tuple(pattern.format(name=key.path[-1]) for pattern in patterns)
