"""What the views say in words; templates call these by name. Everything that is of type Markdown is safe."""

from __future__ import annotations

from typing import Protocol

from volt_assets.work_reports.languages.language import gettext, gettext_noop, ngettext
from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.figures import counted
from volt_assets.work_reports.report.labels import label_of
from volt_assets.work_reports.report.lines import about, limited_to
from volt_assets.work_reports.report.markdown import Markdown
from volt_assets.work_reports.report.periods import Period

CHOSEN = "chosen people"
"""The scope of a view of an ad-hoc list, whose people it does not name; the name of a team cannot have a blank."""
ON_ITEMS, OTHER_WORK = gettext_noop("on items"), gettext_noop("other work")


class Row(Protocol):
    """A row of a table of groups."""

    @property
    def label(self) -> str:
        """Its name; empty for rows that are shown as one."""
        ...

    @property
    def folded(self) -> int:
        """How many rows are shown as one."""
        ...


def view_about(scene: Scene) -> Markdown:
    """Whom the view is about: `Team`, `Team platform`, `Chosen people`."""
    return Markdown(gettext("Chosen people")) if scene.scope == CHOSEN else about(scene)


def view_limits(scene: Scene) -> Markdown:
    """The filter of the view: `everybody`, `only team platform`, `only chosen people`."""
    return Markdown(gettext("only chosen people")) if scene.scope == CHOSEN else limited_to(scene)


def group_label(row: Row) -> str:
    """The name of a row, or how many small ones it stands for."""
    if row.folded and not row.label:
        return ngettext("%(number)s other as one", "%(number)s others as one", row.folded, number=row.folded)
    return gettext(row.label) if row.label in (ON_ITEMS, OTHER_WORK) else label_of(row.label)


def held_back_line(reason: str, minimum: int, period: Period) -> str:
    """Why a view shows no figure."""
    if reason == CHOSEN:
        return gettext(
            "This range is about people somebody chose. Beside the report about everybody its figures would tell of those who were "
            "left out, so none is shown."
        )
    return few_people_line(minimum, period) + " " + gettext("Figures about so few would be figures about single people, so none is shown.")


def few_people_line(minimum: int, period: Period) -> str:
    """That the team is below the minimum."""
    return gettext("Fewer than %(people)s have time %(this)s.", people=counted(minimum, "person", "people"), this=period.this)


def shared_by_line(minimum: int) -> str:
    """The rule of every figure of the team's view."""
    return gettext(
        "A figure stands here only where at least %(people)s share it; smaller groups are shown as one, or not at all.",
        people=counted(minimum, "person", "people"),
    )
