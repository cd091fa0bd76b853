"""Keeps the record of a range true when files are read and written: that happens outside the bodies of the steps.

Dagster's hooks could tell as much, but each writes an event for every step that has nothing to say.
"""

import dagster as dg

from volt_assets.resources import VoltResource
from volt_assets.work_reports.asset_graph import knows, node_of
from volt_assets.work_reports.being_made import files_are_there
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.made_from import MadeFromStore
from volt_assets.work_reports.models.run_metadata import RunMetadata
from volt_assets.work_reports.run_record import RunRecord
from volt_assets.work_reports.stages import STAGE_OF


class RecordWatcher:
    """Told by the IO managers. `volt` gives the clock and the data folder."""

    def __init__(self, volt: VoltResource) -> None:
        """Nothing is read before a run is under way."""
        self._volt = volt

    def written(self, context: dg.OutputContext) -> None:
        """Judge the report set again after the last of its files: the run is over then. Before that, every step's start judges it."""
        if not context.has_asset_key or context.asset_key.path[-1] not in STAGE_OF:
            return
        self._keep_what_it_was_made_from(context)
        if (found := self._record_of(context)) is None:
            return
        data, record, stored = found
        record.files_are_written(context.asset_key.path[-1])
        if STAGE_OF[context.asset_key.path[-1]] == "report" and stored.status != "in_progress":
            record.refresh()
            record.remove_retired_reports()
            if (warning := record.name_foreign_files()) is not None:
                context.log.warning(warning)
            data.lock(stored.key).release()

    def broke(self, context: dg.InputContext | dg.OutputContext, error: Exception) -> None:
        """Note why the run failed, and let go of the range.

        Steps that do not depend on the failed one go on; each claims the range anew.
        """
        if (found := self._record_of(context)) is not None:
            data, record, stored = found
            record.broke_outside(error)
            data.lock(stored.key).release()

    def _keep_what_it_was_made_from(self, context: dg.OutputContext) -> None:
        step, asset = context.step_context, context.asset_key.path[-1]
        graph = step.job_def.asset_layer.asset_graph
        if not knows(graph, asset):
            return
        store = MadeFromStore(DataFolder(self._volt.data_location()), step.partition_key)
        files_are_there(store, step.run_id, asset, node_of(graph, asset).files)

    def _record_of(self, context: dg.InputContext | dg.OutputContext) -> tuple[DataFolder, RunRecord, RunMetadata] | None:
        try:
            step = context.step_context
        except dg.DagsterInvariantViolationError:  # somebody reads an asset outside a run
            return None
        if not step.has_partition_key or not any(key.path[0] == DOMAIN for key in step.job_def.asset_layer.selected_asset_keys):
            return None
        data = DataFolder(self._volt.data_location())
        record = RunRecord(data.of_range(step.partition_key), now=self._volt.now)
        stored = record.read()
        return (data, record, stored) if stored is not None and stored.run_id == step.run_id else None
