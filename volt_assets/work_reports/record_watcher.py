"""Keeps the record of a range true when files are read and written: that happens outside the bodies of the steps.

Dagster's hooks could tell as much, but each writes an event for every step that has nothing to say.
"""

import dagster as dg

from volt_assets.resources import VoltResource
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
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
        if not context.has_asset_key or STAGE_OF.get(context.asset_key.path[-1]) != "report":
            return
        if (found := self._record_of(context)) is not None and found[2].status != "in_progress":
            data, record, stored = found
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
