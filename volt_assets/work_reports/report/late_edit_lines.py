"""What was edited after it had been downloaded, in a sentence; templates call these by name. Everything returned is safe Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from volt_assets.work_reports.languages.language import gettext, ngettext
from volt_assets.work_reports.report.data_models import LateEdits
from volt_assets.work_reports.report.markdown import Markdown, title
from volt_assets.work_reports.report.sentences import listing
from volt_assets.work_reports.report.team_models import TeamFacts, TogglFacts

_DAYS_NAMED = 5
_PEOPLE_NAMED = 5
_Counted = Mapping[str, Callable[[int], str]]
# The first part of a list names what is counted, the others go on: `1 entry was added and 2 were changed`.
_ENTRIES: _Counted = {
    "added": lambda number: ngettext("%(number)s entry was added", "%(number)s entries were added", number, number=number),
    "changed": lambda number: ngettext("%(number)s entry was changed", "%(number)s entries were changed", number, number=number),
    "deleted": lambda number: ngettext("%(number)s entry was deleted", "%(number)s entries were deleted", number, number=number),
}
_OF_THESE: _Counted = {
    "added": lambda number: ngettext(
        "%(number)s of these entries was added", "%(number)s of these entries were added", number, number=number
    ),
    "changed": lambda number: ngettext(
        "%(number)s of these entries was changed", "%(number)s of these entries were changed", number, number=number
    ),
}
_MORE: _Counted = {
    "added": lambda number: ngettext("%(number)s was added", "%(number)s were added", number, number=number),
    "changed": lambda number: ngettext("%(number)s was changed", "%(number)s were changed", number, number=number),
    "deleted": lambda number: ngettext("%(number)s was deleted", "%(number)s were deleted", number, number=number),
}


def late_edits_line(facts: TeamFacts | TogglFacts) -> Markdown:
    """What was edited after it was downloaded, and whom it concerns; nothing when nothing was."""
    late = facts.late_edits
    if late is None:
        return Markdown("")
    edits = gettext(
        "Late edits: after their days had been downloaded, %(counts)s (%(hours)s h)%(moved)s, on %(days)s; last noticed %(noticed)s.",
        counts=_counted(late, _ENTRIES),
        hours=late.hours,
        moved=_moved(late.moved),
        days=listing(late.days, _DAYS_NAMED),
        noticed=late.noticed_at,
    )
    everybody = [gettext("These are the edits of everybody in the workspace.")] if facts.scene.scope else []
    people = listing([Markdown(f"{title(name)} ({count})") for name, count in late.people], _PEOPLE_NAMED)
    concern = gettext("They concern %(people)s%(owner)s.", people=people or gettext("nobody of this report"), owner=_owner(late.deleted))
    return Markdown(" ".join([edits, *everybody, gettext("All figures include them."), concern]))


def own_late_edits_line(late: LateEdits | None) -> Markdown:
    """The same for one person's own entries."""
    if late is None:
        return Markdown("")
    edits = ngettext(
        "Late edits: %(counts)s after its day had been downloaded (%(days)s).",
        "Late edits: %(counts)s after their days had been downloaded (%(days)s).",
        late.added + late.changed,
        counts=_counted(late, _OF_THESE),
        days=listing(late.days, _DAYS_NAMED),
    )
    return Markdown(f"{edits} {gettext('All figures include them.')}")


def _counted(late: LateEdits, first: _Counted) -> Markdown:
    said: list[Markdown] = []
    for kind in first:
        if number := getattr(late, kind):
            said.append(Markdown((_MORE if said else first)[kind](number)))
    return listing(said)


def _moved(number: int) -> str:
    if not number:
        return ""
    return ngettext("; %(number)s of them moved to another day", "; %(number)s of them moved to another day", number, number=number)


def _owner(deleted: int) -> str:
    if not deleted:
        return ""
    return ngettext("; whose the deleted one was is not known", "; whose the deleted ones were is not known", deleted)
