"""What stands under every report: when and from what it was made, and who wrote the sentences."""

from __future__ import annotations

from volt_assets.work_reports.languages.language import gettext, ngettext, pgettext, style
from volt_assets.work_reports.models import Frozen, Origin, Prose
from volt_assets.work_reports.report.figures import signed
from volt_assets.work_reports.report.periods import moment
from volt_assets.work_reports.report.revisions import Draft
from volt_assets.work_reports.report.sentences import more
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
    text, since = gettext("revision %(number)s", number=draft.number), draft.change
    if since is None:
        return text
    if since.is_spread_anew:
        return f"{text} ({gettext('the same time, counted elsewhere than in revision %(number)s', number=since.previous)})"
    if not since.is_of_entries:
        return f"{text} ({gettext('the same time entries as revision %(number)s', number=since.previous)})"
    added, changed = len(since.added), len(since.changed)
    parts = [_entries_added(added), pgettext("entries", "%(number)s changed", number=changed)] if added else [_entries_changed(changed)]
    parts.append(pgettext("entries", "%(number)s deleted", number=len(since.deleted)))
    change = gettext(
        "%(hours)s h since revision %(number)s: %(edits)s", hours=signed(since.seconds), number=since.previous, edits=", ".join(parts)
    )
    return f"{text} ({change})"


def _entries_added(number: int) -> str:
    return ngettext("%(number)s entry added", "%(number)s entries added", number, number=style().integer(number))


def _entries_changed(number: int) -> str:
    return ngettext("%(number)s entry changed", "%(number)s entries changed", number, number=style().integer(number))


def _written(prose: Prose) -> str:
    if prose.written_by is None:
        why = prose.note or (gettext("the model gave no usable answer") if prose.fallback_sections else "")
        return gettext("written without a model") + (f": {why}" if why else "") + (f" ({prose.failure})" if why and prose.failure else "")
    tokens = prose.input_tokens + prose.output_tokens
    text = gettext("prose by %(model)s, %(tokens)s tokens", model=prose.written_by, tokens=style().integer(tokens))
    without = prose.fallback_sections
    if not without:
        return text
    named = ", ".join(section.removeprefix("item:").replace("_", " ") for section in without[:_SECTIONS_NAMED])
    if len(without) > _SECTIONS_NAMED:
        named = gettext("%(first)s and %(last)s", first=named, last=more(len(without) - _SECTIONS_NAMED))
    return gettext("%(prose)s; written without it: %(sections)s", prose=text, sections=named) + (f": {prose.note}" if prose.note else "")
