"""The only assembly: merge the domains, bind the resources. Nothing else.

Dagster loads `defs` (workspace.yaml, `dagster dev`, `dg`); tests and embedding projects call `build_defs()`.
"""

import os

import dagster as dg

from volt_assets.io_managers import LocalData
from volt_assets.resources import VoltResource
from volt_assets.settings import Settings, load_settings
from volt_assets.work_reports import definitions as work_reports


def build_defs(settings: Settings | None = None, *, volt: VoltResource | None = None) -> dg.Definitions:
    """All definitions; `settings` decide the schedules, `volt` may be replaced by one with another clock."""
    settings = settings or load_settings(os.environ)
    return dg.Definitions.merge(
        work_reports.build_defs(settings),
        dg.Definitions(
            resources={
                "volt": volt or VoltResource(),
                "json": LocalData(kind="json"),
                "markdown": LocalData(kind="markdown"),
                "markdown_document": LocalData(kind="markdown_document"),
                "markdown_folder": LocalData(kind="markdown_folder"),
                "html_set": LocalData(kind="html_set"),
            },
            executor=dg.in_process_executor,
        ),
    )


defs = build_defs()
