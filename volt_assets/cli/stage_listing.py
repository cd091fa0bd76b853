"""The stages as `list-stages` shows them, read from the asset graph and the execution log."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from volt_assets.cli.durations import human_duration
from volt_assets.cli.run_choice import asset_graph
from volt_assets.environment import data_dir
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.execution_log import ExecutionLog
from volt_assets.work_reports.stages import ASSETS_OF, STAGES

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

DAYS = "toggl_days/*.json"


@dataclass(frozen=True)
class StageShown:
    """One stage."""

    stage: str
    assets: tuple[str, ...]
    requires: tuple[str, ...]
    """Files of earlier stages; relative to the folder of the range."""
    produces: tuple[str, ...]
    depends_on: tuple[str, ...]
    last_duration_seconds: float | None
    """The sum over its assets as each was last made; None when one never was."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def list_found_stages() -> list[StageShown]:
    """In the order of the flow, with the durations of the data folder of the environment."""
    graph, found = asset_graph(), []
    seconds = ExecutionLog.of(DataFolder(data_dir(os.environ))).last_durations()
    for stage in STAGES:
        assets = ASSETS_OF[stage]
        outside = [graph[parent] for asset in assets for parent in graph[asset].parents if graph[parent].stage != stage]
        known = [seconds[asset] for asset in assets if asset in seconds]
        found.append(
            StageShown(
                stage=stage,
                assets=assets,
                requires=tuple(dict.fromkeys(node.files[0] for node in outside)),
                produces=tuple(dict.fromkeys(file for asset in assets for file in graph[asset].files)),
                depends_on=tuple(each for each in STAGES if any(node.stage == each for node in outside)),
                last_duration_seconds=round(sum(known), 3) if len(known) == len(assets) else None,
            )
        )
    return found


def print_stages(stages: list[StageShown], console: Console) -> None:
    """One table; a list of names on one line each."""
    rows = []
    for one in stages:
        took = "–" if one.last_duration_seconds is None else human_duration(one.last_duration_seconds)  # noqa: RUF001 -- the dash for nothing
        columns = (one.assets, one.requires or ("Toggl's days",), one.produces, one.depends_on or ("–",))  # noqa: RUF001
        for number in range(max(map(len, columns))):
            first = (one.stage, took) if number == 0 else ("", "")
            cells = [column[number] if number < len(column) else "" for column in columns]
            rows.append((first[0], *cells, first[1]))
    console.table("Stages", ("stage", "assets", "requires", "produces", "depends on", "took last"), rows)
    console.say("toggl stands for collect and toggl_summary, fibery for the rest")
