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
    """All definitions; `settings` decide the schedules, `volt` may be replaced by one with another clock."""
    settings, volt = settings or load_settings(os.environ), volt or VoltResource()
    watchers = [work_reports.watcher(volt)]
    return dg.Definitions.merge(
        work_reports.build_defs(settings, volt),
        dg.Definitions(
            resources={
                "volt": volt,
                **{kind: local_data(kind, watchers) for kind in IO_MANAGERS},
            },
            executor=dg.in_process_executor,
        ),
    )


defs = build_defs()
