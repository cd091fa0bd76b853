"""The only assembly: merge the domains, bind the resources. Nothing else.

Dagster loads `defs` (workspace.yaml, `dagster dev`, `dg`); tests and embedding projects call `build_defs()`.
"""

import os

import dagster as dg

from volt_assets.io_managers import IO_MANAGERS, local_data
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports import definitions as work_reports


def build_defs(settings: Settings | None = None, *, volt: VoltResource | None = None) -> dg.Definitions:
    """All definitions but the executor of runs that are no job's: that is the deployment's choice.

    `settings` decide the schedules, by default those of `volt`, which may be replaced by one with other variables or another clock.
    """
    volt = volt or VoltResource()
    watchers = [work_reports.watcher(volt)]
    return dg.Definitions.merge(
        work_reports.build_defs(settings or volt.settings(), volt),
        dg.Definitions(
            resources={
                "volt": volt,
                **{kind: local_data(kind, watchers, volt.data_location, is_own=work_reports.is_own_file) for kind in IO_MANAGERS},
            }
        ),
    )


# A process of its own costs each step more than the step.
defs = dg.Definitions.merge(build_defs(load_settings(os.environ)), dg.Definitions(executor=dg.in_process_executor))
