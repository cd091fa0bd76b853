"""What a step reads while it makes its asset, noted before it begins and kept once the files are there.

Belongs here: the two moments. Does not: what is read (asset_reads.py), where it is kept (made_from.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import dagster as dg

from volt_assets.resources import VoltResource
from volt_assets.settings import Settings
from volt_assets.work_reports.asset_graph import knows, node_of
from volt_assets.work_reports.asset_reads import Surroundings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.made_from import Figures, MadeFrom, MadeFromStore, files_left, version_left
from volt_assets.work_reports.range_key import RangeKey

UNKNOWN = "unknown"
_WAITING: dict[tuple[str, str], tuple[MadeFrom, str]] = {}
"""(run, asset) -> its record and the version of its document, until an IO manager has written the files in the same process."""


@dataclass
class BeingMade:
    """One asset whose step is at work."""

    surroundings: Surroundings
    asset: str
    run_id: str
    code_version: str
    inputs: dict[str, str]
    decided: dict[str, str]
    again: str | None = None
    store: MadeFromStore = field(init=False)

    def __post_init__(self) -> None:
        """The records of the range."""
        self.store = MadeFromStore(self.surroundings.data, str(self.surroundings.key))

    @classmethod
    def begin(cls, surroundings: Surroundings, asset: str, *, parents: Iterable[str], run_id: str, code_version: str) -> BeingMade:
        """Note what the step starts from: whoever edits a prompt while it works finds the asset stale afterwards."""
        known = MadeFromStore(surroundings.data, str(surroundings.key)).read_all(parents)
        inputs = {parent: known[parent].version if parent in known else UNKNOWN for parent in parents}
        return cls(surroundings, asset, run_id, code_version, inputs, surroundings.decided_for(asset))

    def ends(self, data_version: str, *, statistics: Figures, now: datetime) -> None:
        """The body is done and its files are about to be written."""
        record = MadeFrom(
            asset=self.asset,
            run_id=self.run_id,
            made_at=now,
            code_version=self.code_version,
            version="",
            inputs=self.inputs,
            reads=self.decided | self.surroundings.stored_for(self.asset),
            files={},
            statistics=dict(statistics),
            again=self.again,
        )
        # Until the files are there, nobody knows what they were made from.
        self.store.forget(self.asset)
        _WAITING[self.run_id, self.asset] = record, data_version


def being_made(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    asset: str,
    *,
    key: RangeKey,
    settings: Settings,
    data: DataFolder,
    volt: VoltResource,
) -> BeingMade | None:
    """The asset of a step that begins; None when somebody runs it under another key, or stores elsewhere."""
    graph = context.job_def.asset_layer.asset_graph
    if not knows(graph, asset):
        return None
    access = volt.llm_access(settings)
    model = access.model if access else None
    around = Surroundings(key=key, settings=settings, environ=volt.environ, data=data, model=model, fibery=volt.fibery_access())
    node = node_of(graph, asset)
    return BeingMade.begin(around, asset, parents=node.parents, run_id=context.run.run_id, code_version=node.code_version)


def files_are_there(store: MadeFromStore, run_id: str, asset: str, patterns: tuple[str, ...]) -> None:
    """Keep the record of an asset whose files were written just now."""
    if (waiting := _WAITING.pop((run_id, asset), None)) is not None:
        record, data_version = waiting
        left = files_left(store.range_folder, patterns)
        version = version_left(store.range_folder, patterns, data_version)
        store.keep(record.model_copy(update={"files": left, "version": version}))
