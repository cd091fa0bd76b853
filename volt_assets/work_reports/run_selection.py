"""Which assets a run makes: what was asked for, less what is fresh; and whether what they are made from is there.

Belongs here: stages and assets -> assets, and refusing what cannot be made. Does not: the options of a command (cli/stage_options.py), the
judgement (staleness.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from volt_assets.errors import UsageError
from volt_assets.work_reports.asset_graph import AssetNode
from volt_assets.work_reports.stages import ASSETS_OF, FIBERY_ASSETS, RANGE_ASSETS, STAGES, TOGGL_ASSETS
from volt_assets.work_reports.staleness import Judged, propagated

ALIASES: dict[str, tuple[str, ...]] = {"toggl": TOGGL_ASSETS, "fibery": FIBERY_ASSETS}
"""The two stages of the first design: collecting with its summary, and everything else."""
ASSETS_BY_NAME: dict[str, tuple[str, ...]] = {**{stage: ASSETS_OF[stage] for stage in STAGES}, **ALIASES}


@dataclass(frozen=True)
class Selection:
    """What a run makes of what was asked for."""

    assets: tuple[str, ...]
    """In the order of the flow; none when there is nothing to do."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Asked for and left out: asset -> why."""


def assets_of_stages(stages: Sequence[str]) -> tuple[str, ...]:
    """The assets of these stages in the order of the flow. Raises UsageError with the nearest name."""
    wanted = {asset for stage in stages for asset in ASSETS_BY_NAME[check_stage(stage, "--stage")]}
    return tuple(asset for asset in RANGE_ASSETS if asset in wanted)


def assets_from(stage: str) -> tuple[str, ...]:
    """The assets of this stage and of all after it. Raises UsageError with the nearest name."""
    check_stage(stage, "--from")
    if stage in ALIASES:
        return RANGE_ASSETS if stage == "toggl" else FIBERY_ASSETS
    return tuple(asset for later in STAGES[STAGES.index(stage) :] for asset in ASSETS_OF[later])


def check_stage(name: str, option: str) -> str:
    """The name, when there is such a stage."""
    if name in ASSETS_BY_NAME:
        return name
    import difflib  # noqa: PLC0415 -- only who misspells a name needs it

    near = difflib.get_close_matches(name.lower(), ASSETS_BY_NAME, n=1, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else f"stages: {', '.join(STAGES)}"
    raise UsageError(f"{option} {name[:40]}: there is no such stage", hint=hint)


def select(chosen: Collection[str], judged: Mapping[str, Judged], graph: Mapping[str, AssetNode], *, force: bool) -> Selection:
    """The chosen assets that are not fresh, and those made from them; all of them with `force`.

    `judged`: each asset by itself. One whose input is stale and not chosen is judged by that input as it is stored.
    """
    assets = tuple(asset for asset in graph if asset in chosen)
    if force:
        return Selection(assets)
    inside = {asset: judged[asset] if asset in chosen else Judged(asset, "fresh") for asset in graph}
    state = propagated(graph, inside)
    made = tuple(asset for asset in assets if state[asset].state != "fresh")
    return Selection(made, {asset: "fresh" for asset in assets if asset not in made})


def check_inputs(assets: Collection[str], graph: Mapping[str, AssetNode], judged: Mapping[str, Judged], key: str) -> None:
    """Raise UsageError, naming the files, when assets are made from others that are neither there nor planned."""
    absent = {
        parent: graph[parent]
        for asset in assets
        for parent in graph[asset].parents
        if parent not in assets and judged[parent].state == "missing"
    }
    if absent:
        files = ", ".join(node.files[0] for node in absent.values())
        needing = sorted({graph[asset].stage for asset in assets if absent.keys() & set(graph[asset].parents)}, key=STAGES.index)
        stages = sorted({node.stage for node in absent.values()}, key=STAGES.index)
        missing = " ".join(f"--stage {stage}" for stage in stages)
        raise UsageError(
            f"{key}: stage {' and '.join(needing)} needs {files}, which is not there and not planned",
            hint=f"add {missing}, or use --from {stages[0]}",
        )
