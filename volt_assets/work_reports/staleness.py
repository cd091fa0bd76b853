"""Which assets of a range are fresh, stale or missing, and why: a judgement over what is stored and what is decided now.

Belongs here: comparing. Does not: what assets read (asset_reads.py), asking Toggl and Fibery (asking_again.py), which assets a run makes
(run_selection.py). Nothing here asks anybody: of the two assets that come from outside it can only say that nothing here speaks
against them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from volt_assets.work_reports.asset_graph import AssetNode
from volt_assets.work_reports.asset_reads import ABSENT, LOOKED_UP
from volt_assets.work_reports.made_from import FilesLeft, MadeFrom

State = Literal["fresh", "stale", "missing"]
FROM_OUTSIDE = {"raw_toggl_data": "Toggl", "enriched_entities": "Fibery"}
"""Assets that only an answer of the service can prove right, and whom to ask."""
_LISTED = 3


@dataclass(frozen=True)
class Judged:
    """One asset."""

    asset: str
    state: State
    reasons: tuple[str, ...] = ()
    """Why it is not fresh; one line each, no names of people."""

    @property
    def reason(self) -> str:
        """All of them in one line."""
        return "; ".join(self.reasons)

    def because(self, reason: str) -> Judged:
        """The same with one more reason to make it again."""
        return replace(self, state="stale" if self.state == "fresh" else self.state, reasons=(*self.reasons, reason))


@dataclass(frozen=True)
class Stored:
    """What is known of an asset and what its files are like now."""

    record: MadeFrom | None
    files: Mapping[str, FilesLeft]


def judge(graph: Mapping[str, AssetNode], stored: Mapping[str, Stored], reads: Callable[[str], Mapping[str, str]]) -> dict[str, Judged]:
    """Every asset by itself and against its inputs as they are stored; nothing is propagated. `reads` gives what it reads now."""
    return {name: _judged(node, stored, reads) for name, node in graph.items()}


def propagated(graph: Mapping[str, AssetNode], judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """The same with everything below a stale or missing asset stale as well."""
    found: dict[str, Judged] = {}
    for name, node in graph.items():
        found[name] = judged[name]
        if found[name].state != "missing" and (above := [parent for parent in node.parents if found[parent].state != "fresh"]):
            found[name] = found[name].because(f"upstream {_list(above)}")
    return found


def with_answers(judged: Mapping[str, Judged], answers: Mapping[str, str]) -> dict[str, Judged]:
    """The same with what asking Toggl and Fibery has shown: asset -> why it is to be made again."""
    return {name: one.because(answers[name]) if name in answers else one for name, one in judged.items()}


def _judged(node: AssetNode, stored: Mapping[str, Stored], reads: Callable[[str], Mapping[str, str]]) -> Judged:
    own = stored[node.name]
    if not own.files[node.files[0]].count:
        return Judged(node.name, "missing", ("file absent" if own.record is not None else "never made",))
    if own.record is None:
        return Judged(node.name, "stale", ("not known what it was made from",))
    versions = {parent: found.version for parent in node.parents if (found := stored[parent].record) is not None}
    reasons = (*_of_files(node, own, own.record), *_of_code(node, own.record), *_of_inputs(own.record, node, versions))
    reasons += _of_reads(own.record.reads, reads(node.name))
    if own.record.again is not None:
        reasons += (own.record.again,)
    return Judged(node.name, "stale" if reasons else "fresh", reasons)


def _of_files(node: AssetNode, own: Stored, record: MadeFrom) -> tuple[str, ...]:
    found = []
    for pattern in node.files:
        left, there = record.files.get(pattern), own.files[pattern]
        if left is None or left.count > there.count:
            found.append(f"file absent: {pattern}" + (f" ({there.count} of {left.count} there)" if left and left.count > 1 else ""))
        elif left != there:
            found.append(f"file changed by somebody else: {pattern}")
    return tuple(found)


def _of_code(node: AssetNode, record: MadeFrom) -> tuple[str, ...]:
    return () if record.code_version == node.code_version else (f"code changed: {record.code_version} to {node.code_version}",)


def _of_inputs(record: MadeFrom, node: AssetNode, versions: Mapping[str, str]) -> tuple[str, ...]:
    newer = [parent for parent in node.parents if parent in versions and record.inputs.get(parent) != versions[parent]]
    return (f"input newer: {_list(newer)}",) if newer else ()


def _of_reads(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    changed: dict[str, list[str]] = {kind: [] for kind in ("day", "day absent", *_SAID, "other")}
    for name in (*now, *(name for name in before if name not in now)):
        is_unknown = name in LOOKED_UP and now.get(name) == ABSENT
        if before.get(name) != now.get(name) and not is_unknown:
            kind, _, what = name.partition(" ")
            kind = "day absent" if kind == "day" and now.get(name) == ABSENT else kind
            changed[kind if kind in changed else "other"].append(what if kind in changed else name)
    if changed["model"]:
        # With another writer other prompts and settings are read: that is one change, not many.
        changed["prompt"] = []
        changed["setting"] = [name for name in changed["setting"] if not name.startswith("llm.")]
        changed["model"] = [f"{before.get('model')} to {now.get('model')}"]
    return (
        *(f"{said} changed: {_list(changed[kind])}" for kind, said in _SAID.items() if changed[kind]),
        *(f"{name} changed" for name in changed["other"]),
        *((f"day re-checked: {_list(changed['day'])} replaced since",) if changed["day"] else ()),
        *((f"day absent: {_list(changed['day absent'])}",) if changed["day absent"] else ()),
    )


_SAID = {"setting": "configuration", "model": "model", "prompt": "prompt", "template": "template", "catalog": "words"}


def _list(names: Collection[str]) -> str:
    shown = list(names)[:_LISTED]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
