"""What the charts show: labelled bars of one or two parts, taken from the facts.

Belongs here: which facts make which chart, and how their sums are described. Does not: how a chart is drawn (drawing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from volt_assets.work_reports.languages.language import gettext, pgettext
from volt_assets.work_reports.models import Frozen
from volt_assets.work_reports.report.fact_models import Grid, ItemFacts, PersonFacts
from volt_assets.work_reports.report.figures import Hours, added
from volt_assets.work_reports.report.labels import label_of
from volt_assets.work_reports.report.periods import Period, column_unit
from volt_assets.work_reports.report.sentences import more
from volt_assets.work_reports.report.shares import NO_PROJECT
from volt_assets.work_reports.report.team_models import MemberRow, ShareRow, TeamFacts, TogglFacts
from volt_assets.work_reports.report.toggl_facts import NO_ITEM
from volt_assets.work_reports.report.trend import Trend

_MOST_COLUMNS = 16
_MOST_ROWS = 9
_BY_UNIT: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "day": lambda: (gettext("Time by day"), pgettext("column of days", "day"), gettext("Hours by day")),
    "week": lambda: (gettext("Time by week"), pgettext("column of weeks", "week"), gettext("Hours by week")),
    "month": lambda: (gettext("Time by month"), pgettext("column of months", "month"), gettext("Hours by month")),
}


class Bar(Frozen):
    """One bar: its label, its parts, its share of the total where that is shown."""

    label: str
    parts: tuple[Hours, ...]
    percent: int | None = None
    is_other: bool = False
    """Time that names no item: drawn in the colour it has in the other charts."""

    @property
    def total(self) -> Hours:
        """The parts as shown, added up."""
        return added(self.parts)


class Chart(Frozen):
    """A chart and, with the same content, its table."""

    name: str
    """Unique in its page; a part of ids."""
    title: str
    label: str
    """What the bars stand for, the heading of the table's first column."""
    series: tuple[str, ...]
    """One name per part of a bar."""
    bars: tuple[Bar, ...]
    form: Literal["columns", "rows"]
    described: str = ""
    """What the drawing shows, e.g. `Hours by project`; else the label says it."""
    adds_up: bool = True
    """Whether the bars are parts of one total."""
    can_be_cut: bool = False
    """Whether a drawing may sum up the bars of the least hours; the table has all of them."""

    @property
    def total(self) -> Hours:
        """Everything shown."""
        return added([bar.total for bar in self.bars])

    @property
    def totals(self) -> tuple[Hours, ...]:
        """The sum of each part over all bars."""
        return tuple(added([bar.parts[index] for bar in self.bars]) for index in range(len(self.series)))

    @property
    def drawn(self) -> tuple[Bar, ...]:
        """The bars of the drawing: of a long list the first ones, the sum of the rest, and the time without an item."""
        listed = [bar for bar in self.bars if not bar.is_other]
        if len(listed) <= _MOST_ROWS or not self.can_be_cut:
            return self.bars
        rest = listed[_MOST_ROWS - 1 :]
        parts = tuple(added([bar.parts[index] for bar in rest]) for index in range(len(self.series)))
        # Without a percentage: the sum of rounded ones would not be its own.
        left = Bar(label=more(len(rest)), parts=parts)
        return (*listed[: _MOST_ROWS - 1], left, *(bar for bar in self.bars if bar.is_other))

    @property
    def description(self) -> str:
        """The drawing in words."""
        described = self.described or gettext("Hours by %(unit)s", unit=self.label)
        return f"{described}: {'; '.join(f'{bar.label} {bar.total.text}' for bar in self.drawn)}."


def team_charts(facts: TeamFacts, toggl: TogglFacts) -> tuple[Chart, ...]:
    """The charts of the report set; those without time are left out."""
    projects = [_share(row.share) for row in facts.projects] + [_share(facts.other_share, is_other=True)]
    types = [_share(row, is_other=row.label == NO_ITEM) for row in toggl.types]
    return _with_time(
        (
            time_by_day(toggl.grid, facts.scene.period),
            _by_project(projects),
            _by_type(types),
            by_person(facts.members),
            trend_chart(facts.trend),
        )
    )


def person_charts(facts: PersonFacts) -> tuple[Chart, ...]:
    """The charts of one person."""
    other = Bar(label=gettext("other activities"), parts=(facts.other,), is_other=True)
    by_project = _grouped(facts.items, other, lambda item: item.project or gettext(NO_PROJECT))
    by_type = _grouped(facts.items, other.model_copy(update={"label": gettext(NO_ITEM)}), lambda item: item.name.type)
    return _with_time(
        (
            time_by_day(facts.grid, facts.scene.period),
            _by_project(by_project),
            _by_type(by_type),
            trend_chart(facts.trend),
        )
    )


def time_by_day(grid: Grid, period: Period) -> Chart:
    """The columns of the hours grid: days, weeks or months."""
    bars = tuple(Bar(label=label, parts=tuple(parts)) for label, *parts in zip(grid.columns, grid.items, grid.other, strict=True))
    unit = column_unit(period)
    form: Literal["columns", "rows"] = "columns" if len(bars) <= _MOST_COLUMNS else "rows"
    title, label, described = by_unit(unit)
    return Chart(name="time_by_day", title=title, label=label, described=described, series=_parts(), bars=bars, form=form)


def by_unit(unit: str) -> tuple[str, str, str]:
    """Title, label and description of a chart of days, weeks or months."""
    return _BY_UNIT[unit]()


def by_person(members: Sequence[MemberRow]) -> Chart:
    """Everybody in the order of the table, which is by name."""
    bars = tuple(Bar(label=row.name, parts=(row.on_items, row.other)) for row in members)
    return Chart(
        name="time_by_person",
        title=gettext("Time by person"),
        label=gettext("person"),
        described=gettext("Hours by person"),
        series=_parts(),
        bars=bars,
        form="rows",
    )


def trend_chart(trend: Trend) -> Chart:
    """The periods before, as far as they are stored without a gap, and this one."""
    bars = tuple(Bar(label=point.label, parts=(point.on_items, _rest(point.total, point.on_items))) for point in trend.points)
    return Chart(
        name="trend",
        title=gettext("Trend"),
        label=trend.heading,
        described=gettext("Hours by %(unit)s", unit=trend.heading),
        series=_parts(),
        bars=bars if trend.is_known else (),
        form="rows",
        adds_up=False,
    )


def _rest(total: Hours, part: Hours) -> Hours:
    return Hours(seconds=total.seconds - part.seconds, tenths=total.tenths - part.tenths)


def _share(row: ShareRow, *, is_other: bool = False) -> Bar:
    return Bar(label=label_of(row.label), parts=(row.hours,), percent=row.percent, is_other=is_other)


def _grouped(items: Sequence[ItemFacts], other: Bar, group: Callable[[ItemFacts], str]) -> list[Bar]:
    """One bar per group, most hours first, then the time without an item."""
    hours: dict[str, list[Hours]] = {}
    for item in items:
        hours.setdefault(group(item), []).append(item.hours)
    bars = [Bar(label=label, parts=(added(parts),)) for label, parts in hours.items()]
    bars.sort(key=lambda bar: (-bar.total.seconds, bar.label))
    return [*bars, other]


def _by_project(bars: Sequence[Bar]) -> Chart:
    return _rows("time_by_project", gettext("Time by project"), (gettext("project"), gettext("Hours by project")), bars)


def _by_type(bars: Sequence[Bar]) -> Chart:
    return _rows("time_by_type", gettext("Time by type of item"), (gettext("type"), gettext("Hours by type")), bars)


def _parts() -> tuple[str, str]:
    return gettext("on items"), gettext("other work")


def _rows(name: str, title: str, labels: tuple[str, str], bars: Sequence[Bar]) -> Chart:
    shown = tuple(bar for bar in bars if bar.total.seconds)
    label, described = labels
    hours = (gettext("hours"),)
    return Chart(name=name, title=title, label=label, described=described, series=hours, bars=shown, form="rows", can_be_cut=True)


def _with_time(charts: Iterable[Chart]) -> tuple[Chart, ...]:
    return tuple(chart for chart in charts if chart.total.seconds)
