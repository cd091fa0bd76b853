"""Logs of JSON lines without one person: what was spent stays on the books, whatever else named them goes."""

from __future__ import annotations

import json

from volt_assets.work_reports.subjects.subject import Subject

FORGOTTEN = "forgotten"
# What a line of the ledger says of the call itself (model_spending.py).
_OF_A_CALL = (
    *("at", "call", "step", "rung", "repair", "outcome", "model"),
    *("input_tokens", "output_tokens", "estimated", "cost_usd"),
)


def lines_without(subject: Subject, content: bytes) -> bytes:
    """The file without its lines that name the person; a call of a model keeps its tokens and its money. Other lines stay byte by byte."""
    kept = []
    for line in content.splitlines(keepends=True):
        if not subject.is_named_in(line.decode(errors="replace")):
            kept.append(line)
        elif (spent := _without_subject(line)) is not None:
            kept.append(spent)
    return b"".join(kept)


def _without_subject(line: bytes) -> bytes | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None  # the half line of a process that was killed
    if not isinstance(said, dict) or "call" not in said or "subject" not in said:
        return None
    about = {name: said[name] for name in _OF_A_CALL if name in said}
    return json.dumps({**about, "subject": FORGOTTEN}).encode() + b"\n"
