"""What stands under every report: when and from what it was made, and who wrote the sentences."""

from __future__ import annotations

from datetime import datetime

from volt_assets.work_reports.models import Frozen, Origin, Prose
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.stamp import footer_stamp

_SECTIONS_NAMED = 6


class Footer(Frozen):
    """The parts of the footer that are not facts of the period."""

    generated_at: str
    written: str
    key: str
    run_id: str
    stamp: str


def footer(prose: Prose, origin: Origin, *, data_version: str, generated_at: datetime) -> Footer:
    """The footer of one report. `generated_at` is aware; `data_version` names the data the report was made from."""
    return Footer(
        generated_at=moment(generated_at),
        written=_written(prose),
        key=origin.key,
        run_id=origin.run_id,
        stamp=footer_stamp(origin, data_version),
    )


def _written(prose: Prose) -> str:
    if prose.written_by is None:
        why = f" ({prose.failure})" if prose.failure else ""
        return "written without a model" + (f": the model gave no usable answer{why}" if prose.fallback_sections else "")
    text = f"prose by {prose.written_by}, {prose.input_tokens + prose.output_tokens:,} tokens"
    without = prose.fallback_sections
    if not without:
        return text
    named = ", ".join(section.removeprefix("item:").replace("_", " ") for section in without[:_SECTIONS_NAMED])
    more = f" and {len(without) - _SECTIONS_NAMED} more" if len(without) > _SECTIONS_NAMED else ""
    return f"{text}; written without it: {named}{more}"
