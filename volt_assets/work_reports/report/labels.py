"""Labels of ours that stand among names from outside: the data has them in English, a report prints them in its language."""

from __future__ import annotations

from volt_assets.work_reports.languages.language import gettext, gettext_noop

_OWN_LABELS = frozenset(
    (
        gettext_noop("no project"),
        gettext_noop("no client"),
        gettext_noop("no work item"),
        gettext_noop("other activities"),
        gettext_noop("(no description)"),
    )
)


def label_of(name: str) -> str:
    """A name from outside as it is; one of our own labels in the language of the report."""
    return gettext(name) if name in _OWN_LABELS else name
