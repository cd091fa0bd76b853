"""How pages print which side of its subject a fact shows; in the data aspects are the same in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from volt_assets.work_reports.languages.language import gettext, gettext_noop
from volt_assets.work_reports.report.alignment import class_name
from volt_assets.work_reports.report.fact_models import AlignmentClass
from volt_assets.work_reports.report.finding_names import findings_name

_ASPECTS = frozenset(
    (
        *(gettext_noop("tracked"), gettext_noop("time"), gettext_noop("part of the time"), gettext_noop("time of the team")),
        *(gettext_noop("time on items"), gettext_noop("time on other work"), gettext_noop("time on finished items")),
        *(gettext_noop("time in meetings"), gettext_noop("time on the longest day"), gettext_noop("longest day")),
        *(gettext_noop("share"), gettext_noop("share on items"), gettext_noop("share of other work"), gettext_noop("share of meetings")),
        *(gettext_noop("share of the items with the most time"), gettext_noop("share done"), gettext_noop("change")),
        *(gettext_noop("started on"), gettext_noop("finished on"), gettext_noop("planned end"), gettext_noop("commented on")),
        *(gettext_noop("states fetched on"), gettext_noop("overdue by"), gettext_noop("late by"), gettext_noop("early by")),
        *(
            gettext_noop("items worked on"),
            gettext_noop("items finished"),
            gettext_noop("items overdue"),
            gettext_noop("items in progress"),
        ),
        *(gettext_noop("items missing in Toggl"), gettext_noop("projects with time"), gettext_noop("people with time")),
        *(gettext_noop("people of a project"), gettext_noop("people of an activity"), gettext_noop("days with time")),
        *(gettext_noop("changes of work"), gettext_noop("changes of work per day"), gettext_noop("entries still running")),
        *(gettext_noop("state"), gettext_noop("done"), gettext_noop("finished")),
    )
)
_CLASSES: Mapping[str, AlignmentClass] = {kind: kind for kind in get_args(AlignmentClass)}
_ITEMS, _TIME, _FURTHER = "items of class ", "time of class ", "further "


def aspect_name(aspect: str) -> str:
    """`time`, `items finished`, `items of the class “not found”`."""
    if aspect in _ASPECTS:
        return gettext(aspect)
    for start, text in ((_ITEMS, gettext_noop("items of the class “%(kind)s”")), (_TIME, gettext_noop("time of the class “%(kind)s”"))):
        kind = _CLASSES.get(aspect.removeprefix(start)) if aspect.startswith(start) else None
        if kind is not None:
            return gettext(text, kind=class_name(kind))
    return gettext("not named here") if aspect.startswith(_FURTHER) else findings_name(aspect)
