"""What stands under every report: when and from what it was made, and who wrote the sentences."""

from __future__ import annotations

from volt_assets.work_reports.models import Frozen, Origin, Prose
from volt_assets.work_reports.report.figures import counted, signed
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.report.revisions import Draft
from volt_assets.work_reports.stamp import footer_stamp

_SECTIONS_NAMED = 6


class Footer(Frozen):
    """The parts of the footer that are not facts of the period."""

    generated_at: str
    revision: str
    """`revision 1`, or what is other than in the one before."""
    written: str
    key: str
    run_id: str
    stamp: str


def footer(prose: Prose, origin: Origin, *, data_version: str, draft: Draft) -> Footer:
    """The footer of one report. `data_version` names the data the report was made from."""
    return Footer(
        generated_at=moment(draft.generated_at),
        revision=revision_line(draft),
        written=_written(prose),
        key=origin.key,
        run_id=origin.run_id,
        stamp=footer_stamp(origin, data_version),
    )


def revision_line(draft: Draft) -> str:
    """`revision 2 (+0.5 h since revision 1: 1 entry changed, 0 deleted)`."""
    text, since = f"revision {draft.number}", draft.change
    if since is None:
        return text
    if not since.is_of_entries:
        return f"{text} (the same time entries as revision {since.previous})"
    added = f"{counted(len(since.added), 'entry', 'entries')} added, " if since.added else ""
    changed = f"{counted(len(since.changed), 'entry', 'entries')} changed" if not added else f"{len(since.changed)} changed"
    return f"{text} ({signed(since.seconds)} h since revision {since.previous}: {added}{changed}, {len(since.deleted)} deleted)"


def _written(prose: Prose) -> str:
    if prose.written_by is None:
        why = prose.note or ("the model gave no usable answer" if prose.fallback_sections else "")
        return "written without a model" + (f": {why}" if why else "") + (f" ({prose.failure})" if why and prose.failure else "")
    text = f"prose by {prose.written_by}, {prose.input_tokens + prose.output_tokens:,} tokens"
    without = prose.fallback_sections
    if not without:
        return text
    named = ", ".join(section.removeprefix("item:").replace("_", " ") for section in without[:_SECTIONS_NAMED])
    more = f" and {len(without) - _SECTIONS_NAMED} more" if len(without) > _SECTIONS_NAMED else ""
    return f"{text}; written without it: {named}{more}" + (f": {prose.note}" if prose.note else "")
