"""`views/team.md`: what the whole team, or a customer, may read: totals, projects, features, finished items; nobody's own figures.

No name of a person, no text of a time entry, no link to Toggl, no row about somebody. Hours stand only where enough people share
them, and only side by side with what does not give others away (group_size.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from volt_assets.work_reports.languages.language import gettext_noop
from volt_assets.work_reports.report.data_models import Scene
from volt_assets.work_reports.report.fact_models import FeatureBlock
from volt_assets.work_reports.report.features import parts_of
from volt_assets.work_reports.report.figures import Hours, added, change, percentage
from volt_assets.work_reports.report.further_reports import further_report
from volt_assets.work_reports.report.hours_grid import hours_grid
from volt_assets.work_reports.report.periods import GridColumn, grid_columns
from volt_assets.work_reports.report.scene import AD_HOC
from volt_assets.work_reports.report.shares import NO_PROJECT
from volt_assets.work_reports.report.team_items import TeamItems, team_items
from volt_assets.work_reports.report.team_projects import features
from volt_assets.work_reports.report.toggl_facts import NO_ITEM
from volt_assets.work_reports.report.trend import trend
from volt_assets.work_reports.report.views.group_size import Contributions, Figure, Label, folded
from volt_assets.work_reports.report.views.team_view_models import DoneItem, FeatureRow, GroupRow, TeamView, TrendRow
from volt_assets.work_reports.report.views.view_lines import CHOSEN, ON_ITEMS, OTHER_WORK
from volt_assets.work_reports.report.whole_range import WholeRange

TOO_FEW = "too few people"
_WHOLE: Figure = frozenset((("whole", ""),))
OTHER = gettext_noop("other activities")
_TABLES = ("kind", "project", "type", "column")


def team_view(whole: WholeRange) -> TeamView:
    """What may be shown to those who are not to see single people."""
    group = _Group(whole)
    scene = nameless(whole.scene)
    why = group.held_back
    if why is not None:
        nothing: dict[str, tuple[()]] = dict.fromkeys(("finished", "kinds", "projects", "types", "columns", "features", "trend"), ())
        return _view(whole, scene, held_back=why, people=None, total=None, change=None, items=0, overdue=0, **nothing)
    kinds, projects, types, columns = group.tables
    shown = [_WHOLE, *(row for table in group.figures.values() for row in table)]
    items = group.items
    return _view(
        whole,
        scene,
        held_back=None,
        people=whole.aggregated.statistics.people_with_time,
        total=whole.total,
        change=group.change,
        items=len(items),
        finished=_finished(items),
        overdue=sum(item.is_overdue for item, _ in items),
        kinds=kinds,
        projects=projects,
        types=types,
        columns=columns,
        features=tuple(_features(group, shown)),
        trend=group.trend,
    )


def nameless(scene: Scene) -> Scene:
    """The scene of a report that names nobody and leads to no entry."""
    scope = CHOSEN if scene.scope is not None and scene.scope.startswith(AD_HOC) else scene.scope
    return scene.model_copy(update={"scope": scope, "people": (), "roster": (), "running": (), "entries": 0, "entries_url": ""})


def _view(whole: WholeRange, scene: Scene, **content: object) -> TeamView:
    minimum = whole.settings.reports.minimum_group_size
    heading = trend((), whole.scene.period, whole.total, whole.on_items, None).heading
    return further_report(TeamView, whole, scene=scene, minimum_group_size=minimum, trend_heading=heading, **content)


@dataclass(frozen=True)
class _Leaf:
    """One person's time on one item or activity, with its labels."""

    person: int
    hours: Hours
    seconds_by_day: Mapping[str, int]
    labels: frozenset[Label]


@dataclass(frozen=True)
class _Group:
    """The time of everybody by the tables it may stand in."""

    whole: WholeRange

    @property
    def minimum(self) -> int:
        return self.whole.settings.reports.minimum_group_size

    @property
    def held_back(self) -> str | None:
        if self.whole.scene.people:
            return CHOSEN
        return TOO_FEW if self.whole.aggregated.statistics.people_with_time < self.minimum else None

    @cached_property
    def items(self) -> TeamItems:
        return team_items(self.whole.works, self.whole.around)

    @cached_property
    def blocks(self) -> tuple[FeatureBlock, ...]:
        return features([item for item, _ in self.items], self.whole.around)

    @cached_property
    def leaves(self) -> tuple[_Leaf, ...]:
        return tuple(self._leaves())

    @cached_property
    def columns(self) -> Sequence[GridColumn]:
        return grid_columns(self.whole.scene.period)

    @cached_property
    def contributions(self) -> Contributions:
        return Contributions(self._parts(), self.minimum)

    @cached_property
    def hours(self) -> dict[Label, Hours]:
        """What is shown for each label, as everywhere else."""
        parts: dict[Label, list[Hours]] = {}
        for leaf in self.leaves:
            for label in leaf.labels:
                parts.setdefault(label, []).append(leaf.hours)
        found = {label: added(each) for label, each in parts.items()}
        of_items = [(leaf.seconds_by_day, leaf.hours) for leaf in self.leaves if ("kind", ON_ITEMS) in leaf.labels]
        others = [(leaf.seconds_by_day, leaf.hours) for leaf in self.leaves if ("kind", ON_ITEMS) not in leaf.labels]
        grid = hours_grid(of_items, others, self.whole.scene.period)
        for column, *pair in zip(self.columns, grid.items, grid.other, strict=True):
            if (both := added(pair)).seconds:
                found["column", column.label] = both
        return found

    @cached_property
    def figures(self) -> dict[str, list[Figure]]:
        """The tables that may stand beside each other, each with what is left of it."""
        alone = {table: folded(self._rows(table), self.contributions) for table in _TABLES}
        if self.contributions.are_safe([_WHOLE, *(row for rows in alone.values() for row in rows)]):
            return alone
        shown, found = [_WHOLE], {}
        for table in alone:
            found[table] = folded(self._rows(table), self.contributions, shown)
            shown += found[table]
        return found

    @cached_property
    def tables(self) -> tuple[tuple[GroupRow, ...], ...]:
        return tuple(tuple(self._shown(rows)) for rows in self.figures.values())

    @property
    def change(self) -> str | None:
        """Against the period before, when that one was not of fewer people."""
        before, statistics = self.whole.before, self.whole.aggregated.previous_statistics
        if before is None or statistics is None or statistics.people_with_time < self.minimum:
            return None
        return change(self.whole.total, before)

    @property
    def trend(self) -> tuple[TrendRow, ...]:
        whole, earlier = self.whole, self.whole.aggregated.earlier_periods
        found = trend(earlier, whole.scene.period, whole.total, whole.on_items, whole.before)
        if not found.is_known:
            return ()
        hours = [point.total if one.people_with_time >= self.minimum else None for one, point in zip(earlier, found.points, strict=False)]
        return tuple(TrendRow(label=point.label, hours=part) for point, part in zip(found.points, [*hours, whole.total], strict=True))

    def _rows(self, table: str) -> list[Label]:
        """The least first: few people before many, little time before much."""
        rows = [label for label, hours in self.hours.items() if label[0] == table and hours.seconds]
        size = {row: self.contributions.people(frozenset((row,))) for row in rows}
        return sorted(rows, key=lambda row: (size[row], self.hours[row].seconds, row))

    def _shown(self, rows: Sequence[Figure]) -> Iterator[GroupRow]:
        """By time, days in their order, what is shown as one last."""
        order = {("column", column.label): number for number, column in enumerate(self.columns)}
        hours = {row: added([self.hours[label] for label in row]) for row in rows}
        ordered = sorted(rows, key=lambda row: (len(row) > 1, order.get(min(row), 0), -hours[row].seconds, min(row)[1]))
        whole = sum(part.seconds for part in hours.values())
        for row in ordered:
            named = [label for _, label in sorted(row, key=lambda label: (order.get(label, 0), label))]
            folded_rows = len(row) if len(row) > 1 else 0
            # Days have no secret in their names.
            label = "" if folded_rows and row - order.keys() else ", ".join(named)
            yield GroupRow(label=label, folded=folded_rows, hours=hours[row], percent=percentage(hours[row].seconds, whole))

    def _leaves(self) -> Iterator[_Leaf]:
        below: dict[tuple[str, str], list[Label]] = {}
        for block in self.blocks:
            for key in parts_of(block, self.whole.around):
                below.setdefault(key, []).append(_label(block))
        for work in self.whole.works:
            for one in work.items:
                project, kind = one.tracked.project or NO_PROJECT, one.item.type
                labels = [("kind", ON_ITEMS), ("project", project), ("type", kind), *below.get(one.key, ())]
                yield _Leaf(work.user_id, one.hours, one.tracked.seconds_by_day, frozenset(labels))
            for activity, hours in work.activities:
                labels = [("kind", OTHER_WORK), ("project", OTHER), ("type", NO_ITEM)]
                yield _Leaf(work.user_id, hours, activity.seconds_by_day, frozenset(labels))

    def _parts(self) -> Iterator[tuple[int, Iterable[Label]]]:
        for leaf in self.leaves:
            for column in self.columns:
                if column.seconds_in(leaf.seconds_by_day):
                    yield leaf.person, (*leaf.labels, *_WHOLE, ("column", column.label))


def _finished(items: TeamItems) -> tuple[DoneItem, ...]:
    """By day and number: the order of hours would tell of hours that are not shown."""
    found = sorted((one for _, one in items if one.finished), key=lambda one: (one.finished_day or date.max, one.name.key))
    return tuple(DoneItem(name=one.name, finished_on=one.finished_on) for one in found)


def _label(block: FeatureBlock) -> Label:
    return ("feature", " #".join(block.feature.key))


def _features(group: _Group, shown: list[Figure]) -> Iterator[FeatureRow]:
    """By name, each with its hours as long as these may stand beside everything that is shown already."""
    contributions = group.contributions
    figures = {block.feature.key: frozenset((_label(block),)) for block in group.blocks if block.team_hours.seconds}
    all_fit = contributions.are_safe([*shown, *figures.values()])
    for block in sorted(group.blocks, key=lambda each: each.feature.title.casefold()):
        figure = figures.get(block.feature.key)
        is_shown = figure is not None and (all_fit or contributions.are_safe([*shown, figure]))
        if figure is not None and is_shown:
            shown.append(figure)
        yield FeatureRow(
            feature=block.feature,
            done=block.done,
            total=block.total,
            percent=block.percent,
            planned_end=block.planned_end,
            hours=block.team_hours if is_shown else None,
        )
