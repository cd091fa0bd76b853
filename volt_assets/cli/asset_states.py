"""The part of a plan that says of each asset whether it is fresh, and what the run does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from volt_assets.cli.run_choice import asset_graph
from volt_assets.work_reports.collect.day_store import DayStore
from volt_assets.work_reports.collect.recheck import recheck_span
from volt_assets.work_reports.staleness import FROM_OUTSIDE, Judged, propagated

if TYPE_CHECKING:
    from volt_assets.cli.console import Console
    from volt_assets.cli.run_choice import Choice

MAKES, SKIPS, NOT_ASKED_FOR = "makes it", "skips it", "not asked for"


@dataclass(frozen=True)
class AssetState:
    """One asset of the plan."""

    asset: str
    stage: str
    state: str
    """fresh, stale or missing, as far as what is stored can tell."""
    run: str
    """What the run does: makes it, skips it, asks Toggl or Fibery first, or it was not asked for."""
    reasons: tuple[str, ...]


def asset_states(choice: Choice, judged: Mapping[str, Judged]) -> list[AssetState]:
    """Every asset of the key, in the order of the flow."""
    graph = asset_graph()
    made = choice.of(judged).assets
    shown = propagated(graph, judged)
    asks = _asks(choice)
    return [
        AssetState(
            asset=name,
            stage=node.stage,
            state=shown[name].state,
            run=_action(name, choice, made, asks),
            reasons=shown[name].reasons or ((f"as stored; {asks[name]}",) if name in asks and name not in made else ()),
        )
        for name, node in graph.items()
    ]


def print_states(states: list[AssetState], console: Console) -> None:
    """As a table, and in one sentence."""
    rows = [(one.asset, one.stage, one.state, one.run, "; ".join(one.reasons)) for one in states]
    console.table("Assets", ("asset", "stage", "state", "the run", "why"), rows)
    made = [one.asset for one in states if one.run == MAKES]
    asks = [FROM_OUTSIDE[one.asset] for one in states if one.run.startswith("asks")]
    if made:
        console.say(f"makes {len(made)} of {len(states)} assets")
    else:
        unless = f", unless {' or '.join(asks)} {'says' if len(asks) == 1 else 'say'} otherwise" if asks else ""
        console.say(f"nothing to do{unless}")


def states_as_json(states: list[AssetState]) -> list[dict[str, Any]]:
    """For programs."""
    return [asdict(one) for one in states]


def _asks(choice: Choice) -> dict[str, str]:
    """Assets about which the run asks before it skips them, and what."""
    chosen = choice.plan.assets
    asks = {"enriched_entities": "Fibery is asked whether the items are as they were"} if "enriched_entities" in chosen else {}
    days = choice.settings.toggl.recheck_days
    key = choice.around.key
    if "raw_toggl_data" in chosen and recheck_span(key.days, DayStore.of(choice.data), now=choice.now(), horizon_days=days).proven:
        asks["raw_toggl_data"] = f"Toggl is asked whether days of the last {days} were edited"
    return asks


def _action(name: str, choice: Choice, made: tuple[str, ...], asks: Mapping[str, str]) -> str:
    if name not in choice.plan.assets:
        return NOT_ASKED_FOR
    if name in made:
        return MAKES
    return f"asks {FROM_OUTSIDE[name]} first" if name in asks else SKIPS
